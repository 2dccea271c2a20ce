import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, settled, signIn, type Scheme, type Size } from './browser';
import { newWorld } from './world';

const world = newWorld('session');

describe('before sign-in', () => {
  for (const [size, scheme] of [['desk', 'light'], ['desk', 'dark'], ['phone', 'light'], ['phone', 'dark']] as [Size, Scheme][]) {
    it(`every page is readable and keeps the policy (${size}, ${scheme})`, async () => {
      const watched = await world.visit({ size, scheme });
      for (const path of ['/sign-in', '/sign-up', '/forgotten', '/reset-password?token=none', '/verify-email?token=none', '/p/glow-circle']) {
        await watched.page.goto(path);
        await settled(watched.page);
        expect(await look(watched), path).toEqual([]);
      }
    });
  }

  it('a program has its title and description before any script runs, and an unknown one is not found', async () => {
    const answer = await fetch(`${world.server.url}/p/glow-circle`);
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toMatch(/<title>[^<]*Glow Circle[^<]*<\/title>/);
    expect(html).toMatch(/<meta name="description" content="[^"]*barrier routine/);
    expect((await fetch(`${world.server.url}/p/no-such-program`)).status).toBe(404);
  });

  it('a page of one’s own asks to sign in and then is there', async () => {
    const { page } = await world.visit();
    await page.goto('/creator/sales?state=held');
    await page.waitForURL(/\/sign-in\?to=%2Fcreator%2Fsales%3Fstate%3Dheld/);
    await page.getByLabel('E-mail').fill('creator@demo.test');
    await page.getByLabel('Password').fill('tributary-demo');
    await page.getByLabel('Password').press('Enter');
    await page.waitForURL(/\/creator\/sales\?state=held/);
    await page.locator('.app').waitFor();
  });

  it('a wrong password is said at the form and keeps what was typed', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill('noor@demo.test');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.locator('.err').first().waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe('noor@demo.test');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await look(watched)).toEqual([]);
  });
});

describe('signed in', () => {
  it('the session outlives a reload, is readable by no script, and ends with signing out', async () => {
    const watched = await world.visit();
    const { page, context } = watched;
    await signIn(page, 'creator@demo.test');
    await page.reload();
    await page.locator('.app').waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }))).not.toMatch(/eyJ|Bearer|refresh/i);
    const cookies = await context.cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([{ httpOnly: true, sameSite: 'Strict' }]);
    expect(watched.troubles()).toEqual([]);
    await page.locator('.rail .hat').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.goto('/creator');
    await page.waitForURL(/\/sign-in/);
  });

  it('an access token that is over is replaced once, without the person noticing', async () => {
    const watched = await world.visit();
    const { page } = watched;
    // The first token is handed out as one that is nearly over.
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('mutation SignIn')) return route.fallback();
      const response = await route.fetch();
      return route.fulfill({ response, body: (await response.text()).replace(/"expiresAt":"[^"]*"/, `"expiresAt":"${new Date(Date.now() + 1000).toISOString()}"`) });
    });
    let refreshed = 0;
    page.on('request', (request) => {
      if (request.postData()?.includes('RefreshSession')) refreshed += 1;
    });
    await page.goto('/sign-in');
    await settled(page);
    refreshed = 0;
    await signIn(page, 'creator@demo.test', { here: true });
    await settled(page);
    await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Sales', exact: true }).click();
    await page.getByRole('heading', { name: 'Sales', level: 1 }).waitFor();
    await settled(page);
    expect(refreshed).toBe(1);
    expect(watched.troubles()).toEqual([]);
  });

  it('a session that was ended elsewhere leads to the sign-in page and back', async () => {
    const { page, context } = await world.visit();
    await signIn(page, 'luca@demo.test');
    await settled(page);
    // The session is over and its cookie is worth nothing any more.
    await page.evaluate(async () => {
      await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: 'mutation{signOut{userErrors{code}}}' }) });
    });
    await context.clearCookies();
    await page.goto('/creator/payouts');
    await page.waitForURL(/\/sign-in\?to=%2Fcreator%2Fpayouts/);
    await page.getByLabel('E-mail').fill('luca@demo.test');
    await page.getByLabel('Password').fill('tributary-demo');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(/\/creator\/payouts/);
    await settled(page);
  });

  it('somebody else’s hat looks like a page that does not exist', async () => {
    const { page } = await world.visit();
    await signIn(page, 'creator@demo.test');
    await page.goto('/b/lumen-skin/finance/runs');
    await page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor();
  });

  it('an access token works as a bearer, and nothing is told to who has none', async () => {
    const caller = await Api.signIn(world.server.url, 'creator@demo.test');
    const { viewer } = await caller.ask<{ viewer: { user: { email: string } } }>('{ viewer { user { email } } }');
    expect(viewer.user.email).toBe('creator@demo.test');
    await expect(new Api(world.server.url, '').ask('{ partnerships(first: 1) { nodes { id } } }')).rejects.toThrow('UNAUTHENTICATED');
  });
});
