import { shown } from './matrix';

/** An address without its scheme. Where it is too long the host loses its end: the ending of the address tells links apart. */
export function AddressWords({ url }: { url: string }) {
  const words = shown(url);
  const at = words.indexOf('/');
  if (at < 0) return <span className="ell">{words}</span>;
  return (
    <span className="addr" title={words}>
      <span className="ell">{words.slice(0, at)}</span>
      <span className="ell">{words.slice(at)}</span>
    </span>
  );
}
