import '@/styles';
import { useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider, useSearchParams } from 'react-router';
import { Chart, ChartCard, ChartKey, Sparkline } from '@/charts';
import { FrameContext } from '@/frame/context';
import type { HatKind } from '@/frame/pages';
import { Shell, useNarrowRail } from '@/frame/shell';
import { Theme } from '@/frame/theme';
import { formatDateTime, formatMoney, formatNumber, setReader, toDrawing } from '@/lib/format';
import { SaleRiver } from '@/river/sale_river';
import {
  Amount, Avatar, Button, ButtonLink, Card, Chip, CodeField, CopyButton, DataTable, Delta, EmptyPage, ErrorState, Facts, FilterSelect, Icon, ICON_NAMES,
  PageHead, Person, Popover, ProgressBar, SidePanel, StatRow, StatSkeleton, Status, Stepper, TableMenu, TableSkeleton, Tabs, TextArea, TextField, toast, usePanel, type Column,
} from '@/ui';
import { byPlatform, earnings, eur, hats, pages, platforms, river, sales, viewer, waiting } from './samples';

setReader('en-GB', 'Europe/Berlin');

/** Shows every component with the drawn pages' figures. Only the development server serves it. */
function Gallery() {
  const [params] = useSearchParams();
  const show = params.get('show') ?? 'sale';
  const hat: HatKind = show === 'run' || show === 'sending' ? 'finance' : show === 'performance' || show === 'board' ? 'brand' : 'creator';
  const who = viewer(hat === 'finance' ? 'SANDBOX' : 'LIVE');
  const views: Record<string, ReactNode> = { sale: <Sale />, home: <Home />, performance: <Performance />, run: <Run />, sending: <Sending />, empty: <Empty />, board: <Board />, parts: <Parts /> };
  return (
    <Theme>
      <FrameContext value={{ viewer: who, hat: hats[hat as keyof typeof hats] }}>
        <Shell viewer={who} hat={hats[hat as keyof typeof hats]} pages={pages} onSignOut={() => toast('Signed out')}>
          {views[show]}
        </Shell>
      </FrameContext>
    </Theme>
  );
}

function Sale() {
  return (
    <>
      <PageHead title="Sale of 14 November" crumbs={[{ label: 'Sales', to: '/creator/sales' }, { label: 'Order 48213' }]} line={<>Order 48213 at Lumen Skin. You earn <b>€8.98</b>, on hold until 14 December (return period).</>} actions={<Button icon="message">Ask about this</Button>} />
      <Card label="The river of this sale">
        <div className="rh">
          <h2>How this sale came to you</h2>
          <span className="mut grow">Three touches counted, three did not. First and last get 40%, the middle 20%.</span>
          <span className="sm dim nw">Lumen Skin’s policy, version 4</span>
        </div>
        <div className="rbody">
          <SaleRiver data={river} />
        </div>
      </Card>
      <div className="cols mt">
        <Card title="What could still change" pad>
          <p className="mut">If the customer sends something back, its part is taken off: €3.81 for the serum, €2.58 for one cream.</p>
        </Card>
        <Card title="Dates" pad>
          <Facts items={[{ name: 'Ordered', value: '14 Nov 2026, 19:42' }, { name: 'Return period ends', value: '14 Dec 2026' }, { name: 'Payout', value: '1 Jan 2027' }]} />
        </Card>
      </div>
      {[
        { ...river, touches: river.touches.slice(2, 3).map((touch) => ({ ...touch, creditPpm: 1_000_000 })), commission: { amount: eur('14.26'), creditPpm: 1_000_000, takenBack: eur('3.81') }, gate: { until: null, state: 'OPEN' as const, title: 'Return period' }, payout: { at: '2026-12-01', state: 'PAID' as const } },
        { ...river, touches: river.touches.slice(1, 5).map((touch, index) => (index === 0 ? { ...touch, creditPpm: 100_000 } : index === 1 ? { ...touch, creditPpm: 0, reasonWords: 'Your code was used, and codes come before links in this program.' } : index === 3 ? { ...touch, creditPpm: 900_000 } : touch)), commission: { amount: eur('0.90'), creditPpm: 100_000 } },
      ].map((data, index) => (
        <Card key={index} className="mt" label="Another river">
          <div className="rbody" style={{ paddingTop: 16 }}>
            <SaleRiver data={data} />
          </div>
        </Card>
      ))}
    </>
  );
}

