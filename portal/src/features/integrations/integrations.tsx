import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { IntegrationKind, IntegrationsQuery } from '@/gql/graphql';
import { formatDate, formatRelative } from '@/lib/format';
import { BlockSkeleton, Button, ButtonLink, Card, Confirm, CopyButton, DataTable, EmptyPage, FormErrors, Icon, Loaded, MoreRows, PageHead, SelectField, SidePanel, Status, TextField, toast, useForm, usePanel, type Column } from '@/ui';
import { credentialWords, typedCredentials } from './credentials';
import { CredentialsFields } from './credentials_fields';
import { Deliveries } from './deliveries';
import { LatestDeliveries } from './latest_deliveries';
import { SigningSecret } from './rotate_secret';
import { kindOf, KINDS } from './set_up';
import { ShopSetUp } from './shop_set_up';
import './integrations.css';

const IntegrationsDocument = graphql(`
  query Integrations($brandId: ID!, $first: Int, $after: String) {
    integrations(brandId: $brandId, first: $first, after: $after) {
      nodes {
        id
        kind
        store
        status
        webhookUrl
        lastDeliveryAt
        previousSecretUntil
        createdAt
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

const ConnectDocument = graphql(`
  mutation ConnectIntegration($input: ConnectIntegrationInput!) {
    connectIntegration(input: $input) {
      integration {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

const DisconnectDocument = graphql(`
  mutation DisconnectIntegration($input: DisconnectIntegrationInput!) {
    disconnectIntegration(input: $input) {
      integration {
        id
        status
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Row = IntegrationsQuery['integrations']['nodes'][number];

const stateOf = (row: Row) =>
  row.status === 'DISCONNECTED' ? (
    <Status tone="quiet">Disconnected</Status>
  ) : row.lastDeliveryAt ? (
    <Status tone="ok" detail={`Last word ${formatRelative(row.lastDeliveryAt)}`}>Connected</Status>
  ) : (
    <Status tone="wait" detail="Set it up at the shop">Nothing came yet</Status>
  );

const columns: Column<Row>[] = [
  { key: 'store', head: 'Shop', cell: (row) => <><b className="b">{row.store}</b><span className="sm mut">{kindOf(row.kind).label}</span></>, phone: 'name', sort: (row) => row.store, ascendingFirst: true },
  { key: 'state', head: 'State', cell: stateOf, phone: 'sentence' },
  { key: 'since', head: 'Connected', right: true, cell: (row) => <span className="mut">{formatDate(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt },
];

/** Shops and services that tell orders, with the address and the steps for each. */
export default function Integrations() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const panel = usePanel();
  const list = useRows({ query: IntegrationsDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.integrations, types: ['Integration'] });
  const connect = may('manageIntegrations') && (
    <Button kind="primary" icon="plus" onClick={() => panel.show('new')}>
      Connect a shop
    </Button>
  );
  const importing = may('writeOrders') && (
    <ButtonLink icon="inbox" to={`${hat.base}/imports`}>
      Import orders
    </ButtonLink>
  );
  const open = list.rows?.find((row) => row.id === panel.open);
  return (
    <>
      <PageHead title="Integrations" line="Where your orders come from. Each delivery is signed by the shop and counted once." actions={<>{importing}{list.rows?.length ? connect : null}</>} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<BlockSkeleton height={220} />}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage
              title="Connect where you sell"
              action={connect || undefined}
              steps={KINDS.slice(0, 3).map((kind) => ({ name: kind.label, detail: kind.line }))}
            >
              Once your shop tells its orders, each one shows who brought it, within a second.
            </EmptyPage>
          ) : (
            <>
              <Card label="Integrations">
                <DataTable label="Integrations" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="shop" many="shops" more={list.more} busy={list.loadingMore} />} />
              </Card>
              <Deliveries shops={rows} />
            </>
          )
        }
      </Loaded>
      {panel.open === 'new' && may('manageIntegrations') && <Connect onClose={panel.close} onMade={(id) => panel.show(id)} />}
      {open && <IntegrationPanel key={open.id} integration={open} onClose={panel.close} />}
    </>
  );
}

function Connect({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const brand = useBrand();
  const [, connect] = useMutation(ConnectDocument);
  const form = useForm({
    initial: { kind: 'SHOPIFY' as IntegrationKind, store: '', secret: '', apiKey: '', apiSecret: '' },
    fields: ['kind', 'store', 'secret', 'credentials', 'credentials.key', 'credentials.secret'],
    async send(values) {
      const credentials = typedCredentials(values.kind, values.apiKey, values.apiSecret);
      const answer = await connect({ input: { brandId: brand.id, kind: values.kind, store: values.store.trim(), secret: values.secret.trim() || null, credentials } });
      const errors = errorsOf(answer, (data) => data.connectIntegration);
      const made = answer.data?.connectIntegration.integration;
      if (errors.length === 0 && made) {
        toast('Connected. Now set it up at the shop.');
        onMade(made.id);
      }
      return errors;
    },
  });
  const words = kindOf(form.values.kind);
  return (
    <SidePanel label="Connect a shop" head={<span className="grow"><b className="b blk">Connect a shop</b><span className="sm mut">{words.line}</span></span>} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label="What it is" value={form.values.kind} options={KINDS} onValue={(value) => form.set('kind', value as IntegrationKind)} error={form.errorAt('kind')} />
        <TextField label={words.storeLabel} hint={words.storeHint} autoCapitalize="none" spellCheck={false} value={form.values.store} onValue={(value) => form.set('store', value)} error={form.errorAt('store')} />
        <TextField label={words.secretLabel} hint={words.secretHint} type="password" autoComplete="off" value={form.values.secret} onValue={(value) => form.set('secret', value)} error={form.errorAt('secret')} />
        {credentialWords(form.values.kind) && (
          <fieldset className="grid" style={{ border: 0 }}>
            <legend className="b" style={{ marginBottom: 10 }}>Codes and webhooks by themselves, if you like</legend>
            <CredentialsFields kind={form.values.kind} apiKey={form.values.apiKey} apiSecret={form.values.apiSecret} onKey={(value) => form.set('apiKey', value)} onSecret={(value) => form.set('apiSecret', value)} errorAt={form.errorAt} />
            {credentialWords(form.values.kind)?.makesSecret && <p className="sm dim">With these the secret above may stay empty: one is made.</p>}
          </fieldset>
        )}
        <p className="sm dim">Secrets are kept encrypted and are never shown again.</p>
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          Connect, and show the address
        </Button>
      </form>
    </SidePanel>
  );
}

function IntegrationPanel({ integration, onClose }: { integration: Row; onClose: () => void }) {
  const may = useMay();
  const [, disconnect] = useMutation(DisconnectDocument);
  const [asking, setAsking] = useState(false);
  const deed = useDeed();
  const words = kindOf(integration.kind);
  const works = integration.status === 'ACTIVE';
  return (
    <SidePanel
      label={integration.store}
      onClose={onClose}
      head={
        <>
          <span className="tile" aria-hidden="true"><Icon name="webhook" size={20} /></span>
          <span className="grow">
            <b className="b ell blk lead" style={{ fontWeight: 600 }}>{integration.store}</b>
            <span className="sm mut">{words.label}</span>
          </span>
        </>
      }
      foot={works && may('manageIntegrations') ? <Button kind="danger" onClick={() => setAsking(true)}>Disconnect</Button> : undefined}
    >
      <div className="grid">
        {stateOf(integration)}
        <LatestDeliveries integrationId={integration.id} />
        {works ? (
          <>
            <section>
              <h3 style={{ marginBottom: 6 }}>Address for the shop</h3>
              <div className="hook">
                <code>{integration.webhookUrl}</code>
                <CopyButton text={integration.webhookUrl} label="Copy the address" />
              </div>
            </section>
            <section>
              <h3 style={{ marginBottom: 8 }}>Set it up at {words.label === 'A signed call of your own' ? 'your server' : words.label}</h3>
              <ol className="steplist">
                {words.steps.map((step, index) => (
                  <li key={step}>
                    <span className="nn">{index + 1}</span>
                    <span>{step}</span>
                  </li>
                ))}
              </ol>
            </section>
            <ShopSetUp integration={integration} />
            <SigningSecret shop={integration} />
          </>
        ) : (
          <p className="mut">Its deliveries are refused. Orders that came before stay. Connect the shop again to go on.</p>
        )}
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Disconnect ${integration.store}`}
        button="Disconnect"
        {...deed}
        onConfirm={() =>
          void deed.run(async () => errorsOf(await disconnect({ input: { integrationId: integration.id } }), (data) => data.disconnectIntegration)).then((done) => {
            if (done) setAsking(false);
          })
        }
      >
        From now on its deliveries are refused, so new orders earn nobody anything. Orders that came before stay.
      </Confirm>
    </SidePanel>
  );
}
