import { Icon } from './icon';

/** A calm, constant band over everything while no real money moves. */
export function SandboxBand({ mode = 'SANDBOX' }: { mode?: 'SANDBOX' | 'TEST' }) {
  return (
    <aside className="band" aria-label="Kind of money">
      <Icon name="leaf" size={14} />
      {mode === 'TEST' ? 'Stripe test mode' : 'Sandbox'} – no real money moves
    </aside>
  );
}
