package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

// The columns of testdata/permissions.txt after the field and the scope.
var askers = []string{"nobody", "creator", "other", "owner", "manager", "analyst", "finance", "foreign", "admin", "app", "keyless"}

// permission is a row of testdata/permissions.txt.
type permission struct {
	field string
	scope string // of the column "app"; "-" when no key may
	want  map[string]string
}

// parts are the field itself, and which of its ways to be asked, as in "Query.links:own".
func (p permission) parts() (field, variant string) {
	field, variant, _ = strings.Cut(p.field, ":")
	return field, variant
}

func readPermissions(t *testing.T) []permission {
	t.Helper()
	text, err := os.ReadFile("testdata/permissions.txt")
	require.NoError(t, err)
	var out []permission
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		require.Len(t, words, len(askers)+2, line)
		p := permission{field: words[0], scope: words[1], want: map[string]string{}}
		for i, who := range askers {
			p.want[who] = words[i+2]
		}
		out = append(out, p)
	}
	return out
}

func contract(t *testing.T) *ast.Schema {
	t.Helper()
	sdl, err := os.ReadFile("../../schema.graphql")
	require.NoError(t, err)
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(sdl)})
	require.NoError(t, err)
	return s
}

func TestEveryFieldOfTheAPIHasPermissions(t *testing.T) {
	t.Parallel()
	s := contract(t)
	want := map[string]bool{}
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		for _, f := range root.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				want[root.Name+"."+f.Name] = true
			}
		}
	}
	for _, p := range readPermissions(t) {
		field, variant := p.parts()
		_, known := want[field]
		require.True(t, known && (variant != "" || want[field]), "%s stands twice, or is no field", p.field)
		if variant == "" {
			want[field] = false
		}
	}
	for field, missing := range want {
		if !missing {
			delete(want, field)
		}
	}
	require.Empty(t, slices.Sorted(maps.Keys(want)), "fields without a row in testdata/permissions.txt")
}

// cast is who asks, and the stage on which they do: a brand with all its objects, and another one.
type cast struct {
	*shop
	t                *testing.T
	schema           *ast.Schema
	people           map[string]person
	partner          partner
	account, funding id.ID
	keys             map[string]person
	// kept are arguments that no call has used up yet, by field.
	kept map[string]vars
	on   objects
}

// finding is something that the hourly look found.
func (c *cast) finding() id.ID {
	now := c.m.now()
	row := c.m.db.Ent.Partnership.GetX(testdb.Context(c.t), c.partner.partnership.UUID)
	f := c.m.db.Ent.Finding.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetSeenAt(now).SetBrandID(row.BrandID).SetProgramID(row.ProgramID).
		SetPartnershipID(row.ID).SetCreatorID(row.CreatorID).SetSignal("CLICK_FLOOD").SetSubject(fmt.Sprint(c.m.next())).SetEvidence(json.RawMessage(`[]`)).
		SaveX(testdb.Context(c.t))
	return id.Of(id.Finding, f.ID)
}

// objects are the things of the stage that are only read.
type objects struct {
	application, commission, hold, order, run, payout, prospect, review, experiment, integration, draft, sent, file, delivery id.ID
	click                                                                                                                     string
}

func newCast(t *testing.T) *cast {
	t.Helper()
	m := openMarket(t)
	s := m.openShop()
	c := &cast{shop: s, t: t, schema: contract(t), keys: map[string]person{}, kept: map[string]vars{}}
	c.partner = s.join()
	other := s.join()
	foreign := m.openShop()
	foreign.join()
	c.people = map[string]person{"nobody": nobody, "creator": c.partner.person, "other": other.person, "owner": s.owner, "manager": s.manager,
		"analyst": s.analyst, "finance": s.finance, "foreign": foreign.owner, "admin": m.person("admin", true)}
	c.account = s.bank(c.partner)
	c.funding = s.fund()
	c.on.click = s.click(c.partner)
	c.on.order = s.sell(c.partner)
	c.on.commission = s.commission(c.on.order)
	c.on.hold = m.change(s.finance, "openHold", "hold", vars{"commissionId": c.on.commission.String(), "reason": "We look at it."})
	c.claim()
	c.answered()
	c.on.application = c.partner.application
	r := s.prepared(c.partner)
	c.on.run, _ = id.Parse(r.ID)
	c.on.payout = c.payoutOf(r)
	sent := s.sending(c.partner)
	c.on.sent = c.payoutOf(sent)
	c.on.draft = c.draft()
	c.on.prospect = m.change(s.owner, "createProspect", "prospect", c.prospect())
	c.on.integration = m.change(s.owner, "connectIntegration", "integration", vars{"brandId": s.brand.String(), "kind": "SHOPIFY", "store": "one.myshopify.test",
		"secret": "a secret of the shop"})
	c.on.file = m.change(s.owner, "importOrders", "import", vars{"brandId": s.brand.String(), "fileName": "orders.csv", "part": "order_id,placed_at,currency,net\n"})
	c.on.delivery = id.New(id.Delivery, m.now())
	_, err := m.db.SQL.ExecContext(testdb.Context(t), `INSERT INTO inbox_delivery (id, source, integration_id, brand_id, topic, dedup_key, body, status, received_at)
		VALUES ($1, 'shopify', $2, $3, 'refunds/create', 'key', '{}', 'FAILED', $4)`, c.on.delivery.UUID, c.on.integration.UUID, s.brand.UUID, m.now())
	require.NoError(t, err)
	m.change(c.partner.person, "submitPost", "post", c.post())
	m.change(s.owner, "addResource", "resource", vars{"programId": s.program.String(), "kind": "GUIDELINE", "title": "Words", "body": "Say what you felt."})
	c.on.experiment = m.change(s.owner, "createExperiment", "experiment", vars{"programId": s.program.String(), "name": "Reels", "dimension": "FORMAT",
		"arms": []vars{{"name": "A", "partnershipIds": []string{c.partner.partnership.String()}}, {"name": "B", "partnershipIds": []string{other.partnership.String()}}}})
	c.on.review = c.newReview()
	decided := c.newReview()
	m.change(s.owner, "decideReview", "review", vars{"reviewId": decided.String(), "decision": "KEEP", "words": "Go on."})
	return c
}

