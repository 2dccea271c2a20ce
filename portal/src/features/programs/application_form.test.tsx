import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answering, CreatorStage } from '@/test/answers';
import { ApplicationForm } from './application_form';

const program = { id: 'prg_1', questions: ['Which product do you use?', 'What would you never say?'], autoApprove: false, brand: { id: 'brd_1', name: 'Lumen Skin', websiteUrl: 'https://lumen.example' } };
const refused = (field: string[], message: string) => ({ applyToProgram: { application: null, userErrors: [{ code: 'REQUIRED', message, field }] } });

function stage(answer: object) {
  const made = answering({ ApplyToProgram: answer });
  render(
    <CreatorStage client={made.client} path="/creator/programs/glow">
      <ApplicationForm program={program} publishes={['TIKTOK']} />
    </CreatorStage>,
  );
  return made;
}

describe('an application', () => {
  it('is sent with the answers in their order and the platforms that were chosen', async () => {
    const { sent } = stage({ applyToProgram: { application: { id: 'app_1', status: 'SUBMITTED', program: { id: 'prg_1' } }, userErrors: [] } });
    fireEvent.change(screen.getByLabelText('What would you never say?'), { target: { value: 'That it heals.' } });
    fireEvent.click(screen.getByLabelText('Newsletter'));
    fireEvent.click(screen.getByRole('button', { name: 'Send the application' }));
    await screen.findByText('Sent. Lumen Skin reads it and answers here and by e-mail.');
    expect(sent).toEqual([{ name: 'ApplyToProgram', variables: { input: { programId: 'prg_1', answers: ['', 'That it heals.'], platforms: ['TIKTOK', 'NEWSLETTER'], plan: '' } } }]);
  });

  it('shows an error at the question that it is about and keeps what was typed', async () => {
    stage(refused(['answers', '1'], 'Answer this question.'));
    const first = screen.getByLabelText<HTMLTextAreaElement>('Which product do you use?');
    fireEvent.change(first, { target: { value: 'The cream.' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send the application' }));
    await screen.findByText('Answer this question.');
    expect(screen.getByLabelText('What would you never say?').getAttribute('aria-invalid')).toBe('true');
    expect(first.getAttribute('aria-invalid')).toBeNull();
    expect(first.value).toBe('The cream.');
  });

  it('is not sent without a platform', async () => {
    const { sent } = stage({});
    fireEvent.click(screen.getByLabelText('TikTok'));
    fireEvent.click(screen.getByRole('button', { name: 'Send the application' }));
    await waitFor(() => expect(screen.getByText('Choose at least one.')).toBeTruthy());
    expect(sent).toEqual([]);
  });
});
