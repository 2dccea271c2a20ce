import { Menu as MantineMenu, Popover as MantinePopover, Tooltip as MantineTooltip } from '@mantine/core';
import { cloneElement, Fragment, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { IconButton } from './button';
import { Icon, type IconName } from './icon';

const MOTION = { transition: 'fade', duration: 0 } as const;

/** 308 px: title, content, actions as a column. It may cover neighbours, never its own cell's figures. */
export function Popover({ trigger, title, children, label }: { trigger: ReactElement<{ onClick?: () => void }>; title?: ReactNode; children: ReactNode | ((close: () => void) => ReactNode); label?: string }) {
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <MantinePopover opened={opened} onChange={setOpened} width={308} position="bottom-start" offset={6} trapFocus returnFocus transitionProps={MOTION} classNames={{ dropdown: 'pop pad' }}>
      <MantinePopover.Target>{cloneElement(trigger, { onClick: () => setOpened((open) => !open) })}</MantinePopover.Target>
      <MantinePopover.Dropdown aria-label={label}>
        {title && <h3 style={{ marginBottom: 8 }}>{title}</h3>}
        {typeof children === 'function' ? children(close) : children}
      </MantinePopover.Dropdown>
    </MantinePopover>
  );
}

/** One place or deed of a menu. */
export interface MenuItem {
  label: ReactNode;
  icon?: IconName;
  left?: ReactNode;
  /** Marks the one that holds now. */
  on?: boolean;
  onPick: () => void;
}

/** A menu of deeds in groups, opened by its trigger. */
export function Menu({ trigger, groups, width = 240 }: { trigger: ReactElement; groups: { label?: string; items: MenuItem[] }[]; width?: number }) {
  return (
    <MantineMenu width={width} position="bottom-start" offset={6} transitionProps={MOTION} classNames={{ dropdown: 'pop menu', item: 'item', label: 'lbl' }}>
      <MantineMenu.Target>{trigger}</MantineMenu.Target>
      <MantineMenu.Dropdown>
        {groups.map((group, index) => (
          <Fragment key={group.label ?? index}>
            {index > 0 && <hr />}
            {group.label && <MantineMenu.Label>{group.label}</MantineMenu.Label>}
            {group.items.map((item, place) => (
              <MantineMenu.Item key={place} data-on={item.on || undefined} onClick={item.onPick}>
                <span className="row g3">
                  {item.left ?? (item.icon && <Icon name={item.icon} />)}
                  <span className="grow">{item.label}</span>
                  {item.on && <Icon name="check" size={14} />}
                </span>
              </MantineMenu.Item>
            ))}
          </Fragment>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}

/** Words for what is drawn without words. */
export function Tooltip({ label, children, disabled }: { label: string; children: ReactElement; disabled?: boolean }) {
  return (
    <MantineTooltip label={label} disabled={disabled} position="right" offset={10} openDelay={120} transitionProps={MOTION} classNames={{ tooltip: 'tipbox' }}>
      {children}
    </MantineTooltip>
  );
}

/** A dialog over everything, for what cannot be undone: it holds the focus until it is closed. */
export function Dialog({ open, onClose, title, children, className = 'dlg' }: { open: boolean; onClose: () => void; title?: string; children: ReactNode; className?: string }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // The backdrop is the dialog element itself: a click on it, not on its content, closes.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- Escape closes natively
    <dialog
      ref={ref}
      className={className}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {open && (
        <>
          {title && className === 'dlg' && (
            <div className="row between" style={{ marginBottom: 12 }}>
              <h2>{title}</h2>
              <IconButton icon="close" label="Close" onClick={onClose} />
            </div>
          )}
          {children}
        </>
      )}
    </dialog>
  );
}