// payoutOf gives the one payout of a run.
func (c *cast) payoutOf(r run) id.ID {
	c.t.Helper()
	var out struct {
		Payouts struct{ Nodes []struct{ ID string } }
	}
	c.m.must(c.finance, `query($id: ID!) { payoutRun(id: $id) { payouts { nodes { id } } } }`, vars{"id": r.ID}, &out)
	require.Len(c.t, out.Payouts.Nodes, 1)
	x, err := id.Parse(out.Payouts.Nodes[0].ID)
	require.NoError(c.t, err)
	return x
}

// newReview lets a quarter pass and gives the review that is due.
func (c *cast) newReview() id.ID {
	c.t.Helper()
	c.m.pass(91 * 24 * time.Hour)
	n, err := c.m.reviews.MakeDue(testdb.Context(c.t))
	require.NoError(c.t, err)
	require.Positive(c.t, n)
	var x string
	require.NoError(c.t, c.m.db.SQL.QueryRowContext(testdb.Context(c.t), `SELECT id FROM review WHERE partnership_id = $1 AND status = 'DUE' ORDER BY from_at DESC LIMIT 1`,
		c.partner.partnership.UUID).Scan(&x))
	out := id.ID{Kind: id.Review}
	require.NoError(c.t, out.UUID.UnmarshalText([]byte(x)))
	return out
}

func (c *cast) prospect() vars {
	n := c.m.next()
	return vars{"programId": c.program.String(), "name": "Ana", "platform": "YOUTUBE", "handle": fmt.Sprintf("ana%d", n), "email": fmt.Sprintf("ana%d@people.test", n)}
}

func (c *cast) post() vars {
	return vars{"partnershipId": c.partner.partnership.String(), "platform": "YOUTUBE", "url": fmt.Sprintf("https://youtube.test/%d", c.m.next()),
		"title": "A routine", "publishedAt": c.m.now().Format(time.RFC3339), "disclosed": true}
}

// as gives who asks in a column of a row.
func (c *cast) as(who string, p permission) person {
	c.t.Helper()
	all := []viewer.Scope{viewer.ReadPrograms, viewer.WritePrograms, viewer.WriteCreators, viewer.WriteTracking, viewer.ReadOrders, viewer.WriteOrders,
		viewer.ReadLedger, viewer.WriteOutreach, viewer.ReadPerformance}
	switch {
	case who == "app" && p.scope == "-":
		return c.keyOf("all", all)
	case who == "app":
		return c.keyOf(p.scope, []viewer.Scope{viewer.Scope(p.scope)})
	case who == "keyless":
		return c.keyOf("not "+p.scope, slices.DeleteFunc(slices.Clone(all), func(s viewer.Scope) bool { return s == viewer.Scope(p.scope) }))
	}
	return c.people[who]
}

func (c *cast) keyOf(name string, scopes []viewer.Scope) person {
	c.t.Helper()
	if k, ok := c.keys[name]; ok {
		return k
	}
	var out struct{ Secret string }
	c.m.must(c.owner, `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code } } }`,
		vars{"input": vars{"brandId": c.brand.String(), "name": name, "scopes": scopes}}, &out)
	c.keys[name] = person{key: out.Secret}
	return c.keys[name]
}

// input wraps the fields of a mutation's input.
func input(v vars) vars { return vars{"input": v} }

