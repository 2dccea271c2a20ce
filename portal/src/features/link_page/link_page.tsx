import { useEffect } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useQuery } from 'urql';
import { useSession } from '@/auth/use_session';
import { formatDate } from '@/lib/format';
import { platformIcon } from '@/lib/platform';
import { Avatar } from '@/ui/avatar';
import { ButtonLink, CopyButton } from '@/ui/button';
import { EmptyPage } from '@/ui/empty';
import { Icon, Mark } from '@/ui/icon';
import { BlockSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { LinkPageDocument, type ShownPage, type ShownProgram } from './link_page_document';
import { disclosure, linkWords } from './link_words';
import './link_page.css';

/** A creator's public page, as it stands in a bio: every link and code that works now. It follows nobody. */
export default function LinkPage() {
  const { handle = '' } = useParams();
  const [params] = useSearchParams();
  const program = params.get('program');
  // Who is there changes nothing here, but a client of its own is made once that is known.
  const state = useSession();
  const [{ data, error }, again] = useQuery({ query: LinkPageDocument, variables: { handle, program }, pause: state === 'starting' });
  const page = data?.linkPage;
  useEffect(() => {
    if (page) document.title = `${page.name} – links and codes – Tributary`;
  }, [page]);
  return (
    <div className="bio">
      <main>
        {page ? (
          <Shown page={page} only={program} />
        ) : error ? (
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        ) : data ? (
          <EmptyPage alone title="There is no such page" action={program ? <ButtonLink kind="primary" to={`/c/${encodeURIComponent(handle)}`}>See all of {handle}’s links</ButtonLink> : <ButtonLink kind="primary" to="/">Go to Tributary</ButtonLink>}>
            {program ? 'The address is wrong, or this program is over.' : 'The address is wrong, or this creator shares nothing right now.'}
          </EmptyPage>
        ) : (
          <div aria-busy="true" className="grid">
            <BlockSkeleton height={120} />
            <BlockSkeleton height={220} />
          </div>
        )}
      </main>
      <footer>
        <Link className="row g2" to="/">
          <Mark size={16} />
          Tributary
        </Link>
      </footer>
    </div>
  );
}

function Shown({ page, only }: { page: ShownPage; only: string | null }) {
  const programs = page.programs.filter((program) => program.links.length + program.codes.length > 0);
  return (
    <>
      <header>
        <Avatar name={page.name} size="xl" />
        <h1>{page.name}</h1>
        <p className="handle">@{page.handle}</p>
        {page.bio && <p className="lead">{page.bio}</p>}
      </header>
      {/* Before the first link, so that nobody follows one without knowing. */}
      <p className="told">
        <Icon name="info" size={14} />
        <span>{disclosure(page.name)}</span>
      </p>
      {programs.length === 0 && <p className="mut none">There is nothing to follow here yet.</p>}
      {programs.map((program) => (
        <Program key={program.slug} program={program} />
      ))}
      {only && (
        <p className="more">
          <Link className="lk" to={`/c/${encodeURIComponent(page.handle)}`}>
            See everything that {page.name} shares
          </Link>
        </p>
      )}
    </>
  );
}

function Program({ program }: { program: ShownProgram }) {
  return (
    <section aria-label={`${program.name} by ${program.brandName}`}>
      <div className="row g3 by">
        <Avatar name={program.brandName} brand size="l" />
        <span className="grow">
          <h2 className="ell">{program.brandName}</h2>
          <span className="sm mut ell blk">{program.name}</span>
        </span>
      </div>
      {program.codes.length > 0 && (
        <ul>
          {program.codes.map((code) => (
            <li key={code.code} className="voucher">
              <span className="grow">
                <b className="n">{code.code}</b>
                <span className="sm mut blk">
                  {code.words || 'Use it at the checkout'}
                  {code.endsAt && `, until ${formatDate(code.endsAt)}`}
                </span>
              </span>
              <CopyButton text={code.code} label={`Copy the code ${code.code}`} words="Copy" />
            </li>
          ))}
        </ul>
      )}
      {program.links.length > 0 && (
        <ul>
          {program.links.map((link) => (
            <li key={link.url}>
              <a className="go" href={link.url} rel="nofollow sponsored noopener">
                <Icon name={platformIcon(link.platform)} size={18} />
                <span className="grow">
                  <span className="blk ell">{linkWords(link, program)}</span>
                  {link.outOfStock && <span className="sm mut blk">Out of stock: leads to something close to it</span>}
                </span>
                <Icon name="arrow-right" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
