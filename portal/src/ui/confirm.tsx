import type { ReactNode } from 'react';
import { Button } from './button';
import { FormErrors, TextArea, useForm, type UserError } from './form';
import { Dialog } from './overlay';

/** Asks before what cannot be undone: what follows from it, the deed, and the way out. The page does the deed itself (useDeed). */
export function Confirm({ open, onClose, title, button, leave = 'Keep it', busy, messages, onConfirm, children }: { open: boolean; onClose: () => void; title: string; /** The deed in words. */ button: string; leave?: string; busy: boolean; /** What was wrong with the last try. */ messages: string[]; onConfirm: () => void; children: ReactNode }) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <div className="grid">
        <p className="mut">{children}</p>
        <FormErrors messages={messages} />
        <div className="row g2">
          <Button kind="danger" busy={busy} onClick={onConfirm}>
            {button}
          </Button>
          <Button onClick={onClose}>{leave}</Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Asks for the reason of a deed, which somebody reads: what follows from it, why, the deed, and the way out. */
export function ReasonForm({ reader, button, kind, leave, send, onClose, children }: { /** Who reads the reason. */ reader: string; button: string; kind: 'primary' | 'danger'; leave: string; /** Gives what was wrong; nothing when it is done. */ send: (reason: string) => Promise<readonly UserError[]>; onClose: () => void; children: ReactNode }) {
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      const errors = await send(reason.trim());
      if (errors.length === 0) onClose();
      return errors;
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut">{children}</p>
      <TextArea label="Why" hint={`${reader} reads it.`} value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind={kind} type="submit" busy={form.busy}>
          {button}
        </Button>
        <Button onClick={onClose}>{leave}</Button>
      </div>
    </form>
  );
}
