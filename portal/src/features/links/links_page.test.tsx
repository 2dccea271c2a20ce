import { fireEvent, render, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answering, CreatorStage } from '@/test/answers';
import LinksPage from './links_page';

const brand = { __typename: 'Brand', id: 'brd_1', name: 'Lumen Skin' };
const program = { __typename: 'Program', id: 'prg_1', name: 'Glow Circle', slug: 'glow-circle', status: 'ACTIVE', defaultDestinationUrl: 'https://lumen.example', brand, offer: { __typename: 'Offer', id: 'off_1', sentence: '15% of each sale' } };
const partnership = { __typename: 'Partnership', id: 'par_1', status: 'ACTIVE', pauseKind: null, statusReason: null, program, codes: [{ __typename: 'Code', id: 'cod_1', code: 'MAYA15', discount: 1000, endsAt: null, archivedAt: null }] };
const link = { __typename: 'Link', id: 'lnk_1', url: 'https://go.example/r/maya-ig', destinationUrl: 'https://lumen.example', platform: 'INSTAGRAM', label: '', createdAt: '2026-11-01T00:00:00Z', archivedAt: null, clicksByDay: [1, 2, 3], totals: { __typename: 'Figures', clicks: 6, orders: 1 }, partnership: { __typename: 'Partnership', id: 'par_1' } };
const answer = (partnerships: object[]) => ({ partnerships: { nodes: partnerships }, links: { nodes: [link], pageInfo: { hasNextPage: false } }, viewer: { creator: { id: 'cre_1', handle: 'maya', socialAccounts: [{ id: 'soc_1', platform: 'TIKTOK' }] } } });

function stage(answers: Record<string, object>, at = '/creator/links') {
  const made = answering(answers);
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
