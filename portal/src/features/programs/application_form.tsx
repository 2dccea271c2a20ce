import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { Button } from '@/ui/button';
import { FormErrors, TextArea, useForm } from '@/ui/form';
import { Icon } from '@/ui/icon';
import { toast } from '@/ui/toast';
import { ApplyDocument, type ShownProgram } from './program_document';

const CHANGES = { additionalTypenames: ['Application', 'Partnership', 'Program'] };

interface Values {
  answers: readonly string[];
  platforms: readonly Platform[];
  plan: string;
}

/** The application: the brand's own questions, where the creator publishes, and how they would show it. */
export function ApplicationForm({ program, publishes }: { program: Pick<ShownProgram, 'id' | 'questions' | 'autoApprove' | 'brand'>; /** Platforms that the profile already names. */ publishes: readonly Platform[] }) {
  const [, apply] = useMutation(ApplyDocument);
  const form = useForm<Values>({
    initial: { answers: program.questions.map(() => ''), platforms: [...new Set(publishes)], plan: '' },
    fields: [...program.questions.map((_, index) => `answers.${index}`), 'platforms', 'plan'],
    async send(values) {
      if (values.platforms.length === 0) return [{ code: 'REQUIRED', message: 'Choose at least one.', field: ['platforms'] }];
      const result = await apply({ input: { programId: program.id, answers: [...values.answers], platforms: [...values.platforms], plan: values.plan.trim() } }, CHANGES);
      if (result.error) throw asTrouble(result.error);
      const application = result.data?.applyToProgram.application;
      if (application) toast(application.status === 'APPROVED' ? 'You are in. Accept the terms, then share your link.' : `Sent. ${program.brand.name} reads it and answers here and by e-mail.`);
      return result.data?.applyToProgram.userErrors;
    },
  });
  const platformError = form.errorAt('platforms');
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      {program.questions.map((question, index) => (
        <TextArea
          key={question}
          label={question}
          rows={3}
          maxLength={2000}
          value={form.values.answers[index] ?? ''}
          onValue={(value) => form.set('answers', form.values.answers.map((answer, place) => (place === index ? value : answer)))}
          error={form.errorAt(`answers.${index}`)}
        />
      ))}
      <fieldset className="fld choose" aria-describedby={platformError ? 'platforms-error' : undefined}>
        <legend className="lbl">Where would you show it?</legend>
        <div className="chips">
          {PLATFORM_OPTIONS.map(({ value, label }) => {
            const on = form.values.platforms.includes(value);
            return (
              <label key={value} className={on ? 'pickchip on' : 'pickchip'}>
                <input type="checkbox" className="vh" checked={on} onChange={() => form.set('platforms', on ? form.values.platforms.filter((entry) => entry !== value) : [...form.values.platforms, value])} />
                {on && <Icon name="check" size={14} />}
                {label}
              </label>
            );
          })}
        </div>
        {platformError && (
          <p className="err" id="platforms-error" role="alert">
            <Icon name="warning" size={14} />
            <span>{platformError}</span>
          </p>
        )}
      </fieldset>
      <TextArea label="How would you show it?" rows={4} maxLength={4000} hint="One or two ideas are enough: a routine, a test, a story." value={form.values.plan} onValue={(value) => form.set('plan', value)} error={form.errorAt('plan')} />
      <FormErrors messages={form.rest} />
      <Button kind="primary" wide type="submit" busy={form.busy}>
        {program.autoApprove ? 'Join the program' : 'Send the application'}
      </Button>
    </form>
  );
}
