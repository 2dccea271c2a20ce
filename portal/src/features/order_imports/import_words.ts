import type { OrderFileFormat } from '@/gql/graphql';
import { formatBytes, formatNumber, plural } from '@/lib/format';
import type { Tone } from '@/ui/status';
import type { OrderImport } from './import_document';

/** The columns that a file may have; by their names they are found. */
export const FORMATS: readonly { value: OrderFileFormat; label: string; line: string }[] = [
  { value: 'SHOPIFY', label: 'Shopify’s export of orders', line: 'Orders, Export, “Plain CSV file”, as Shopify writes it' },
  { value: 'WOOCOMMERCE', label: 'An export of WooCommerce', line: 'order_id, status, date, order_total, order_currency; a row for each item or for each order' },
  { value: 'TRIBUTARY', label: 'Columns of your own', line: 'order_id, placed_at, currency, net; more if you have them, such as codes, customer_email and refunded' },
];

/** The columns of a file in words. */
export const formatName = (format: OrderFileFormat | null | undefined): string => FORMATS.find((entry) => entry.value === format)?.label ?? 'Not read yet';

/** How far a file has come. */
export function importSaid(file: OrderImport): { tone: Tone; words: string; detail?: string } {
  switch (file.status) {
    case 'UPLOADING':
      return { tone: 'wait', words: 'Sent in part', detail: `${formatBytes(file.bytes)} came. Choose the same file again to go on.` };
    case 'CHECKING':
      return { tone: 'wait', words: 'Being read', detail: 'Nothing is recorded yet.' };
    case 'CHECKED':
      return file.ordersTotal === 0 ? { tone: 'bad', words: 'No order can be recorded', detail: problemsWords(file) } : { tone: 'wait', words: 'Checked, and waits for your word', detail: problemsWords(file) };
    case 'RUNNING':
      return { tone: 'wait', words: 'Being recorded', detail: `${formatNumber(file.ordersDone)} of ${plural(file.ordersTotal, 'order', 'orders')}` };
    case 'DONE':
      return { tone: 'ok', words: 'Recorded', detail: `${plural(file.ordersNew, 'new order', 'new orders')}${file.ordersRefused > 0 ? `, ${formatNumber(file.ordersRefused)} left out` : ''}` };
    case 'FAILED':
      return { tone: 'bad', words: 'Cannot be read', detail: file.failure ?? undefined };
  }
}

/** "3 problems were found; 2 orders would be left out." */
export function problemsWords(file: Pick<OrderImport, 'problemCount' | 'ordersRefused'>): string {
  if (file.problemCount === 0) return 'Nothing is wrong in it.';
  return `${plural(file.problemCount, 'problem was', 'problems were')} found; ${plural(file.ordersRefused, 'order', 'orders')} would be left out.`;
}
