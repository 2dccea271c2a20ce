import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { useQuery } from 'urql';
import { useSession } from '@/auth/use_session';
import { Avatar } from '@/ui/avatar';
import { ButtonLink } from '@/ui/button';
import { EmptyPage } from '@/ui/empty';
import { Mark } from '@/ui/icon';
import { PageSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { ProgramPageDocument, type ShownProgram } from './program_document';
import { ProgramStory } from './program_story';
import './programs.css';

const CONTEXT = { additionalTypenames: ['Application', 'Partnership', 'Creator'] };

/** A program's public page: readable before sign-in, and the way in. */
export default function PublicProgramPage() {
  const { slug = '' } = useParams();
  const state = useSession();
  // Who is there is known once the cookie was tried; until then the answer would lack it.
  const [{ data, error }, again] = useQuery({ query: ProgramPageDocument, variables: { slug }, context: CONTEXT, pause: state === 'starting' });
  const program = data?.program;
  const title = program ? `${program.name} by ${program.brand.name}` : 'Program';
  useEffect(() => {
    document.title = `${title} – Tributary`;
  }, [title]);
  return (
    <div className="public">
      <header className="pubbar">
        <Link className="row g2 logo" to="/">
          <Mark />
          <b>Tributary</b>
        </Link>
        <span className="grow" />
        {state === 'signedIn' ? <ButtonLink small to="/">Your pages</ButtonLink> : <ButtonLink small to={`/sign-in?to=${encodeURIComponent(`/p/${slug}`)}`}>Sign in</ButtonLink>}
      </header>
      <main className="pubmain">
        {program ? (
          <>
            <ProgramHead program={program} />
            <ProgramStory program={program} viewer={data.viewer} />
          </>
        ) : error ? (
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        ) : data ? (
          <EmptyPage alone title="There is no such program" action={<ButtonLink kind="primary" to="/">Go to Tributary</ButtonLink>}>
            The address is wrong, or only invited creators see this program. If you were invited, sign in first.
          </EmptyPage>
        ) : (
          <PageSkeleton />
        )}
      </main>
    </div>
  );
}

function ProgramHead({ program }: { program: ShownProgram }) {
  return (
    <header className="pubhead">
      <Avatar name={program.brand.name} brand size="xl" />
      <div className="grow">
        <h1>{program.name}</h1>
        <p className="mut">
          by{' '}
          <a className="lk" href={program.brand.websiteUrl} rel="noreferrer">
            {program.brand.name}
          </a>
        </p>
        {program.summary && <p className="lead measure">{program.summary}</p>}
      </div>
    </header>
  );
}
