import { useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'react-router';
import { PHONE_QUERY, useMedia } from '@/frame/media';
import type { OutreachPipelineQuery, ProspectStage } from '@/gql/graphql';
import { formatCompact, formatNumber } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { Avatar, FilterSelect, useView } from '@/ui';
import { chosenCards, dueWords, medianWords, type Card, type Choice } from './board_cards';
import type { Moving } from './moving';
import { isEnd, neighbour, STAGES, stageName } from './stages';
import './board.css';

type Stages = OutreachPipelineQuery['outreachPipeline']['stages'];

/** The columns with their cards: drag them, or walk with the arrow keys and move with M. */
export function Board({ stages, choice, open, moving, mayMove }: { stages: Stages; choice: Choice; open: string | null; moving: Moving; mayMove: boolean }) {
  const view = useView();
  const phone = useMedia(PHONE_QUERY);
  const ref = useRef<HTMLDivElement>(null);
  const [lifted, setLifted] = useState<Card | null>(null);
  const [over, setOver] = useState<ProspectStage | null>(null);
  const wide = new Set(view.get('wide').split(',').filter(Boolean));
  const cards = stages.flatMap((stage) => stage.prospects);
  const placed = (card: Card): ProspectStage => moving.placed.get(card.id) ?? card.stage;
  const columns = STAGES.map((stage) => {
    const found = stages.find((entry) => entry.stage === stage);
    const here = cards.filter((card) => placed(card) === stage);
    const came = here.filter((card) => card.stage !== stage).length;
    const went = cards.filter((card) => card.stage === stage && placed(card) !== stage).length;
    return { stage, count: (found?.count ?? 0) + came - went, loaded: here.length, medianDays: found?.medianDays, cards: chosenCards(here, choice) };
  });
  const shownOnPhone = (STAGES.find((stage) => stage === view.get('stage')) ?? columns.find((column) => column.count > 0)?.stage ?? 'IDENTIFIED') as ProspectStage;

  function toggle(stage: ProspectStage) {
    const next = new Set(wide);
    if (next.has(stage)) next.delete(stage);
    else next.add(stage);
    view.set({ wide: [...next].join(',') || null });
  }

  const folded = (stage: ProspectStage) => {
    const foldedFirst = isEnd(stage) || (open !== null && stage === 'IDENTIFIED');
    return foldedFirst !== wide.has(stage);
  };

  function drop(stage: ProspectStage) {
    if (lifted) moving.move({ ...lifted, stage: placed(lifted) }, stage);
    setLifted(null);
    setOver(null);
  }

  const dropProps = (stage: ProspectStage) =>
    mayMove
      ? {
          onDragOver: (event: React.DragEvent) => {
            if (!lifted?.allowedMoves.includes(stage)) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = 'move';
            if (over !== stage) setOver(stage);
          },
          onDragLeave: (event: React.DragEvent) => {
            if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(null);
          },
          onDrop: (event: React.DragEvent) => {
            event.preventDefault();
            drop(stage);
          },
        }
      : {};

  function onKey(event: KeyboardEvent, card: Card, column: number, row: number) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined;
    const focus = (c: number, r: number) => ref.current?.querySelector<HTMLElement>(`[data-place="${c}-${r}"]`)?.focus();
    if (event.key.toLowerCase() === 'm' && mayMove) {
      event.preventDefault();
      moving.choose({ ...card, stage: placed(card) });
    } else if (step && event.shiftKey && mayMove) {
      event.preventDefault();
      const to = neighbour(placed(card), card.allowedMoves, step);
      if (to) moving.move({ ...card, stage: placed(card) }, to);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      focus(column, row + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (step) {
      event.preventDefault();
      for (let next = column + step; next >= 0 && next < columns.length; next += step) {
        const there = columns[next];
        if (there && there.cards.length > 0 && !folded(there.stage)) {
          focus(next, Math.min(row, there.cards.length - 1));
          break;
        }
      }
    }
  }

  return (
    <>
      {phone && (
        <div className="tools">
          <FilterSelect name="Stage" value={shownOnPhone} options={columns.map((column) => ({ value: column.stage, label: `${stageName(column.stage)} (${formatNumber(column.count)})` }))} onChange={(value) => view.set({ stage: value })} />
        </div>
      )}
      <div className="board" ref={ref}>
        {columns.map((column, place) => {
          const { stage } = column;
          if (phone && stage !== shownOnPhone) return null;
          const allowed = lifted === null || lifted.stage === stage || lifted.allowedMoves.includes(stage);
          if (!phone && folded(stage)) {
            return (
              <button key={stage} type="button" className={over === stage ? 'strip drop' : 'strip'} aria-expanded="false" aria-label={`Open ${stageName(stage)}, ${formatNumber(column.count)}`} style={allowed ? undefined : { opacity: 0.5 }} onClick={() => toggle(stage)} {...dropProps(stage)}>
                <b className="n b">{formatNumber(column.count)}</b>
                <span>{stageName(stage)}</span>
              </button>
            );
          }
          return (
            <section key={stage} className={`kcol ${over === stage ? 'drop' : ''} ${allowed ? '' : 'no'}`.replace(/\s+/g, ' ').trim()} aria-label={`${stageName(stage)}, ${formatNumber(column.count)}`} {...dropProps(stage)}>
              <div className="kh">
                <div className="row between">
                  {isEnd(stage) && !phone ? (
                    <button type="button" aria-expanded="true" title="Fold this column" onClick={() => toggle(stage)}>
                      <b>{stageName(stage)}</b>
                    </button>
                  ) : (
                    <b>{stageName(stage)}</b>
                  )}
                  <span className="n mut b">{formatNumber(column.count)}</span>
                </div>
                <span className="sm dim">{medianWords(column.medianDays, stage)}</span>
              </div>
              <ul>
                {column.cards.map((card, row) => (
                  <li key={card.id}>
                    <CardView card={card} on={open === card.id} lifted={lifted?.id === card.id} mayMove={mayMove} to={view.href({ open: card.id })} place={`${place}-${row}`} onKey={(event) => onKey(event, card, place, row)} onLift={(up) => setLifted(up ? { ...card, stage: placed(card) } : null)} onEnd={() => { setLifted(null); setOver(null); }} />
                  </li>
                ))}
                {column.cards.length === 0 && <li className="kempty">{column.count === 0 ? 'Nobody here now' : 'Nobody of those who are chosen above'}</li>}
              </ul>
              {column.count > column.loaded && <p className="sm dim" style={{ padding: 2 }}>{formatNumber(column.count - column.loaded)} more, who wait less long</p>}
            </section>
          );
        })}
      </div>
      {mayMove && (
        <p className="bkeys no-ph">
          <span><kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd> walk</span>
          <span><kbd>Enter</kbd> opens</span>
          <span><kbd>M</kbd> moves</span>
          <span><kbd>Shift</kbd> <kbd>→</kbd> to the next stage</span>
        </p>
      )}
    </>
  );
}

function CardView({ card, on, lifted, mayMove, to, place, onKey, onLift, onEnd }: { card: Card; on: boolean; lifted: boolean; mayMove: boolean; to: string; place: string; onKey: (event: KeyboardEvent) => void; onLift: (up: boolean) => void; onEnd: () => void }) {
  const due = dueWords(card.dueAt);
  return (
    <Link
      to={to}
      preventScrollReset
      className={`kc ${on ? 'on' : ''} ${lifted ? 'lifted' : ''}`.replace(/\s+/g, ' ').trim()}
      data-place={place}
      draggable={mayMove}
      aria-current={on || undefined}
      aria-keyshortcuts={mayMove ? 'M' : undefined}
      onKeyDown={onKey}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', card.name);
        onLift(true);
      }}
      onDragEnd={onEnd}
    >
      <span className="row g2">
        <Avatar name={card.name} size="s" />
        <b className="b grow">{card.name}</b>
      </span>
      <span className="mid">
        <span className="sm dim">
          {platformName(card.platform)}
          {card.followers > 0 && `, ${formatCompact(card.followers)}`}
        </span>
        <span className="sm n nw mut">
          Fit <b>{formatNumber(card.fitScore)}</b>
        </span>
      </span>
      <span className={due?.late ? 'nx sm late' : 'nx sm'}>
        <span className={card.nextStep ? 'grow' : 'grow dim'}>{card.nextStep ?? 'No next step'}</span>
        {due && <span className="n nw due">{due.words}</span>}
      </span>
    </Link>
  );
}
