import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import type { OrderFileFormat } from '@/gql/graphql';
import { formatBytes, formatDateTime, formatNumber } from '@/lib/format';
import { Button, Card, DataTable, FormErrors, Loaded, MoreRows, PageHead, SelectField, Status, TableSkeleton, TextField, useForm, type Column } from '@/ui';
import { FileField } from './file_field';
import { ImportShopsDocument, OrderImportsDocument, type OrderImport } from './import_document';
import { FORMATS, importSaid } from './import_words';
import { useUpload } from './use_upload';

const columns: Column<OrderImport>[] = [
  { key: 'file', head: 'File', cell: (row) => <><b className="b blk ell" style={{ maxWidth: 320 }}>{row.fileName}</b><span className="sm mut">{row.store}</span></>, phone: 'name', text: (row) => row.fileName },
  {
    key: 'state',
    head: 'How far it is',
    cell: (row) => {
      const { tone, words, detail } = importSaid(row);
      return <Status tone={tone} detail={detail}>{words}</Status>;
    },
    phone: 'sentence',
    text: (row) => importSaid(row).words,
  },
  { key: 'orders', head: 'Orders', right: true, cell: (row) => (row.ordersTotal > 0 ? formatNumber(row.ordersTotal) : <span className="dim">–</span>), phone: 'amount', text: (row) => String(row.ordersTotal) },
  { key: 'when', head: 'Sent', right: true, cell: (row) => <span className="mut">{formatDateTime(row.createdAt, 'short')}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
];

/** Orders from a file: history, sales from fairs, or a shop that tells nothing by itself. */
export default function OrderImports() {
  const brand = useBrand();
  const { hat } = useFrame();
  const list = useRows({ query: OrderImportsDocument, variables: { brandId: brand.id, first: 20 }, pick: (data) => data.orderImports, types: ['OrderImport'] });
  return (
    <>
      <PageHead
        title="Import orders"
        crumbs={[{ label: 'Orders', to: `${hat.base}/orders` }, { label: 'Import orders' }]}
        line="History, sales from fairs, or a shop without webhooks. A file is checked first; nothing is recorded until you say so."
      />
      <div className="cols wide">
        <Card title="Choose a file" pad>
          <SendFile />
        </Card>
        <Card title="What a file may be" pad>
          <dl className="grid" style={{ gap: 12 }}>
            {FORMATS.map((format) => (
              <div key={format.value}>
                <dt className="b">{format.label}</dt>
                <dd className="sm mut" style={{ overflowWrap: 'anywhere' }}>{format.line}</dd>
              </div>
            ))}
          </dl>
          <p className="sm dim" style={{ marginTop: 12 }}>CSV in UTF-8, at most 32 MiB and 200,000 orders. The same file again changes nothing.</p>
        </Card>
      </div>
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card className="mt"><TableSkeleton columns={4} rows={3} /></Card>}>
        {(rows) =>
          rows.length > 0 && (
            <Card title="Files sent before" className="mt">
              <DataTable label="Files of orders" rows={rows} columns={columns} rowKey={(row) => row.id} to={(row) => `${hat.base}/imports/${row.id}`} stickyHead={false} foot={<MoreRows shown={rows.length} total={list.total} one="file" many="files" more={list.more} busy={list.loadingMore} />} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function SendFile() {
  const brand = useBrand();
  const { hat } = useFrame();
  const navigate = useNavigate();
  const [{ data }] = useQuery({ query: ImportShopsDocument, variables: { brandId: brand.id } });
  const upload = useUpload();
  const form = useForm({
    initial: { file: null as File | null, store: '', format: '' as OrderFileFormat | '' },
    fields: ['file', 'store', 'format'],
    async send(values) {
      if (!values.file) return [{ code: 'REQUIRED', message: 'Choose the file first.', field: ['file'] }];
      return upload.send({ file: values.file, brandId: brand.id, store: values.store.trim() || undefined, format: values.format || undefined }, (sent) => void navigate(`${hat.base}/imports/${sent.id}`));
    },
  });
  const stores = [...new Set(data?.integrations.nodes.map((shop) => shop.store) ?? [])];
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <FileField label="The file" file={form.values.file} onFile={(file) => form.set('file', file)} error={form.errorAt('file')} />
      <SelectField label="Its columns" value={form.values.format} options={[{ value: '', label: 'Find them by their names' }, ...FORMATS.map(({ value, label }) => ({ value, label }))]} onValue={(value) => form.set('format', value as OrderFileFormat | '')} error={form.errorAt('format')} />
      <TextField label="Shop whose orders they are" hint="As it stands under Integrations, so that an order that it told already is known. The host of your website when left out." list="import-shops" autoCapitalize="none" spellCheck={false} value={form.values.store} onValue={(value) => form.set('store', value)} error={form.errorAt('store')} />
      <datalist id="import-shops">
        {stores.map((store) => (
          <option key={store} value={store} />
        ))}
      </datalist>
      <FormErrors messages={form.rest} />
      {upload.progress && <Sent progress={upload.progress} />}
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          Check the file
        </Button>
      </div>
    </form>
  );
}

/** How much of a file was sent. */
export function Sent({ progress }: { progress: { done: number; total: number } }) {
  return (
    <div>
      <div className="prog" role="progressbar" aria-label="Sending the file" aria-valuemin={0} aria-valuemax={progress.total} aria-valuenow={progress.done}>
        <i className="ok" style={{ width: `${(progress.done / progress.total) * 100}%` }} />
      </div>
      <p className="sm mut" style={{ marginTop: 6 }}>
        {formatBytes(progress.done)} of {formatBytes(progress.total)} sent. Stay on this page until all of it is.
      </p>
    </div>
  );
}