// arguments make what a field is asked with. Those of mutations make a new object to be changed, so that each asker who may change
// it finds it as it has to be. Fields that are absent take none.
var arguments = map[string]func(c *cast) vars{
	"Query.node":            func(c *cast) vars { return vars{"id": c.on.order.String()} },
	"Query.nodes":           func(c *cast) vars { return vars{"ids": []string{c.on.order.String()}} },
	"Query.brand":           func(c *cast) vars { return vars{"id": c.brand.String()} },
	"Query.program":         func(c *cast) vars { return vars{"id": c.program.String()} },
	"Query.programs":        func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.program:draft":   func(c *cast) vars { return vars{"id": c.on.draft.String()} },
	"Query.resources:draft": func(c *cast) vars { return vars{"programId": c.on.draft.String()} },
	"Query.payout:sent":     func(c *cast) vars { return vars{"id": c.on.sent.String()} },
	"Query.performance:own": func(*cast) vars {
		return vars{"filter": vars{"from": "2026-03-01", "to": "2026-03-31", "currencyCode": "EUR"}}
	},
	"Query.funnel:own": func(*cast) vars {
		return vars{"filter": vars{"from": "2026-03-01", "to": "2026-03-31"}}
	},
	"Query.resources":         func(c *cast) vars { return vars{"programId": c.program.String()} },
	"Query.attributionPolicy": func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.creator":           func(c *cast) vars { return vars{"id": c.partner.creator.String()} },
	"Query.creators":          func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.application":       func(c *cast) vars { return vars{"id": c.on.application.String()} },
	"Query.applications":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.partnership":       func(c *cast) vars { return vars{"id": c.partner.partnership.String()} },
	"Query.partnerships":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.link":              func(c *cast) vars { return vars{"id": c.partner.link.String()} },
	"Query.links":             func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.codes":             func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.click":             func(c *cast) vars { return vars{"id": c.on.click} },
	"Query.linkPreview":       func(c *cast) vars { return vars{"partnershipId": c.partner.partnership.String()} },
	"Query.linkPage":          func(c *cast) vars { return vars{"creatorHandle": c.handle(c.partner)} },
	"Query.order":             func(c *cast) vars { return vars{"id": c.on.order.String()} },
	"Query.orders":            func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.attributionSuggestions": func(c *cast) vars {
		c.suggestion()
		return vars{"brandId": c.brand.String()}
	},
	"Query.surveyQueue":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.claims":           func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.holds":            func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.programGuard":     func(c *cast) vars { return vars{"programId": c.program.String()} },
	"Query.partnershipGuard": func(c *cast) vars { return vars{"partnershipId": c.partner.partnership.String()} },
	"Query.codeGuards": func(c *cast) vars {
		c.m.must(c.owner, `mutation($input: UpdateCodeGuardInput!) { updateCodeGuard(input: $input) { userErrors { code } } }`,
			input(vars{"codeId": c.partner.code.String(), "leaked": true}), nil)
		return vars{"brandId": c.brand.String()}
	},
	"Query.findings": func(c *cast) vars {
		c.finding()
		return vars{"brandId": c.brand.String()}
	},
	"Query.commissions":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.ledger":           func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.trialBalance":     func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.funds":            func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.payout":           func(c *cast) vars { return vars{"id": c.on.payout.String()} },
	"Query.payouts":          func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.payoutRun":        func(c *cast) vars { return vars{"id": c.on.run.String()} },
	"Query.payoutRuns":       func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.previewPayoutRun": func(c *cast) vars { return vars{"brandId": c.brand.String(), "currencyCode": "EUR"} },
	"Query.outreachPipeline": func(c *cast) vars { return vars{"programId": c.program.String()} },
	"Query.prospect":         func(c *cast) vars { return vars{"id": c.on.prospect.String()} },
	"Query.prospects":        func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.posts":            func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.reviews":          func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.experiments":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.performance": func(c *cast) vars {
		return vars{"filter": vars{"brandId": c.brand.String(), "from": "2026-03-01", "to": "2026-03-31"}}
	},
	"Query.creditLayers": func(c *cast) vars {
		return vars{"filter": vars{"brandId": c.brand.String(), "from": "2026-03-01", "to": "2026-03-31"}}
	},
	"Query.funnel": func(c *cast) vars {
		return vars{"filter": vars{"brandId": c.brand.String(), "from": "2026-03-01", "to": "2026-03-31"}, "groupBy": "CREATOR"}
	},
	"Query.policyReplay": func(c *cast) vars { return vars{"id": c.replay().String()} },
	"Query.policyReplays": func(c *cast) vars {
		c.replay()
		return vars{"brandId": c.brand.String()}
	},
	"Query.customerBindings": func(c *cast) vars {
		c.bind(c.on.order)
		return vars{"brandId": c.brand.String()}
	},
	"Query.attributionComparison": func(c *cast) vars {
		return vars{"filter": vars{"brandId": c.brand.String(), "from": "2026-03-01", "to": "2026-03-31"}}
	},
	"Query.trackingSelfCheck": func(c *cast) vars {
		c.m.must(c.owner, `mutation($input: StartTrackingSelfCheckInput!) { startTrackingSelfCheck(input: $input) { userErrors { code } } }`,
			input(vars{"integrationId": c.on.integration.String()}), nil)
		return vars{"integrationId": c.on.integration.String()}
	},
	"Query.integrations":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.inboundDeliveries": func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.orderImports":      func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Query.orderImport":       func(c *cast) vars { return vars{"id": c.on.file.String()} },
	"Query.auditLog":          func(c *cast) vars { return vars{"brandId": c.brand.String()} },

	"Mutation.signUp": func(c *cast) vars {
		return input(vars{"email": fmt.Sprintf("new%d@people.test", c.m.next()), "password": marketPassword, "name": "New"})
	},
	"Mutation.signIn":               func(c *cast) vars { return input(vars{"email": c.owner.email, "password": marketPassword}) },
	"Mutation.verifyEmail":          func(*cast) vars { return input(vars{"token": "no token"}) },
	"Mutation.requestPasswordReset": func(c *cast) vars { return input(vars{"email": fmt.Sprintf("a%d@people.test", c.m.next())}) },
	"Mutation.resetPassword":        func(*cast) vars { return input(vars{"token": "no token", "password": marketPassword}) },
	"Mutation.enrollTotp":           func(*cast) vars { return input(vars{"password": marketPassword}) },
	"Mutation.confirmTotp":          func(*cast) vars { return input(vars{"code": "000000"}) },
	"Mutation.inviteMember": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "email": fmt.Sprintf("guest%d@people.test", c.m.next()), "roles": []string{"ANALYST"}})
	},
	"Mutation.acceptInvitation": func(*cast) vars { return input(vars{"token": "no token"}) },
	"Mutation.updateMember": func(c *cast) vars {
		return input(vars{"membershipId": c.membership(), "roles": []string{"MANAGER"}})
	},
	"Mutation.removeMember": func(c *cast) vars { return input(vars{"membershipId": c.membership()}) },
	"Mutation.createApiKey": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "name": "A key", "scopes": []string{"READ_PROGRAMS"}})
	},
	"Mutation.revokeApiKey": func(c *cast) vars {
		return input(vars{"apiKeyId": c.m.change(c.owner, "createApiKey", "apiKey",
			vars{"brandId": c.brand.String(), "name": "A key", "scopes": []string{"READ_PROGRAMS"}}).String()})
	},
	"Mutation.createBrand": func(c *cast) vars {
		return input(vars{"name": fmt.Sprintf("Another %d", c.m.next()), "websiteUrl": fmt.Sprintf("https://another%d.test", c.m.next()), "country": "DE", "currency": "EUR"})
	},
	"Mutation.updateBrand": func(c *cast) vars { return input(vars{"brandId": c.brand.String(), "name": "A Brand"}) },
	"Mutation.addBrandDomain": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "host": fmt.Sprintf("host%d.test", c.m.next())})
	},
	"Mutation.verifyBrandDomain": func(c *cast) vars { return input(vars{"domainId": c.domain.String()}) },
	"Mutation.setTrackingDomain": func(c *cast) vars {
		return input(vars{"brandDomainId": c.domain.String(), "enabled": true})
	},
	"Mutation.publishPolicy": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "model": "LAST_TOUCH", "precedence": precedence})
	},
	"Mutation.replayPolicy": func(c *cast) vars {
		c.endReplays()
		return input(c.policyDraft())
	},
	"Mutation.stopPolicyReplay": func(c *cast) vars { return input(vars{"replayId": c.replay().String()}) },
	"Mutation.createProgram": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "name": fmt.Sprintf("Second %d", c.m.next())})
	},
	"Mutation.updateProgram":       func(c *cast) vars { return input(vars{"programId": c.program.String(), "name": "Circle"}) },
	"Mutation.updateProgram:draft": func(c *cast) vars { return input(vars{"programId": c.on.draft.String(), "name": "Circle"}) },
	"Mutation.setProgramStatus":    func(c *cast) vars { return input(vars{"programId": c.draft().String(), "status": "ACTIVE"}) },
	"Mutation.publishOffer": func(c *cast) vars {
		return input(vars{"programId": c.program.String(), "name": "Standard", "kind": "PERCENT", "rate": 1000})
	},
	"Mutation.publishTerms": func(c *cast) vars {
		return input(vars{"programId": c.draft().String(), "body": "Mark advertising."})
	},
	"Mutation.addResource": func(c *cast) vars {
		return input(vars{"programId": c.program.String(), "kind": "EXAMPLE", "title": "One", "body": "Text"})
	},
	"Mutation.updateCreatorProfile": func(*cast) vars { return input(vars{"bio": "Hello."}) },
	"Mutation.addSocialAccount": func(c *cast) vars {
		n := c.m.next()
		return input(vars{"platform": "YOUTUBE", "handle": fmt.Sprintf("me%d", n), "url": fmt.Sprintf("https://youtube.com/me%d", n)})
	},
	"Mutation.applyToProgram": func(c *cast) vars {
		return input(vars{"programId": c.open().String(), "platforms": []string{"YOUTUBE"}})
	},
	"Mutation.withdrawApplication": func(c *cast) vars {
		x := c.m.change(c.partner.person, "applyToProgram", "application", vars{"programId": c.open().String(), "platforms": []string{"YOUTUBE"}})
		return input(vars{"applicationId": x.String()})
	},
	"Mutation.decideApplication": func(c *cast) vars {
		p, _ := c.m.creator()
		return input(vars{"applicationId": c.apply(p).String(), "decision": "WAITLIST"})
	},
	"Mutation.acceptTerms": func(c *cast) vars {
		return input(vars{"partnershipId": c.partner.partnership.String(), "version": 1, "disclosureAccepted": true})
	},
	"Mutation.setPartnershipStatus": func(c *cast) vars {
		return input(vars{"partnershipId": c.join().partnership.String(), "status": "PAUSED", "pauseKind": "BRAND", "reason": "A break."})
	},
	"Mutation.updatePartnershipAliases": func(c *cast) vars {
		return input(vars{"partnershipId": c.partner.partnership.String(), "aliases": []string{"the serum lady"}})
	},
	"Mutation.createLink": func(c *cast) vars { return input(vars{"partnershipId": c.partner.partnership.String()}) },
	"Mutation.updateLink": func(c *cast) vars { return input(vars{"linkId": c.partner.link.String(), "label": "Bio"}) },
	"Mutation.updateLink:outOfStock": func(c *cast) vars {
		return input(vars{"linkId": c.partner.link.String(), "outOfStock": true})
	},
	"Mutation.checkLinkHealth": func(c *cast) vars { return input(vars{"linkId": c.partner.link.String()}) },
	"Mutation.createKit": func(c *cast) vars {
		return input(vars{"partnershipId": c.partner.partnership.String(), "platforms": []string{"TIKTOK"}})
	},
	"Mutation.archiveLink": func(c *cast) vars { return input(vars{"linkId": c.newLink(c.partner).String()}) },
	"Mutation.createCode": func(c *cast) vars {
		return input(vars{"partnershipId": c.partner.partnership.String(), "code": fmt.Sprintf("NEW%d", c.m.next())})
	},
	"Mutation.archiveCode": func(c *cast) vars {
		return input(vars{"codeId": c.m.change(c.owner, "createCode", "code",
			vars{"partnershipId": c.partner.partnership.String(), "code": fmt.Sprintf("OLD%d", c.m.next())}).String()})
	},
	"Mutation.rotateCode": func(c *cast) vars {
		return input(vars{"codeId": c.m.change(c.owner, "createCode", "code",
			vars{"partnershipId": c.partner.partnership.String(), "code": fmt.Sprintf("LEAKED%d", c.m.next())}).String()})
	},
	"Mutation.recordOrder": func(c *cast) vars { return input(c.newOrder()) },
	"Mutation.recordRefund": func(c *cast) vars {
		return input(vars{"orderId": c.sell(c.partner).String(), "externalId": fmt.Sprintf("refund-%d", c.m.next()),
			"amount": vars{"amount": "10.00", "currencyCode": "EUR"}})
	},
	"Mutation.recordChargeback": func(c *cast) vars {
		return input(vars{"orderId": c.sell(c.partner).String(), "externalId": fmt.Sprintf("chargeback-%d", c.m.next()), "stage": "OPENED"})
	},
	"Mutation.recordStoreEvents": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "events": []vars{{"id": fmt.Sprintf("event-%d", c.m.next()), "type": "PAGE_VIEW", "clickId": c.on.click,
			"occurredAt": c.m.now().Format(time.RFC3339)}}})
	},
	"Mutation.openHold": func(c *cast) vars {
		return input(vars{"commissionId": c.commission(c.sell(c.partner)).String(), "reason": "We look at it."})
	},
	"Mutation.updateProgramGuard": func(c *cast) vars {
		return input(vars{"programId": c.program.String(), "bannedSources": []string{"coupons.example"}})
	},
	"Mutation.updatePartnershipGuard": func(c *cast) vars {
		return input(vars{"partnershipId": c.partner.partnership.String(), "ownPurchases": true, "reason": "Buys for clients."})
	},
	"Mutation.updateCodeGuard": func(c *cast) vars {
		return input(vars{"codeId": c.m.change(c.owner, "createCode", "code",
			vars{"partnershipId": c.partner.partnership.String(), "code": fmt.Sprintf("AROUND%d", c.m.next())}).String(), "leaked": true})
	},
	"Mutation.closeFinding": func(c *cast) vars { return input(vars{"findingId": c.finding().String(), "reason": "A fair."}) },
	"Mutation.decideHold": func(c *cast) vars {
		x := c.m.change(c.finance, "openHold", "hold", vars{"commissionId": c.commission(c.sell(c.partner)).String(), "reason": "We look at it."})
		return input(vars{"holdId": x.String(), "decision": "REJECT", "reason": "Own order."})
	},
	"Mutation.disputeAttribution": func(c *cast) vars {
		return input(vars{"partnershipId": c.partner.partnership.String(), "orderNumber": fmt.Sprintf("n%d", c.m.next()), "evidence": "A viewer told me."})
	},
	"Mutation.answerClaim": func(c *cast) vars {
		return input(vars{"claimId": c.claim().String(), "decision": "DECLINE", "answer": "We looked at it."})
	},
	"Mutation.reopenClaim": func(c *cast) vars { return input(vars{"claimId": c.declined().String(), "reason": "Look again."}) },
	"Mutation.closeClaim":  func(c *cast) vars { return input(vars{"claimId": c.declined().String()}) },
	"Mutation.recordSurveyAnswer": func(c *cast) vars {
		return input(vars{"orderId": c.sell(c.partner).String(), "answer": "Somebody on TikTok"})
	},
	"Mutation.resolveSurveyAnswer": func(c *cast) vars { return input(vars{"surveyAnswerId": c.answered().String()}) },
	"Mutation.acceptAttributionSuggestion": func(c *cast) vars {
		return input(vars{"suggestionId": c.suggestion().String(), "reason": "The customer named the other."})
	},
	"Mutation.acceptAttributionSuggestion:proposed": func(c *cast) vars {
		return input(vars{"suggestionId": c.proposal().String(), "reason": "The customer named the other."})
	},
	"Mutation.dismissAttributionSuggestion:proposed": func(c *cast) vars {
		return input(vars{"suggestionId": c.proposal().String(), "reason": "It stays."})
	},
	"Mutation.dismissAttributionSuggestion": func(c *cast) vars {
		return input(vars{"suggestionId": c.suggestion().String(), "reason": "It stays."})
	},
	"Mutation.reassignAttribution": func(c *cast) vars {
		order := c.sell(c.partner)
		return input(vars{"orderId": order.String(), "partnershipId": c.partners[1].partnership.String(), "reason": "The other made the video."})
	},
	"Mutation.startPayoutOnboarding": func(*cast) vars { return input(vars{"country": "DE"}) },
	"Mutation.recordFunding": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "amount": vars{"amount": "100.00", "currencyCode": "EUR"}})
	},
	"Mutation.preparePayoutRun": func(c *cast) vars {
		c.payable(c.partner)
		return input(vars{"brandId": c.brand.String(), "currencyCode": "EUR"})
	},
	"Mutation.approvePayoutRun": func(c *cast) vars { return input(c.prepared(c.partner).confirm()) },
	"Mutation.rejectPayoutRun": func(c *cast) vars {
		v := c.prepared(c.partner).move()
		v["reason"] = "Look again."
		return input(v)
	},
	"Mutation.sendPayoutRun":  func(c *cast) vars { return input(c.approved(c.partner).confirm()) },
	"Mutation.pausePayoutRun": func(c *cast) vars { return input(c.sending(c.partner).move()) },
	"Mutation.resumePayoutRun": func(c *cast) vars {
		return input(c.step(c.finance, "pausePayoutRun", "MovePayoutRunInput", c.sending(c.partner).move()).move())
	},
	"Mutation.cancelPayoutRun": func(c *cast) vars { return input(c.prepared(c.partner).move()) },
	"Mutation.retryPayout":     func(c *cast) vars { return input(vars{"payoutId": c.on.payout.String()}) },
	"Mutation.createProspect":  func(c *cast) vars { return input(c.prospect()) },
	"Mutation.moveProspect": func(c *cast) vars {
		return input(vars{"prospectId": c.m.change(c.owner, "createProspect", "prospect", c.prospect()).String(), "toStage": "CONTACTED"})
	},
	"Mutation.updateProspect":  func(c *cast) vars { return input(vars{"prospectId": c.on.prospect.String(), "nextStep": "Write."}) },
	"Mutation.addProspectNote": func(c *cast) vars { return input(vars{"prospectId": c.on.prospect.String(), "body": "Nice."}) },
	"Mutation.submitPost":      func(c *cast) vars { return input(c.post()) },
	"Mutation.decideReview": func(c *cast) vars {
		return input(vars{"reviewId": c.newReview().String(), "decision": "KEEP", "words": "Go on."})
	},
	"Mutation.createExperiment": func(c *cast) vars {
		return input(vars{"programId": c.program.String(), "name": "Reels", "dimension": "FORMAT", "arms": []vars{
			{"name": "A", "partnershipIds": []string{c.partners[0].partnership.String()}}, {"name": "B", "partnershipIds": []string{c.partners[1].partnership.String()}}}})
	},
	"Mutation.connectIntegration": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "kind": "SHOPIFY", "store": fmt.Sprintf("s%d.myshopify.test", c.m.next()), "secret": "a secret of the shop"})
	},
	"Mutation.startTrackingSelfCheck": func(c *cast) vars { return input(vars{"integrationId": c.on.integration.String()}) },
	"Mutation.endTrackingSelfCheck": func(c *cast) vars {
		c.m.must(c.owner, `mutation($input: StartTrackingSelfCheckInput!) { startTrackingSelfCheck(input: $input) { userErrors { code } } }`,
			input(vars{"integrationId": c.on.integration.String()}), nil)
		return input(vars{"integrationId": c.on.integration.String()})
	},
	"Mutation.setShopCredentials": func(c *cast) vars {
		return input(vars{"integrationId": c.on.integration.String(), "credentials": vars{"secret": "shpat_of_the_shop"}})
	},
	"Mutation.retryShopCode": func(c *cast) vars { return input(vars{"codeId": c.partner.code.String()}) },
	"Mutation.importOrders": func(c *cast) vars {
		return input(vars{"brandId": c.brand.String(), "fileName": "orders.csv", "part": "order_id,placed_at,currency,net\n"})
	},
	"Mutation.startOrderImport": func(c *cast) vars { return input(vars{"importId": c.on.file.String()}) },
	"Mutation.replayDelivery":   func(c *cast) vars { return input(vars{"deliveryId": c.on.delivery.String()}) },
	"Mutation.rotateIntegrationSecret": func(c *cast) vars {
		x := c.m.change(c.owner, "connectIntegration", "integration", vars{"brandId": c.brand.String(), "kind": "CHECKOUT",
			"store": fmt.Sprintf("c%d.test", c.m.next()), "secret": "a secret of the shop"})
		return input(vars{"integrationId": x.String(), "secret": "another secret of the shop"})
	},
	"Mutation.disconnectIntegration": func(c *cast) vars {
		x := c.m.change(c.owner, "connectIntegration", "integration", vars{"brandId": c.brand.String(), "kind": "WOOCOMMERCE",
			"store": fmt.Sprintf("w%d.test", c.m.next()), "secret": "a secret of the shop"})
		return input(vars{"integrationId": x.String()})
	},
	"Subscription.payoutRunProgress": func(c *cast) vars { return vars{"payoutRunId": c.on.run.String()} },
	"Subscription.orderRecorded":     func(c *cast) vars { return vars{"brandId": c.brand.String()} },
	"Subscription.clickActivity":     func(c *cast) vars { return vars{"brandId": c.brand.String()} },
}

