import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { MAX_SERIES, type ChartData } from './model';
import { axisPlaces, band, curve, niceTicks, spread, stack, verticalScale, type Spot } from './scale';
import './charts.css';

/** Colours from the top stream downward, so that neighbours stay apart. */
const TOP_DOWN = ['var(--s1)', 'var(--s3)', 'var(--s2)', 'var(--s4)', 'var(--s5)'];
/** Room for the words of the axis, at least, px. */
const AXIS_ROOM = 44;
/** Room at the right for the direct labels, px. */
const LABEL_ROOM = 150;
/** Below this the labels stand under the chart, px. */
const NARROW = 560;
const LABEL_GAP = 24;
/** A line of 12 px words, px. */
const LETTER_HEIGHT = 16;
/** Width of a letter of 12, roughly, px. */
const LETTER = 6.4;

interface ChartProps {
  data: ChartData;
  kind: 'area' | 'bars';
  /** Height in px; bars are lower than areas. */
  height?: number;
  /** Drawn when the width cannot be measured, as in tests. */
  width?: number;
}

function useWidth(initial: number): [React.RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      if (element.clientWidth > 0) setWidth(element.clientWidth);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** Area (stacked where there are several series) or bars, with tooltip, comparison and direct labels. */
export default function Chart({ data, kind, height = kind === 'area' ? 304 : 176, width: initial = 720 }: ChartProps) {
  const [ref, width] = useWidth(initial);
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const count = data.at.length;
  // The largest stream lies on top.
  const sum = (index: number) => (data.series[index]?.points ?? []).reduce((total, point) => total + point.size, 0);
  const order = data.series.map((_, index) => index).slice(0, MAX_SERIES).sort((a, b) => sum(a) - sum(b));
  const bottomUp = order.map((index) => data.series[index]).filter((series) => series !== undefined);
  const topDown = [...bottomUp].reverse();
  const colour = (key: string) => TOP_DOWN[topDown.findIndex((series) => series.key === key)] ?? 'var(--s1)';

  const narrow = width < NARROW;
  const alone = kind === 'area' && bottomUp.length === 1;
  const labelled = kind === 'area' && bottomUp.length > 1;
  const top = kind === 'area' ? 34 : 30;
  const bottom = height - (kind === 'area' ? 24 : 22);

  const stacked = stack(bottomUp.map((series) => series.points.map((point) => point.size)));
  const tops = stacked[stacked.length - 1]?.map(([, high]) => high) ?? [];
  const highest = Math.max(0, ...tops, ...(data.compare?.points.map((point) => point.size) ?? []));
  const y = verticalScale(niceTicks(0, highest, kind === 'area' ? 4 : 3, data.whole), top, bottom);
  // Words of the axis stand whole, however long: at the left of areas and at the right of bars.
  const axisRoom = Math.max(AXIS_ROOM, Math.ceil(Math.max(...y.ticks.map((tick) => data.axis(tick).length)) * LETTER) + 14);
  const left = kind === 'area' ? axisRoom : 0;
  const right = kind === 'area' ? width - (labelled && !narrow ? LABEL_ROOM : 8) : width - axisRoom;
  const slot = (right - left) / Math.max(1, count);
  const x = (index: number) =>
    kind === 'area' ? left + (count > 1 ? (index / (count - 1)) * (right - left) : (right - left) / 2) : left + slot * (index + 0.5);
  const barWidth = Math.max(1.5, slot - Math.min(5, slot * 0.3));

  const compareSpots: Spot[] = data.compare?.points.slice(0, count).map((point, index) => [x(index), y(point.size)] as Spot) ?? [];
  const ends = topDown.map((series) => {
    const place = bottomUp.indexOf(series);
    const [low, high] = stacked[place]?.[count - 1] ?? [0, 0];
    return (y(low) + y(high)) / 2;
  });
  const labelPlaces = spread(ends, LABEL_GAP, top, bottom - 4);
  const axisIndexes = axisPlaces(count, right - left, narrow ? 100 : 116);

  // Names stand above all that is drawn below them, and above one another.
  const marks: { index: number; label: string; words: string; toLeft: boolean; over: number; foot: number; from: number; to: number }[] = [];
  for (const { index, label } of data.marks ?? []) {
    const whole = narrow ? (label.split(/[:,]/)[0] ?? label) : label;
    const room = Math.max(right - x(index), x(index) - left) - 10;
    const words = whole.length * LETTER > room ? `${whole.slice(0, Math.max(1, Math.floor(room / LETTER) - 1)).trimEnd()}…` : whole;
    const long = words.length * LETTER + 10;
    const toLeft = x(index) + long > right && x(index) - left > right - x(index);
    const [from, to] = toLeft ? [x(index) - long, x(index)] : [x(index), x(index) + long];
    const below = data.at.map((_, place) => (x(place) >= from - slot && x(place) <= to + slot ? Math.max(tops[place] ?? 0, data.compare?.points[place]?.size ?? 0) : 0));
    let over = y(Math.max(0, ...below)) - 8;
    for (const other of marks) if (from < other.to && to > other.from && Math.abs(over - other.over) < LETTER_HEIGHT) over = other.over - LETTER_HEIGHT;
    marks.push({ index, label, words, toLeft, over: Math.max(8, over), foot: y(tops[index] ?? 0) - 3, from, to });
  }

  function nearest(clientX: number, box: DOMRect): number {
    const place = kind === 'area' ? ((clientX - box.left - left) / (right - left)) * (count - 1) : (clientX - box.left - left) / slot - 0.5;
    return Math.min(Math.max(Math.round(place), 0), count - 1);
  }

  function onMove(event: PointerEvent<SVGSVGElement>) {
    if (count > 0) setAt(nearest(event.clientX, event.currentTarget.getBoundingClientRect()));
  }

  function onKey(event: KeyboardEvent) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }[event.key];
    if (event.key === 'Escape') setAt(null);
    if (step === undefined || count === 0) return;
    event.preventDefault();
    setAt((old) => Math.min(Math.max((old ?? (step > 0 ? -1 : count)) + step, 0), count - 1));
  }

  const shown = at === null ? null : Math.min(at, count - 1);
  return (
    <div className="chart" ref={ref}>
      {/* The same numbers stand in the table; the drawing can be walked with the arrow keys. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a group that takes arrow keys, as a slider would */}
      <div className="plot" role="group" aria-roledescription="chart" aria-label={`${data.label}. Arrow keys read the values.`} tabIndex={0} onKeyDown={onKey} onBlur={() => setAt(null)}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onPointerMove={onMove} onPointerDown={onMove} onPointerLeave={() => setAt(null)}>
          {alone && (
            <linearGradient id={`${id}f`} x1="0" x2="0" y1="0" y2="1">
              <stop stopColor="var(--s1)" stopOpacity=".24" />
              <stop offset="1" stopColor="var(--s1)" stopOpacity=".03" />
            </linearGradient>
          )}
          {y.ticks.map((tick) => (
            <g key={tick}>
              <line x1={left} x2={right} y1={y(tick) + 0.5} y2={y(tick) + 0.5} stroke="var(--grid)" />
              <text x={kind === 'area' ? left - 10 : width} y={y(tick) + 4} textAnchor="end">
                {data.axis(tick)}
              </text>
            </g>
          ))}
          {kind === 'area'
            ? bottomUp.map((series, place) => {
                const layer = stacked[place] ?? [];
                const upper = layer.map(([, high], index) => [x(index), y(high)] as Spot);
                const lower = layer.map(([low], index) => [x(index), y(low)] as Spot);
                // A stream alone is a line over a light fill; several are areas that join.
                return alone ? (
                  <g key={series.key}>
                    <path d={band(upper, lower)} fill={`url(#${id}f)`} />
                    <path d={curve(upper)} fill="none" stroke={colour(series.key)} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
                  </g>
                ) : (
                  <path key={series.key} d={band(upper, lower)} fill={colour(series.key)} stroke="var(--surface)" strokeWidth={narrow ? 0.5 : 1.25} />
                );
              })
            : bottomUp.map((series, place) => (
                <g key={series.key} fill={colour(series.key)}>
                  {(stacked[place] ?? []).map(([low, high], index) => {
                    const size = y(low) - y(high);
                    return size > 0 ? <rect key={index} x={x(index) - barWidth / 2} y={y(high)} width={barWidth} height={size} rx={Math.min(2, size / 2)} opacity={shown === null || shown === index ? 1 : 0.55} /> : null;
                  })}
                </g>
              ))}
          {compareSpots.length > 1 && (
            <>
              {kind === 'area' && !alone && <path d={curve(compareSpots)} fill="none" stroke="var(--surface)" strokeWidth={narrow ? 2.5 : 4} strokeOpacity=".85" />}
              <path d={curve(compareSpots)} fill="none" stroke={kind === 'area' ? 'var(--ink)' : 'var(--ink-3)'} strokeWidth={kind === 'area' && !narrow ? 1.5 : 1.25} strokeDasharray={kind === 'area' ? '2 4' : '3 3'} strokeLinecap={kind === 'area' ? 'round' : undefined} />
            </>
          )}
          {marks.map((mark) => (
            <g key={`${mark.index}${mark.label}`}>
              {mark.foot - mark.over > 10 && <line x1={x(mark.index)} x2={x(mark.index)} y1={mark.over + 4} y2={mark.foot} stroke="var(--control)" />}
              <circle cx={x(mark.index)} cy={mark.over} r="2.5" fill="var(--ink)" />
              <text className="k" x={x(mark.index) + (mark.toLeft ? -7 : 7)} y={mark.over + 4} textAnchor={mark.toLeft ? 'end' : 'start'} paintOrder="stroke" stroke="var(--surface)" strokeWidth="3" strokeLinejoin="round">
                {mark.words}
              </text>
            </g>
          ))}
          {labelled &&
            !narrow &&
            topDown.map((series, place) => {
              const from = ends[place] ?? 0;
              const to = labelPlaces[place] ?? 0;
              return (
                <g key={series.key}>
                  <path d={`M${right + 3} ${from}L${right + 14} ${to}`} stroke="var(--control)" />
                  <text className="s" x={right + 18} y={to + 4}>
                    {series.label}
                  </text>
                  <text x={width} y={to + 4} textAnchor="end">
                    {series.total}
                  </text>
                </g>
              );
            })}
          {shown !== null && kind === 'area' && (
            <>
              <line x1={x(shown)} x2={x(shown)} y1={top - 16} y2={bottom} stroke="var(--ink)" opacity=".5" />
              <circle cx={x(shown)} cy={y(tops[shown] ?? 0)} r="4" fill="var(--ink)" stroke="var(--surface)" strokeWidth="2" />
            </>
          )}
          {axisIndexes.map((index, place) => {
            const anchor = kind === 'bars' && place < axisIndexes.length - 1 ? 'start' : place === 0 ? 'start' : place === axisIndexes.length - 1 ? 'end' : 'middle';
            const offset = kind === 'bars' ? (anchor === 'end' ? barWidth / 2 : -barWidth / 2) : 0;
            return (
              <text key={index} x={x(index) + offset} y={height - 4} textAnchor={anchor}>
                {data.at[index]}
              </text>
            );
          })}
        </svg>
      </div>
      {shown !== null && (
        <div className="tip" id={id} role="status" style={x(shown) > width / 2 ? { right: width - x(shown) + 14 } : { left: x(shown) + 14 }}>
          <b className="b blk">{data.atLong?.[shown] ?? data.at[shown]}</b>
          {topDown.map((series) => (
            <div key={series.key}>
              <span className="sw" style={{ background: colour(series.key) }} />
              <span className="mut">{series.label}</span>
              <b>{series.points[shown]?.text}</b>
            </div>
          ))}
          {(data.together ?? data.compare) && (
            <div className={data.together ? 'all' : 'all mut'}>
              <span>{data.together ? 'Together' : (data.compare?.atLong?.[shown] ?? data.compare?.label)}</span>
              <b>{data.together ? data.together[shown] : data.compare?.points[shown]?.text}</b>
            </div>
          )}
          {data.together && data.compare && (
            <div className="mut">
              <span>{data.compare.atLong?.[shown] ?? data.compare.label}</span>
              <b className="plain">{data.compare.points[shown]?.text}</b>
            </div>
          )}
        </div>
      )}
      {labelled && narrow && (
        <ul className="under">
          {topDown.map((series) => (
            <li key={series.key}>
              <span className="sw" style={{ background: colour(series.key) }} />
              <b className="b">{series.label}</b>
              <span className="n">{series.total}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
