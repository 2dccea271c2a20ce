import type { ReactNode } from 'react';
import { Icon } from './icon';

/** One step: who and when stand below its name. */
export interface Step {
  name: string;
  detail?: ReactNode;
  state: 'done' | 'now' | 'later';
}

const SAID: Record<Step['state'], string> = { done: 'done', now: 'now', later: 'still to come' };

/** A river line that grows with each step; a ring marks now. */
export function Stepper({ steps, label }: { steps: Step[]; label: string }) {
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step) => (
        <li key={step.name} className={step.state === 'later' ? undefined : step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
          <span className="d">{step.state === 'done' && <Icon name="check" size={12} />}</span>
          <b>{step.name}</b>
          <span className="vh">, {SAID[step.state]}</span>
          {step.detail && <span className="sm">{step.detail}</span>}
        </li>
      ))}
    </ol>
  );
}
