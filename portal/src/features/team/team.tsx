import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useViewer } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { Role, TeamMembersQuery } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { Button, Card, CheckField, Confirm, DataTable, Facts, FormErrors, Loaded, MoreRows, PageHead, PanelPerson, Person, SidePanel, Status, TableSkeleton, Tabs, TextField, toast, useForm, usePanel, useView, type Column } from '@/ui';
import { Keys } from './keys';
import { ROLES, rolesWords } from './role_words';
import { InviteMemberDocument, MembersDocument, RemoveMemberDocument, UpdateMemberDocument } from './team_document';

type Member = NonNullable<TeamMembersQuery['brand']>['members']['nodes'][number];

const columns: Column<Member>[] = [
  { key: 'person', head: 'Person', cell: (row) => <Person name={row.user.name} detail={row.user.email} />, phone: 'name', sort: (row) => row.user.name, ascendingFirst: true, text: (row) => row.user.name },
  { key: 'roles', head: 'Roles', cell: (row) => rolesWords(row.roles), phone: 'sentence', text: (row) => rolesWords(row.roles) },
  { key: 'code', head: 'Second step', cell: (row) => (row.user.totpEnabled ? <Status tone="ok">Authenticator</Status> : <Status tone="quiet">Password only</Status>), phone: 'state', nowrap: true },
  { key: 'since', head: 'Roles since', right: true, cell: (row) => <span className="mut">{formatDate(row.rolesGrantedAt)}</span>, phone: 'time', sort: (row) => row.rolesGrantedAt },
];

/** People who work in the brand, and the keys of its own programs. */
export default function Team() {
  const brand = useBrand();
  const may = useMay();
  const view = useView();
  const panel = usePanel();
  const tab = view.get('tab') === 'keys' && may('manageKeys') ? 'keys' : 'people';
  const primary =
    tab === 'people'
      ? may('manageMembers') && (
          <Button kind="primary" icon="plus" onClick={() => panel.show('invite')}>
            Invite a person
          </Button>
        )
      : may('manageKeys') && (
          <Button kind="primary" icon="plus" onClick={() => panel.show('key')}>
            Make a key
          </Button>
        );
  return (
    <>
      <PageHead title="Team and keys" line={tab === 'people' ? `Who works at ${brand.name} and what they may do. Money needs two people: one prepares, another approves.` : <>Keys let your own programs use the API. A key never sends money. <a className="lk" href="/graphql" target="_blank" rel="noreferrer">Try a query</a></>} actions={primary || undefined} />
      <div style={{ marginBottom: 16 }}>
        <Tabs label="Team and keys" current={tab} tabs={[{ key: 'people', label: 'People', to: view.href({ tab: null, open: null }) }, ...(may('manageKeys') ? [{ key: 'keys', label: 'API keys', to: view.href({ tab: 'keys', open: null }) }] : [])]} />
      </div>
      {tab === 'keys' ? <Keys /> : <People />}
    </>
  );
}

function People() {
  const brand = useBrand();
  const may = useMay();
  const panel = usePanel();
  const list = useRows({ query: MembersDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.brand?.members, types: ['Membership'] });
  const open = list.rows?.find((row) => row.id === panel.open);
  const alone = list.rows !== null && !list.more && list.rows.filter((row) => row.roles.includes('OWNER') || row.roles.includes('FINANCE')).length < 2;
  return (
    <>
      {alone && (
        <div className="card" style={{ marginBottom: 16, padding: '12px var(--card-x)' }}>
          <Status tone="wait" detail="Nobody approves a payout that they prepared themselves. Invite a second person with the finance or owner role before the first payout.">
            One person cannot pay creators alone
          </Status>
        </div>
      )}
      <Card label="People">
        <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton rows={4} />}>
          {(rows) => <DataTable label="People" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="person" many="people" more={list.more} busy={list.loadingMore} />} />}
        </Loaded>
      </Card>
      {panel.open === 'invite' && may('manageMembers') && <Invite onClose={panel.close} />}
      {open && <MemberPanel key={open.id} member={open} onClose={panel.close} />}
    </>
  );
}

