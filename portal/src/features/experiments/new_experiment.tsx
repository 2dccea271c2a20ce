import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand } from '@/frame/context';
import type { ExperimentDimension } from '@/gql/graphql';
import { formatNumber, plural } from '@/lib/format';
import { Button, FormErrors, Icon, Loaded, MoreRows, SelectField, SidePanel, TableSkeleton, TextArea, TextField, toast, useForm } from '@/ui';
import { ProgramChoiceDocument } from '../brand_programs/program_choice';
import { dealOut } from './deal';
import { DIMENSION_OPTIONS } from './experiment_words';
import { CreateExperimentDocument, TakersDocument } from './experiments_document';
import './experiments.css';

/** An experiment has as many arms. */
const MIN_ARMS = 2;
const MAX_ARMS = 5;
const LETTERS = 'ABCDE';

/** Begins an experiment: what is tried, its arms, and which creators are in which. */
export function NewExperiment({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const brand = useBrand();
  const [, create] = useMutation(CreateExperimentDocument);
  const [{ data }] = useQuery({ query: ProgramChoiceDocument, variables: { brandId: brand.id } });
  const programs = data?.programs.nodes ?? [];
  const [arms, setArms] = useState(['', '']);
  const [inArm, setInArm] = useState<Record<string, number>>({});
  const form = useForm({
    initial: { programId: '', name: '', hypothesis: '', dimension: 'FORMAT' as ExperimentDimension },
    fields: ['programId', 'name', 'hypothesis', 'dimension', 'arms', ...arms.flatMap((_, index) => [`arms.${index}.name`, `arms.${index}.partnershipIds`])],
    async send(values) {
      const answer = await create({
        input: {
          programId,
          name: values.name.trim(),
          hypothesis: values.hypothesis.trim(),
          dimension: values.dimension,
          arms: arms.map((name, index) => ({ name: name.trim(), partnershipIds: Object.keys(inArm).filter((id) => inArm[id] === index) })),
        },
      });
      const errors = errorsOf(answer, (data) => data.createExperiment);
      const made = answer.data?.createExperiment.experiment;
      if (errors.length === 0 && made) {
        toast(`“${made.name}” runs from now on`);
        onMade(made.id);
      }
      return errors;
    },
  });
  const programId = form.values.programId || (programs[0]?.id ?? '');
  const titles = arms.map((name, index) => name.trim() || `Arm ${LETTERS[index] ?? ''}`);
  return (
    <SidePanel
      label="Begin an experiment"
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">Begin an experiment</b>
          <span className="sm mut">Figures count from its first day on</span>
        </span>
      }
      foot={
        <Button kind="primary" wide type="submit" form="new-experiment" busy={form.busy}>
          Begin it
        </Button>
      }
    >
      <form id="new-experiment" className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="Name" maxLength={120} placeholder="Routine or explanation" autoComplete="off" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
        <TextArea label="What you think will happen" rows={2} hint="So that nobody reads the result as it suits them." value={form.values.hypothesis} onValue={(value) => form.set('hypothesis', value)} error={form.errorAt('hypothesis')} />
        <SelectField label="What differs" value={form.values.dimension} options={DIMENSION_OPTIONS} onValue={(value) => form.set('dimension', value as ExperimentDimension)} error={form.errorAt('dimension')} />
        {programs.length > 1 && (
          <SelectField
            label="Program"
            value={programId}
            options={programs.map((program) => ({ value: program.id, label: program.name }))}
            onValue={(value) => {
              form.set('programId', value);
              setInArm({});
            }}
            error={form.errorAt('programId')}
          />
        )}
        <fieldset className="grid" style={{ border: 0, gap: 12 }}>
          <legend className="b" style={{ marginBottom: 8 }}>
            Its arms
          </legend>
          {arms.map((name, index) => (
            <TextField
              key={index}
              label={`Arm ${LETTERS[index] ?? ''}`}
              maxLength={60}
              autoComplete="off"
              placeholder={index === 0 ? 'As until now' : 'What is new'}
              value={name}
              onValue={(value) => setArms(arms.map((old, place) => (place === index ? value : old)))}
              error={form.errorAt(`arms.${index}.name`) ?? form.errorAt(`arms.${index}.partnershipIds`)}
              aside={
                arms.length > MIN_ARMS && index === arms.length - 1 ? (
                  <button
                    type="button"
                    className="lk"
                    onClick={() => {
                      setArms(arms.slice(0, -1));
                      setInArm(Object.fromEntries(Object.entries(inArm).filter(([, place]) => place !== index)));
                    }}
                  >
                    Take it out
                  </button>
                ) : undefined
              }
            />
          ))}
          {arms.length < MAX_ARMS && (
            <div>
              <Button small icon="plus" onClick={() => setArms([...arms, ''])}>
                Another arm
              </Button>
            </div>
          )}
          <FormErrors messages={[form.errorAt('arms')].filter((message) => message !== undefined)} />
        </fieldset>
        {programId && <Takers programId={programId} titles={titles} inArm={inArm} onChange={setInArm} />}
        <FormErrors messages={form.rest} />
      </form>
    </SidePanel>
  );
}

/** Which creator is in which arm: by hand, or dealt out at random. */
function Takers({ programId, titles, inArm, onChange }: { programId: string; titles: string[]; inArm: Record<string, number>; onChange: (inArm: Record<string, number>) => void }) {
  const brand = useBrand();
  const list = useRows({ query: TakersDocument, variables: { brandId: brand.id, programId, first: 100 }, pick: (data) => data.partnerships, types: ['Partnership'] });
  const counts = titles.map((title, index) => `${title}: ${formatNumber(Object.values(inArm).filter((place) => place === index).length)}`);
  return (
    <section>
      <div className="row between g3">
        <h3>Who is in which</h3>
        <Button small icon="people" disabled={!list.rows?.length} onClick={() => list.rows && onChange(dealOut(list.rows.map((row) => row.id), titles.length, Math.random))}>
          Deal out at random
        </Button>
      </div>
      <p className="sm dim" style={{ margin: '4px 0 8px' }}>
        {counts.join(', ')}. At random, nothing but what you vary differs between them.
      </p>
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton rows={4} columns={2} />}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="mut">No creator is active in this program, so there is nobody to try it with.</p>
          ) : (
            <>
              <ul className="deal">
                {rows.map((row) => (
                  <li key={row.id}>
                    <span>
                      <b className="b ell blk">{row.creator.name}</b>
                      <span className="sm dim ell blk">{plural(row.totals.clicks, 'click', 'clicks')} until now</span>
                    </span>
                    <span className="pick">
                      <select
                        className="inp"
                        aria-label={`Arm of ${row.creator.name}`}
                        value={inArm[row.id] ?? ''}
                        onChange={(event) => {
                          const others = Object.fromEntries(Object.entries(inArm).filter(([id]) => id !== row.id));
                          onChange(event.target.value === '' ? others : { ...others, [row.id]: Number(event.target.value) });
                        }}
                      >
                        <option value="">Not in it</option>
                        {titles.map((title, index) => (
                          <option key={index} value={index}>
                            {title}
                          </option>
                        ))}
                      </select>
                      <Icon name="down" />
                    </span>
                  </li>
                ))}
              </ul>
              {list.more && (
                <div className="row between">
                  <MoreRows shown={rows.length} total={list.total} one="creator" many="creators" more={list.more} busy={list.loadingMore} />
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  );
}
