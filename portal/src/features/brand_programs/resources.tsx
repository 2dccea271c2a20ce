import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useMay } from '@/frame/rights';
import type { ResourceKind } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { BlockSkeleton, Button, Card, Chip, EmptyPage, FormErrors, Loaded, SelectField, SidePanel, TextArea, TextField, toast, useForm, usePanel } from '@/ui';
import { Markdown } from '@/ui/markdown';
import { AddResourceDocument, ProgramResourcesDocument } from './programs_document';

const KINDS: readonly { value: ResourceKind; label: string }[] = [
  { value: 'GUIDELINE', label: 'Rules of the brand' },
  { value: 'EDUCATION', label: 'About the products' },
  { value: 'EXAMPLE', label: 'Content that worked' },
];

/** What helps creators of a program: rules, facts about products, examples. */
export function Resources({ programId }: { programId: string }) {
  const may = useMay();
  const panel = usePanel();
  const list = useRows({ query: ProgramResourcesDocument, variables: { programId, first: 50 }, pick: (data) => data.resources, types: ['Resource'] });
  const add = may('writePrograms') && (
    <Button kind="primary" icon="plus" onClick={() => panel.show('new')}>
      Add a resource
    </Button>
  );
  return (
    <>
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<BlockSkeleton height={240} />}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage title="Nothing helps creators yet" action={add || undefined}>
              Write down the rules of your brand, what is worth knowing about the products, and examples of content that worked.
            </EmptyPage>
          ) : (
            <div className="grid">
              <div>{add}</div>
              {rows.map((resource) => (
                <Card key={resource.id} title={resource.title} action={<Chip>{KINDS.find((kind) => kind.value === resource.kind)?.label}</Chip>} pad>
                  <Markdown text={resource.body} />
                  {resource.url && <a className="lk blk" style={{ marginTop: 8 }} href={resource.url} target="_blank" rel="noreferrer">Open the page</a>}
                  <p className="sm dim" style={{ marginTop: 8 }}>Changed on {formatDate(resource.updatedAt)}</p>
                </Card>
              ))}
            </div>
          )
        }
      </Loaded>
      {panel.open === 'new' && may('writePrograms') && <AddResource programId={programId} onClose={panel.close} />}
    </>
  );
}

function AddResource({ programId, onClose }: { programId: string; onClose: () => void }) {
  const [, add] = useMutation(AddResourceDocument);
  const form = useForm({
    initial: { kind: 'GUIDELINE' as ResourceKind, title: '', body: '', url: '' },
    async send(values) {
      const errors = errorsOf(await add({ input: { programId, kind: values.kind, title: values.title.trim(), body: values.body.trim(), url: values.url.trim() || null } }), (data) => data.addResource);
      if (errors.length === 0) {
        toast('Creators see it now');
        onClose();
      }
      return errors;
    },
  });
  return (
    <SidePanel label="Add a resource" head={<b className="b">Add a resource</b>} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label="What it is" value={form.values.kind} options={KINDS} onValue={(value) => form.set('kind', value as ResourceKind)} error={form.errorAt('kind')} />
        <TextField label="Title" value={form.values.title} onValue={(value) => form.set('title', value)} error={form.errorAt('title')} />
        <TextArea label="Text" rows={10} hint="With # for headings, - for lists and **stars** for weight." value={form.values.body} onValue={(value) => form.set('body', value)} error={form.errorAt('body')} />
        <TextField label="A page to open" type="url" placeholder="https://" value={form.values.url} onValue={(value) => form.set('url', value)} error={form.errorAt('url')} />
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          Add it
        </Button>
      </form>
    </SidePanel>
  );
}
