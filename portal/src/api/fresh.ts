import { makeOperation, type Exchange } from 'urql';
import { pipe, tap } from 'wonka';

/**
 * Reads again what was being read while something was changed: such an answer may
 * be from before the change, and the cache does not know of an operation whose
 * answer it still waits for. Stands behind the cache.
 */
export const freshExchange: Exchange = ({ client, forward }) => (operations) => {
  /** How many changes there had been when an operation was sent, by its key. */
  const sent = new Map<number, number>();
  let changes = 0;
  return pipe(
    operations,
    tap((operation) => {
      if (operation.kind === 'query') sent.set(operation.key, changes);
      if (operation.kind === 'teardown') sent.delete(operation.key);
    }),
    forward,
    tap(({ operation }) => {
      if (operation.kind === 'mutation') changes += 1;
      if (operation.kind !== 'query') return;
      const known = sent.get(operation.key);
      sent.delete(operation.key);
      if (known !== undefined && known !== changes) client.reexecuteOperation(makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }));
    }),
  );
};
