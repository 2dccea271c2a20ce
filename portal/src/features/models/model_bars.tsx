import type { ComparedModel } from '@/gql/graphql';
import { modelOf, rowName, sizeOfPart, underModel, wordsOfPart, type ComparedRow, type Shown } from './model_words';

/** What was paid and what a model says, a pair of bars for each of the largest creators. */
export function ModelBars({ rows, model, shown }: { rows: readonly ComparedRow[]; model: ComparedModel; shown: Shown }) {
  const largest = Math.max(...rows.flatMap((row) => [sizeOfPart(row.paid, shown), sizeOfPart(underModel(row, model), shown)]), 0);
  const width = (size: number) => ({ width: largest > 0 ? `${(size / largest) * 100}%` : 0 });
  return (
    <ul className="modelbars" aria-label={`Paid beside ${modelOf(model).label}`}>
      {rows.map((row) => {
        const said = underModel(row, model);
        return (
          <li key={row.creator?.id ?? 'others'}>
            <div>
              <b className="b ell">{rowName(row)}</b>
            </div>
            <div className="pair">
              <i className="said" style={width(sizeOfPart(said, shown))} />
              <b>
                <span className="vh">{modelOf(model).label}: </span>
                {wordsOfPart(said, shown)}
              </b>
              <i className="paid" style={width(sizeOfPart(row.paid, shown))} />
              <b className="was">
                <span className="vh">Paid: </span>
                {wordsOfPart(row.paid, shown)}
              </b>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
