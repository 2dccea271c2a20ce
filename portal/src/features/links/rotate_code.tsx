import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { Button } from '@/ui/button';
import { FormErrors, TextField, useForm } from '@/ui/form';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { RotateCodeDocument, type OwnCode } from './links_document';

/** Ends a code that got around and puts a new one with the same terms in its place. */
export function RotateCode({ code, onClose }: { code: Pick<OwnCode, 'id' | 'code'>; onClose: () => void }) {
  const [, rotate] = useMutation(RotateCodeDocument);
  const form = useForm({
    initial: { code: '' },
    async send(values) {
      const answer = await rotate({ input: { codeId: code.id, code: values.code.trim() || null } }, { additionalTypenames: ['Code', 'Partnership'] });
      const errors = errorsOf(answer, (data) => data.rotateCode);
      const made = answer.data?.rotateCode.code;
      if (made && errors.length === 0) {
        toast(`${made.code} works from now on, ${code.code} no longer does.`);
        onClose();
      }
      return errors;
    },
  });
  return (
    <Dialog open title={`A new code in place of ${code.code}`} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <p className="mut">For a code that got around, on coupon sites for example. Orders placed with {code.code} until now keep counting; later ones earn nothing. The new code saves shoppers the same. Where codes are made by hand, the shop has to know it.</p>
        <TextField label="New code" autoCapitalize="characters" autoComplete="off" spellCheck={false} maxLength={32} hint="Left empty, it is made from the old one." value={form.values.code} onValue={(value) => form.set('code', value.toUpperCase())} error={form.errorAt('code')} />
        <FormErrors messages={form.rest} />
        <span className="row g2">
          <Button kind="primary" type="submit" busy={form.busy}>
            Put it in place
          </Button>
          <Button onClick={onClose}>Keep {code.code}</Button>
        </span>
      </form>
    </Dialog>
  );
}
