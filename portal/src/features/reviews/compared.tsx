import { ChangeMark } from '@/figures/change';
import { changeOf, measureOf, wordsOf, type Figures, type Measure } from '@/figures/measure';

const COMPARED: readonly Measure['key'][] = ['revenue', 'orders', 'newCustomers', 'clicks', 'conversion', 'averageOrder', 'refunds'];

/** Figures beside the middle of the program: half of its creators had less. */
export function Compared({ figures, medians, who }: { figures: Figures; medians: Figures; /** Whose figures they are: "Maya", "You". */ who: string }) {
  return (
    <table className="compared" aria-label={`Figures of ${who} beside the middle of the program`}>
      <thead>
        <tr>
          <th scope="col">
            <span className="vh">Figure</span>
          </th>
          <th scope="col" className="r">
            {who}
          </th>
          <th scope="col" className="r">
            Middle
          </th>
          <th scope="col" className="r">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {COMPARED.map((key) => {
          const measure = measureOf(key);
          return (
            <tr key={key}>
              <th scope="row">{measure.name}</th>
              <td className="r nw">
                <b className="b">{wordsOf(measure, figures, { whole: true })}</b>
              </td>
              <td className="r nw mut">{wordsOf(measure, medians, { whole: true })}</td>
              <td className="r nw">
                <ChangeMark change={changeOf(measure, figures, medians)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
