import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answering, CreatorStage } from '@/test/answers';
import LinksPage from './links_page';

const brand = { __typename: 'Brand', id: 'brd_1', name: 'Lumen Skin' };
const program = { __typename: 'Program', id: 'prg_1', name: 'Glow Circle', slug: 'glow-circle', status: 'ACTIVE', defaultDestinationUrl: 'https://lumen.example', currency: 'EUR', brand, offer: { __typename: 'Offer', id: 'off_1', sentence: '15% of each sale' } };
const partnership = { __typename: 'Partnership', id: 'par_1', status: 'ACTIVE', pauseKind: null, statusReason: null, program, codes: [{ __typename: 'Code', id: 'cod_1', code: 'MAYA15', discount: 1000, endsAt: null, archivedAt: null }] };
const link = { __typename: 'Link', id: 'lnk_1', url: 'https://go.example/r/maya-ig', qrSvgUrl: 'https://go.example/r/maya-ig/qr.svg', qrPngUrl: 'https://go.example/r/maya-ig/qr.png', platform: 'INSTAGRAM', label: '', campaign: '', outOfStockAt: null, health: { __typename: 'LinkHealth', status: 'OK', checkedAt: null, detail: '' }, createdAt: '2026-11-01T00:00:00Z', archivedAt: null, clicksByDay: [1, 2, 3], totals: { __typename: 'Figures', clicks: 6, orders: 1 }, partnership: { __typename: 'Partnership', id: 'par_1' } };
const answer = (partnerships: object[]) => ({ partnerships: { nodes: partnerships }, links: { nodes: [link], pageInfo: { hasNextPage: false } }, viewer: { creator: { id: 'cre_1', handle: 'maya', socialAccounts: [{ id: 'soc_1', platform: 'TIKTOK' }] } } });

/** What the page asks besides its list: sales of the days, the live view, and where a link would lead. */
const BESIDES = {
  LinkSales: { performance: { asOf: '2026-11-22T14:05:00Z', rows: [{ __typename: 'PerformanceRow', key: 'lnk_1', figures: { __typename: 'Figures', orders: 2 } }] } },
  ClickActivity: { clickActivity: { at: '2026-11-22T14:05:00Z', clicks: 0, links: [] } },
  LinkFunnel: { funnel: { from: '2026-10-24', to: '2026-11-22', asOf: '2026-11-22T14:05:00Z', total: [{ kind: 'CLICK', count: 6, visitors: 5, fromClicks: 10_000, fromPrevious: null }, { kind: 'PAGE_VIEW', count: 9, visitors: 4, fromClicks: 8_000, fromPrevious: 8_000 }, { kind: 'ADD_TO_CART', count: 2, visitors: 2, fromClicks: 4_000, fromPrevious: 5_000 }, { kind: 'CHECKOUT', count: 1, visitors: 1, fromClicks: 2_000, fromPrevious: 5_000 }, { kind: 'ORDER', count: 1, visitors: null, fromClicks: 2_000, fromPrevious: 10_000 }], previous: [] } },
  LinkPreview: { linkPreview: { arrivalPreview: 'https://lumen.example/?tid=…&utm_source=maya', parameters: [{ name: 'tid', value: '…' }, { name: 'utm_source', value: 'maya' }] } },
};

function stage(answers: Record<string, object>, at = '/creator/links') {
  const made = answering({ ...BESIDES, ...answers });
  render(
    <CreatorStage client={made.client} path="/creator/links" at={at}>
      <LinksPage />
    </CreatorStage>,
  );
  return made;
}

