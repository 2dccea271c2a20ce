import { useQuery } from 'urql';
import { useRows } from '@/api/rows';
import { graphql } from '@/gql';
import { Button, ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { FilterSelect } from '@/ui/choice';
import { EmptyPage } from '@/ui/empty';
import { MoreRows } from '@/ui/loaded';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { TableSkeleton } from '@/ui/skeleton';
import { TableMenu } from '@/ui/table';
import { ErrorState } from '@/ui/trouble';
import { COMMISSION_FILTERS } from './sale_words';
import { SalesDocument } from './sales_document';
import { saleColumns, SalesTable } from './sales_table';

const ProgramsDocument = graphql(`
  query SalesPrograms {
    partnerships(first: 100) {
      nodes {
        id
        program {
          id
          name
        }
      }
    }
  }
`);

/** Rows a page. */
const ROWS = 25;

/** Everything that the creator earned, newest first, each with the reason. */
export default function SalesPage() {
  const view = useView();
  const status = COMMISSION_FILTERS.find((filter) => filter.value === view.get('state'))?.value ?? null;
  const programId = view.get('program') || null;
  const list = useRows({ query: SalesDocument, variables: { first: ROWS, status, programId }, pick: (data) => data.commissions, types: ['Commission', 'Order'] });
  const [{ data: mine }] = useQuery({ query: ProgramsDocument });
  const programs = [...new Map((mine?.partnerships.nodes ?? []).map(({ program }) => [program.id, program])).values()];
  const rows = list.rows ?? [];
  const columns = saleColumns(programs.length > 1);
  const narrowed = status !== null || programId !== null;

  const head = (
    <PageHead
      title="Sales"
      line="Every order that earns for you, and why it does. Newest first."
      actions={
        <ButtonLink icon="message" to="/creator/sales/claims">
          A sale is missing
        </ButtonLink>
      }
    />
  );
  if (list.error) {
    return (
      <>
        {head}
        <Card label="Sales">
          <ErrorState error={list.error} onRetry={list.again} />
        </Card>
      </>
    );
  }
  if (list.rows && rows.length === 0 && !narrowed) {
    return (
      <>
        {head}
        <EmptyPage
          title="Sales appear here by themselves"
          action={<ButtonLink kind="primary" icon="link" to="/creator/links">Share a link</ButtonLink>}
          steps={[
            { name: 'Somebody follows your link', detail: 'Or types your code at the checkout.' },
            { name: 'They buy', detail: 'The order shows up here with the reason why it counted.' },
            { name: 'The return period ends', detail: 'Then the amount is ready to be paid.' },
          ]}
        >
          When somebody buys through your link or code, the order stands here with what it earns and why.
        </EmptyPage>
      </>
    );
  }
  return (
    <>
      {head}
      <div className="tools">
        <FilterSelect name="State" value={status ?? ''} options={[{ value: '', label: 'All' }, ...COMMISSION_FILTERS]} onChange={(value) => view.set({ state: value })} />
        {programs.length > 1 && <FilterSelect name="Program" value={programId ?? ''} options={[{ value: '', label: `All ${programs.length}` }, ...programs.map((program) => ({ value: program.id, label: program.name }))]} onChange={(value) => view.set({ program: value })} />}
        <span className="grow" />
        {rows.length > 0 && <TableMenu columns={columns} rows={rows} fileName="sales" />}
      </div>
      <Card label="Sales">
        {!list.rows ? (
          <TableSkeleton rows={8} columns={4} />
        ) : rows.length === 0 ? (
          <div className="pad">
            <p className="mut">No sale is like that.</p>
            <Button small className="mt" onClick={() => view.set({ state: null, program: null })}>
              Show all sales
            </Button>
          </div>
        ) : (
          <SalesTable
            label="Sales"
            rows={rows}
            columns={columns}
            foot={<MoreRows shown={rows.length} total={list.total} one="sale" many="sales" more={list.more} busy={list.loadingMore} />}
          />
        )}
      </Card>
    </>
  );
}
