import { useQuery } from 'urql';
import { RANGE_OPTIONS, readRange } from '@/figures/range';
import { formatCount } from '@/figures/measure';
import { useBrand, useFrame } from '@/frame/context';
import { formatDateTime, formatMoney, formatNumber, formatRange, plural } from '@/lib/format';
import { BlockSkeleton, ButtonLink, Card, DataTable, EmptyPage, FilterSelect, Loaded, PageHead, Segmented, TableMenu, TableSkeleton, useView, type Column } from '@/ui';
import { ProgramChoiceDocument } from '../brand_programs/program_choice';
import { ModelBars } from './model_bars';
import { COMPARED, farthest, modelOf, rowName, sizeOfPart, underModel, wordsOfPart, type ComparedRow, type Part, type Shown } from './model_words';
import { ComparisonDocument } from './models_document';
import './models.css';

/** Creators that are drawn; the table has them all. */
const DRAWN = 8;

const FRESH = { additionalTypenames: ['Order', 'Commission', 'Click'] };

function columnsOf(shown: Shown, paid: Part, total: Part): Column<ComparedRow>[] {
  const plain = (part: Part) => (shown === 'orders' ? String(part.orders) : part.revenue.amount);
  return [
    {
      key: 'creator',
      head: 'Creator',
      cell: (row) => (
        <>
          <b className="b ell blk" style={{ maxWidth: 220 }}>{rowName(row)}</b>
          {row.creator && <span className="sm dim ell" style={{ maxWidth: 220 }}>@{row.creator.handle}</span>}
        </>
      ),
      phone: 'name',
      sort: rowName,
      ascendingFirst: true,
      sum: 'All creators',
      text: rowName,
    },
    { key: 'paid', head: 'Paid', right: true, cell: (row) => <b className="b">{wordsOfPart(row.paid, shown)}</b>, sort: (row) => sizeOfPart(row.paid, shown), sum: wordsOfPart(paid, shown), phone: 'amount', text: (row) => plain(row.paid) },
    ...COMPARED.map(
      (entry): Column<ComparedRow> => ({
        key: entry.value.toLowerCase(),
        head: entry.label,
        right: true,
        cell: (row) => wordsOfPart(underModel(row, entry.value), shown),
        sort: (row) => sizeOfPart(underModel(row, entry.value), shown),
        sum: wordsOfPart(total, shown),
        text: (row) => plain(underModel(row, entry.value)),
      }),
    ),
    { key: 'facts', head: 'Models', phoneOnly: true, phone: 'state', cell: (row) => `Markov ${wordsOfPart(underModel(row, 'MARKOV'), shown)}, Shapley ${wordsOfPart(underModel(row, 'SHAPLEY'), shown)}, first touch ${wordsOfPart(underModel(row, 'FIRST_TOUCH'), shown)}` },
  ];
}

