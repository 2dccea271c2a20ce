import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { CreatorProfileFragment, Platform } from '@/gql/graphql';
import { formatBasisPoints, formatCompact, plural } from '@/lib/format';
import { PLATFORM_OPTIONS, platformIcon, platformName } from '@/lib/platform';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { Icon } from '@/ui/icon';
import { Status } from '@/ui/status';
import { toast } from '@/ui/toast';
import { AddSocialAccountDocument } from './settings_document';

const CHANGES = { additionalTypenames: ['Creator', 'SocialAccount'] };

const ADDRESS: Partial<Record<Platform, (handle: string) => string>> = {
  INSTAGRAM: (handle) => `https://www.instagram.com/${handle}`,
  TIKTOK: (handle) => `https://www.tiktok.com/@${handle}`,
  YOUTUBE: (handle) => `https://www.youtube.com/@${handle}`,
  TWITCH: (handle) => `https://www.twitch.tv/${handle}`,
  PINTEREST: (handle) => `https://www.pinterest.com/${handle}`,
  X: (handle) => `https://x.com/${handle}`,
  FACEBOOK: (handle) => `https://www.facebook.com/${handle}`,
  SNAPCHAT: (handle) => `https://www.snapchat.com/add/${handle}`,
};

/** The usual address of a handle; empty where there is none. */
export function usualAddress(platform: Platform, handle: string): string {
  const name = handle.trim().replace(/^@/, '');
  return name === '' ? '' : (ADDRESS[platform]?.(encodeURIComponent(name)) ?? '');
}

/** Where the creator publishes, and a form for one more. */
export function SocialAccounts({ accounts }: { accounts: CreatorProfileFragment['socialAccounts'] }) {
  return (
    <div className="cols wide">
      <Card title="Where you publish">
        {accounts.length === 0 ? (
          <p className="pad mut" style={{ paddingTop: 0 }}>
            Nothing yet. Brands decide by what they can look at: add the account that you use most.
          </p>
        ) : (
          <ul className="soclist">
            {accounts.map((account) => (
              <li key={account.id}>
                <span className="dim">
                  <Icon name={platformIcon(account.platform)} size={18} />
                </span>
                <span className="grow">
                  <a className="b rowlink" href={account.url} target="_blank" rel="noreferrer noopener">
                    {account.handle}
                  </a>
                  <span className="sm mut blk">
                    {platformName(account.platform)}
                    {account.followers > 0 ? `, ${formatCompact(account.followers)} ${account.followers === 1 ? 'follower' : 'followers'}` : ''}
                    {account.engagement > 0 ? `, ${formatBasisPoints(account.engagement)} react` : ''}
                  </span>
                </span>
                <Status tone={account.verifiedAt ? 'ok' : 'quiet'}>{account.verifiedAt ? 'Shown to be yours' : 'As you said'}</Status>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <AddAccount count={accounts.length} />
    </div>
  );
}

/** At most this many accounts. */
const MOST = 20;
const EMPTY = { platform: 'INSTAGRAM' as Platform, handle: '', url: '', followers: '', engagement: '' };

function AddAccount({ count }: { count: number }) {
  const [, add] = useMutation(AddSocialAccountDocument);
  const form = useForm({
    initial: EMPTY,
    async send(values) {
      const followers = values.followers.replace(/[\s.,’']/g, '');
      const engagement = values.engagement.replace('%', '').replace(',', '.').trim();
      const wrong = [];
      if (followers !== '' && !/^\d{1,9}$/.test(followers)) wrong.push({ code: 'BAD_FORMAT', message: 'Write a whole number.', field: ['followers'] });
      if (engagement !== '' && !/^\d{1,2}(\.\d{1,2})?$/.test(engagement)) wrong.push({ code: 'BAD_FORMAT', message: 'Write a percentage such as 4.5.', field: ['engagement'] });
      if (wrong.length > 0) return wrong;
      const result = await add(
        {
          input: {
            platform: values.platform,
            handle: values.handle.trim(),
            url: values.url.trim() || usualAddress(values.platform, values.handle),
            followers: followers === '' ? 0 : Number(followers),
            engagement: engagement === '' ? 0 : Math.round(Number(engagement) * 100),
          },
        },
        CHANGES,
      );
      if (result.error) throw asTrouble(result.error);
      const account = result.data?.addSocialAccount.socialAccount;
      if (account) {
        toast(`${platformName(account.platform)} is added.`);
        form.reset(EMPTY);
      }
      return result.data?.addSocialAccount.userErrors;
    },
  });
  if (count >= MOST) {
    return (
      <Card title="Add an account" pad>
        <p className="mut">{plural(MOST, 'account is', 'accounts are')} the most that a profile holds.</p>
      </Card>
    );
  }
  return (
    <Card title="Add an account" pad>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label="Platform" options={PLATFORM_OPTIONS} value={form.values.platform} onValue={(value) => form.set('platform', value as Platform)} error={form.errorAt('platform')} />
        <TextField label="Name there" autoCapitalize="none" spellCheck={false} value={form.values.handle} onValue={(value) => form.set('handle', value)} error={form.errorAt('handle')} />
        <TextField label="Address" type="url" inputMode="url" placeholder={usualAddress(form.values.platform, form.values.handle) || 'https://'} value={form.values.url} onValue={(value) => form.set('url', value)} error={form.errorAt('url')} />
        <div className="two2">
          <TextField label="Followers" inputMode="numeric" value={form.values.followers} onValue={(value) => form.set('followers', value)} error={form.errorAt('followers')} />
          <TextField label="React, in percent" inputMode="decimal" value={form.values.engagement} onValue={(value) => form.set('engagement', value)} error={form.errorAt('engagement')} />
        </div>
        <FormErrors messages={form.rest} />
        <Button kind="primary" type="submit" wide busy={form.busy}>
          Add the account
        </Button>
      </form>
    </Card>
  );
}