type Sample = (typeof sales)[number];
const saleColumns: Column<Sample>[] = [
  { key: 'when', head: 'When', cell: (row) => <span className="mut">{formatDateTime(row.at, 'short')}</span>, phone: 'time', nowrap: true },
  { key: 'what', head: 'What was bought, and why it counted', cell: (row) => <><b className="b">{row.what}</b><span className="sm mut no-ph">{row.why}</span></>, phone: 'name' },
  { key: 'why', head: 'Why', cell: (row) => row.why, phone: 'sentence', phoneOnly: true },
  { key: 'state', head: 'State', cell: (row) => <Status tone={row.tone}>{row.state}</Status>, phone: 'state', nowrap: true },
  { key: 'earn', head: 'You earn', right: true, cell: (row) => <b className="b"><Amount value={row.amount} /></b>, phone: 'amount', sort: (row) => toDrawing(row.amount), text: (row) => formatMoney(row.amount) },
];

function Home() {
  return (
    <>
      <PageHead title="Good afternoon, Maya" line="What you earned, what comes next, and what needs you. Monday 23 November 2026, 14:05." actions={<Button kind="primary" icon="link">Get a link</Button>} />
      <div className="cols">
        <Card label="Last 30 days">
          <StatRow
            chart
            picked="e"
            onPick={() => undefined}
            stats={[
              { key: 'e', label: 'Earnings', value: '€1,128.40', delta: <Delta direction="up" good>19.8%</Delta>, from: 'from €942.10' },
              { key: 's', label: 'Sales', value: '96', delta: <Delta direction="up" good>8 more</Delta>, from: 'than 88' },
              { key: 'c', label: 'Clicks', value: '4,812', delta: <Delta direction="down" good={false}>2.3%</Delta>, from: 'from 4,926' },
            ]}
          />
          <div style={{ padding: '12px 20px 14px' }}>
            <ChartKey now="24 October to 22 November" before="30 days before" />
            <Chart data={earnings} kind="bars" />
          </div>
        </Card>
        <Card title="For you to do" action={<span className="dim n">3</span>} />
      </div>
      <Card title="Latest sales" action={<a className="lk" href="#all">All 96 sales</a>} className="mt">
        <DataTable label="Latest sales" rows={sales} columns={saleColumns} rowKey={(row) => row.id} to={(row) => `/creator/sales/${row.id}`} />
      </Card>
    </>
  );
}

const platformColumns: Column<(typeof byPlatform)[number]>[] = [
  { key: 'name', head: 'Platform', cell: (row) => <b className="b">{row.name}</b>, phone: 'name', sum: 'All platforms', sort: (row) => row.name, ascendingFirst: true, text: (row) => row.name },
  { key: 'clicks', head: 'Clicks', right: true, cell: (row) => formatNumber(row.clicks), sort: (row) => row.clicks, sum: '53,429', text: (row) => String(row.clicks) },
  { key: 'orders', head: 'Orders', right: true, cell: (row) => formatNumber(row.orders), sort: (row) => row.orders, sum: '1,046' },
  { key: 'revenue', head: 'Revenue', right: true, cell: (row) => <b className="b">{formatMoney(row.revenue, { whole: true })}</b>, sort: (row) => toDrawing(row.revenue), phone: 'amount', sum: '€84,312', text: (row) => row.revenue.amount },
  { key: 'change', head: 'Against October', right: true, cell: (row) => <Delta direction={row.change > 0 ? 'up' : 'down'} good={row.change > 0}>{formatMoney(eur(String(row.change)), { signed: true, whole: true })}</Delta>, sort: (row) => row.change },
  { key: 'spark', head: 'Trend', cell: (row) => <Sparkline values={[2, 3, 3, 5, 4, 6, 8]} label={`${row.name} rose`} />, optional: true },
];

function Performance() {
  return (
    <>
      <PageHead title="Performance" line="Which creator, platform, post and offer brought what. Counted up to 23 November 2026, 14:05." actions={<><Button icon="download">Export</Button><Button kind="primary">Save view</Button></>} />
      <div className="tools">
        <FilterSelect name="Show" value="r" options={[{ value: 'r', label: 'Revenue' }, { value: 'c', label: 'Clicks' }]} onChange={() => undefined} />
        <FilterSelect name="By" value="p" options={[{ value: 'p', label: 'Platform' }]} onChange={() => undefined} />
        <FilterSelect name="Per" value="d" options={[{ value: 'd', label: 'Day' }]} onChange={() => undefined} />
        <TableMenu columns={platformColumns} rows={byPlatform} fileName="performance" />
      </div>
      <ChartCard
        data={platforms}
        kind="area"
        head={
          <>
            <div className="mut">Revenue from creators, by platform</div>
            <div className="row g3 base wrap"><b className="say">€84,312</b><Delta direction="up" good>+14.2%</Delta><span className="mut">from €73,828 on 1 to 22 October</span></div>
          </>
        }
      />
      <Card label="By platform" className="mt clip">
        <DataTable label="By platform" rows={byPlatform} columns={platformColumns} rowKey={(row) => row.key} defaultSort="-revenue" stickyHead={false} />
      </Card>
    </>
  );
}

