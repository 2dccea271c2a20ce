import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { meantWords } from './survey_words';

beforeEach(() => setReader('en-GB', 'UTC'));

const maya = { name: 'Maya Okafor' };

describe('who is meant by an answer', () => {
  it('is said with how sure that is, until a person has said so', () => {
    expect(meantWords({ status: 'MATCHED', confidencePpm: 970_000, creator: maya })).toBe('Maya Okafor, 97% sure');
    expect(meantWords({ status: 'UNCLEAR', confidencePpm: 375_000, creator: maya })).toBe('Perhaps Maya Okafor, 37.5% sure');
    expect(meantWords({ status: 'CONFIRMED', confidencePpm: 1_000_000, creator: maya })).toBe('Maya Okafor');
  });

  it('is nobody where no name was found', () => {
    expect(meantWords({ status: 'UNCLEAR', confidencePpm: 0, creator: null })).toBe('Nobody was recognised');
    expect(meantWords({ status: 'NOBODY', confidencePpm: 0, creator: null })).toBe('No creator');
  });
});
