import { formatBasisPoints, formatDate, formatMoney, formatPpm, isZero } from '@/lib/format';
import { sum } from '@/lib/amount';
import { Amount } from '@/ui/figures';
import type { Sale, SaleCommission } from './sale_river_data';

type Line = SaleCommission['trace'][number];

const lineName = (line: Line) => (line.quantity > 1 ? `${line.name} × ${line.quantity}` : line.name);
const earns = (line: Line) => !isZero(line.amount);
const NONE = <span className="dim">–</span>;

/** How a commission was reckoned, line by line: a table, on the phone a list that says the same. */
export function Computation({ sale, commission }: { sale: Sale; commission: SaleCommission }) {
  const lines = [...commission.trace].sort((a, b) => Number(earns(b)) - Number(earns(a)));
  const earning = lines.filter(earns);
  const net = sum(earning.map((line) => line.net));
  const share = sum(earning.map((line) => line.share));
  const part = formatPpm(commission.creditPpm);
  const whole = commission.creditPpm === 1_000_000;
  const flat = commission.offer?.kind === 'FLAT_PER_ORDER' || commission.offer?.kind === 'FLAT_PER_UNIT';
  return (
    <>
      <div className="tbl no-ph">
        <table aria-label={`How ${formatMoney(commission.amount)} was reckoned`}>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col" className="r">Paid, net</th>
              {!whole && <th scope="col" className="r">Your {part}</th>}
              <th scope="col">Rate</th>
              <th scope="col" className="r">You earn</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={index} className={earns(line) ? undefined : 'mut'}>
                <td>{lineName(line)}</td>
                <td className="r"><Amount value={line.net} /></td>
                {!whole && <td className="r">{earns(line) ? <Amount value={line.share} /> : NONE}</td>}
                <td>
                  {line.rate != null && earns(line) && <b className="b n">{formatBasisPoints(line.rate)} </b>}
                  <span className="mut" style={{ fontSize: 12 }}>{line.rateName}</span>
                </td>
                <td className="r">{earns(line) ? <b className="b"><Amount value={line.amount} /></b> : NONE}</td>
              </tr>
            ))}
            <tr className="sum">
              <td>What earns</td>
              <td className="r">{net ? <Amount value={net} /> : NONE}</td>
              {!whole && <td className="r">{share ? <Amount value={share} /> : NONE}</td>}
              <td />
              <td className="r"><Amount value={commission.amount} /></td>
            </tr>
          </tbody>
        </table>
      </div>
      <ul className="only-ph scards" aria-label={`How ${formatMoney(commission.amount)} was reckoned`}>
        {lines.map((line, index) => (
          <li key={index} className="scard">
            <span className="row between g3">
              <b className={earns(line) ? 'b' : 'mut'}>{lineName(line)}</b>
              <b className="b n">{earns(line) ? formatMoney(line.amount) : '–'}</b>
            </span>
            <span className="two" style={{ marginBottom: 0 }}>
              {!earns(line)
                ? line.rateName
                : `${formatMoney(line.net)} net${whole ? '' : `, your ${part} is ${formatMoney(line.share)}`}${line.rate != null ? `, times ${formatBasisPoints(line.rate)}` : ''} (${line.rateName})`}
            </span>
          </li>
        ))}
        <li className="scard sum row between">
          <span>What you earn</span>
          <span className="n">{formatMoney(commission.amount)}</span>
        </li>
      </ul>
      <p className="sm dim pad" style={{ paddingTop: 12, borderTop: '1px solid var(--line)' }}>
        Net means after discounts, without tax and shipping{sale.refunds.length > 0 ? ', and without what was sent back' : ''}. {flat ? '' : 'Each line is rounded to the smallest coin. '}
        {commission.offer && `Terms: ${commission.offer.name}, version ${commission.offer.version}, in force since ${formatDate(commission.offer.effectiveAt)} and locked to this sale.`}
      </p>
    </>
  );
}
