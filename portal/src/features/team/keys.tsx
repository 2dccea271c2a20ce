import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand } from '@/frame/context';
import type { ApiScope, TeamKeysQuery } from '@/gql/graphql';
import { formatDate, formatRelative, plural } from '@/lib/format';
import { Button, Card, CheckField, Confirm, CopyButton, DataTable, EmptyPage, FormErrors, Icon, Loaded, MoreRows, SidePanel, Status, TableSkeleton, TextField, toast, useForm, usePanel, type Column } from '@/ui';
import { scopeName, SCOPES } from './role_words';
import { CreateApiKeyDocument, KeysDocument, RevokeApiKeyDocument } from './team_document';

type Key = NonNullable<TeamKeysQuery['brand']>['apiKeys']['nodes'][number];

const columns: Column<Key>[] = [
  { key: 'name', head: 'Key', cell: (row) => <><b className="b">{row.name}</b><span className="sm mut n">{row.prefix}…</span></>, phone: 'name', sort: (row) => row.name, ascendingFirst: true },
  { key: 'may', head: 'May', cell: (row) => (row.scopes.length === 1 && row.scopes[0] ? scopeName(row.scopes[0]) : plural(row.scopes.length, 'thing', 'things')), phone: 'sentence' },
  { key: 'state', head: 'State', cell: (row) => (row.revokedAt ? <Status tone="quiet" detail={formatDate(row.revokedAt)}>Ended</Status> : <Status tone="ok" detail={row.lastUsedAt ? `Used ${formatRelative(row.lastUsedAt)}` : 'Never used'}>Works</Status>), phone: 'state' },
  { key: 'made', head: 'Made', right: true, cell: (row) => <span className="mut">{formatDate(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt },
];

/** Keys of the brand's own programs. */
export function Keys() {
  const brand = useBrand();
  const panel = usePanel();
  const list = useRows({ query: KeysDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.brand?.apiKeys, types: ['ApiKey'] });
  const open = list.rows?.find((row) => row.id === panel.open);
  return (
    <>
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton rows={3} /></Card>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage title="No key was made yet">
              With a key your own programs record orders, read figures or make links over the API.
            </EmptyPage>
          ) : (
            <Card label="API keys">
              <DataTable label="API keys" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="key" many="keys" more={list.more} busy={list.loadingMore} />} />
            </Card>
          )
        }
      </Loaded>
      {panel.open === 'key' && <MakeKey onClose={panel.close} />}
      {open && <KeyPanel key={open.id} apiKey={open} onClose={panel.close} />}
    </>
  );
}

function MakeKey({ onClose }: { onClose: () => void }) {
  const brand = useBrand();
  const [, create] = useMutation(CreateApiKeyDocument);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const form = useForm({
    initial: { name: '', scopes: [] as ApiScope[] },
    async send({ name, scopes }) {
      const answer = await create({ input: { brandId: brand.id, name: name.trim(), scopes } });
      const errors = errorsOf(answer, (data) => data.createApiKey);
      const payload = answer.data?.createApiKey;
      if (errors.length === 0 && payload?.secret && payload.apiKey) setMade({ name: payload.apiKey.name, secret: payload.secret });
      return errors;
    },
  });
  if (made) {
    return (
      <SidePanel label="The new key" head={<span className="grow"><b className="b blk">{made.name}</b><span className="sm mut">The new key</span></span>} onClose={onClose} foot={<Button kind="primary" onClick={onClose}>I have kept it</Button>}>
        <div className="grid">
          <Status tone="wait" icon="warning" detail="It is not kept here. When it is lost, make a new key and end this one.">
            Copy the secret now, it is shown this once
          </Status>
          <div className="code" style={{ height: 'auto', padding: '8px 4px 8px 10px' }}>
            <code style={{ font: '500 12px/18px ui-monospace, monospace', overflowWrap: 'anywhere', letterSpacing: 0 }}>{made.secret}</code>
            <CopyButton text={made.secret} label="Copy the secret" />
          </div>
          <p className="sm mut row g2 top">
            <Icon name="info" size={14} />
            <span>
              Send it as “Authorization: Bearer” to <a className="lk" href="/graphql" target="_blank" rel="noreferrer">/graphql</a>. Keep it on a server, never in a web page.
            </span>
          </p>
        </div>
      </SidePanel>
    );
  }
  return (
    <SidePanel label="Make a key" head={<span className="grow"><b className="b blk">Make a key</b><span className="sm mut">for a program of {brand.name}</span></span>} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="What to call it" placeholder="Shop server" autoComplete="off" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
        <fieldset style={{ border: 0 }}>
          <legend className="b" style={{ marginBottom: 10 }}>What it may do</legend>
          <div className="grid" style={{ gap: 10 }}>
            {SCOPES.map((scope) => (
              <CheckField key={scope.value} label={scope.label} checked={form.values.scopes.includes(scope.value)} onValue={(on) => form.set('scopes', on ? [...form.values.scopes, scope.value] : form.values.scopes.filter((entry) => entry !== scope.value))} />
            ))}
          </div>
          <FormErrors messages={[form.errorAt('scopes')].filter((message) => message !== undefined)} />
        </fieldset>
        <p className="sm dim">Give it only what it needs. No key may send money.</p>
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          Make the key
        </Button>
      </form>
    </SidePanel>
  );
}

function KeyPanel({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const [, revoke] = useMutation(RevokeApiKeyDocument);
  const [asking, setAsking] = useState(false);
  const deed = useDeed();
  return (
    <SidePanel label={apiKey.name} head={<span className="grow"><b className="b ell blk">{apiKey.name}</b><span className="sm mut n">{apiKey.prefix}…</span></span>} onClose={onClose} foot={apiKey.revokedAt ? undefined : <Button kind="danger" onClick={() => setAsking(true)}>End this key</Button>}>
      <div className="grid">
        {apiKey.revokedAt ? <Status tone="quiet" detail={`on ${formatDate(apiKey.revokedAt)}`}>Ended</Status> : <Status tone="ok" detail={apiKey.lastUsedAt ? `Used ${formatRelative(apiKey.lastUsedAt)}` : 'Never used'}>Works</Status>}
        <section>
          <h3 style={{ marginBottom: 8 }}>What it may do</h3>
          <ul className="grid" style={{ gap: 6 }}>
            {apiKey.scopes.map((scope) => (
              <li key={scope}>{scopeName(scope)}</li>
            ))}
          </ul>
        </section>
        <p className="mut">Made on {formatDate(apiKey.createdAt)}.</p>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`End ${apiKey.name}`}
        button="End it"
        {...deed}
        onConfirm={() =>
          void deed.run(async () => errorsOf(await revoke({ input: { apiKeyId: apiKey.id } }), (data) => data.revokeApiKey)).then((done) => {
            if (done) {
              setAsking(false);
              toast(`${apiKey.name} has ended`);
            }
          })
        }
      >
        Programs that use it are refused from now on. It cannot be made to work again.
      </Confirm>
    </SidePanel>
  );
}
