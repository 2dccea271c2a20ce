import { useId } from 'react';
import { curve, type Spot } from './scale';

/** 1.5 px line, 10% fill, end dot. `label` says what it shows in words, with its figure. */
export function Sparkline({ values, label, width = 96, height = 28 }: { values: readonly number[]; label: string; width?: number; height?: number }) {
  const id = useId();
  const high = Math.max(...values, 0) || 1;
  const spots = values.map((value, index) => [2 + (index / Math.max(1, values.length - 1)) * (width - 6), height - 2 - (Math.max(0, value) / high) * (height - 6)] as Spot);
  const last = spots[spots.length - 1];
  const first = spots[0];
  if (!last || !first) return <svg width={width} height={height} role="img" aria-label={label} />;
  const line = curve(spots);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={id}>
      <title id={id}>{label}</title>
      <path d={`${line}L${last[0]} ${height - 1}L${first[0]} ${height - 1}Z`} fill="var(--river)" opacity=".1" />
      <path d={line} fill="none" stroke="var(--river)" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx={last[0]} cy={last[1]} r="2.5" fill="var(--river)" />
    </svg>
  );
}
