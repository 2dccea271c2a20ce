import { describe, expect, it } from 'vitest';
import { localNow, platformOf, toInstant } from './post_input';

describe('the address of a post', () => {
  it('tells its platform', () => {
    expect(platformOf('https://www.instagram.com/reel/abc')).toBe('INSTAGRAM');
    expect(platformOf('https://youtu.be/abc')).toBe('YOUTUBE');
    expect(platformOf('https://maya.blog/post')).toBeNull();
    expect(platformOf('https://notinstagram.com/x')).toBeNull();
    expect(platformOf('half typ')).toBeNull();
  });
});

describe('the time of a post', () => {
  it('survives the picker', () => {
    const now = new Date('2026-11-23T14:05:00Z');
    expect(toInstant(localNow(now))).toBe('2026-11-23T14:05:00.000Z');
    expect(toInstant('')).toBeNull();
  });
});
