import { useEffect, useId, useRef, useState, type FormEvent, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import { Icon } from './icon';

/** What the client did wrong with the business, as every mutation's payload carries it. */
export interface UserError {
  code: string;
  message: string;
  /** Path of the field within the input, such as ["input", "lines", "0", "rate"]. */
  field?: readonly string[] | string | null;
}

/** "lines.0.rate" of a path, without the leading "input". */
export function fieldKey(field: UserError['field']): string {
  if (field == null) return '';
  const path = typeof field === 'string' ? field.split('.') : [...field];
  return (path[0] === 'input' ? path.slice(1) : path).join('.');
}

/** The state of one form. */
export interface FormState<T> {
  values: T;
  /** Changes one value; the error at it goes, since it was about the old one. */
  set: <K extends keyof T>(key: K, value: T[K]) => void;
  reset: (values: T) => void;
  /** The message at a field, by its path ("email", "lines.0.rate"). */
  errorAt: (key: string) => string | undefined;
  /** What belongs to no field on the page: shown above the button. */
  rest: string[];
  /** Takes over userErrors; true when there were any. */
  fail: (errors: readonly UserError[] | null | undefined) => boolean;
  busy: boolean;
  /** For the <form>: sends once, keeps what was typed, moves to the first wrong field. */
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

/**
 * One form: keeps what was typed, puts userErrors at their fields, sends once at a time.
 * `send` returns the payload's userErrors (or nothing when all went well) and throws on anything else.
 * `fields` are the paths that the page draws; other errors go to `rest`.
 */
export function useForm<T extends object>(options: {
  initial: T;
  fields?: readonly string[];
  send: (values: T) => Promise<readonly UserError[] | null | undefined>;
}): FormState<T> {
  const [values, setValues] = useState(options.initial);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  const drawn = new Set(options.fields ?? Object.keys(options.initial));

  function fail(next: readonly UserError[] | null | undefined): boolean {
    setErrors(next ?? []);
    return (next?.length ?? 0) > 0;
  }

  return {
    values,
    set(key, value) {
      setValues((old) => ({ ...old, [key]: value }));
      setErrors((old) => old.filter((error) => fieldKey(error.field) !== key));
    },
    reset(next) {
      setValues(next);
      setErrors([]);
    },
    errorAt: (key) => errors.find((error) => fieldKey(error.field) === key)?.message,
    rest: errors.filter((error) => !drawn.has(fieldKey(error.field))).map((error) => error.message),
    fail,
    busy,
    onSubmit(event) {
      event.preventDefault();
      if (sending.current) return;
      const form = event.currentTarget;
      sending.current = true;
      setBusy(true);
      options
        .send(values)
        .then((next) => {
          if (fail(next ?? null)) {
            // After React has drawn the errors.
            setTimeout(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
          }
        })
        .catch((error: unknown) => {
          fail([{ code: 'FAILED', message: error instanceof Error ? error.message : 'That did not work. Nothing was changed.' }]);
        })
        .finally(() => {
          sending.current = false;
          setBusy(false);
        });
    },
  };
}

interface FieldLooks {
  label: string;
  hint?: ReactNode;
  error?: string;
  /** At the right of the label: a link such as "Forgotten it?". */
  aside?: ReactNode;
}

/** Label, control, hint and the error at the field, tied together for screen readers. */
export function Field({ label, hint, error, aside, children }: FieldLooks & { children: (props: { id: string; 'aria-invalid'?: true; 'aria-describedby'?: string }) => ReactNode }) {
  const id = useId();
  const described = error ? `${id}-e` : hint ? `${id}-h` : undefined;
  return (
    <div className="fld">
      {aside ? (
        <div className="lblrow">
          <label htmlFor={id}>{label}</label>
          {aside}
        </div>
      ) : (
        <label htmlFor={id}>{label}</label>
      )}
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described })}
      {error ? (
        <p className="err" id={`${id}-e`}>
          <Icon name="warning" size={14} />
          <span>{error}</span>
        </p>
      ) : (
        hint && (
          <p className="hint" id={`${id}-h`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

type Change = { onValue?: (value: string) => void };

/** One line of text. */
export function TextField({ label, hint, error, aside, onValue, ...rest }: FieldLooks & Change & Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'children'>) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(tied) => <input {...rest} {...tied} className={`inp ${rest.className ?? ''}`.trim()} onChange={(event) => onValue?.(event.target.value)} />}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea({ label, hint, error, aside, onValue, ...rest }: FieldLooks & Change & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'children'>) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(tied) => <textarea rows={4} {...rest} {...tied} className="inp" onChange={(event) => onValue?.(event.target.value)} />}
    </Field>
  );
}

/** One of a few: the system's own picker, so that it works everywhere. */
export function SelectField({ label, hint, error, options, placeholder, onValue, ...rest }: FieldLooks & Change & { options: readonly { value: string; label: string }[]; placeholder?: string } & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'children'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(tied) => (
        <span className="pick">
          <select {...rest} {...tied} className="inp" onChange={(event) => onValue?.(event.target.value)}>
            {placeholder !== undefined && <option value="">{placeholder}</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" />
        </span>
      )}
    </Field>
  );
}

/** Yes or no, with its words beside it. */
export function CheckField({ label, error, checked, onValue, disabled }: { label: ReactNode; error?: string; checked: boolean; onValue: (value: boolean) => void; disabled?: boolean }) {
  const id = useId();
  return (
    <div className="fld">
      <div className="tick">
        <input id={id} type="checkbox" checked={checked} disabled={disabled} aria-invalid={error ? true : undefined} aria-describedby={error ? `${id}-e` : undefined} onChange={(event) => onValue(event.target.checked)} />
        <label htmlFor={id} style={{ fontWeight: 400, margin: 0 }}>
          {label}
        </label>
      </div>
      {error && (
        <p className="err" id={`${id}-e`}>
          <Icon name="warning" size={14} />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

const CODE_DIGITS = 6;

/** Six figures from an authenticator. One real input lies over the boxes, so that paste and autofill work. */
export function CodeField({ label, value, onValue, error, hint, focusFirst }: FieldLooks & { value: string; onValue: (value: string) => void; /** Takes the focus when it appears: where the code is the only thing left to type. */ focusFirst?: boolean }) {
  const [focused, setFocused] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focusFirst) input.current?.focus();
  }, [focusFirst]);
  return (
    <Field label={label} error={error} hint={hint}>
      {(tied) => (
        <div className={error ? 'otp bad' : 'otp'}>
          {Array.from({ length: CODE_DIGITS }, (_, index) => (
            <span key={index} className={focused && index === Math.min(value.length, CODE_DIGITS - 1) ? 'f' : undefined} aria-hidden="true">
              {value[index] ?? ''}
            </span>
          ))}
          <input {...tied} ref={input} inputMode="numeric" autoComplete="one-time-code" maxLength={CODE_DIGITS} value={value} onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} onChange={(event) => onValue(event.target.value.replace(/\D/g, '').slice(0, CODE_DIGITS))} />
        </div>
      )}
    </Field>
  );
}

/** What no field can show, above the button. */
export function FormErrors({ messages }: { messages: string[] }) {
  if (messages.length === 0) return null;
  return (
    <div className="fld" role="alert">
      {messages.map((message) => (
        <p key={message} className="err">
          <Icon name="warning" size={14} />
          <span>{message}</span>
        </p>
      ))}
    </div>
  );
}
