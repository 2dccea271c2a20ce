import { formatBytes } from '@/lib/format';
import { Field, Icon } from '@/ui';
import './order_imports.css';

/** A place to drop a file on, or to choose one by; the system's own control lies over it. */
export function FileField({ label, hint, error, file, onFile }: { label: string; hint?: string; error?: string; file: File | null; onFile: (file: File | null) => void }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(tied) => (
        <div className={file ? 'drop has' : 'drop'}>
          <Icon name={file ? 'check' : 'inbox'} size={20} />
          <span className="grow" aria-hidden="true">
            <b className="b blk ell">{file ? file.name : 'Choose a CSV file'}</b>
            <span className="sm">{file ? `${formatBytes(file.size)}. Choose another one` : 'or drop it here'}</span>
          </span>
          <input {...tied} type="file" accept=".csv,.txt,text/csv,text/plain" onChange={(event) => onFile(event.target.files?.[0] ?? null)} />
        </div>
      )}
    </Field>
  );
}
