import type { CreatorHomeQuery } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { termsToAccept } from '../programs/accept_terms';
import { AT_STRIPE } from '../payouts/payout_words';

/** Something that the creator has to do, most pressing first. */
export interface Task {
  key: string;
  tone: 'bad' | 'wait' | 'quiet';
  icon: 'warning' | 'book' | 'link' | 'mail' | 'people' | 'compass';
  title: string;
  detail: string;
  /** When, or what follows from it. */
  until?: string;
  to: string;
}

/** What waits for the creator, read from how things stand; nothing is kept as a list of its own. */
export function tasksOf(data: CreatorHomeQuery): Task[] {
  const tasks: Task[] = [];
  const blocked = data.payoutPlan.find((plan) => plan.blockers.some((blocker) => AT_STRIPE.includes(blocker.reason)));
  const account = data.payoutAccount;
  const needs = account?.requirementsDue[0];
  if (blocked || (account && account.status !== 'ENABLED') || needs) {
    const none = !account || account.status === 'DISCONNECTED';
    tasks.push({
      key: 'stripe',
      tone: blocked ? 'bad' : 'wait',
      icon: 'warning',
      title: none ? 'Set up payouts at Stripe' : 'Finish at Stripe',
      detail: needs ?? (blocked ? `Without it the payout from ${blocked.brand.name} waits` : account?.nextStep || 'Five minutes, before your first payout'),
      to: '/creator/payouts',
    });
  }
  for (const partnership of data.partnerships.nodes) {
    const terms = termsToAccept({ terms: partnership.program.terms ? { ...partnership.program.terms, body: '' } : null, viewerPartnership: partnership });
    if (!terms) continue;
    const first = partnership.acceptedTermsVersion === 0;
    tasks.push({
      key: partnership.id,
      tone: first ? 'wait' : partnership.status === 'PAUSED' ? 'bad' : 'wait',
      icon: 'book',
      title: first ? 'Accept the terms' : 'Accept the new terms',
      detail: first ? `${partnership.program.name}: links earn once you do` : `${partnership.program.name}: version ${terms.version}${partnership.program.terms ? `, in force since ${formatDate(partnership.program.terms.effectiveAt)}` : ''}`,
      until: partnership.status === 'PAUSED' ? 'Clicks do not count until then' : undefined,
      to: `/creator/programs/${partnership.program.slug}`,
    });
  }
  const active = data.partnerships.nodes.filter((entry) => entry.status === 'ACTIVE');
  if (active.length > 0 && data.links.nodes.length === 0) tasks.push({ key: 'link', tone: 'wait', icon: 'link', title: 'Make your first link', detail: `For ${active[0]?.program.name ?? 'your program'}: one tap copies it`, to: '/creator/links' });
  if (data.partnerships.nodes.length === 0) tasks.push({ key: 'program', tone: 'quiet', icon: 'compass', title: 'Find a program', detail: 'You see what it pays before you apply', to: '/creator/programs?show=find' });
  if (data.viewer?.creator?.socialAccounts.length === 0) tasks.push({ key: 'social', tone: 'quiet', icon: 'people', title: 'Say where you publish', detail: 'Brands look there before they answer', to: '/creator/settings?show=accounts' });
  if (data.viewer?.user?.emailVerified === false) tasks.push({ key: 'mail', tone: 'quiet', icon: 'mail', title: 'Confirm your address', detail: 'Open the link in our mail, so that notices reach you', to: '/creator/settings?show=security' });
  return tasks;
}
