import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { ProspectStage } from '@/gql/graphql';
import { Button, Dialog, FormErrors, Icon, TextArea, toast, useForm } from '@/ui';
import { MoveProspectDocument } from './pipeline_document';
import { needsReason, stageName } from './stages';

/** Who is moved from where. */
export interface Mover {
  id: string;
  name: string;
  stage: ProspectStage;
  allowedMoves: readonly ProspectStage[];
}

interface Asked {
  mover: Mover;
  /** Null while the person still chooses where to. */
  to: ProspectStage | null;
  message?: string;
}

/** Moves of the board: at once where no reason is needed, with a question where it is. */
export interface Moving {
  /** Where a card stands while its move is on the way. */
  placed: ReadonlyMap<string, ProspectStage>;
  move: (mover: Mover, to: ProspectStage) => void;
  /** Asks where to, for the keyboard. */
  choose: (mover: Mover) => void;
  dialog: React.ReactNode;
}

/** `seen` is the answer that the board shows: a card that was moved stands in its new column until a newer one is there. */
export function useMoving(seen: unknown): Moving {
  const [, send] = useMutation(MoveProspectDocument);
  const [state, setState] = useState<{ seen: unknown; places: ReadonlyMap<string, ProspectStage> }>({ seen, places: new Map() });
  const [asked, setAsked] = useState<Asked | null>(null);
  const placed: ReadonlyMap<string, ProspectStage> = state.seen === seen ? state.places : new Map();

  function place(id: string, stage: ProspectStage | null) {
    setState((old) => {
      const places = new Map(old.seen === seen ? old.places : []);
      if (stage === null) places.delete(id);
      else places.set(id, stage);
      return { seen, places };
    });
  }

  async function go(mover: Mover, to: ProspectStage, reason: string) {
    place(mover.id, to);
    const result = await send({ input: { prospectId: mover.id, toStage: to, expectedStage: mover.stage, reason } });
    if (result.error) {
      place(mover.id, null);
      throw asTrouble(result.error);
    }
    const payload = result.data?.moveProspect;
    if (!payload || payload.userErrors.length > 0) {
      place(mover.id, null);
      return payload?.userErrors ?? [];
    }
    const moved = payload.prospect;
    const canUndo = moved?.allowedMoves.includes(mover.stage);
    toast({
      words: `${mover.name} is in “${stageName(to)}” now`,
      undo: moved && canUndo ? () => void go({ ...mover, stage: to, allowedMoves: moved.allowedMoves }, mover.stage, 'Moved by mistake').catch(() => undefined) : undefined,
    });
    return [];
  }

  function move(mover: Mover, to: ProspectStage) {
    if (to === mover.stage || !mover.allowedMoves.includes(to)) return;
    if (needsReason(mover.stage, to)) {
      setAsked({ mover, to });
      return;
    }
    go(mover, to, '')
      .then((errors) => {
        const about = errors.find((error) => (error.field ?? []).includes('reason'));
        if (about) setAsked({ mover, to, message: about.message });
        else if (errors[0]) toast({ words: errors[0].message, icon: 'warning' });
      })
      .catch((error: unknown) => toast({ words: error instanceof Error ? error.message : 'The move was not made.', icon: 'warning' }));
  }

  const close = () => setAsked(null);
  const dialog = (
    <Dialog open={asked !== null} onClose={close} title={asked ? `Move ${asked.mover.name}` : undefined}>
      {asked &&
        (asked.to === null ? (
          <div className="grid" style={{ gap: 8 }}>
            <p className="mut">From “{stageName(asked.mover.stage)}” to:</p>
            {asked.mover.allowedMoves.map((stage) => (
              <Button
                key={stage}
                wide
                onClick={() => {
                  close();
                  move(asked.mover, stage);
                }}
              >
                {stageName(stage)}
              </Button>
            ))}
            {asked.mover.allowedMoves.length === 0 && <p className="mut">There is no move from here.</p>}
          </div>
        ) : (
          <ReasonForm mover={asked.mover} to={asked.to} message={asked.message} onClose={close} send={(reason) => go(asked.mover, asked.to ?? asked.mover.stage, reason)} />
        ))}
    </Dialog>
  );
  return { placed, move, choose: (mover) => setAsked({ mover, to: null }), dialog };
}

function ReasonForm({ mover, to, message, send, onClose }: { mover: Mover; to: ProspectStage; message?: string; send: (reason: string) => ReturnType<Parameters<typeof useForm<{ reason: string }>>[0]['send']>; onClose: () => void }) {
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      const errors = await send(reason.trim());
      if (!errors || errors.length === 0) onClose();
      return errors;
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut row g2">
        {stageName(mover.stage)} <Icon name="arrow-right" size={14} /> <b className="b" style={{ color: 'var(--ink)' }}>{stageName(to)}</b>
      </p>
      <TextArea label="Why" hint="It stays in the story, so that the next person knows." value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason') ?? (form.values.reason === '' ? message : undefined)} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind="primary" type="submit" busy={form.busy}>
          Move
        </Button>
        <Button onClick={onClose}>Leave it</Button>
      </div>
    </form>
  );
}