/** The roles as a list of ticks with what each may do. */
function RoleTicks({ roles, onChange, error, blocked }: { roles: readonly Role[]; onChange: (roles: Role[]) => void; error?: string; blocked?: Role }) {
  return (
    <fieldset style={{ border: 0 }}>
      <legend className="b" style={{ marginBottom: 10 }}>Roles</legend>
      <div className="grid" style={{ gap: 10 }}>
        {ROLES.map((role) => (
          <CheckField
            key={role.value}
            disabled={blocked === role.value && !roles.includes(role.value)}
            label={
              <>
                <span className="b">{role.label}</span>
                <span className="sm mut blk">{blocked === role.value && !roles.includes(role.value) ? 'Nobody gives this role to themselves' : role.detail}</span>
              </>
            }
            checked={roles.includes(role.value)}
            onValue={(on) => onChange(on ? [...roles, role.value] : roles.filter((entry) => entry !== role.value))}
          />
        ))}
      </div>
      <FormErrors messages={error ? [error] : []} />
    </fieldset>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const brand = useBrand();
  const [, invite] = useMutation(InviteMemberDocument);
  const form = useForm({
    initial: { email: '', roles: ['MANAGER'] as Role[] },
    async send({ email, roles }) {
      const answer = await invite({ input: { brandId: brand.id, email: email.trim(), roles } });
      const errors = errorsOf(answer, (data) => data.inviteMember);
      const made = answer.data?.inviteMember.invitation;
      if (errors.length === 0 && made) {
        toast(`Sent to ${made.email}. It is good until ${formatDate(made.expiresAt)}.`);
        onClose();
      }
      return errors;
    },
  });
  return (
    <SidePanel label="Invite a person" head={<span className="grow"><b className="b blk">Invite a person</b><span className="sm mut">to {brand.name}</span></span>} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="E-mail" type="email" autoComplete="off" hint="They get a link, and join with this address." value={form.values.email} onValue={(value) => form.set('email', value)} error={form.errorAt('email')} />
        <RoleTicks roles={form.values.roles} onChange={(roles) => form.set('roles', roles)} error={form.errorAt('roles')} />
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          Send the invitation
        </Button>
      </form>
    </SidePanel>
  );
}

function MemberPanel({ member, onClose }: { member: Member; onClose: () => void }) {
  const viewer = useViewer();
  const may = useMay();
  const [, update] = useMutation(UpdateMemberDocument);
  const [, remove] = useMutation(RemoveMemberDocument);
  const [asking, setAsking] = useState(false);
  const deed = useDeed();
  const self = member.user.id === viewer.id;
  const form = useForm({
    initial: { roles: [...member.roles] },
    async send({ roles }) {
      const errors = errorsOf(await update({ input: { membershipId: member.id, roles } }), (data) => data.updateMember);
      if (errors.length === 0) toast(`${member.user.name}: ${rolesWords(roles)}`);
      return errors;
    },
  });
  const same = [...form.values.roles].sort().join() === [...member.roles].sort().join();
  return (
    <SidePanel
      label={member.user.name}
      onClose={onClose}
      head={<PanelPerson name={member.user.name}>{self ? `You, ${member.user.email}` : member.user.email}</PanelPerson>}
      foot={
        may('manageMembers') ? (
          <Button kind="danger" onClick={() => setAsking(true)}>
            {self ? 'Leave the team' : 'Take out of the team'}
          </Button>
        ) : undefined
      }
    >
      {may('manageMembers') ? (
        <form className="grid" onSubmit={form.onSubmit} noValidate>
          <RoleTicks roles={form.values.roles} onChange={(roles) => form.set('roles', roles)} error={form.errorAt('roles')} blocked={self ? 'FINANCE' : undefined} />
          <p className="sm dim">Since {formatDate(member.rolesGrantedAt)}. Who gets a money role may approve payouts after 24 hours.</p>
          <FormErrors messages={form.rest} />
          <div>
            <Button kind="primary" type="submit" busy={form.busy} disabled={same}>
              Save the roles
            </Button>
          </div>
        </form>
      ) : (
        <Facts items={[{ name: 'Roles', value: rolesWords(member.roles) }, { name: 'Since', value: formatDate(member.rolesGrantedAt) }]} />
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={self ? 'Leave the team' : `Take ${member.user.name} out`}
        button={self ? 'Leave' : 'Take out'}
        leave={self ? 'Stay' : 'Keep'}
        {...deed}
        onConfirm={() =>
          void deed.run(async () => errorsOf(await remove({ input: { membershipId: member.id } }, { additionalTypenames: ['Membership'] }), (data) => data.removeMember)).then((done) => {
            if (done) {
              setAsking(false);
              onClose();
            }
          })
        }
      >
        {self ? 'You lose access at once. What you did stays in the audit log. To come back you need a new invitation.' : 'They lose access at once. What they did stays in the audit log. To come back they need a new invitation.'}
      </Confirm>
    </SidePanel>
  );
}
