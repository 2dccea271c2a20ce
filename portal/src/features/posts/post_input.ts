import type { Platform } from '@/gql/graphql';

const HOSTS: readonly [RegExp, Platform][] = [
  [/(^|\.)instagram\.com$/, 'INSTAGRAM'],
  [/(^|\.)tiktok\.com$/, 'TIKTOK'],
  [/(^|\.)(youtube\.com|youtu\.be)$/, 'YOUTUBE'],
  [/(^|\.)twitch\.tv$/, 'TWITCH'],
  [/(^|\.)(pinterest\.[a-z.]+|pin\.it)$/, 'PINTEREST'],
  [/(^|\.)(x\.com|twitter\.com)$/, 'X'],
  [/(^|\.)(facebook\.com|fb\.watch)$/, 'FACEBOOK'],
  [/(^|\.)snapchat\.com$/, 'SNAPCHAT'],
  [/(^|\.)(substack\.com|beehiiv\.com)$/, 'NEWSLETTER'],
  [/(^|\.)(open\.spotify\.com|podcasts\.apple\.com)$/, 'PODCAST'],
];

/** The platform that an address belongs to; null where it could be any. */
export function platformOf(address: string): Platform | null {
  try {
    const { hostname } = new URL(address);
    return HOSTS.find(([host]) => host.test(hostname))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The present time as the picker of day and time writes it, in the reader's own zone. */
export function localNow(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The instant of a picked day and time, as the API takes it; null when nothing was picked. */
export function toInstant(picked: string): string | null {
  const at = new Date(picked);
  return picked === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
