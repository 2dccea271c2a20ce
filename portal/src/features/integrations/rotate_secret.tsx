import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { onceKey } from '@/api/once_key';
import type { IntegrationKind } from '@/gql/graphql';
import { formatDateTime } from '@/lib/format';
import { Button, CopyButton, Dialog, FormErrors, SelectField, Status, TextField, useForm } from '@/ui';
import { RotateIntegrationSecretDocument } from './deliveries_document';
import { kindOf } from './set_up';

/** Shops that sign with a secret that the brand chooses; the others make it themselves. */
const CHOSEN: readonly IntegrationKind[] = ['WOOCOMMERCE', 'POSTBACK'];

const GRACES: readonly { value: string; label: string }[] = [
  { value: '0', label: 'Not at all: it is known to others' },
  { value: '1', label: 'One more hour' },
  { value: '24', label: 'One more day' },
  { value: '72', label: 'Three more days' },
  { value: '168', label: 'One more week' },
];

interface Shop {
  id: string;
  kind: IntegrationKind;
  store: string;
  previousSecretUntil?: string | null;
}

/** The secret that a shop signs with: until when a former one counts too, and putting a new one in its place. */
export function SigningSecret({ shop }: { shop: Shop }) {
  const [open, setOpen] = useState(false);
  const former = shop.previousSecretUntil;
  return (
    <section>
      <h3 style={{ marginBottom: 6 }}>Signing secret</h3>
      <div className="grid" style={{ gap: 10 }}>
        {former ? (
          <Status tone="wait" detail="Until then, what is signed with either one is taken.">
            The former one counts until {formatDateTime(former, 'short')}
          </Status>
        ) : (
          <p className="mut">It is kept encrypted and is never shown again.</p>
        )}
        <div>
          <Button small icon="key" onClick={() => setOpen(true)}>
            Change the secret
          </Button>
        </div>
      </div>
      <Dialog open={open} onClose={() => setOpen(false)} title={`A new secret for ${shop.store}`}>
        <RotateSecret shop={shop} onClose={() => setOpen(false)} />
      </Dialog>
    </section>
  );
}

function RotateSecret({ shop, onClose }: { shop: Shop; onClose: () => void }) {
  const [, rotate] = useMutation(RotateIntegrationSecretDocument);
  const [kept, setKept] = useState<{ secret: string; until: string | null } | null>(null);
  const [seen, setSeen] = useState(false);
  const words = kindOf(shop.kind);
  const chosen = CHOSEN.includes(shop.kind);
  const form = useForm({
    initial: { secret: '', graceHours: '24' },
    async send(values) {
      const secret = values.secret.trim();
      const answer = await rotate({ input: { integrationId: shop.id, secret, graceHours: Number(values.graceHours) } });
      const errors = errorsOf(answer, (data) => data.rotateIntegrationSecret);
      if (errors.length === 0) setKept({ secret, until: answer.data?.rotateIntegrationSecret.integration?.previousSecretUntil ?? null });
      return errors;
    },
  });
  if (kept) {
    return (
      <div className="grid">
        <Status tone="ok" detail={kept.until ? `The former one counts until ${formatDateTime(kept.until, 'short')}, so that nothing is lost meanwhile.` : 'The former one counts no longer: what is signed with it is refused.'}>
          The new secret counts from now on
        </Status>
        <div className="hook">
          <code>{kept.secret}</code>
          <CopyButton text={kept.secret} label="Copy the secret" />
        </div>
        <p className="sm mut">{chosen ? `Write it into ${shop.kind === 'POSTBACK' ? 'your server' : `each webhook in ${words.label}`} now. ` : ''}It is shown this once.</p>
        <div>
          <Button kind="primary" onClick={onClose}>
            I have kept it
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut">{chosen ? 'Put the new secret in here first, then write the same at the shop. Until the shop has it, the former one goes on counting for as long as you say.' : `Make a new one in ${words.label} and put it in here. What ${words.label} signed with the former one before is still on its way.`}</p>
      <TextField
        label={chosen ? 'New secret' : words.secretLabel}
        hint={chosen ? 'At least 8 characters; longer is better.' : words.secretHint}
        type={seen ? 'text' : 'password'}
        autoComplete="off"
        spellCheck={false}
        value={form.values.secret}
        onValue={(value) => form.set('secret', value)}
        error={form.errorAt('secret')}
        aside={
          chosen && (
            <button
              type="button"
              className="lk"
              onClick={() => {
                form.set('secret', `${onceKey()}${onceKey()}`);
                setSeen(true);
              }}
            >
              Make one
            </button>
          )
        }
      />
      <SelectField label="How long the former one counts too" value={form.values.graceHours} options={GRACES} onValue={(value) => form.set('graceHours', value)} error={form.errorAt('graceHours')} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind="primary" type="submit" busy={form.busy}>
          Change the secret
        </Button>
        <Button onClick={onClose}>Leave it</Button>
      </div>
    </form>
  );
}