/** Who would have which part of the orders under other models, beside what was paid. Nothing here changes pay. */
export default function Models() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const model = modelOf(view.get('model', 'MARKOV'));
  const shown: Shown = view.get('show') === 'orders' ? 'orders' : 'revenue';
  const back = view.get('back', '1');
  const markovOrder = ['1', '2', '3', '4'].includes(back) ? Number(back) : 1;
  const { name: rangeName, range } = readRange(view.get('range', '90'), view.get('from'), view.get('to'));
  const program = view.get('program');
  const [programs] = useQuery({ query: ProgramChoiceDocument, variables: { brandId: brand.id } });
  const programId = programs.data?.programs.nodes.find((entry) => entry.slug === program)?.id;
  const [found, read] = useQuery({
    query: ComparisonDocument,
    variables: { filter: { brandId: brand.id, ...range, ...(programId ? { programId } : {}), markovOrder } },
    context: FRESH,
    pause: program !== '' && !programs.data,
  });
  const comparison = found.data?.attributionComparison;
  const total = comparison && { orders: comparison.orders, revenue: comparison.revenue };
  const columns = comparison && total ? columnsOf(shown, comparison.paid, total) : [];
  const under = comparison ? farthest(comparison.rows, model.value, shown) : null;
  return (
    <>
      <PageHead
        title="Models"
        line={<>The same orders divided in other ways, beside what was paid. It is for insight: nobody is paid by it.{comparison && <> Read {formatDateTime(comparison.asOf)}.</>}</>}
        actions={<ButtonLink icon="scales" to={`${hat.base}/policy`}>What is paid by</ButtonLink>}
      />
      <div className="tools perftools">
        <FilterSelect name="Beside paid" value={model.value} options={COMPARED} onChange={(value) => view.set({ model: value === 'MARKOV' ? null : value })} />
        <FilterSelect name="Show" value={shown} options={[{ value: 'revenue', label: 'Revenue' }, { value: 'orders', label: 'Orders' }]} onChange={(value) => view.set({ show: value === 'orders' ? 'orders' : null })} />
        {(programs.data?.programs.nodes.length ?? 0) > 1 && <FilterSelect name="Program" value={program} options={[{ value: '', label: 'All' }, ...(programs.data?.programs.nodes ?? []).map((entry) => ({ value: entry.slug, label: entry.name }))]} onChange={(value) => view.set({ program: value || null })} />}
        <FilterSelect name="" label="Days" value={rangeName} options={RANGE_OPTIONS.filter((option) => option.value !== 'own' || rangeName === 'own').map((option) => (option.value === rangeName ? { ...option, label: formatRange(range.from, range.to) } : option))} onChange={(value) => view.set({ range: value === '90' ? null : value, from: null, to: null })} />
        {model.value === 'MARKOV' && <FilterSelect name="Looks back" value={String(markovOrder)} options={[1, 2, 3, 4].map((count) => ({ value: String(count), label: plural(count, 'touch', 'touches') }))} onChange={(value) => view.set({ back: value === '1' ? null : value })} />}
        {comparison && comparison.rows.length > 0 && <TableMenu columns={columns} rows={comparison.rows} fileName={`models-${range.from}-${range.to}`} />}
      </div>
      <Loaded data={found.fetching && !comparison ? undefined : comparison} error={found.error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<><BlockSkeleton height={380} /><Card className="mt"><TableSkeleton columns={6} /></Card></>}>
        {(now) =>
          now.rows.length === 0 ? (
            <EmptyPage
              title="No orders with a creator in these days"
              action={<ButtonLink kind="primary" icon="chart" to={`${hat.base}/performance`}>See performance</ButtonLink>}
              steps={[
                { name: 'Creators share links and codes', detail: 'Each click and code is a touch on the way to an order.' },
                { name: 'Orders come in', detail: 'The touches that led to each are kept, paid or not.' },
                { name: 'Compare', detail: 'See who opens the way and who closes it.' },
              ]}
            >
              Choose a longer range, or come back after the first sales.
            </EmptyPage>
          ) : (
            <>
              <section className="card" aria-label={`Paid beside ${model.label}`}>
                <div className="ch" style={{ padding: '16px var(--card-x) 4px', alignItems: 'flex-start', flexWrap: 'wrap' }}>
                  <div>
                    <div className="mut">{model.label}, beside what was paid</div>
                    <p className="lead" style={{ maxWidth: 620 }}>
                      {under ? (
                        <>
                          {rowName(under)} has {wordsOfPart(underModel(under, model.value), shown)} {shown === 'orders' ? 'orders ' : ''}by this model and was credited {wordsOfPart(under.paid, shown)}.
                        </>
                      ) : (
                        'This model divides the orders as they were paid.'
                      )}
                    </p>
                    <p className="mut" style={{ maxWidth: 620 }}>{model.question}</p>
                  </div>
                  <div className="act row g3 wrap">
                    <div className="leg">
                      <span><svg width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="var(--river)" /></svg>{model.label}</span>
                      <span><svg width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="var(--ghost)" /></svg>Paid</span>
                    </div>
                    <Segmented label="Show" value={shown} options={[{ value: 'revenue', label: 'Revenue' }, { value: 'orders', label: 'Orders' }]} onChange={(value) => view.set({ show: value === 'orders' ? 'orders' : null })} />
                  </div>
                </div>
                <div style={{ padding: '12px var(--card-x) 20px' }}>
                  <ModelBars rows={now.rows.slice(0, DRAWN)} model={model.value} shown={shown} />
                  {now.rows.length > DRAWN && <p className="sm mut" style={{ marginTop: 14 }}>The {DRAWN} with the most paid revenue of {plural(now.creators, 'creator', 'creators')}; the table has all.</p>}
                </div>
              </section>
              <Card title="Every model" className="mt clip">
                <p className="mut" style={{ padding: '0 var(--card-x) 12px' }}>
                  {plural(now.orders, 'order', 'orders')} worth {formatMoney(now.revenue, { whole: true })} had {formatNumber(now.touches)} touches that could earn, {formatCount(Math.round((now.touches / Math.max(1, now.orders)) * 10) / 10)} each. Every model divides exactly these; columns are never added up.
                </p>
                <div className="perftable">
                  <DataTable label="Every model" rows={now.rows} columns={columns} rowKey={(row) => row.creator?.id ?? 'others'} defaultSort="-paid" stickyHead={false} />
                </div>
              </Card>
            </>
          )
        }
      </Loaded>
    </>
  );
}
