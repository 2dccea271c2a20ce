import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { DEMO_PASSWORD } from './api';

/** Every page is looked at in both. */
export const SIZES = {
  desk: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export type Size = keyof typeof SIZES;
export type Scheme = 'light' | 'dark';

/** A wait for something on a page, milliseconds: the server runs with the race detector, beside a second worker. */
export const PATIENCE_MS = 30_000;

/** Starts Chromium with an empty profile. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page that remembers what went wrong on it. */
export interface Watched {
  page: Page;
  context: BrowserContext;
  /** What went wrong since it was asked last: violations of the policy, errors of scripts and console, failed requests. */
  troubles: () => string[];
  close: () => Promise<void>;
}

/** Opens an empty, watched page of a person of its own. */
export async function open(browser: Browser, url: string, options: { size?: Size; scheme?: Scheme } = {}): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZES[options.size ?? 'desk'],
    colorScheme: options.scheme ?? 'light',
    // Nothing is half faded when it is looked at.
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  let troubles: string[] = [];
  await context.exposeFunction('reportViolation', (text: string) => void troubles.push(`policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      (window as unknown as { reportViolation: (text: string) => void }).reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`);
    });
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`answer ${response.status()}: ${response.request().method()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    // Leaving a page gives up what it was still asking for.
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') troubles.push(`request: ${reason} ${request.url()}`);
  });
  return {
    page,
    context,
    troubles: () => {
      const found = troubles;
      troubles = [];
      return found;
    },
    close: () => context.close(),
  };
}

/** Signs in as a person does and waits for the frame. `here` when the sign-in page is open already. */
export async function signIn(page: Page, email: string, { here = false }: { here?: boolean } = {}): Promise<void> {
  if (!here) await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('.app').waitFor();
}

/** Waits until a page has its heading and nothing of it is still loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .sk, .loadline') && document.querySelector('h1') !== null);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** What is wrong with the page as it stands: troubles since the last look, axe's findings, sideways scrolling, no title of its own. */
export async function look({ page, troubles }: Watched): Promise<string[]> {
  const found: string[] = [];
  // Pages have no frames, so nothing has to be gathered from them; and only what is wrong is asked for.
  const axe = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
  for (const violation of axe.violations) {
    if (violation.impact === 'minor') continue;
    found.push(`axe ${violation.impact ?? ''} ${violation.id}: ${violation.nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${(node.failureSummary ?? '').replace(/\s+/g, ' ')}`).join(' | ')}`);
  }
  const shape = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth - width;
    const over = wide > 0 ? [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > width + 1).slice(0, 3) : [];
    return { wide, over: over.map((element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">`), title: document.title, trouble: document.querySelector('.trouble')?.textContent ?? null };
  });
  if (shape.wide > 0) found.push(`the page is ${shape.wide} px wider than its window: ${shape.over.join(' ')}`);
  if (!/\S+.* – Tributary$/.test(shape.title)) found.push(`the title says only “${shape.title}”`);
  if (shape.trouble) found.push(`an error stands on the page: ${shape.trouble}`);
  return [...troubles(), ...found];
}