// bind ties the customer of an order to the partnership that earned it, and gives the tie.
func (s *shop) bind(order id.ID) id.ID {
	s.m.t.Helper()
	out := id.New(id.Binding, s.m.now())
	ctx := testdb.Context(s.m.t)
	_, err := s.m.db.SQL.ExecContext(ctx, `
		INSERT INTO customer_binding (id, created_at, updated_at, brand_id, program_id, partnership_id, creator_id, order_id, offer_version_id, store, customer_external_id,
			made_at, kept_after_retirement)
		SELECT $1, created_at, created_at, brand_id, program_id, partnership_id, creator_id, order_id, offer_version_id, 'shop.test', order_id::text, created_at, false
		FROM commission WHERE order_id = $2 ON CONFLICT DO NOTHING`, out.UUID, order.UUID)
	require.NoError(s.m.t, err)
	require.NoError(s.m.t, s.m.db.SQL.QueryRowContext(ctx, `SELECT id FROM customer_binding WHERE order_id = $1`, order.UUID).Scan(&out.UUID))
	return out
}

// suggest makes a suggestion that another partner brought an order.
func (s *shop) suggest(order id.ID, p partner) id.ID {
	s.m.t.Helper()
	out := id.New(id.Suggestion, s.m.now())
	_, err := s.m.db.SQL.ExecContext(testdb.Context(s.m.t), `
		INSERT INTO attribution_suggestion (id, created_at, updated_at, brand_id, order_id, program_id, partnership_id, creator_id, cause, sentence)
		SELECT $1, $4, $4, brand_id, $2, program_id, id, creator_id, 'LATE_CLICK', 'One link click counted.' FROM partnership WHERE id = $3`,
		out.UUID, order.UUID, p.partnership.UUID, s.m.now())
	require.NoError(s.m.t, err)
	return out
}

