const DAY_MS = 86_400_000;

/** A day of figures, which are UTC days. */
const day = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The last 30 whole days and the 30 before them. */
export function lastThirtyDays(now: Date): { from: string; to: string; beforeFrom: string; beforeTo: string } {
  const today = Date.parse(`${day(now.getTime())}T00:00:00Z`);
  return { from: day(today - 30 * DAY_MS), to: day(today - DAY_MS), beforeFrom: day(today - 60 * DAY_MS), beforeTo: day(today - 31 * DAY_MS) };
}

/** A greeting for the hour of the reader's own clock. */
export function greeting(hour: number): string {
  if (hour < 5) return 'Good night';
  if (hour < 12) return 'Good morning';
  return hour < 18 ? 'Good afternoon' : 'Good evening';
}
