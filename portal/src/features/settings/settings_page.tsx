import { useQuery } from 'urql';
import { Card } from '@/ui/card';
import { Tabs } from '@/ui/choice';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { BlockSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { ProfileForm } from './profile_form';
import { Security } from './security';
import { SettingsDocument } from './settings_document';
import { SocialAccounts } from './social_accounts';
import './settings.css';

const TABS = [
  { key: 'profile', label: 'Profile', to: '/creator/settings' },
  { key: 'accounts', label: 'Where you publish', to: '/creator/settings?show=accounts' },
  { key: 'security', label: 'Signing in', to: '/creator/settings?show=security' },
];
const CONTEXT = { additionalTypenames: ['Creator', 'SocialAccount'] };

/** The creator's profile, where they publish, and how they sign in. */
export default function SettingsPage() {
  const view = useView();
  const show = TABS.find((tab) => tab.key === view.get('show'))?.key ?? 'profile';
  const [{ data, error }, again] = useQuery({ query: SettingsDocument, context: CONTEXT, pause: show === 'security' });
  const creator = data?.viewer?.creator;
  return (
    <>
      <PageHead title="Settings" line="What brands see of you, where you publish, and how you sign in." />
      <div style={{ marginBottom: 16 }}>
        <Tabs label="Settings" tabs={TABS} current={show} />
      </div>
      {show === 'security' ? (
        <Security />
      ) : creator ? (
        show === 'profile' ? (
          <ProfileForm key={creator.id} creator={creator} />
        ) : (
          <SocialAccounts accounts={creator.socialAccounts} />
        )
      ) : error ? (
        <Card label="Settings">
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </Card>
      ) : (
        <BlockSkeleton height={420} />
      )}
    </>
  );
}