describe('links and codes', () => {
  it('stand by program and platform, and a platform of the profile has its column', async () => {
    stage({ CreatorLinks: answer([partnership]) });
    const table = await screen.findByRole('table', { name: 'Links by program and platform' });
    expect(within(table).getAllByRole('columnheader').map((head) => head.textContent)).toEqual(['Program and code', 'Instagram', 'TikTok']);
    expect(within(table).getByRole('button', { name: 'Copy go.example/r/maya-ig' })).toBeTruthy();
    expect(within(table).getByRole('button', { name: 'Make a link for TikTok in Glow Circle' })).toBeTruthy();
    expect(within(table).getByText('10% off for your audience')).toBeTruthy();
  });

  it('say sales and clicks of the chosen days', async () => {
    stage({ CreatorLinks: answer([partnership]) });
    const table = await screen.findByRole('table', { name: 'Links by program and platform' });
    const cell = within(table).getAllByRole('cell').find((entry) => entry.textContent?.includes('maya-ig'));
    await waitFor(() => expect(cell?.textContent).toContain('2 sales'));
    expect(cell?.textContent).toContain('6 clicks');
  });

  it('say that nothing was clicked only while live clicks are none, and then which link they came through', async () => {
    const activity = { at: new Date().toISOString(), clicks: 3, links: [{ __typename: 'LinkActivity', clicks: 3, link: { __typename: 'Link', id: 'lnk_1', url: link.url, label: 'TikTok bio', platform: 'TIKTOK', creator: { __typename: 'Creator', id: 'cre_1', name: 'Maya Okafor' } } }] };
    stage({ CreatorLinks: answer([partnership]), ClickActivity: { clickActivity: activity } });
    expect((await screen.findByText('3 new clicks on TikTok bio')).closest('[role="status"]')).toBeTruthy();
    expect(screen.getByText(/just now/)).toBeTruthy();
  });

  it('get a new code in place of one that got around', async () => {
    const { sent } = stage({ CreatorLinks: answer([partnership]), RotateCode: { rotateCode: { code: { id: 'cod_2', code: 'MAYA15X' }, archivedCode: { id: 'cod_1', archivedAt: '2026-11-22T14:05:00Z' }, userErrors: [] } } });
    const table = await screen.findByRole('table', { name: 'Links by program and platform' });
    fireEvent.click(within(table).getByRole('button', { name: 'More for MAYA15' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Put a new code in its place' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Put it in place' }));
    await screen.findByText('MAYA15X works from now on, MAYA15 no longer does.');
    expect(sent.find((entry) => entry.name === 'RotateCode')?.variables).toEqual({ input: { codeId: 'cod_1', code: null } });
  });

  it('are made for all platforms of the creator at once, with a code where there is none', async () => {
    const { sent } = stage({ CreatorLinks: answer([{ ...partnership, codes: [] }]), CreateKit: { createKit: { links: [{ id: 'lnk_3', url: 'https://go.example/r/maya-tt', platform: 'TIKTOK' }, { id: 'lnk_4', url: 'https://go.example/r/maya-nl', platform: 'NEWSLETTER' }], code: { id: 'cod_3', code: 'MAYA' }, linksMade: 2, codeMade: true, userErrors: [] } } }, '/creator/links?make=kit');
    await screen.findByRole('button', { name: 'Make 1 link and 1 code' });
    fireEvent.click(screen.getByLabelText('Newsletter'));
    fireEvent.click(screen.getByRole('button', { name: 'Make 2 links and 1 code' }));
    await screen.findByText('All of it works from now on.');
    expect(screen.getByRole('button', { name: 'Copy MAYA' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy go.example/r/maya-nl' })).toBeTruthy();
    expect(sent.filter((entry) => entry.name === 'CreateKit').map((entry) => entry.variables)).toEqual([{ input: { partnershipId: 'par_1', platforms: ['TIKTOK', 'NEWSLETTER'], campaign: '', withCode: true } }]);
  });

  it('stand beside the way from clicks to orders', async () => {
    stage({ CreatorLinks: answer([partnership]) }, '/creator/links?funnel=table');
    const table = await screen.findByRole('table', { name: 'From clicks to orders' });
    expect(within(table).getAllByRole('row').map((row) => [...row.children].slice(0, 5).map((cell) => cell.textContent))).toEqual([
      ['Step', 'Visitors', 'Times', 'Of all visitors', 'Of the step before'],
      ['Followed a link', '5', '6', '–', '–'],
      ['Looked at the shop', '4', '9', '80%', '80%'],
      ['Filled the cart', '2', '2', '40%', '50%'],
      ['Began to pay', '1', '1', '20%', '50%'],
      ['Ordered', '–', '1', '20%', '100%'],
    ]);
  });

  it('are made from a cell with its program and platform', async () => {
    const { sent } = stage({ CreatorLinks: answer([partnership]), CreateLink: { createLink: { link: { id: 'lnk_2', url: 'https://go.example/r/maya-tt', platform: 'TIKTOK' }, userErrors: [] } } });
    fireEvent.click(await screen.findByRole('button', { name: 'Make a link for TikTok in Glow Circle' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Make the link' }));
    await screen.findByText('Your link works from now on');
    expect(screen.getByRole('button', { name: 'Copy the link' })).toBeTruthy();
    expect(sent.find((entry) => entry.name === 'CreateLink')?.variables).toMatchObject({ input: { partnershipId: 'par_1', platform: 'TIKTOK', destinationUrl: null, vanityCode: null } });
  });

  it('show a taken ending at its field', async () => {
    stage({ CreatorLinks: answer([partnership]), CreateLink: { createLink: { link: null, userErrors: [{ code: 'TAKEN', message: 'This ending is in use already.', field: ['vanityCode'] }] } } }, '/creator/links?make=link&in=par_1&on=TIKTOK');
    fireEvent.change(await screen.findByLabelText('Ending of the address'), { target: { value: 'maya' } });
    fireEvent.click(screen.getByRole('button', { name: 'Make the link' }));
    await screen.findByText('This ending is in use already.');
    expect(screen.getByLabelText<HTMLInputElement>('Ending of the address').value).toBe('maya');
    expect(screen.getByLabelText('Ending of the address').getAttribute('aria-invalid')).toBe('true');
  });

  it('teach the one next step while the terms wait', async () => {
    stage({ CreatorLinks: answer([{ ...partnership, status: 'AWAITING_TERMS' }]) });
    const next = await screen.findByRole('link', { name: 'Read and accept the terms' });
    expect(next.getAttribute('href')).toBe('/creator/programs/glow-circle');
  });
});
