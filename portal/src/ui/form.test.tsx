import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Button } from './button';
import { fieldKey, FormErrors, TextField, useForm, type UserError } from './form';

function Form({ send }: { send: (values: { email: string; name: string }) => Promise<UserError[] | null> }) {
  const form = useForm({ initial: { email: 'maya@', name: '' }, send });
  return (
    <form onSubmit={form.onSubmit}>
      <TextField label="E-mail" value={form.values.email} onValue={(value) => form.set('email', value)} error={form.errorAt('email')} />
      <TextField label="Name" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
      <FormErrors messages={form.rest} />
      <Button type="submit" busy={form.busy}>Save</Button>
    </form>
  );
}

const press = () => fireEvent.click(screen.getByRole('button', { name: 'Save' }));

describe('a form', () => {
  it('puts user errors at their fields, the others above the button, and keeps what was typed', async () => {
    render(
      <Form
        send={async () => [
          { code: 'BAD_FORMAT', message: 'This is not a whole address.', field: ['email'] },
          { code: 'WRONG_STATE', message: 'The program is closed.', field: null },
        ]}
      />,
    );
    press();
    await screen.findByText('This is not a whole address.');
    const email = screen.getByLabelText<HTMLInputElement>('E-mail');
    expect(email.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(email.getAttribute('aria-describedby') ?? '')?.textContent).toBe('This is not a whole address.');
    expect(screen.getByRole('alert').textContent).toBe('The program is closed.');
    expect(email.value).toBe('maya@');
    await waitFor(() => expect(document.activeElement).toBe(email));
  });

  it('takes an error away when its field changes', async () => {
    render(<Form send={async () => [{ code: 'REQUIRED', message: 'A name is needed.', field: ['input', 'name'] }]} />);
    press();
    await screen.findByText('A name is needed.');
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Maya' } });
    expect(screen.queryByText('A name is needed.')).toBeNull();
  });

  it('sends once however often the button is pressed', async () => {
    let sent = 0;
    let finish: (value: null) => void = () => undefined;
    render(<Form send={() => new Promise((done) => { sent += 1; finish = done; })} />);
    press();
    press();
    expect(screen.getByRole('button', { name: 'Save' }).getAttribute('aria-busy')).toBe('true');
    finish(null);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Save' }).getAttribute('aria-busy')).toBeNull());
    expect(sent).toBe(1);
  });

  it('says what went wrong when the request itself failed', async () => {
    render(<Form send={async () => { throw new Error('No connection to Tributary.'); }} />);
    press();
    expect((await screen.findByRole('alert')).textContent).toBe('No connection to Tributary.');
  });
});

describe('paths of fields', () => {
  it('are read with and without the input before them', () => {
    expect(fieldKey(['input', 'lines', '0', 'rate'])).toBe('lines.0.rate');
    expect(fieldKey(['email'])).toBe('email');
    expect(fieldKey('input.email')).toBe('email');
    expect(fieldKey(null)).toBe('');
  });
});
