/** Deals ids out into arms at random, as evenly as they go. `random` gives numbers from 0 to below 1. */
export function dealOut(ids: readonly string[], arms: number, random: () => number): Record<string, number> {
  const shuffled = [...ids];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as string, shuffled[last] as string];
  }
  return Object.fromEntries(shuffled.map((id, index) => [id, index % arms]));
}
