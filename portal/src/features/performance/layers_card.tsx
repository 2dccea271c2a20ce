import { useQuery } from 'urql';
import { formatCount } from '@/figures/measure';
import { graphql } from '@/gql';
import type { PerformanceFilter } from '@/gql/graphql';
import { formatMoney, formatNumber, plural } from '@/lib/format';
import { BlockSkeleton, Card, Loaded, Status } from '@/ui';

const CreditLayersDocument = graphql(`
  query CreditLayers($filter: PerformanceFilter!) {
    creditLayers(filter: $filter) {
      paid {
        orders
        revenue {
          ...MoneyFields
        }
      }
      reported {
        orders
        answers
        unclear
        revenue {
          ...MoneyFields
        }
      }
      modelled {
        posts
        afterDays
        baselineDays
        afterOrders
        baselineOrders
        expected
        orders
        low
        high
        warning
      }
    }
  }
`);

const FRESH = { additionalTypenames: ['Order', 'SurveyAnswer', 'Post'] };
const signed = (value: number) => formatNumber(value, { signed: true, digits: 1 });

/** What creators brought, said in three ways that are never added up: paid, reported, modelled. */
export function LayersCard({ filter, pause }: { filter: PerformanceFilter; pause: boolean }) {
  const [{ data, error }, read] = useQuery({ query: CreditLayersDocument, variables: { filter }, context: FRESH, pause });
  return (
    <Card title="Three ways to see it" className="mt" pad>
      <Loaded data={data?.creditLayers} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={120} />}>
        {({ paid, reported, modelled }) => (
          <>
            <p className="mut measure">The same orders, looked at in three ways. They overlap, so they are not added up.</p>
            <div style={{ display: 'grid', gap: 20, gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))', marginTop: 14 }}>
              <section>
                <h3>Paid</h3>
                <p className="lead n">{formatCount(paid.orders)} {paid.orders === 1 ? 'order' : 'orders'}</p>
                <p className="sm mut">{formatMoney(paid.revenue, { whole: true })} by your policy: clicks and codes, and what pays beside them.</p>
              </section>
              <section>
                <h3>Reported</h3>
                <p className="lead n">{plural(reported.orders, 'order', 'orders')}</p>
                <p className="sm mut">
                  {reported.answers === 0
                    ? 'No customer of these days has answered who sent them.'
                    : `${formatMoney(reported.revenue, { whole: true })} by customers who named a creator. ${plural(reported.answers, 'customer', 'customers')} answered${reported.unclear > 0 ? `, ${formatNumber(reported.unclear)} of them unclearly` : ''}.`}
                </p>
              </section>
              <section>
                <h3>Modelled</h3>
                <p className="lead n">{modelled.afterDays === 0 ? '–' : `${signed(modelled.orders)} orders`}</p>
                <p className="sm mut">
                  {modelled.afterDays > 0 &&
                    `Between ${signed(modelled.low)} and ${signed(modelled.high)}, 19 times of 20. ${plural(modelled.afterOrders, 'order', 'orders')} in ${plural(modelled.afterDays, 'day', 'days')} after ${plural(modelled.posts, 'post', 'posts')}, where ${plural(modelled.baselineDays, 'day', 'days')} without let one expect ${formatNumber(modelled.expected, { digits: 1 })}.`}
                </p>
                {modelled.warning && (
                  <p style={{ marginTop: 6 }}>
                    <Status tone="wait">{modelled.warning}</Status>
                  </p>
                )}
              </section>
            </div>
          </>
        )}
      </Loaded>
    </Card>
  );
}