const waitColumns: Column<(typeof waiting)[number]>[] = [
  { key: 'name', head: 'Creator', cell: (row) => <Person name={row.name} />, phone: 'name' },
  { key: 'why', head: 'Why they wait, and what comes next', cell: (row) => <Status tone={row.tone} icon={row.icon} detail={row.detail}>{row.title}</Status>, phone: 'sentence' },
  { key: 'balance', head: 'Balance', right: true, cell: (row) => <b className="b"><Amount value={row.amount} /></b>, sort: (row) => toDrawing(row.amount), phone: 'amount' },
];

function Run() {
  const [code, setCode] = useState('417');
  return (
    <>
      <PageHead title="Payout run of 1 December" crumbs={[{ label: 'Payout runs', to: '/b/lumen-skin/finance/runs' }, { label: 'December 2026' }]} line="Lumen Skin, euros, sales approved up to 29 November. As of Monday 30 November, 14:18." actions={<Button>Reject with a reason</Button>} />
      <Stepper label="Where the run stands" steps={[{ name: 'Prepared', detail: 'Today 10:12, Ines Marchetti', state: 'done' }, { name: 'Approval', detail: 'Waits for you, then holds for 72 hours', state: 'now' }, { name: 'Sending', detail: 'Planned for 1 December, 09:00', state: 'later' }, { name: 'Done', detail: 'Then reconciled with Stripe', state: 'later' }]} />
      <div className="cols wide">
        <div className="grid">
          <Card pad>
            <p className="say"><em>412 creators</em> get <em>€38,204.10</em>. 31 wait.</p>
            <div className="key"><span><b>12</b> below minimum</span><span><b>9</b> without a Stripe account</span><span><b>5</b> cannot receive transfers yet</span></div>
          </Card>
          <Card label="Who waits">
            <div style={{ padding: '14px 20px 0' }}>
              <Tabs label="Creators" current="wait" tabs={[{ key: 'paid', label: 'Get paid', count: 412, to: '?show=run&tab=paid' }, { key: 'wait', label: 'Wait', count: 31, to: '?show=run' }]} />
            </div>
            <DataTable label="Who waits" rows={waiting} columns={waitColumns} rowKey={(row) => row.name} defaultSort="-balance" foot={<><span className="n">7 of 31, highest balance first</span><a className="lk" href="#all">Show all 31</a></>} />
          </Card>
        </div>
        <Card>
          <div className="pad">
            <h2>Approve</h2>
            <p className="mut" style={{ margin: '2px 0 14px' }}>A second person approves. Ines prepared this run, so you may.</p>
            <Facts items={[{ name: 'Creators', value: '412' }, { name: 'Total', value: '€38,204.10' }, { name: 'Lumen Skin’s funds now', value: '€45,910.00' }, { name: 'Funds left after it', value: '€7,705.90', total: true }]} />
          </div>
          <div className="note"><Status tone="wait" icon="warning" detail="Lena Fischer waits now (−€86.20). The total fell from €38,321.80.">Changed since 10:12</Status></div>
          <div className="pad grid" style={{ borderTop: '1px solid var(--line)', gap: 14 }}>
            <TextField label="Type the total" defaultValue="38,204.10" className="n" inputMode="decimal" />
            <CodeField label="Code from your authenticator" value={code} onValue={setCode} />
            <Button kind="primary" wide>Approve €38,204.10</Button>
            <p className="sm dim" style={{ textAlign: 'center' }}>Nothing is sent before 1 December, 09:00.</p>
          </div>
        </Card>
      </div>
    </>
  );
}

function Sending() {
  return (
    <>
      <PageHead title="Payout run of 1 December" line="You can leave this page, the run goes on." actions={<Button icon="pause">Pause sending</Button>} />
      <Card pad>
        <div className="row between base wrap"><p className="say"><em>268 of 412</em> paid</p><p className="lead mut n"><b>€24,911.35</b> of €38,204.10</p></div>
        <ProgressBar label="Payouts" note="One key for each transfer, so nobody is paid twice" parts={[{ words: 'paid', count: 268, tone: 'ok' }, { words: 'with Stripe now', count: 4, tone: 'wait' }, { words: 'refused', count: 2, tone: 'bad' }, { words: 'still to send', count: 138, tone: 'quiet' }]} />
      </Card>
    </>
  );
}

