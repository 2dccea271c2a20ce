import { Link } from 'react-router';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { AuditLogQuery } from '@/gql/graphql';
import { formatDate, formatTime } from '@/lib/format';
import { Card, DataTable, EmptyPage, Loaded, MoreRows, PageHead, TableMenu, TableSkeleton, type Column } from '@/ui';

const AuditLogDocument = graphql(`
  query AuditLog($brandId: ID!, $first: Int, $after: String) {
    auditLog(brandId: $brandId, first: $first, after: $after) {
      nodes {
        id
        actor
        objectId
        objectKind
        sentence
        createdAt
      }
      pageInfo {
        ...PageInfoFields
      }
    }
  }
`);

type Row = AuditLogQuery['auditLog']['nodes'][number];

const columns: Column<Row>[] = [
  { key: 'when', head: 'When', cell: (row) => <span className="mut n nw">{formatDate(row.createdAt, 'full')}, {formatTime(row.createdAt)}</span>, phone: 'time', nowrap: true, text: (row) => row.createdAt },
  { key: 'who', head: 'Who', cell: (row) => <b className="b">{row.actor}</b>, phone: 'name', text: (row) => row.actor },
  { key: 'what', head: 'What', cell: (row) => row.sentence, phone: 'sentence', text: (row) => row.sentence },
];

/** Where an entry leads, when there is a page for its object. */
function placeOf(row: Row, base: string, finance: boolean): string | null {
  if (!row.objectId) return null;
  if (row.objectId.startsWith('ord_')) return `${base}/orders/${row.objectId}`;
  if (finance && row.objectId.startsWith('run_')) return `${base}/runs/${row.objectId}`;
  if (row.objectId.startsWith('hld_')) return `${base}/holds?open=${row.objectId}`;
  if (finance) return null;
  if (row.objectId.startsWith('dlv_') || row.objectId.startsWith('int_')) return `${base}/integrations?open=${row.objectId}`;
  if (row.objectId.startsWith('imp_')) return `${base}/imports/${row.objectId}`;
  if (row.objectId.startsWith('clm_')) return `${base}/claims?open=${row.objectId}`;
  return null;
}

/** Who did what in the brand, the newest first. It cannot be changed. */
export default function AuditLog() {
  const brand = useBrand();
  const { hat } = useFrame();
  const list = useRows({ query: AuditLogDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.auditLog, types: ['AuditEntry'] });
  const linked: Column<Row>[] = [
    ...columns,
    {
      key: 'open',
      head: '',
      right: true,
      cell: (row) => {
        const to = placeOf(row, hat.base, hat.kind === 'finance');
        return to ? (
          <Link className="lk" to={to}>
            Open
          </Link>
        ) : null;
      },
    },
  ];
  return (
    <>
      <PageHead title="Audit log" line={`Who did what at ${brand.name}, the newest first. Nothing here can be changed or deleted.`} />
      {list.rows && list.rows.length > 0 && (
        <div className="tools">
          <TableMenu columns={columns} rows={list.rows} fileName="audit-log" />
        </div>
      )}
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={3} rows={10} /></Card>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage title="Nothing was done yet">Every change that a person or a key makes here is written down, with who and when.</EmptyPage>
          ) : (
            <Card label="Audit log">
              <DataTable label="Audit log" rows={rows} columns={linked} rowKey={(row) => row.id} foot={<MoreRows shown={rows.length} one="entry" many="entries" more={list.more} busy={list.loadingMore} />} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}
