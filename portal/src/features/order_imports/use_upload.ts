import { useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import type { OrderFileFormat } from '@/gql/graphql';
import type { UserError } from '@/ui/form';
import { ImportOrdersDocument, type OrderImport } from './import_document';
import { FILE_MAX, partOf } from './parts';

/** What is sent: a new file, or the rest of one that came in part. */
export interface Sending {
  file: File;
  brandId: string;
  store?: string;
  format?: OrderFileFormat;
  /** The import that waits for the rest, and how many bytes of it came. */
  rest?: { id: string; bytes: number };
}

const wrong = (message: string): readonly UserError[] => [{ code: 'INVALID', message, field: ['file'] }];

/** Sends a file part by part and tells how far it has come; leaving the page stops after the part that is on its way. */
export function useUpload(): { progress: { done: number; total: number } | null; send: (what: Sending, onSent: (sent: OrderImport) => void) => Promise<readonly UserError[]> } {
  const [, importOrders] = useMutation(ImportOrdersDocument);
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);

  async function send({ file, brandId, store, format, rest }: Sending, onSent: (sent: OrderImport) => void): Promise<readonly UserError[]> {
    if (file.size === 0) return wrong('The file is empty.');
    if (file.size > FILE_MAX) return wrong('A file has at most 32 MiB; cut it into several.');
    if (rest && file.size <= rest.bytes) return wrong('This file is shorter than what came of it. Choose the one that you began to send.');
    const bytes = new Uint8Array(await file.arrayBuffer());
    let importId = rest?.id;
    let at = rest?.bytes ?? 0;
    try {
      while (here.current) {
        setProgress({ done: at, total: bytes.length });
        const next = readPart(bytes, at);
        if (next === null) return wrong('This is no text in UTF-8. Save the file as “CSV UTF-8” and choose it again.');
        const more = next.end < bytes.length;
        const answer = await importOrders({ input: { brandId, importId, part: next.part, more, ...(importId ? {} : { fileName: file.name, store, format }) } });
        const errors = errorsOf(answer, (data) => data.importOrders);
        const sent = answer.data?.importOrders.import;
        if (errors.length > 0 || !sent) return errors;
        importId = sent.id;
        at = next.end;
        if (more) continue;
        onSent(sent);
        return [];
      }
      return [];
    } finally {
      if (here.current) setProgress(null);
    }
  }

  return { progress, send };
}

function readPart(bytes: Uint8Array, at: number): ReturnType<typeof partOf> | null {
  try {
    return partOf(bytes, at);
  } catch {
    return null;
  }
}
