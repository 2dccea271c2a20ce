import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { graphql } from '@/gql';
import type { AdminBrandsQuery } from '@/gql/graphql';
import { countryName, countryOptions } from '@/lib/country';
import { currencyName, formatDate, sentenceCase } from '@/lib/format';
import { Avatar, Button, Card, DataTable, EmptyPage, Facts, FormErrors, Loaded, MoreRows, PageHead, PanelPerson, SelectField, SidePanel, TableMenu, TableSkeleton, TextField, toast, useForm, usePanel, type Column } from '@/ui';

const AdminBrandsDocument = graphql(`
  query AdminBrands($first: Int, $after: String) {
    brands(first: $first, after: $after) {
      nodes {
        id
        slug
        name
        websiteUrl
        country
        currency
        createdAt
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

const CreateBrandDocument = graphql(`
  mutation CreateBrand($input: CreateBrandInput!) {
    createBrand(input: $input) {
      brand {
        id
        name
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Row = AdminBrandsQuery['brands']['nodes'][number];

const host = (url: string) => url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');

const columns: Column<Row>[] = [
  {
    key: 'brand',
    head: 'Brand',
    cell: (row) => (
      <span className="row g3 nw">
        <Avatar name={row.name} brand />
        <span className="grow">
          <b className="b ell blk">{row.name}</b>
          <span className="sm dim ell blk">{host(row.websiteUrl)}</span>
        </span>
      </span>
    ),
    phone: 'name',
    sort: (row) => row.name,
    ascendingFirst: true,
    text: (row) => row.name,
  },
  { key: 'country', head: 'Based in', cell: (row) => countryName(row.country), phone: 'state', sort: (row) => countryName(row.country), ascendingFirst: true, text: (row) => row.country },
  { key: 'currency', head: 'Currency', cell: (row) => sentenceCase(currencyName(row.currency)), text: (row) => row.currency },
  { key: 'since', head: 'Since', right: true, cell: (row) => <span className="mut">{formatDate(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
];

/** Every brand of this deployment. */
export default function Brands() {
  const panel = usePanel();
  const list = useRows({ query: AdminBrandsDocument, variables: { first: 50 }, pick: (data) => data.brands, types: ['Brand'] });
  const open = list.rows?.find((row) => row.id === panel.open);
  const make = (
    <Button kind="primary" icon="plus" onClick={() => panel.show('new')}>
      Make a brand
    </Button>
  );
  return (
    <>
      <PageHead title="Brands" line="Every brand that runs programs here. Operating this server gives no right to their money." actions={list.rows?.length ? make : undefined} />
      {list.rows && list.rows.length > 0 && (
        <div className="tools">
          <TableMenu columns={columns} rows={list.rows} fileName="brands" />
        </div>
      )}
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton /></Card>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage title="There is no brand yet" action={make} steps={[{ name: 'Make a brand', detail: 'You become its first owner.' }, { name: 'Invite its people', detail: 'An owner, managers, and two people for money.' }, { name: 'They make a program', detail: 'And creators join it.' }]}>
              A brand has its own programs, people, funds and book.
            </EmptyPage>
          ) : (
            <Card label="Brands">
              <DataTable label="Brands" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="brand" many="brands" more={list.more} busy={list.loadingMore} />} />
            </Card>
          )
        }
      </Loaded>
      {panel.open === 'new' && <MakeBrand onClose={panel.close} />}
      {open && (
        <SidePanel label={open.name} head={<PanelPerson name={open.name} brand>{host(open.websiteUrl)}</PanelPerson>} onClose={panel.close}>
          <Facts
            items={[
              { name: 'Based in', value: countryName(open.country) },
              { name: 'Currency', value: sentenceCase(currencyName(open.currency)) },
              { name: 'Name in addresses', value: open.slug },
              { name: 'Since', value: formatDate(open.createdAt) },
              { name: 'Website', value: <a className="lk" href={open.websiteUrl} target="_blank" rel="noreferrer">{host(open.websiteUrl)}</a> },
            ]}
          />
        </SidePanel>
      )}
    </>
  );
}

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'DKK', 'NOK', 'PLN', 'CAD', 'AUD', 'JPY'];

function MakeBrand({ onClose }: { onClose: () => void }) {
  const [, create] = useMutation(CreateBrandDocument);
  const form = useForm({
    initial: { name: '', slug: '', websiteUrl: '', country: 'DE', currency: 'EUR' },
    async send(values) {
      const errors = errorsOf(await create({ input: { name: values.name.trim(), slug: values.slug.trim() || null, websiteUrl: values.websiteUrl.trim(), country: values.country, currency: values.currency } }), (data) => data.createBrand);
      if (errors.length === 0) {
        toast(`${values.name.trim()} is there, and you are its owner`);
        onClose();
      }
      return errors;
    },
  });
  const text = (key: 'name' | 'slug' | 'websiteUrl') => ({ value: form.values[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key) });
  return (
    <SidePanel label="Make a brand" head={<b className="b">Make a brand</b>} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="Name" {...text('name')} />
        <TextField label="Website" type="url" placeholder="https://" {...text('websiteUrl')} />
        <TextField label="Name in addresses" placeholder="Made from the name" autoCapitalize="none" spellCheck={false} {...text('slug')} />
        <SelectField label="Based in" value={form.values.country} options={countryOptions()} onValue={(value) => form.set('country', value)} error={form.errorAt('country')} />
        <SelectField label="Currency" value={form.values.currency} options={CURRENCIES.map((code) => ({ value: code, label: `${sentenceCase(currencyName(code))} (${code})` }))} onValue={(value) => form.set('currency', value)} error={form.errorAt('currency')} />
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          Make the brand
        </Button>
      </form>
    </SidePanel>
  );
}
