import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import type { IntegrationKind } from '@/gql/graphql';
import { formatRelative, plural } from '@/lib/format';
import { Button, FormErrors, Status, toast, useForm } from '@/ui';
import { credentialWords, typedCredentials } from './credentials';
import { CredentialsFields } from './credentials_fields';
import { SetShopCredentialsDocument, type ShopAccess as Access } from './shop_set_up_document';

/** How the credentials stand, in words. */
function AccessStatus({ access }: { access: Access }) {
  const asked = access.checkedAt ? `Last asked ${formatRelative(access.checkedAt)}.` : '';
  switch (access.state) {
    case 'CHECKING':
      return <Status tone="wait" detail={access.reason || 'This takes some seconds.'}>The shop is being asked</Status>;
    case 'FAILED':
      return <Status tone="bad" detail={access.reason}>Codes cannot be made in the shop</Status>;
    case 'ACTIVE':
      return access.reason ? (
        <Status tone="wait" detail={access.reason}>Codes are made, webhooks are not</Status>
      ) : (
        <Status tone="ok" detail={[access.webhookTopics.length > 0 ? `${plural(access.webhookTopics.length, 'webhook', 'webhooks')} registered.` : '', asked].filter(Boolean).join(' ')}>Codes and webhooks are made by themselves</Status>
      );
  }
}

/** What the brand gave so that codes and webhooks are made in its shop, and the form for it. */
export function ShopAccess({ integrationId, kind, access, mayChange }: { integrationId: string; kind: IntegrationKind; access: Access | null | undefined; mayChange: boolean }) {
  const [asked, setAsked] = useState(false);
  const [, give] = useMutation(SetShopCredentialsDocument);
  const form = useForm({
    initial: { key: '', secret: '' },
    fields: ['credentials', 'credentials.key', 'credentials.secret'],
    async send(values) {
      const answer = await give({ input: { integrationId, credentials: typedCredentials(kind, values.key, values.secret) ?? { key: null, secret: '' } } }, { additionalTypenames: ['Integration', 'Code'] });
      const errors = errorsOf(answer, (data) => data.setShopCredentials);
      if (errors.length === 0) {
        form.reset({ key: '', secret: '' });
        setAsked(false);
        toast('Kept. The shop is being asked.');
      }
      return errors;
    },
  });
  if (!credentialWords(kind)) return null;
  return (
    <div className="grid">
      {access ? <AccessStatus access={access} /> : <p className="mut">Give us access to the shop’s API, and the codes of your creators and the webhooks are made there by themselves. Without it both are made by hand.</p>}
      {mayChange && !asked && (
        <span>
          <Button small onClick={() => setAsked(true)}>{access ? 'Enter new credentials' : 'Enter credentials'}</Button>
        </span>
      )}
      {mayChange && asked && (
        <form className="grid" onSubmit={form.onSubmit} noValidate>
          <CredentialsFields kind={kind} apiKey={form.values.key} apiSecret={form.values.secret} onKey={(value) => form.set('key', value)} onSecret={(value) => form.set('secret', value)} errorAt={form.errorAt} />
          <FormErrors messages={form.rest} />
          <span className="row g2">
            <Button kind="primary" type="submit" busy={form.busy}>Keep, and ask the shop</Button>
            <Button onClick={() => setAsked(false)}>Leave it</Button>
          </span>
        </form>
      )}
    </div>
  );
}
