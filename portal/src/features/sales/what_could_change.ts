import { sum } from '@/lib/amount';
import { formatDate, formatMoney, isZero, type Money } from '@/lib/format';
import type { SaleCommission } from './sale_river_data';

/** What could still happen to a commission, in words with amounts and dates. */
export function whatCouldChange(commission: SaleCommission): string {
  const goods = new Map<string, Money>();
  for (const line of commission.trace) {
    if (!isZero(line.amount)) goods.set(line.name, sum([goods.get(line.name) ?? line.amount, ...(goods.has(line.name) ? [line.amount] : [])]) ?? line.amount);
  }
  const parts = [...goods].slice(0, 2).map(([name, amount]) => `${formatMoney(amount)} for ${name}`);
  const taken = parts.length > 0 ? `its part is taken off: ${parts.join(' and ')}` : 'its part is taken off';
  switch (commission.status) {
    case 'PENDING':
      return `If the customer sends something back, ${taken}. After ${formatDate(commission.holdUntil)} it would come off your next payout.`;
    case 'APPROVED':
    case 'PAID':
      return `The return period is over. If the customer still sends something back, ${taken}, from your next payout.`;
    case 'HELD':
      return 'A person at the brand is looking at this sale. If all is well it goes on as it was; if not, it is taken back, and you read the reason here.';
    case 'WAITING':
      return commission.waitingReason === 'NOT_PAID_YET'
        ? 'As soon as the customer has paid, the amount is reckoned and the return period starts. If they never pay, nothing is earned.'
        : 'It is reckoned as soon as the reason for waiting is gone. You need not do anything.';
    case 'REVERSED':
      return 'Nothing: the sale is closed. What had been earned was taken back.';
    case 'VOID':
      return 'Nothing: the sale is closed, and nothing had been earned.';
  }
}
