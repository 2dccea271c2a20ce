import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, settled, signIn } from './browser';
import { newWorld } from './world';

const world = newWorld('reviews');

interface Due {
  reviews: { nodes: { id: string; partnership: { stage: string; creator: { name: string } } }[] };
}

describe('looking back', () => {
  it('a brand decides a review with the figures beside it, and the creator reads its words', async () => {
    const caller = await Api.signIn(world.server.url, 'brand@demo.test');
    const { viewer } = await caller.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
    const brandId = viewer.memberships.find(({ brand }) => brand.slug === 'lumen-skin')?.brand.id;
    const noor = (await caller.ask<Due>('query ($brandId: ID!) { reviews(first: 50, brandId: $brandId, status: DUE) { nodes { id partnership { stage creator { name } } } } }', { brandId })).reviews.nodes.find(({ partnership }) => partnership.creator.name === 'Noor Rahman');
    expect(noor?.partnership.stage).toBe('TRIAL');

    const brand = await world.visit();
    await signIn(brand.page, 'brand@demo.test');
    await brand.page.goto('/b/lumen-skin/reviews');
    await settled(brand.page);
    await brand.page.getByRole('table', { name: 'Reviews' }).getByRole('button', { name: /Noor Rahman/ }).click();
    const panel = brand.page.getByRole('complementary', { name: 'Review of Noor Rahman' });
    await panel.getByRole('table', { name: /beside the middle/ }).waitFor();
    await panel.getByRole('button', { name: 'Decide and tell Noor' }).click();
    await panel.locator('.err').waitFor();
    await panel.getByRole('button', { name: 'Go on', exact: true }).click();
    await panel.getByLabel('What Noor reads').fill('Your evenings sell. Please go on.');
    await panel.getByRole('button', { name: 'Decide and tell Noor' }).click();
    await brand.page.getByText('It goes on with Noor Rahman').first().waitFor();
    await brand.page.getByRole('navigation', { name: 'Reviews' }).getByRole('link', { name: 'Decided' }).click();
    await brand.page.getByRole('table', { name: 'Reviews' }).getByText('Your evenings sell.').waitFor();
    expect(await look(brand)).toEqual([]);
    const after = await caller.ask<{ node: { partnership: { stage: string } } }>('query ($id: ID!) { node(id: $id) { ... on Review { partnership { stage } } } }', { id: noor?.id });
    expect(after.node.partnership.stage).toBe('STANDARD');

    const creator = await world.visit({ size: 'phone' });
    await signIn(creator.page, 'noor@demo.test');
    await creator.page.goto('/creator/reviews');
    await settled(creator.page);
    await creator.page.getByText('It goes on', { exact: true }).waitFor();
    await creator.page.getByText('Your evenings sell. Please go on.').waitFor();
    expect(await look(creator)).toEqual([]);
  });

  it('a brand begins an experiment, deals its creators out, and is told that the sample is too small', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto('/b/lumen-skin/experiments');
    await settled(page);
    await page.getByRole('button', { name: 'Begin an experiment' }).click();
    const panel = page.getByRole('complementary', { name: 'Begin an experiment' });
    await panel.getByLabel('Name', { exact: true }).fill('Morning or evening');
    await panel.getByLabel('Arm A', { exact: true }).fill('Morning');
    await panel.getByRole('button', { name: 'Begin it' }).click();
    await panel.locator('.err').first().waitFor();
    await panel.getByLabel('Arm B', { exact: true }).fill('Evening');
    await panel.getByRole('button', { name: 'Deal out at random' }).click();
    await panel.getByText('Morning: 3, Evening: 3.').waitFor();
    await panel.getByRole('button', { name: 'Begin it' }).click();
    await page.getByText('“Morning or evening” runs from now on').first().waitFor();
    const made = page.getByRole('complementary', { name: 'Morning or evening' });
    await made.getByText('Too small a sample').waitFor();
    expect(watched.troubles()).toEqual([]);
    await settled(page);
    expect(await look(watched)).toEqual([]);
  });
});
