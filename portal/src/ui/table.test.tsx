import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen, within } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { describe, expect, it } from 'vitest';
import { DataTable, readSort, sortRows, toCsv, type Column } from './table';

interface Row {
  id: string;
  name: string;
  orders: number | null;
}

const rows: Row[] = [
  { id: 'a', name: 'Instagram', orders: 324 },
  { id: 'b', name: 'Podcast, weekly', orders: null },
  { id: 'c', name: 'TikTok', orders: 276 },
];

const columns: Column<Row>[] = [
  { key: 'name', head: 'Platform', cell: (row) => row.name, phone: 'name', sort: (row) => row.name, ascendingFirst: true, text: (row) => row.name, sum: 'All' },
  { key: 'orders', head: 'Orders', cell: (row) => row.orders ?? '–', right: true, phone: 'amount', sort: (row) => row.orders, text: (row) => String(row.orders ?? ''), sum: '600' },
  { key: 'extra', head: 'Extra', cell: () => 'x', optional: true },
];

function show(address = '/', props: Partial<Parameters<typeof DataTable<Row>>[0]> = {}) {
  const router = createMemoryRouter(
    [
      { path: '/', element: <DataTable label="Platforms" rows={rows} columns={columns} rowKey={(row) => row.id} {...props} /> },
      { path: '/p/:id', element: <p>one platform</p> },
    ],
    { initialEntries: [address] },
  );
  render(
    <MantineProvider>
      <RouterProvider router={router} />
    </MantineProvider>,
  );
  const table = screen.getByRole('table', { name: 'Platforms' });
  const names = () => within(table).getAllByRole('row').slice(1).map((row) => row.firstElementChild?.textContent);
  return { router, table, names };
}

describe('a table', () => {
  it('sorts by figures downward first, keeps what is unknown at the end, and holds it in the URL', () => {
    const { router, names, table } = show();
    expect(names()).toEqual(['Instagram', 'Podcast, weekly', 'TikTok', 'All']);
    fireEvent.click(within(table).getByRole('button', { name: 'Orders' }));
    expect(router.state.location.search).toBe('?sort=-orders');
    expect(names()).toEqual(['Instagram', 'TikTok', 'Podcast, weekly', 'All']);
    fireEvent.click(within(table).getByRole('button', { name: 'Orders' }));
    expect(names()).toEqual(['TikTok', 'Instagram', 'Podcast, weekly', 'All']);
    expect(within(table).getByRole('columnheader', { name: 'Orders' }).getAttribute('aria-sort')).toBe('ascending');
  });

  it('starts as its address says', () => {
    expect(show('/?sort=-name&columns=name,extra').names()).toEqual(['TikTok', 'Podcast, weekly', 'Instagram', 'All']);
    expect(screen.queryByRole('columnheader', { name: 'Orders' })).toBeNull();
    expect(screen.getByRole('columnheader', { name: 'Extra' })).toBeTruthy();
  });

  it('leads to a page by link and by a press anywhere in the row', () => {
    const { router, table } = show('/', { to: (row) => `/p/${row.id}` });
    expect(within(table).getByRole('link', { name: 'TikTok' }).getAttribute('href')).toBe('/p/c');
    fireEvent.click(within(table).getByText('276'));
    expect(router.state.location.pathname).toBe('/p/c');
  });

  it('opens a panel by button and marks the open row', () => {
    const opened: string[] = [];
    const { table } = show('/', { onOpen: (row) => opened.push(row.id), open: 'a' });
    fireEvent.click(within(table).getByRole('button', { name: 'TikTok' }));
    expect(opened).toEqual(['c']);
    expect(within(table).getByRole('row', { name: /Instagram/ }).className).toContain('open');
  });
});

describe('rows', () => {
  it('keep their order among equals and without a sort', () => {
    expect(sortRows(rows, columns, null)).toBe(rows);
    expect(sortRows(rows, columns, readSort('-missing'))).toBe(rows);
  });

  it('are exported with quotes where needed and never as formulas', () => {
    expect(toCsv([{ id: 'd', name: '=HYPERLINK("x")', orders: -3 }, ...rows.slice(1, 2)], columns)).toBe(
      'Platform,Orders\r\n"\'=HYPERLINK(""x"")",-3\r\n"Podcast, weekly",\r\n',
    );
  });
});
