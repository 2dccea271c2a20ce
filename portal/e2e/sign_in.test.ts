import { describe, expect, it } from 'vitest';
import { baseUrl, check, open, signIn, sizes } from './browser';

describe('before sign-in', () => {
  for (const size of sizes) {
    for (const scheme of ['light', 'dark'] as const) {
      it(`every page is readable and keeps the policy (${size.name}, ${scheme})`, async () => {
        const watched = await open({ ...size, scheme });
        try {
          for (const path of ['/sign-in', '/sign-up', '/forgotten']) {
            await watched.page.goto(baseUrl() + path);
            await watched.page.locator('h1').waitFor();
            expect(await check(watched), path).toEqual([]);
          }
        } finally {
          await watched.close();
        }
      });
    }
  }

  it('a page of one’s own asks to sign in and then is there', async () => {
    const watched = await open();
    try {
      const { page } = watched;
      await page.goto(`${baseUrl()}/creator?from=mail`);
      await page.waitForURL(/\/sign-in\?to=%2Fcreator%3Ffrom%3Dmail/);
      await page.getByLabel('E-mail').fill('creator@demo.test');
      await page.getByLabel('Password').fill('tributary-demo');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(/\/creator/);
      await page.locator('.app').waitFor();
    } finally {
      await watched.close();
    }
  });
});

describe('signed in', () => {
  it('the session outlives a reload and ends with signing out', async () => {
    const watched = await open();
    try {
      const { page } = watched;
      await signIn(page, 'creator@demo.test');
      await page.reload();
      await page.locator('.app').waitFor();
      expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/eyJ|Bearer/);
      await page.locator('.rail .hat').click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.waitForURL(/\/sign-in/);
      await page.goto(`${baseUrl()}/creator`);
      await page.waitForURL(/\/sign-in/);
      expect(watched.troubles.filter((trouble) => trouble.startsWith('policy'))).toEqual([]);
    } finally {
      await watched.close();
    }
  });

  it('a wrong password is said at the form and keeps what was typed', async () => {
    const watched = await open();
    try {
      const { page } = watched;
      await page.goto(`${baseUrl()}/sign-in`);
      await page.getByLabel('E-mail').fill('creator@demo.test');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('.err').first().waitFor();
      expect(await page.getByLabel('E-mail').inputValue()).toBe('creator@demo.test');
      expect(page.url()).toContain('/sign-in');
    } finally {
      await watched.close();
    }
  });
});
