import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { BrandSettingsQuery } from '@/gql/graphql';
import { countryName } from '@/lib/country';
import { currencyName, formatDate, sentenceCase } from '@/lib/format';
import { Button, Card, CopyButton, Facts, FormErrors, Loaded, PageHead, PageSkeleton, Status, TextField, toast, useForm } from '@/ui';

const BrandSettingsDocument = graphql(`
  query BrandSettings($id: ID!) {
    brand(id: $id) {
      id
      slug
      name
      websiteUrl
      fallbackUrl
      country
      currency
      createdAt
      claimAnswerHours
      domains {
        id
        host
        verifiedAt
        recordName
        recordValue
        tracking
      }
    }
  }
`);

const UpdateBrandDocument = graphql(`
  mutation UpdateBrand($input: UpdateBrandInput!) {
    updateBrand(input: $input) {
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

const AddDomainDocument = graphql(`
  mutation AddBrandDomain($input: AddBrandDomainInput!) {
    addBrandDomain(input: $input) {
      domain {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

const VerifyDomainDocument = graphql(`
  mutation VerifyBrandDomain($input: VerifyBrandDomainInput!) {
    verifyBrandDomain(input: $input) {
      domain {
        id
        verifiedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

const SetTrackingDomainDocument = graphql(`
  mutation SetTrackingDomain($input: SetTrackingDomainInput!) {
    setTrackingDomain(input: $input) {
      domain {
        id
        tracking
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Brand = NonNullable<BrandSettingsQuery['brand']>;

const FRESH = { additionalTypenames: ['Brand', 'BrandDomain'] };

/** Name, website, and the domains that links may lead to. */
export default function BrandSettings() {
  const { id } = useBrand();
  const [{ data, error }, read] = useQuery({ query: BrandSettingsDocument, variables: { id }, context: FRESH });
  return (
    <Loaded data={data?.brand} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<PageSkeleton />}>
      {(brand) => (
        <>
          <PageHead title="Brand settings" line="What creators see of you, and where links may lead." />
          <div className="cols">
            <div className="grid">
              <Details key={brand.id} brand={brand} />
              <Domains brand={brand} />
            </div>
            <div><Card title="Fixed" pad>
              <Facts items={[{ name: 'Based in', value: countryName(brand.country) }, { name: 'Currency', value: sentenceCase(currencyName(brand.currency)) }, { name: 'In addresses', value: brand.slug }, { name: 'Since', value: formatDate(brand.createdAt) }]} />
            </Card></div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Details({ brand }: { brand: Brand }) {
  const may = useMay();
  const [, update] = useMutation(UpdateBrandDocument);
  const form = useForm({
    initial: { name: brand.name, websiteUrl: brand.websiteUrl, fallbackUrl: brand.fallbackUrl ?? '', claimAnswerHours: String(brand.claimAnswerHours) },
    async send(values) {
      const errors = errorsOf(await update({ input: { brandId: brand.id, name: values.name.trim(), websiteUrl: values.websiteUrl.trim(), claimAnswerHours: Math.round(Number(values.claimAnswerHours)) || 0, ...(values.fallbackUrl.trim() ? { fallbackUrl: values.fallbackUrl.trim() } : {}) } }), (data) => data.updateBrand);
      if (errors.length === 0) toast('Saved');
      return errors;
    },
  });
  const locked = !may('manageBrand');
  const text = (key: 'name' | 'websiteUrl' | 'fallbackUrl' | 'claimAnswerHours') => ({ value: form.values[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key), disabled: locked });
  return (
    <Card title="The brand" pad>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="Name" {...text('name')} />
        <TextField label="Website" type="url" {...text('websiteUrl')} />
        <TextField label="Where dead links lead" type="url" placeholder="Your website" hint="For links that are unknown or archived. On a domain that is yours." {...text('fallbackUrl')} />
        <TextField label="Hours until a claim is answered" type="number" inputMode="numeric" min={1} max={720} hint="What you promise to creators who miss a sale. They read it before they ask." {...text('claimAnswerHours')} />
        <FormErrors messages={form.rest} />
        {locked ? (
          <p className="sm dim">The owner changes this.</p>
        ) : (
          <div>
            <Button kind="primary" type="submit" busy={form.busy}>
              Save
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function Domains({ brand }: { brand: Brand }) {
  const may = useMay();
  const [, add] = useMutation(AddDomainDocument);
  const form = useForm({
    initial: { host: '' },
    async send({ host }) {
      const errors = errorsOf(await add({ input: { brandId: brand.id, host: host.trim().replace(/^https?:\/\//, '').replace(/\/.*$/, '') } }), (data) => data.addBrandDomain);
      if (errors.length === 0) form.reset({ host: '' });
      return errors;
    },
  });
  return (
    <Card title="Domains that links may lead to">
      {brand.domains.length === 0 && <p className="pad mut" style={{ paddingTop: 4 }}>None yet. Links of creators lead only to hosts that you showed to be yours.</p>}
      <ul>
        {brand.domains.map((domain) => (
          <li key={domain.id} style={{ borderTop: '1px solid var(--line)', padding: '12px var(--card-x)' }}>
            <Domain domain={domain} />
          </li>
        ))}
      </ul>
      {may('manageBrand') && (
        <form className="pad grid" style={{ borderTop: '1px solid var(--line)', gap: 12 }} onSubmit={form.onSubmit} noValidate>
          <TextField label="Add a host" placeholder="shop.example" autoCapitalize="none" spellCheck={false} value={form.values.host} onValue={(value) => form.set('host', value)} error={form.errorAt('host')} />
          <FormErrors messages={form.rest} />
          <div>
            <Button type="submit" busy={form.busy}>
              Add
            </Button>
          </div>
        </form>
      )}
    </Card>
  );
}

function Domain({ domain }: { domain: Brand['domains'][number] }) {
  const may = useMay();
  const [, verify] = useMutation(VerifyDomainDocument);
  const deed = useDeed();
  return (
    <>
      <div className="row between g3">
        <b className="b ell">{domain.host}</b>
        {domain.tracking ? <Status tone="ok" icon="link">Links are shared under it</Status> : domain.verifiedAt ? <Status tone="ok">Yours since {formatDate(domain.verifiedAt)}</Status> : <Status tone="wait">Not shown to be yours yet</Status>}
      </div>
      {!domain.verifiedAt && (
        <div className="grid" style={{ gap: 8, marginTop: 10 }}>
          <p className="sm mut">Add this TXT record where the domain is managed, then check it. It can take some minutes to be seen.</p>
          <div className="row between g3">
            <span className="sm dim">Name</span>
            <span className="row g1"><code className="sm" style={{ overflowWrap: 'anywhere' }}>{domain.recordName}</code><CopyButton text={domain.recordName} label="Copy the name of the record" /></span>
          </div>
          <div className="row between g3">
            <span className="sm dim">Value</span>
            <span className="row g1"><code className="sm" style={{ overflowWrap: 'anywhere' }}>{domain.recordValue}</code><CopyButton text={domain.recordValue} label="Copy the value of the record" /></span>
          </div>
          <FormErrors messages={deed.messages} />
          {may('manageBrand') && (
            <div>
              <Button small busy={deed.busy} onClick={() => void deed.run(async () => errorsOf(await verify({ input: { domainId: domain.id } }), (data) => data.verifyBrandDomain))}>
                Check it
              </Button>
            </div>
          )}
        </div>
      )}
      {domain.verifiedAt && may('manageBrand') && <Tracking domain={domain} />}
    </>
  );
}

/** Links under the brand's own name, such as go.shop.example, instead of this server's. */
function Tracking({ domain }: { domain: Brand['domains'][number] }) {
  const [, change] = useMutation(SetTrackingDomainDocument);
  const deed = useDeed();
  const server = window.location.hostname;
  return (
    <details className="more" style={{ marginTop: 10 }}>
      <summary className="sm">{domain.tracking ? 'Links under this host' : 'Share links under this host'}</summary>
      <div className="grid" style={{ gap: 10 }}>
        {domain.tracking ? (
          <p className="sm mut">
            Links of creators are written <code>https://{domain.host}/…</code>. When you turn it off, they are written with this server’s own name again; what was shared before works as long as {domain.host} leads here.
          </p>
        ) : (
          <>
            <p className="sm mut">
              For a host that is there for nothing else, such as go.{domain.host.replace(/^(www|go)\./, '')}: where the domain is managed, let it lead to this server, with https and its name kept. Links that are out already stay as they are.
            </p>
            <div className="row between g3">
              <span className="sm dim">CNAME record of {domain.host}</span>
              <span className="row g1"><code className="sm" style={{ overflowWrap: 'anywhere' }}>{server}</code><CopyButton text={server} label="Copy where the record leads" /></span>
            </div>
          </>
        )}
        <FormErrors messages={deed.messages} />
        <div>
          <Button
            small
            busy={deed.busy}
            onClick={() =>
              void deed
                .run(async () => errorsOf(await change({ input: { brandDomainId: domain.id, enabled: !domain.tracking } }), (data) => data.setTrackingDomain))
                .then((done) => {
                  if (done) toast(domain.tracking ? 'Links are written with this server’s name again.' : `Links are shared under ${domain.host} from now on.`);
                })
            }
          >
            {domain.tracking ? 'Turn it off' : 'Try it and turn it on'}
          </Button>
        </div>
      </div>
    </details>
  );
}
