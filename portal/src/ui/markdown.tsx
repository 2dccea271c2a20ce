import { Fragment, type ReactNode } from 'react';
import './markdown.css';

/** Only addresses that a person can follow: no script, no data. */
const SAFE_ADDRESS = /^(https?:\/\/|mailto:)/i;
const INLINE = /(\*\*[^*\n]+\*\*|\*[^*\n]+\*|`[^`\n]+`|\[[^\]\n]+\]\([^)\s]+\))/;

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, index) => {
    if (index % 2 === 0) return part;
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('*')) return <em key={index}>{part.slice(1, -1)}</em>;
    if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
    const [, words = '', address = ''] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
    if (!SAFE_ADDRESS.test(address)) return words;
    return (
      <a key={index} className="lk" href={address} target="_blank" rel="noreferrer noopener">
        {words}
      </a>
    );
  });
}

/** Lines of one paragraph keep their breaks. */
const lines = (text: string) =>
  text.split('\n').map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      {inline(line)}
    </Fragment>
  ));

function block(text: string, key: number, level: number): ReactNode {
  const rows = text.split('\n');
  const heading = /^(#{1,4})\s+(.*)$/.exec(rows[0] ?? '');
  if (heading) {
    const Tag = `h${Math.min(6, Math.max(2, (heading[1]?.length ?? 1) - 1 + level))}` as 'h2';
    const rest = rows.slice(1).join('\n').trim();
    return (
      <Fragment key={key}>
        <Tag>{inline(heading[2] ?? '')}</Tag>
        {rest && block(rest, 0, level)}
      </Fragment>
    );
  }
  if (rows.every((row) => /^\s*[-*]\s+/.test(row))) {
    return (
      <ul key={key}>
        {rows.map((row, index) => (
          <li key={index}>{inline(row.replace(/^\s*[-*]\s+/, ''))}</li>
        ))}
      </ul>
    );
  }
  if (rows.every((row) => /^\s*\d+[.)]\s+/.test(row))) {
    return (
      <ol key={key}>
        {rows.map((row, index) => (
          <li key={index}>{inline(row.replace(/^\s*\d+[.)]\s+/, ''))}</li>
        ))}
      </ol>
    );
  }
  return <p key={key}>{lines(text)}</p>;
}

/**
 * A text that a brand wrote in Markdown: headings, lists, emphasis, code and links.
 * Nothing of it is ever taken as HTML. `level` is that of its highest heading.
 */
export function Markdown({ text, level = 2 }: { text: string; level?: number }) {
  const blocks = text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .map((part) => part.trim())
    .filter(Boolean);
  // A text that begins with "##" still begins at the given level, so that no level is left out.
  const highest = Math.min(...blocks.map((part) => /^(#{1,4})\s/.exec(part)?.[1]?.length ?? 4));
  return <div className="md">{blocks.map((part, index) => block(part, index, level - (highest - 1)))}</div>;
}
