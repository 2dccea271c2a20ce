import { Icon } from './icon';

/** A calm, constant band over everything while the server runs on its sandbox. */
export function SandboxBand() {
  return (
    <div className="band" role="note">
      <Icon name="leaf" size={14} />
      Sandbox – no real money moves
    </div>
  );
}
