import type { CombinedError } from 'urql';
import { wordsFor } from '@/ui/trouble';

/** A change that could not be sent or answered, as words for the foot of a form. */
export function asTrouble(error: CombinedError): Error {
  const words = wordsFor(error, true);
  return new Error(`${words.title}. ${words.text}`);
}
