import type { CSSProperties } from 'react';

/** One grey line or block in the place of words to come. */
export function Skeleton({ width = '100%', height = 14, style }: { width?: number | string; height?: number; style?: CSSProperties }) {
  return <span className="sk" style={{ width, height, ...style }} />;
}

function Waiting({ children }: { children: React.ReactNode }) {
  return (
    <div role="status" aria-label="Loading" aria-busy="true">
      {children}
    </div>
  );
}

/** Rows in the shape of a table. */
export function TableSkeleton({ rows = 6, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <Waiting>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="row g6" style={{ overflow: 'hidden', padding: '14px var(--card-x)', borderTop: row > 0 ? '1px solid var(--line)' : undefined }}>
          {Array.from({ length: columns }, (_cell, column) => (
            <span key={column} className={column === 1 ? 'grow' : undefined}>
              <Skeleton width={column === 1 ? `${70 - ((row * 13) % 30)}%` : column === 0 ? 120 : 72} />
            </span>
          ))}
        </div>
      ))}
    </Waiting>
  );
}

/** Tiles in the shape of a row of figures. */
export function StatSkeleton({ tiles = 3 }: { tiles?: number }) {
  return (
    <Waiting>
      <div className="stats">
        {Array.from({ length: tiles }, (_, tile) => (
          <div key={tile} className="stat">
            <Skeleton width={72} height={12} />
            <Skeleton width={128} height={24} style={{ marginTop: 12 }} />
            <Skeleton width={96} height={10} style={{ marginTop: 10 }} />
          </div>
        ))}
      </div>
    </Waiting>
  );
}

/** A block in the shape of a chart or a river. */
export function BlockSkeleton({ height = 240 }: { height?: number }) {
  return (
    <Waiting>
      <Skeleton height={height} style={{ borderRadius: 8 }} />
    </Waiting>
  );
}

/** A whole page: head, one card of figures, one table. */
export function PageSkeleton() {
  return (
    <Waiting>
      <Skeleton width={240} height={28} style={{ marginTop: 8 }} />
      <Skeleton width={420} style={{ maxWidth: '100%', margin: '12px 0 28px' }} />
      <div className="card">
        <StatSkeleton />
      </div>
      <div className="card mt">
        <TableSkeleton />
      </div>
    </Waiting>
  );
}
