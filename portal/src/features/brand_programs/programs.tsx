import { Link } from 'react-router';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { currencyName, formatNumber, plural } from '@/lib/format';
import { BlockSkeleton, Button, ButtonLink, EmptyPage, Loaded, PageHead, Status } from '@/ui';
import { programSaid } from './program_words';
import { BrandProgramsDocument } from './programs_document';
import './brand_programs.css';

/** The brand's programs, each with its terms in one sentence. */
export default function Programs() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const list = useRows({ query: BrandProgramsDocument, variables: { brandId: brand.id, first: 20 }, pick: (data) => data.programs, types: ['Program', 'Offer', 'Terms'] });
  const make = may('writePrograms') && (
    <ButtonLink kind="primary" icon="plus" to={`${hat.base}/programs/new`}>
      Make a program
    </ButtonLink>
  );
  return (
    <>
      <PageHead title="Programs and offers" line="What creators join, what they earn, and what they agree to." actions={list.rows?.length ? make : undefined} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<div className="progs"><BlockSkeleton height={196} /><BlockSkeleton height={196} /></div>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage
              title="Make your first program"
              action={make || undefined}
              steps={[
                { name: 'Name it', detail: 'And say how long links count and how long returns take.' },
                { name: 'Publish the commission', detail: 'You read it as one sentence before creators do.' },
                { name: 'Publish the terms, then open it', detail: 'Creators apply on its public page.' },
              ]}
            >
              A program holds what creators earn, what they agree to, and every link they share.
            </EmptyPage>
          ) : (
            <>
              <div className="progs">
                {rows.map((program) => {
                  const said = programSaid(program.status);
                  const count = program.partnerships.nodes.length;
                  return (
                    <Link key={program.id} to={`${hat.base}/programs/${program.slug}`} className="card prog1">
                      <span className="row between g3 top">
                        <h2>{program.name}</h2>
                        <Status tone={said.tone} icon={said.icon}>{said.words}</Status>
                      </span>
                      <span className="mut">{program.offer?.sentence ?? 'No commission is published yet. Publish one before you open it.'}</span>
                      <span className="fct sm mut">
                        <span>{count === 0 ? 'No creator yet' : program.partnerships.pageInfo.hasNextPage ? `More than ${plural(count, 'creator', 'creators')}` : plural(count, 'creator', 'creators')}</span>
                        <span>Links count {plural(program.clickWindowDays, 'day', 'days')}</span>
                        <span>Payable after {plural(program.holdDays, 'day', 'days')}</span>
                        <span>Pays in {currencyName(program.currency)}</span>
                      </span>
                    </Link>
                  );
                })}
              </div>
              {list.more && (
                <div style={{ marginTop: 16 }}>
                  <Button busy={list.loadingMore} onClick={list.more}>
                    Show more of {formatNumber(list.total ?? rows.length)}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}