function Empty() {
  return (
    <>
      <PageHead title="Links and codes" line="Every place where you can send people, by program and platform." />
      <EmptyPage title="Your links start with a program" solid={2} action={<ButtonLink kind="primary" icon="compass" to="/creator/programs">Find a program</ButtonLink>} steps={[{ name: 'Apply', detail: 'Most brands answer within 5 days.' }, { name: 'Accept the terms', detail: 'You read them first. Later changes are announced.' }, { name: 'Share your link', detail: 'Clicks and sales show up here as they happen.' }]}>
        Once a brand accepts you, you get a link, a code and a QR code for each platform that you use.
      </EmptyPage>
    </>
  );
}

function Board() {
  const panel = usePanel();
  useNarrowRail(panel.open !== null);
  return (
    <>
      <PageHead title="Pipeline" line="From a first note to a partnership. Glow Circle, 61 people." actions={<Button kind="primary" icon="plus" onClick={() => panel.show('zoe')}>Add people</Button>} />
      <Card label="People">
        <DataTable label="People" rows={waiting} columns={waitColumns} rowKey={(row) => row.name} onOpen={(row) => panel.show(row.name)} open={panel.open} />
      </Card>
      {panel.open && (
        <SidePanel
          label={panel.open}
          onClose={panel.close}
          head={<><Avatar name={panel.open} size="xl" /><span className="grow"><b>{panel.open}</b><span className="sm mut">@zoewexler on YouTube, 64,200 subscribers</span></span></>}
          tools={<><FilterSelect name="" value="r" options={[{ value: 'r', label: 'Replied' }]} onChange={() => undefined} /><FilterSelect name="Owner" value="i" options={[{ value: 'i', label: 'Ines' }]} onChange={() => undefined} /></>}
          tabs={<Tabs label="About this person" current="thread" tabs={[{ key: 'thread', label: 'Thread', count: 3, to: '?show=board&open=x' }, { key: 'facts', label: 'Facts', to: '?show=board&open=x' }]} />}
          foot={<><TextArea label="Answer" defaultValue="Hi Zoe, for a dedicated video we suggest €450." /><div className="row g2"><Button kind="primary">Send reply</Button><Button>Propose deal</Button></div></>}
        >
          <p>Your video “Three serums, one winter” answered the question that our customers ask most.</p>
          <Facts items={[{ name: 'Audience', value: 'Germany 46%, Austria 14%' }]} />
        </SidePanel>
      )}
    </>
  );
}

function Parts() {
  return (
    <>
      <PageHead title="Parts" line="Every small thing in each of its states." />
      <div className="grid">
        <Card title="Buttons" pad>
          <div className="row g2 wrap">
            <Button kind="primary">Primary</Button><Button>Plain</Button><Button kind="quiet">Quiet</Button><Button kind="danger">Take away</Button><Button busy>Busy</Button><Button disabled>Not now</Button><Button small icon="retry">Retry</Button>
            <CopyButton text="https://lumen.test/r/maya" label="Copy the link" /><CopyButton text="MAYA15" label="Copy the code" words="Copy" />
            <Button onClick={() => toast({ words: 'Moved to Talking terms', undo: () => undefined })}>Toast</Button>
            <Popover trigger={<Button iconAfter="down">Popover</Button>} title="Instagram story"><p className="mut">Copy, share or print it.</p></Popover>
          </div>
        </Card>
        <Card title="States" pad>
          <div className="row g4 wrap">
            <Status tone="ok">Paid on 1 December</Status><Status tone="wait">On hold until 14 December</Status><Status tone="bad">Stripe refused the transfer</Status><Status tone="quiet">Taken back</Status>
            <Chip>Draft</Chip><Chip tone="ok">Live</Chip><Chip tone="wait">Waits</Chip><Chip tone="bad">Ended</Chip><Delta direction="same">0.1 points</Delta>
          </div>
        </Card>
        <Card title="Fields" pad>
          <div className="cols"><TextField label="E-mail" defaultValue="maya@" error="This is not a whole address." /><TextField label="Name" placeholder="As people know you" hint="Shown on your pages." /></div>
        </Card>
        <Card><StatSkeleton /></Card>
        <Card><TableSkeleton rows={3} /></Card>
        <Card><ErrorState error={new Error('The report could not be read.')} onRetry={() => undefined} /></Card>
        <Card title="Icons" pad>
          <div className="row g3 wrap">{ICON_NAMES.map((name) => <span key={name} title={name}><Icon name={name} size={20} /></span>)}</div>
        </Card>
      </div>
    </>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<RouterProvider router={createBrowserRouter([{ path: '*', element: <Gallery /> }])} />);