// policyDraft is a draft of a policy, to be tried on a month.
func (s *shop) policyDraft() vars {
	return vars{"brandId": s.brand.String(), "model": "LINEAR", "precedence": precedence, "from": "2026-03-01", "to": "2026-03-31"}
}

// endReplays makes room for the next replay of the brand.
func (c *cast) endReplays() {
	c.t.Helper()
	_, err := c.m.db.SQL.ExecContext(testdb.Context(c.t), `UPDATE policy_replay SET status = 'STOPPED' WHERE status = 'RUNNING'`)
	require.NoError(c.t, err)
}

// replay is a new replay of a draft that is under way.
func (c *cast) replay() id.ID {
	c.t.Helper()
	c.endReplays()
	return c.m.change(c.owner, "replayPolicy", "replay", c.policyDraft())
}

// claim is a new claim of the creator.
func (c *cast) claim() id.ID {
	c.t.Helper()
	c.m.pass(time.Hour) // claims are bounded in time
	return c.m.change(c.partner.person, "disputeAttribution", "claim", vars{"partnershipId": c.partner.partnership.String(),
		"orderNumber": fmt.Sprintf("n%d", c.m.next()), "evidence": "A viewer told me."})
}

// declined is a claim that the brand has declined.
func (c *cast) declined() id.ID {
	c.t.Helper()
	x := c.claim()
	c.m.change(c.owner, "answerClaim", "claim", vars{"claimId": x.String(), "decision": "DECLINE", "answer": "We looked at it."})
	return x
}

