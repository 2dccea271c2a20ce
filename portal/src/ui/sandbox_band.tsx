import { Icon } from './icon';

/** A calm, constant band over everything while no real money moves. It says how far the demo is while it is made. */
export function SandboxBand({ mode = 'SANDBOX', demo = null }: { mode?: 'SANDBOX' | 'TEST'; demo?: string | null }) {
  return (
    <aside className="band" aria-label="Kind of money">
      <Icon name="leaf" size={14} />
      {mode === 'TEST' ? 'Stripe test mode' : 'Sandbox'} – {demo ? `demo data is being made: ${demo}` : 'no real money moves'}
    </aside>
  );
}
