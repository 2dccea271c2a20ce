import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyPage } from '@/ui/empty';
import { PageHead } from '@/ui/page_head';
import { PageSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { ProgramPageDocument } from './program_document';
import { ProgramStory } from './program_story';

const CONTEXT = { additionalTypenames: ['Application', 'Partnership', 'Creator'] };

/** A program within the creator's pages: terms to accept, the application, or what it pays. */
export default function CreatorProgramPage() {
  const { slug = '' } = useParams();
  const [{ data, error }, again] = useQuery({ query: ProgramPageDocument, variables: { slug }, context: CONTEXT });
  const crumbs = [{ label: 'Programs', to: '/creator/programs' }, { label: data?.program?.name ?? 'Program' }];
  if (!data) {
    if (!error) return <PageSkeleton />;
    return (
      <>
        <PageHead title="Program" crumbs={crumbs} />
        <Card label="Program">
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </Card>
      </>
    );
  }
  if (!data.program) {
    return (
      <>
        <PageHead title="Program" crumbs={crumbs} />
        <EmptyPage title="There is no such program" action={<ButtonLink kind="primary" to="/creator/programs">All programs</ButtonLink>}>
          The address is wrong, or the brand shows it to invited creators only.
        </EmptyPage>
      </>
    );
  }
  return (
    <>
      <PageHead title={data.program.name} crumbs={crumbs} line={data.program.summary ? `${data.program.brand.name}. ${data.program.summary}` : data.program.brand.name} />
      <ProgramStory program={data.program} viewer={data.viewer} />
    </>
  );
}