// answered is a customer's answer that nobody has looked at.
func (c *cast) answered() id.ID {
	c.t.Helper()
	return c.m.change(c.owner, "recordSurveyAnswer", "surveyAnswer", vars{"orderId": c.sell(c.partner).String(), "answer": "Somebody with red hair"})
}

// suggestion is that another creator of the brand brought a sale of the first.
func (c *cast) suggestion() id.ID {
	c.t.Helper()
	return c.suggest(c.sell(c.partner), c.partners[1])
}

// proposal is a suggestion that somebody of the brand proposed.
func (c *cast) proposal() id.ID {
	c.t.Helper()
	x := c.suggestion()
	_, err := c.m.db.SQL.ExecContext(testdb.Context(c.t), `UPDATE attribution_suggestion SET proposed_by = $2, proposal = 'A viewer told us.' WHERE id = $1`, x.UUID, id.NewUUID(c.m.now()))
	require.NoError(c.t, err)
	return x
}

// handle is a creator's name in addresses.
func (c *cast) handle(p partner) string {
	c.t.Helper()
	var out struct{ Handle string }
	c.m.must(p.person, `query($id: ID!) { creator(id: $id) { handle } }`, vars{"id": p.creator.String()}, &out)
	return out.Handle
}

// membership is that of a new member of the brand.
func (c *cast) membership() string {
	c.t.Helper()
	p := c.m.person("member", false)
	x, err := c.m.identity.Enrol(testdb.Context(c.t), c.brand, p.user, []viewer.Role{viewer.Analyst})
	require.NoError(c.t, err)
	return x.ID.String()
}

