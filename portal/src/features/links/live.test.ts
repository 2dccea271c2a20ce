import { describe, expect, it } from 'vitest';
import { activityWords, agoWords, type Activity } from './live';

const through = (clicks: number, label: string, name = 'Maya Okafor'): Activity['links'][number] => ({ clicks, link: { id: label, url: 'https://go.example/r/x', label, platform: 'TIKTOK', creator: { id: name, name } } });
const activity = (clicks: number, ...links: Activity['links']): Activity => ({ at: '2026-11-22T14:05:00Z', clicks, links });

describe('live clicks in words', () => {
  it('name the link, or both, or the one with most', () => {
    expect(activityWords(activity(1, through(1, 'TikTok bio')))).toBe('1 new click on TikTok bio');
    expect(activityWords(activity(5, through(3, 'TikTok bio'), through(2, 'Story')))).toBe('5 new clicks: 3 on TikTok bio, 2 on Story');
    expect(activityWords(activity(9, through(5, 'TikTok bio'), through(3, 'Story'), through(1, 'Reel')))).toBe('9 new clicks on 3 links, most on TikTok bio');
    expect(activityWords(activity(4))).toBe('4 new clicks');
  });

  it('name the platform and the address where the link has no name', () => {
    expect(activityWords(activity(2, through(2, '')))).toBe('2 new clicks on TikTok, go.example/r/x');
  });

  it('name the creator for a brand', () => {
    expect(activityWords(activity(2, through(2, 'Bio', 'Noor Haddad')), true)).toBe('2 new clicks on Noor Haddad: Bio');
  });

  it('say when', () => {
    expect(agoWords('2026-11-22T14:05:00Z', new Date('2026-11-22T14:05:40Z'))).toBe('just now');
    expect(agoWords('2026-11-22T14:05:10Z', new Date('2026-11-22T14:05:00Z'))).toBe('just now');
    expect(agoWords('2026-11-22T14:05:00Z', new Date('2026-11-22T14:07:30Z'))).toBe('2 minutes ago');
  });
});
