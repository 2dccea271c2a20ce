import type { BrowserContext } from 'playwright-core';

/** What a phone says it is: headless browsers are counted as robots. */
export const SHOPPER = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';

/** Follows a link as a shopper's phone does and gives the parameters that the shop finds in its address. */
export async function shopVisit(context: BrowserContext, link: string): Promise<URLSearchParams> {
  await context.route('https://lumen-skin.test/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Lumen Skin</title><h1>Welcome to the shop</h1>' }));
  const page = await context.newPage();
  const led = page.waitForRequest((sent) => sent.url().startsWith('https://lumen-skin.test/'));
  // There is no such shop, so the browser is led there and finds no host; the shop answers when it comes without being led.
  await page.goto(link).catch(() => undefined);
  const address = (await led).url();
  const shop = await context.newPage();
  await shop.goto(address);
  await shop.getByRole('heading', { name: 'Welcome to the shop' }).waitFor();
  return new URL(address).searchParams;
}