// draft is a new program of the brand with all that it needs to be opened.
func (c *cast) draft() id.ID {
	c.t.Helper()
	x := c.m.change(c.owner, "createProgram", "program", vars{"brandId": c.brand.String(), "name": fmt.Sprintf("Draft %d", c.m.next())})
	c.m.change(c.owner, "publishOffer", "offer", vars{"programId": x.String(), "name": "Standard", "kind": "PERCENT", "rate": 1000})
	c.m.change(c.owner, "publishTerms", "terms", vars{"programId": x.String(), "body": "Mark advertising."})
	return x
}

// open is a new active program of the brand.
func (c *cast) open() id.ID {
	x := c.draft()
	c.m.change(c.owner, "setProgramStatus", "program", vars{"programId": x.String(), "status": "ACTIVE"})
	return x
}

// document asks for a field with the arguments that are given, and for a bit of each thing in its answer.
func (c *cast) document(field string, given []string) string {
	plain, _, _ := strings.Cut(field, ":")
	root, name, _ := strings.Cut(plain, ".")
	f := c.schema.Types[root].Fields.ForName(name)
	var declared, passed []string
	for _, a := range f.Arguments {
		if !slices.Contains(given, a.Name) {
			continue
		}
		declared = append(declared, fmt.Sprintf("$%s: %s", a.Name, a.Type))
		passed = append(passed, fmt.Sprintf("%s: $%s", a.Name, a.Name))
	}
	around := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return "(" + strings.Join(list, ", ") + ")"
	}
	return strings.ToLower(root) + around(declared) + " { f: " + name + around(passed) + " " + c.selection(f.Type, 2) + " }"
}

