import { useEffect } from 'react';
import { useParams } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useBrand, useFrame } from '@/frame/context';
import type { OrderImportQuery } from '@/gql/graphql';
import { formatBytes, formatDateTime, formatNumber, plural } from '@/lib/format';
import { Button, ButtonLink, Card, DataTable, EmptyPage, FormErrors, Loaded, PageHead, PageSkeleton, ProgressBar, StatRow, Status, Stepper, TableMenu, useForm, type Column, type Step } from '@/ui';
import { FileField } from './file_field';
import { OrderImportDocument, StartOrderImportDocument } from './import_document';
import { formatName, importSaid } from './import_words';
import { Sent } from './order_imports';
import { useUpload } from './use_upload';

type File = NonNullable<OrderImportQuery['orderImport']>;
type Problem = File['problems'][number];

/** How long to wait before progress is read again, ms. */
const READ_AGAIN_MS = 1_000;

const FRESH = { requestPolicy: 'cache-and-network' as const, additionalTypenames: ['OrderImport'] };
/** What is recorded changes lists of orders too. */
const CHANGED = { additionalTypenames: ['OrderImport', 'Order', 'Commission'] };

const problemColumns: Column<Problem>[] = [
  { key: 'line', head: 'Line', width: 80, cell: (row) => <span className="n">{formatNumber(row.line)}</span>, text: (row) => String(row.line) },
  { key: 'column', head: 'Column', cell: (row) => row.column || <span className="dim">The whole line</span>, text: (row) => row.column },
  { key: 'what', head: 'What is wrong', cell: (row) => row.message, phone: 'sentence', text: (row) => row.message },
  { key: 'where', head: 'Where', phoneOnly: true, phone: 'name', cell: (row) => `Line ${formatNumber(row.line)}${row.column ? `, ${row.column}` : ''}` },
];

