import { beforeEach, describe, expect, it } from 'vitest';
import type { RunFieldsFragment } from '@/gql/graphql';
import { setReader } from '@/lib/format';
import { stepsOf } from './run';
import { checkTotal } from './run_deeds';
import { countSkips } from './words';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

const eur = (amount: string) => ({ __typename: 'Money' as const, amount, currencyCode: 'EUR' });

function run(changes: Partial<RunFieldsFragment>): RunFieldsFragment {
  return {
    __typename: 'PayoutRun',
    id: 'run_1',
    number: 3,
    status: 'PREPARED',
    version: 1,
    cutoffAt: '2026-11-29T22:59:59Z',
    total: eur('38204.10'),
    payoutCount: 412,
    preparedBy: { __typename: 'User', id: 'usr_1', name: 'Ines Marchetti' },
    createdAt: '2026-11-30T09:12:00Z',
    approvedBy: null,
    approvedAt: null,
    approvalLapsesAt: null,
    sentBy: null,
    sentAt: null,
    completedAt: null,
    reason: null,
    progress: { __typename: 'PayoutRunProgress', runId: 'run_1', status: 'PREPARED', total: 412, paid: 0, inFlight: 0, failed: 0, skipped: 31, waiting: 412, paidAmount: eur('0.00'), at: '2026-11-30T09:12:00Z' },
    ...changes,
  };
}

describe('the typed total', () => {
  it('is taken in the notation of the reader', () => {
    expect(checkTotal('38,204.10', eur('38204.10'))).toEqual({ amount: '38204.10' });
    expect(checkTotal('€38204.1', eur('38204.10'))).toEqual({ amount: '38204.10' });
  });

  it('must be the total of the run, to the cent', () => {
    expect(checkTotal('38,204.11', eur('38204.10'))).toMatchObject({ error: { code: 'INVALID', field: ['expectedTotal'] } });
    expect(checkTotal('', eur('38204.10'))).toMatchObject({ error: { code: 'BAD_FORMAT', field: ['expectedTotal'] } });
  });
});

describe('the steps of a run', () => {
  it('wait at the approval while prepared', () => {
    expect(stepsOf(run({})).map((step) => [step.name, step.state])).toEqual([
      ['Prepared', 'done'],
      ['Approval', 'now'],
      ['Sending', 'later'],
      ['Done', 'later'],
    ]);
  });

  it('name who approved and who sent', () => {
    const steps = stepsOf(run({ status: 'SENDING', approvedBy: { __typename: 'User', id: 'usr_2', name: 'Tomasz Nowak' }, approvedAt: '2026-11-30T13:20:00Z', sentAt: '2026-12-01T08:01:00Z', sentBy: { __typename: 'User', id: 'usr_1', name: 'Ines Marchetti' } }));
    expect(steps.map((step) => step.state)).toEqual(['done', 'done', 'now', 'later']);
    expect(steps[1]?.detail).toBe('30 Nov, 14:20, Tomasz Nowak');
    expect(steps[2]?.detail).toBe('Since 09:01, Ines Marchetti');
  });

  it('end where a run was stopped', () => {
    const steps = stepsOf(run({ status: 'REJECTED', reason: 'Lena is paid twice' }));
    expect(steps.map((step) => step.name)).toEqual(['Prepared', 'Rejected']);
    expect(steps[1]?.detail).toBe('Lena is paid twice');
  });
});

describe('who is left out', () => {
  it('is counted by reason, the most frequent first', () => {
    expect(countSkips([{ reason: 'UNDER_REVIEW' }, { reason: 'BELOW_MINIMUM' }, { reason: 'BELOW_MINIMUM' }])).toEqual([
      { reason: 'BELOW_MINIMUM', count: 2, words: 'below the minimum' },
      { reason: 'UNDER_REVIEW', count: 1, words: 'under review' },
    ]);
  });
});