// selection asks for the identity of an object, or for that of all that a payload or connection holds.
func (c *cast) selection(typ *ast.Type, deep int) string {
	d := c.schema.Types[typ.Name()]
	if d.IsLeafType() {
		return ""
	}
	if d.Fields.ForName("id") != nil {
		return "{ __typename id }"
	}
	parts := []string{"__typename"}
	for _, f := range d.Fields {
		if len(f.Arguments) > 0 || strings.HasPrefix(f.Name, "__") || !c.schema.Types[f.Type.Name()].IsLeafType() && deep == 0 || f.Name == "accessToken" {
			continue
		}
		parts = append(parts, f.Name+" "+c.selection(f.Type, deep-1))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// outcomeOf is the word for an answer in the table.
func outcomeOf(t *testing.T, a answer) string {
	t.Helper()
	if len(a.Errors) > 0 {
		code := a.Errors[0].Extensions.Code
		words := map[string]string{"UNAUTHENTICATED": "401", "FORBIDDEN": "403", "NOT_FOUND": "404"}
		if w, ok := words[code]; ok {
			return w
		}
		return "error:" + code + ":" + a.Errors[0].Message
	}
	raw := a.Data["f"]
	var payload struct {
		UserErrors []struct{ Code string }
		Nodes      *[]json.RawMessage
	}
	switch {
	case string(raw) == "null":
		return "null"
	case string(raw) == "[]", string(raw) == "[null]":
		return "none"
	}
	if json.Unmarshal(raw, &payload) == nil {
		if len(payload.UserErrors) > 0 {
			return payload.UserErrors[0].Code
		}
		if payload.Nodes != nil && len(*payload.Nodes) == 0 {
			return "none"
		}
	}
	return "ok"
}

func TestEachViewerMayReadWhatThePermissionTableSays(t *testing.T) {
	t.Parallel()
	permissionsHold(t, func(field string) bool { return !strings.HasPrefix(field, "Mutation.") })
}

func TestEachViewerMayChangeWhatThePermissionTableSays(t *testing.T) {
	t.Parallel()
	permissionsHold(t, func(field string) bool { return strings.HasPrefix(field, "Mutation.") })
}

// permissionsHold asks for some of the fields as everybody.
func permissionsHold(t *testing.T, these func(field string) bool) {
	t.Helper()
	c := newCast(t)
	var wrong []string
	for _, p := range readPermissions(t) {
		if !these(p.field) {
			continue
		}
		// Those who are refused come first, so that they meet the object in the state in which it could be changed.
		order := slices.Clone(askers)
		slices.SortStableFunc(order, func(a, b string) int { return boolean(p.want[a] == "ok") - boolean(p.want[b] == "ok") })
		row := map[string]string{}
		for _, who := range order {
			v := c.argumentsOf(p.field)
			a := c.ask(c.as(who, p), p.field, v)
			row[who] = outcomeOf(t, a)
			if row[who] == "ok" {
				delete(c.kept, p.field)
			}
			if row[who] == "404" || row[who] == "null" || row[who] == "401" {
				unknown := c.ask(c.as(who, p), p.field, withMissingIDs(v).(vars))
				if stripped(a) != stripped(unknown) {
					wrong = append(wrong, fmt.Sprintf("%s: %s can tell what is foreign from what is missing: %s, %s", p.field, who, stripped(a), stripped(unknown)))
				}
			}
		}
		got := fmt.Sprintf("%-32s %-16s", p.field, p.scope)
		same := true
		for _, who := range askers {
			got += fmt.Sprintf(" %-8s", row[who])
			same = same && row[who] == p.want[who]
		}
		if !same {
			wrong = append(wrong, strings.TrimSpace(got))
		}
	}
	require.Empty(t, wrong, "what the API did where testdata/permissions.txt says otherwise:\n%s", strings.Join(wrong, "\n"))
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// argumentsOf makes arguments, or gives those that nobody used up.
func (c *cast) argumentsOf(field string) vars {
	c.t.Helper()
	if v, ok := c.kept[field]; ok {
		return v
	}
	v := vars{}
	if arrange, ok := arguments[field]; ok {
		v = arrange(c)
	}
	c.kept[field] = v
	return v
}

// ask asks for a field as somebody. Subscriptions are left after their first event.
func (c *cast) ask(p person, field string, v vars) answer {
	c.t.Helper()
	query := c.document(field, slices.Collect(maps.Keys(v)))
	if strings.HasPrefix(field, "Subscription.") {
		return c.m.firstEvent(p, query, v)
	}
	return c.m.ask(p, query, v)
}

// withMissingIDs replaces every identifier by one of the same kind that nothing has.
func withMissingIDs(v any) any {
	switch v := v.(type) {
	case string:
		if x, err := id.Parse(v); err == nil {
			return missing(x).String()
		}
	case vars:
		out := vars{}
		for name, value := range v {
			out[name] = withMissingIDs(value)
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = withMissingIDs(s)
		}
		return out
	case []vars:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = withMissingIDs(s)
		}
		return out
	}
	return v
}

// stripped is all of an answer that a caller can compare.
func stripped(a answer) string {
	text, _ := json.Marshal(a)
	return string(text)
}

// firstEvent begins a subscription and gives its first answer.
func (m *market) firstEvent(p person, query string, v vars) answer {
	m.t.Helper()
	server := httptest.NewServer(m.graphql)
	defer server.Close()
	ctx, leave := context.WithTimeout(m.t.Context(), 20*time.Second)
	defer leave()
	body, err := json.Marshal(vars{"query": query, "variables": v})
	require.NoError(m.t, err)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/graphql", bytes.NewReader(body))
	require.NoError(m.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if bearer := m.bearer(p); bearer != "" {
		r.Header.Set("Authorization", bearer)
	}
	resp, err := server.Client().Do(r)
	require.NoError(m.t, err)
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && data != "" {
			var out answer
			require.NoError(m.t, json.Unmarshal([]byte(data), &out), data)
			leave()
			return out
		}
	}
	require.Fail(m.t, "the stream ended without an answer")
	return answer{}
}
