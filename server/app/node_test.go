package app

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
)

// nodeReaders is, for each type that is a node, an object of the stage and somebody who may read it.
func (c *cast) nodeReaders() map[string]struct {
	id id.ID
	by person
} {
	c.t.Helper()
	invitation := c.m.change(c.owner, "inviteMember", "invitation", vars{"brandId": c.brand.String(), "email": "guest@people.test", "roles": []string{"ANALYST"}})
	key := c.m.change(c.owner, "createApiKey", "apiKey", vars{"brandId": c.brand.String(), "name": "A key", "scopes": []string{"READ_PROGRAMS"}})
	account := c.m.change(c.partner.person, "addSocialAccount", "socialAccount", vars{"platform": "YOUTUBE", "handle": "maya", "url": "https://youtube.com/maya"})
	resource := c.m.change(c.owner, "addResource", "resource", vars{"programId": c.on.draft.String(), "kind": "EXAMPLE", "title": "One", "body": "Text"})
	offer := c.m.change(c.owner, "publishOffer", "offer", vars{"programId": c.on.draft.String(), "name": "Standard", "kind": "PERCENT", "rate": 1000})
	terms := c.m.change(c.owner, "publishTerms", "terms", vars{"programId": c.on.draft.String(), "body": "Mark advertising well."})
	click, err := id.Parse(c.on.click)
	require.NoError(c.t, err)
	return map[string]struct {
		id id.ID
		by person
	}{
		"User": {c.owner.user, c.owner}, "Membership": {c.first(id.Membership, "membership"), c.owner}, "Invitation": {invitation, c.owner},
		"ApiKey": {key, c.owner}, "Brand": {c.brand, c.owner}, "BrandDomain": {c.domain, c.owner}, "AttributionPolicy": {c.policy, c.owner}, "PolicyReplay": {c.replay(), c.owner}, "CustomerBinding": {c.bind(c.on.order), c.owner},
		"Integration": {c.on.integration, c.owner}, "Program": {c.on.draft, c.owner}, "Offer": {offer, c.owner}, "Terms": {terms, c.owner},
		"Resource": {resource, c.owner}, "Creator": {c.partner.creator, c.partner.person}, "SocialAccount": {account, c.partner.person},
		"Application": {c.on.application, c.owner}, "Partnership": {c.partner.partnership, c.owner}, "Link": {c.partner.link, c.owner},
		"Code": {c.partner.code, c.owner}, "Click": {click, c.owner}, "Order": {c.on.order, c.owner},
		"Attribution": {c.first(id.Decision, "attribution_decision"), c.owner}, "Commission": {c.on.commission, c.owner}, "Hold": {c.on.hold, c.owner}, "Finding": {c.finding(), c.owner},
		"Claim": {c.first(id.Claim, "claim"), c.owner}, "SurveyAnswer": {c.first(id.SurveyAnswer, "survey_answer"), c.owner}, "AttributionSuggestion": {c.suggestion(), c.owner},
		"LedgerTransaction": {c.first(id.Transaction, "ledger_transaction"), c.owner}, "PayoutAccount": {c.account, c.partner.person},
		"PayoutRun": {c.on.run, c.owner}, "Payout": {c.on.payout, c.owner}, "Funding": {c.funding, c.finance}, "Prospect": {c.on.prospect, c.owner},
		"Post": {c.first(id.Post, "post"), c.owner}, "Review": {c.on.review, c.owner}, "Experiment": {c.on.experiment, c.owner},
		"InboundDelivery": {c.on.delivery, c.owner}, "OrderImport": {c.on.file, c.owner},
		"AuditEntry": {c.first(id.AuditEntry, "audit_log"), c.owner},
	}
}

// first is the oldest object of the brand in a table.
func (c *cast) first(kind id.Kind, table string) id.ID {
	c.t.Helper()
	out := id.ID{Kind: kind}
	require.NoError(c.t, c.m.db.SQL.QueryRowContext(testdb.Context(c.t), `SELECT id FROM `+table+` WHERE brand_id = $1 ORDER BY id LIMIT 1`,
		c.brand.UUID).Scan(&out.UUID), table)
	return out
}

// Types of which everybody who is signed in may read something.
var (
	openToAll     = []string{"Brand", "AttributionPolicy"}
	openToMembers = []string{"Creator", "SocialAccount"} // profiles are shown to everybody who works with creators for a brand
)

func TestEveryNodeIsFetchedByItsIDAndReadsNullToStrangers(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	objects := c.nodeReaders()
	for name, d := range c.schema.Types {
		if d.Kind == ast.Object && slices.Contains(d.Interfaces, "Node") {
			require.Contains(t, objects, name, "a type that is a node without an object in this test")
		}
	}
	const query = `query($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { id } }`
	for name, o := range objects {
		a := c.m.ask(o.by, query, vars{"id": o.id.String()})
		require.Empty(t, a.Errors, name)
		require.JSONEq(t, `{"__typename": "`+name+`", "id": "`+o.id.String()+`"}`, string(a.Data["node"]), name)
		require.JSONEq(t, `[{"id": "`+o.id.String()+`"}]`, string(a.Data["nodes"]), name)

		unknown := c.m.ask(o.by, query, vars{"id": missing(o.id).String()})
		require.Equal(t, "null", string(unknown.Data["node"]), name)
		for who, stranger := range map[string]person{"foreign": c.people["foreign"], "other": c.people["other"]} {
			if slices.Contains(openToAll, name) || who == "foreign" && slices.Contains(openToMembers, name) {
				continue
			}
			seen := c.m.ask(stranger, query, vars{"id": o.id.String()})
			require.Equal(t, stripped(unknown), stripped(seen), "%s to %s", name, who)
		}
		text, _ := json.Marshal(c.m.ask(nobody, query, vars{"id": o.id.String()}).Data)
		require.NotContains(t, string(text), o.id.String(), "%s to nobody", name)
	}
}
