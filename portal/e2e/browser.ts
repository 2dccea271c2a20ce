import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** The server under test. */
export function baseUrl(): string {
  const url = process.env.TRIBUTARY_E2E_URL;
  if (!url) throw new Error('Set TRIBUTARY_E2E_URL to the address of a running server with demo data, such as http://localhost:8080');
  return url.replace(/\/$/, '');
}

/** Password of the demo's accounts. */
const DEMO_PASSWORD = 'tributary-demo';

/** Every page is looked at in both. */
export const sizes = [
  { name: 'desk', width: 1280, height: 900 },
  { name: 'phone', width: 390, height: 844 },
] as const;

/** A page that remembers what went wrong on it. */
export interface Watched {
  page: Page;
  context: BrowserContext;
  /** Violations of the content security policy, errors in the console, requests that failed. */
  troubles: string[];
  close: () => Promise<void>;
}

/** Starts Chromium with a profile of its own and opens an empty, watched page. */
export async function open(options: { width?: number; height?: number; scheme?: 'light' | 'dark' } = {}): Promise<Watched> {
  const profile = mkdtempSync(join(tmpdir(), 'tributary-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.scheme ?? 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const troubles: string[] = [];
  await page.exposeFunction('reportViolation', (text: string) => troubles.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      (window as unknown as { reportViolation: (text: string) => void }).reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`);
    });
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) troubles.push(`answer ${response.status()}: ${response.url()}`);
  });
  return {
    page,
    context,
    troubles,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Signs in as a demo account and waits for the frame. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${baseUrl()}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.app').waitFor();
}

/** What is wrong with the page as it stands: troubles so far, what axe finds serious, and sideways scrolling. */
export async function check({ page, troubles }: Watched): Promise<string[]> {
  const found = [...troubles];
  const axe = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  for (const violation of axe.violations) {
    if (violation.impact === 'serious' || violation.impact === 'critical') {
      found.push(`axe ${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`);
    }
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) found.push(`the page is ${wide} px wider than its window`);
  return found;
}
