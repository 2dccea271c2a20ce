import { useRef, useState } from 'react';
import type { CombinedError } from 'urql';
import type { UserError } from '@/ui/form';
import { asTrouble } from './trouble';

/** What a mutation answers, whichever it is. */
interface Answer<Data> {
  data?: Data;
  error?: CombinedError;
}

/** The user errors of an answer; throws the trouble in words when there was no answer. */
export function errorsOf<Data>(answer: Answer<Data>, pick: (data: Data) => { userErrors: readonly UserError[] }): readonly UserError[] {
  if (answer.error) throw asTrouble(answer.error);
  return answer.data ? pick(answer.data).userErrors : [];
}

/** One press of a button that changes something: sends once at a time and keeps what was wrong, in words. */
export function useDeed(): { busy: boolean; messages: string[]; run: (send: () => Promise<readonly UserError[]>) => Promise<boolean> } {
  const [busy, setBusy] = useState(false);
  const [messages, setMessages] = useState<string[]>([]);
  const running = useRef(false);
  return {
    busy,
    messages,
    async run(send) {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setMessages([]);
      try {
        const errors = await send();
        setMessages(errors.map((error) => error.message));
        return errors.length === 0;
      } catch (error) {
        setMessages([error instanceof Error ? error.message : 'That did not work. Nothing was changed.']);
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
  };
}