/** One file of orders: what its check found, having it recorded, and how far that is. */
export default function OrderImportPage() {
  const { import: id = '' } = useParams();
  const { hat } = useFrame();
  const [{ data, error, fetching }, read] = useQuery({ query: OrderImportDocument, variables: { id }, context: FRESH });
  const moving = data?.orderImport?.status === 'CHECKING' || data?.orderImport?.status === 'RUNNING';
  useEffect(() => {
    if (!moving || fetching) return;
    const timer = setTimeout(() => read({ requestPolicy: 'network-only' }), READ_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [moving, fetching, data, read]);
  if (data && !data.orderImport) {
    return (
      <EmptyPage alone title="There is no such import" action={<ButtonLink kind="primary" to={`${hat.base}/imports`}>Go to the imports</ButtonLink>}>
        The address is wrong, or the file belongs to another brand.
      </EmptyPage>
    );
  }
  return (
    <Loaded data={data?.orderImport} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<PageSkeleton />}>
      {(file) => <ImportView file={file} />}
    </Loaded>
  );
}

function stepsOf(file: File): Step[] {
  const at = { UPLOADING: 0, CHECKING: 1, CHECKED: 2, RUNNING: 2, DONE: 3, FAILED: 1 }[file.status];
  const state = (place: number): Step['state'] => (place < at ? 'done' : place === at ? 'now' : 'later');
  return [
    { name: 'Sent', detail: formatBytes(file.bytes), state: state(0) },
    { name: 'Checked', detail: file.status === 'CHECKING' ? 'Under way' : at > 1 ? problemsShort(file) : 'Nothing is recorded', state: state(1) },
    { name: 'Recorded', detail: file.status === 'DONE' && file.finishedAt ? formatDateTime(file.finishedAt, 'short') : file.status === 'RUNNING' ? 'Under way' : 'When you say so', state: state(2) },
  ];
}

const problemsShort = (file: File): string => (file.problemCount === 0 ? 'Nothing is wrong' : plural(file.problemCount, 'problem', 'problems'));

function ImportView({ file }: { file: File }) {
  const { hat } = useFrame();
  const said = importSaid(file);
  const read = file.status === 'CHECKED' || file.status === 'RUNNING' || file.status === 'DONE';
  const over = file.status === 'DONE';
  return (
    <>
      <PageHead
        title={file.fileName}
        crumbs={[{ label: 'Orders', to: `${hat.base}/orders` }, { label: 'Import orders', to: `${hat.base}/imports` }, { label: file.fileName }]}
        line={`Orders of ${file.store}, sent on ${formatDateTime(file.createdAt)}. ${file.format ? `${formatName(file.format)}.` : ''}`}
        actions={over ? <ButtonLink kind="primary" icon="receipt" to={`${hat.base}/orders`}>See the orders</ButtonLink> : undefined}
      />
      <Stepper label="How far the import is" steps={stepsOf(file)} />
      <Card label="The import" className="clip">
        {read && (
          <StatRow
            tall
            stats={[
              { key: 'new', label: over || file.status === 'RUNNING' ? 'New orders' : 'Would be new', value: formatNumber(file.ordersNew), from: `of ${plural(file.ordersTotal, 'order', 'orders')}` },
              { key: 'known', label: 'Known already', value: formatNumber(file.ordersKnown), from: 'stay as the shop told them' },
              { key: 'refused', label: over || file.status === 'RUNNING' ? 'Left out' : 'Would be left out', value: formatNumber(file.ordersRefused), from: 'for a problem' },
              { key: 'refunds', label: 'Refunds', value: over || file.status === 'RUNNING' ? formatNumber(file.refunds) : '–', from: over || file.status === 'RUNNING' ? 'recorded with them' : 'counted when recorded' },
            ]}
          />
        )}
        <div className="grid pad">
          <Status tone={said.tone} detail={said.detail}>
            {said.words}
          </Status>
          {file.status === 'UPLOADING' && <SendRest file={file} />}
          {file.status === 'CHECKED' && file.ordersTotal > 0 && <Start file={file} />}
          {file.status === 'RUNNING' && (
            <>
              <ProgressBar label="Orders recorded" parts={[{ words: 'recorded or known', count: file.ordersDone, tone: 'ok' }, { words: 'to go', count: Math.max(0, file.ordersTotal - file.ordersDone), tone: 'quiet' }]} />
              <p className="sm mut">You can leave this page; it goes on, and after a restart where it was.</p>
            </>
          )}
          {(file.status === 'FAILED' || (file.status === 'CHECKED' && file.ordersTotal === 0)) && (
            <div>
              <ButtonLink to={`${hat.base}/imports`}>Send a mended file</ButtonLink>
            </div>
          )}
        </div>
      </Card>
      {file.problems.length > 0 && (
        <Card title="What is wrong" className="mt" action={<TableMenu columns={problemColumns} rows={file.problems} fileName={`${file.fileName.replace(/\.\w+$/, '')}-problems`} />}>
          <DataTable label="What is wrong in the file" rows={file.problems} columns={problemColumns} rowKey={(row) => `${row.line} ${row.column} ${row.message}`} stickyHead={false} foot={<span className="n">{file.problemCount > file.problems.length ? `The first ${formatNumber(file.problems.length)} of ${plural(file.problemCount, 'problem', 'problems')}` : plural(file.problemCount, 'problem', 'problems')}</span>} />
        </Card>
      )}
    </>
  );
}

/** Has the orders recorded; where there are problems, without the orders that have them. */
function Start({ file }: { file: File }) {
  const { hat } = useFrame();
  const [, start] = useMutation(StartOrderImportDocument);
  const deed = useDeed();
  const leaveOut = file.problemCount > 0;
  return (
    <>
      <p className="mut">
        {leaveOut ? 'Mend the file and send it again, or record the orders that nothing is wrong with.' : 'Each order is attributed, and what it earns is reckoned, as for any order that a shop tells.'}
      </p>
      <FormErrors messages={deed.messages} />
      <div className="row g2 wrap">
        <Button kind="primary" busy={deed.busy} onClick={() => void deed.run(async () => errorsOf(await start({ input: { importId: file.id, leaveOut } }, CHANGED), (data) => data.startOrderImport))}>
          {leaveOut ? `Leave ${formatNumber(file.ordersRefused)} out and record ${plural(file.ordersTotal, 'order', 'orders')}` : `Record ${plural(file.ordersTotal, 'order', 'orders')}`}
        </Button>
        {leaveOut && <ButtonLink to={`${hat.base}/imports`}>Send a mended file</ButtonLink>}
      </div>
    </>
  );
}

/** Goes on with a file that came in part, from where it stopped. */
function SendRest({ file }: { file: File }) {
  const brand = useBrand();
  const upload = useUpload();
  const form = useForm({
    initial: { file: null as globalThis.File | null },
    async send({ file: chosen }) {
      if (!chosen) return [{ code: 'REQUIRED', message: `Choose ${file.fileName} again.`, field: ['file'] }];
      if (chosen.name !== file.fileName) return [{ code: 'INVALID', message: `This is another file. Choose ${file.fileName}.`, field: ['file'] }];
      return upload.send({ file: chosen, brandId: brand.id, rest: { id: file.id, bytes: file.bytes } }, () => undefined);
    },
  });
  return (
    <form className="grid" style={{ maxWidth: 480 }} onSubmit={form.onSubmit} noValidate>
      <FileField label="The same file again" hint="It goes on where it stopped." file={form.values.file} onFile={(chosen) => form.set('file', chosen)} error={form.errorAt('file')} />
      <FormErrors messages={form.rest} />
      {upload.progress && <Sent progress={upload.progress} />}
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          Go on sending
        </Button>
      </div>
    </form>
  );
}
