import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { useViewer } from '@/frame/context';
import { firstName } from '@/frame/hats';
import type { CreatorHomeQuery } from '@/gql/graphql';
import { formatDateTime, formatNumber } from '@/lib/format';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyPage } from '@/ui/empty';
import { Icon } from '@/ui/icon';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { BlockSkeleton, TableSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { saleColumns, SalesTable } from '../sales/sales_table';
import { leadingPlan } from '../payouts/payout_words';
import { greeting } from './days';
import { CreatorHomeDocument } from './home_document';
import { LastThirtyDays } from './last_thirty_days';
import { NextPayout } from './next_payout';
import { tasksOf, type Task } from './tasks';
import './creator_home.css';

const CONTEXT = { additionalTypenames: ['Partnership', 'Link', 'Post', 'Commission', 'PayoutAccount', 'SocialAccount'] };

/** What was earned, what comes next, and what needs the creator. */
export default function CreatorHome() {
  const viewer = useViewer();
  const view = useView();
  const [{ data, error }, again] = useQuery({ query: CreatorHomeDocument, context: CONTEXT });
  // One time for the whole page; it is new when the page is opened again.
  const now = useMemo(() => new Date(), []);
  const fresh = data && data.partnerships.nodes.length === 0;
  const head = (
    <PageHead
      title={`${greeting(now.getHours())}, ${firstName(viewer.name)}`}
      line={`What you earned, what comes next, and what needs you. ${formatDateTime(now, 'weekday')}.`}
      actions={
        !fresh && (
          <ButtonLink kind="primary" icon="link" to="/creator/links">
            Get a link
          </ButtonLink>
        )
      }
    />
  );
  if (error && !data) {
    return (
      <>
        {head}
        <Card label="Home">
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </Card>
      </>
    );
  }
  if (!data) {
    return (
      <>
        {head}
        <BlockSkeleton height={208} />
        <div className="cols mt">
          <BlockSkeleton height={300} />
          <BlockSkeleton height={300} />
        </div>
        <Card label="Latest sales" className="mt">
          <TableSkeleton rows={4} />
        </Card>
      </>
    );
  }
  if (data.partnerships.nodes.length === 0 && data.commissions.nodes.length === 0) return <FirstDay head={head} data={data} />;
  const tasks = tasksOf(data);
  const currencies = currenciesOf(data);
  const asked = view.get('currency');
  const currency = currencies.includes(asked) ? asked : (currencies[0] ?? null);
  return (
    <>
      {head}
      <NextPayout plans={data.payoutPlan} account={data.payoutAccount} />
      <div className="cols mt">
        <LastThirtyDays currency={currency} currencies={currencies} onCurrency={(code) => view.set({ currency: code })} posts={data.posts.nodes} now={now} />
        <ToDo tasks={tasks} />
      </div>
      <LatestSales data={data} />
    </>
  );
}

/** Before the first program: the way to the first payout instead of figures that are all nothing. */
function FirstDay({ head, data }: { head: ReactNode; data: CreatorHomeQuery }) {
  const tasks = tasksOf(data).filter((task) => task.key !== 'program');
  return (
    <>
      {head}
      <div className={tasks.length > 0 ? 'cols wide' : undefined}>
        <EmptyPage
          title="Three steps to your first sale"
          solid={(data.viewer?.creator?.socialAccounts.length ?? 0) > 0 ? 1 : 0}
          action={
            <ButtonLink kind="primary" icon="compass" to="/creator/programs?show=find">
              Find a program
            </ButtonLink>
          }
          steps={[
            { name: 'Join a brand’s program', detail: 'You see what it pays before you apply.' },
            { name: 'Share your link or code', detail: 'Clicks show up here within a minute.' },
            { name: 'Get paid', detail: 'Every sale says why it is yours and when it goes out.' },
          ]}
        >
          Here you will see your next payout, your last 30 days, and each sale with the reason why it counted.
        </EmptyPage>
        {tasks.length > 0 && <ToDo tasks={tasks} />}
      </div>
    </>
  );
}

/** Currencies in which the creator earns, that of the next payout first. */
function currenciesOf(data: CreatorHomeQuery): string[] {
  const leading = leadingPlan(data.payoutPlan)?.amount.currencyCode;
  const all = [...data.payoutPlan.map((plan) => plan.amount.currencyCode), ...data.partnerships.nodes.map((entry) => entry.program.currency)];
  return [...new Set(leading ? [leading, ...all] : all)];
}

function ToDo({ tasks }: { tasks: readonly Task[] }) {
  return (
    <section className="card todo" aria-label="For you to do">
      <div className="ch">
        <h2>For you to do</h2>
        {tasks.length > 0 && <span className="dim act n">{tasks.length}</span>}
      </div>
      {tasks.length === 0 ? (
        <p className="done">
          <Icon name="check" />
          <span>Nothing waits for you. Enjoy the quiet.</span>
        </p>
      ) : (
        <ul>
          {tasks.map((task) => (
            <li key={task.key}>
              <Link className="task" to={task.to}>
                <span className={`st ${task.tone === 'quiet' ? '' : task.tone}`.trim()}>
                  <Icon name={task.icon} />
                </span>
                <span className="t">
                  <b className="b blk">{task.title}</b>
                  <span className="mut sm blk">{task.detail}</span>
                  {task.until && <span className={`sm blk st ${task.tone}`}>{task.until}</span>}
                </span>
                <Icon name="right" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The latest few are in their order already. */
const COLUMNS = saleColumns(false).map((column) => ({ ...column, sort: undefined }));

function LatestSales({ data }: { data: CreatorHomeQuery }) {
  const { nodes, totalCount } = data.commissions;
  return (
    <Card
      title="Latest sales"
      className="mt"
      action={
        nodes.length > 0 && (
          <Link className="lk" to="/creator/sales">
            {totalCount == null ? 'All sales' : `All ${formatNumber(totalCount)} sales`}
          </Link>
        )
      }
    >
      {nodes.length === 0 ? (
        <p className="pad mut" style={{ paddingTop: 0 }}>
          No sale yet. When somebody buys through your link or code, the order stands here with the reason why it counted.
        </p>
      ) : (
        <SalesTable label="Latest sales" rows={nodes} columns={COLUMNS} />
      )}
    </Card>
  );
}
