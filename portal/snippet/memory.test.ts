import { afterEach, describe, expect, it, vi } from 'vitest';
import { forbidStorage } from './forbidden_storage';
import { clickedAt, forget, keep, KEY, leftOf, readTid, recall } from './memory';

/** A click of 3 March 2026, 09:00 UTC. */
const TID = 'clk_01kjsesxm0e00000000000000a';
const CLICKED = Date.UTC(2026, 2, 3, 9);
const DAY_MS = 86_400_000;
const keeping = { days: 30 };

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
  document.cookie = `${KEY}=;path=/;max-age=-1`;
});

describe('a tid', () => {
  it('is read as links write it and as nothing else', () => {
    expect(readTid(` ${TID.toUpperCase()} `)).toBe(TID);
    for (const text of [null, undefined, '', 'clk_1', `${TID}x`, TID.replace('clk', 'ord'), TID.replace('01k', '01u'), `"><script>${TID}`]) expect(readTid(text)).toBeUndefined();
  });

  it('says when its click was, and is over some days later', () => {
    expect(clickedAt(TID)).toBe(CLICKED);
    vi.useFakeTimers({ now: CLICKED + 29 * DAY_MS });
    expect(leftOf(TID, keeping)).toBe(DAY_MS);
  });
});

describe('what is kept', () => {
  it('is a cookie and an entry of the local storage until its time is over', () => {
    vi.useFakeTimers({ now: CLICKED + 1000 });
    expect(recall(keeping)).toBeUndefined();
    keep(TID, keeping);
    expect(document.cookie).toContain(`${KEY}=${TID}`);
    expect(recall(keeping)).toBe(TID);
    localStorage.clear();
    expect(recall(keeping), 'the cookie alone').toBe(TID);
    localStorage.setItem(KEY, TID);
    vi.setSystemTime(CLICKED + 31 * DAY_MS);
    expect(recall(keeping)).toBeUndefined();
    expect(recall({ days: 60 })).toBe(TID);
    forget(keeping);
    expect(recall({ days: 60 })).toBeUndefined();
  });

  it('writes a cookie for the whole domain where the shop wants it, and never for longer than the tid lives', () => {
    vi.useFakeTimers({ now: CLICKED + 29 * DAY_MS });
    const written: string[] = [];
    Object.defineProperty(document, 'cookie', { get: () => '', set: (text: string) => written.push(text), configurable: true });
    keep(TID, { days: 30, domain: 'shop.example' });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(new RegExp(`^${KEY}=${TID};path=/;max-age=86400;samesite=lax(;secure)?;domain=shop.example$`));
    Reflect.deleteProperty(document, 'cookie');
  });

  it('is nothing where the browser forbids storage, and that breaks nothing', () => {
    vi.useFakeTimers({ now: CLICKED + 1000 });
    const allow = forbidStorage();
    keep(TID, keeping);
    expect(recall(keeping)).toBeUndefined();
    forget(keeping);
    allow();
  });
});
