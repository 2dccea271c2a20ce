package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/sale"
)

// Rows of every list before and after it has grown.
const (
	fewRows  = 2
	manyRows = 20
)

// lists are the fields with nested lists, one or more for each area, with their arguments.
var lists = map[string]func(s *shop) vars{
	"brand":                  func(s *shop) vars { return vars{"id": s.brand.String()} },
	"programs":               ofBrand,
	"creators":               ofBrand,
	"applications":           ofBrand,
	"partnerships":           ofBrand,
	"links":                  ofBrand,
	"codes":                  ofBrand,
	"orders":                 ofBrand,
	"holds":                  ofBrand,
	"surveyQueue":            ofBrand,
	"attributionSuggestions": ofBrand,
	"claims":                 ofBrand,
	"commissions":            ofBrand,
	"ledger":                 ofBrand,
	"payouts":                ofBrand,
	"payoutRuns":             ofBrand,
	"previewPayoutRun":       func(s *shop) vars { return vars{"brandId": s.brand.String(), "currencyCode": "EUR"} },
	"prospects":              ofBrand,
	"posts":                  ofBrand,
	"reviews":                ofBrand,
	"experiments":            ofBrand,
	"policyReplays":          ofBrand,
	"integrations":           ofBrand,
	"inboundDeliveries":      ofBrand,
	"orderImports":           ofBrand,
	"customerBindings":       ofBrand,
	"auditLog":               ofBrand,
	"outreachPipeline":       func(s *shop) vars { return vars{"programId": s.program.String()} },
}

func ofBrand(s *shop) vars { return vars{"brandId": s.brand.String()} }

// deep is how many objects below each other a document asks for.
const deep = 2

// everything asks for all that a type has, and for rows of the connections in it. Of the lowest objects it asks for one plain field.
func everything(s *ast.Schema, t *ast.Type, rows, levels int) string {
	d := s.Types[t.Name()]
	if d.IsLeafType() {
		return ""
	}
	var parts []string
	for _, f := range d.Fields {
		below := levels - 1
		if strings.HasSuffix(d.Name, "Connection") {
			below = levels // the nodes stand for their list
		}
		if strings.HasPrefix(f.Name, "__") || f.Name == "totalCount" || f.Name == "pageInfo" || f.Name == "edges" ||
			!s.Types[f.Type.Name()].IsLeafType() && below < 0 {
			continue
		}
		arguments := ""
		if f.Arguments.ForName("first") != nil {
			arguments = fmt.Sprintf("(first: %d)", rows)
		}
		inner := everything(s, f.Type, 2, below)
		if inner == "{ }" {
			continue
		}
		parts = append(parts, f.Name+arguments+" "+inner)
		if levels == 0 && s.Types[f.Type.Name()].IsLeafType() {
			break
		}
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// statements counts what it costs to answer a list with all that is in it.
func (s *shop) statements(schema *ast.Schema, field string, levels int) int64 {
	s.m.t.Helper()
	f := schema.Query.Fields.ForName(field)
	v := lists[field](s)
	var declared, passed []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		declared = append(declared, fmt.Sprintf("$%s: %s", name, f.Arguments.ForName(name).Type))
		passed = append(passed, fmt.Sprintf("%s: $%s", name, name))
	}
	if f.Arguments.ForName("first") != nil {
		passed = append(passed, fmt.Sprintf("first: %d", manyRows))
	}
	query := fmt.Sprintf("query(%s) { %s(%s) %s }", strings.Join(declared, ", "), field, strings.Join(passed, ", "), everything(schema, f.Type, manyRows, levels))
	ctx, n := database.CountStatements(s.m.t.Context())
	a := s.m.askIn(ctx, s.owner, query, v)
	require.Empty(s.m.t, a.Errors, query)
	return n.Load()
}

// grow adds a row to every list.
func (s *shop) grow(bank bool) {
	s.m.t.Helper()
	m := s.m
	p := s.join()
	m.pass(time.Minute) // sales are credited to those who were in the program before
	if bank {
		s.bank(p)
	}
	order := s.sell(p)
	s.bind(order)
	m.change(s.owner, "openHold", "hold", vars{"commissionId": s.commission(order).String(), "reason": "We look at it."})
	m.change(s.owner, "recordSurveyAnswer", "surveyAnswer", vars{"orderId": order.String(), "answer": "Somebody with red hair"})
	s.suggest(order, p)
	m.change(p.person, "disputeAttribution", "claim", vars{"partnershipId": p.partnership.String(), "orderNumber": fmt.Sprintf("n%d", m.next()), "evidence": "A viewer told me."})
	m.change(s.owner, "recordRefund", "order", vars{"orderId": s.sell(p).String(), "externalId": "refund", "amount": vars{"amount": "10.00", "currencyCode": "EUR"}})
	m.change(s.owner, "recordChargeback", "order", vars{"orderId": s.sell(p).String(), "externalId": "chargeback", "stage": "OPENED"})
	s.prepared(s.partners[0])
	prospect := m.change(s.owner, "createProspect", "prospect", vars{"programId": s.program.String(), "name": "Ana", "platform": "YOUTUBE",
		"handle": fmt.Sprintf("ana%d", m.next())})
	m.change(s.owner, "updateProspect", "prospect", vars{"prospectId": prospect.String(), "ownerId": s.owner.user.String()})
	m.change(s.owner, "addProspectNote", "prospect", vars{"prospectId": prospect.String(), "body": "Nice."})
	m.change(p.person, "submitPost", "post", vars{"partnershipId": p.partnership.String(), "platform": "YOUTUBE", "url": fmt.Sprintf("https://youtube.test/%d", m.next()),
		"title": "A routine", "publishedAt": m.now().Format(time.RFC3339), "disclosed": true, "linkId": p.link.String()})
	m.change(p.person, "addSocialAccount", "socialAccount", vars{"platform": "YOUTUBE", "handle": "me", "url": fmt.Sprintf("https://youtube.com/me%d", m.next())})
	if len(s.partners) > 1 {
		m.change(s.owner, "createExperiment", "experiment", vars{"programId": s.program.String(), "name": "Reels", "dimension": "FORMAT", "arms": []vars{
			{"name": "A", "partnershipIds": []string{p.partnership.String()}}, {"name": "B", "partnershipIds": []string{s.partners[0].partnership.String()}}}})
	}
	replay := m.change(s.owner, "replayPolicy", "replay", s.policyDraft())
	require.NoError(m.t, m.sales.Replay(testdb.Context(m.t), sale.ReplayArgs{ReplayID: replay.UUID.String()}))
	program := m.change(s.owner, "createProgram", "program", vars{"brandId": s.brand.String(), "name": fmt.Sprintf("Draft %d", m.next())})
	m.change(s.owner, "publishOffer", "offer", vars{"programId": program.String(), "name": "Standard", "kind": "PERCENT", "rate": 1000})
	m.change(s.owner, "publishTerms", "terms", vars{"programId": program.String(), "body": "Mark advertising."})
	m.change(s.owner, "createApiKey", "apiKey", vars{"brandId": s.brand.String(), "name": "A key", "scopes": []string{"READ_PROGRAMS"}})
	m.change(s.owner, "addBrandDomain", "domain", vars{"brandId": s.brand.String(), "host": fmt.Sprintf("host%d.test", m.next())})
	m.change(s.owner, "connectIntegration", "integration", vars{"brandId": s.brand.String(), "kind": "SHOPIFY", "store": fmt.Sprintf("s%d.myshopify.test", m.next()),
		"secret": "a secret of the shop"})
	m.change(s.owner, "importOrders", "import", vars{"brandId": s.brand.String(), "fileName": "orders.csv", "part": "order_id,placed_at,currency,net\n"})
	_, err := m.db.SQL.ExecContext(testdb.Context(m.t), `INSERT INTO inbox_delivery (id, source, integration_id, brand_id, topic, dedup_key, body, status, received_at)
		SELECT $1, 'shopify', i.id, i.brand_id, 'orders/paid', $2, '{}', 'DONE', $3 FROM integration i WHERE i.brand_id = $4 ORDER BY i.id DESC LIMIT 1`,
		id.NewUUID(m.now()), fmt.Sprintf("key %d", m.next()), m.now(), s.brand.UUID)
	require.NoError(m.t, err)
	m.member(s.brand, "analyst", viewer.Analyst)
}

// tries bounds how often a list is asked for until it is cheap: on a busy machine a loader may take more turns than it has to, but a
// statement for each row is there every time.
const tries = 5

func TestWhatAListCostsDoesNotGrowWithItsRows(t *testing.T) {
	t.Parallel()
	schema := contract(t)
	m := openPatientMarket(t, 10*time.Millisecond)
	s := m.openShop()
	s.fund()
	for n := range fewRows {
		s.grow(n == 0)
	}
	review := func() {
		m.pass(48 * time.Hour)
		_, err := m.reviews.MakeDue(testdb.Context(t))
		require.NoError(t, err)
	}
	review()
	before := map[string]int64{}
	for field := range lists {
		before[field] = s.statements(schema, field, deep)
	}
	for range manyRows - fewRows {
		s.grow(false)
	}
	review()
	for field := range lists {
		require.Positive(t, before[field], field)
		limit, after := before[field]+(manyRows-fewRows)/2, int64(0)
		for range tries {
			if after = s.statements(schema, field, deep); after < limit {
				break
			}
		}
		require.Less(t, after, limit, "%s: %d statements for %d rows, %d for %d", field, before[field], fewRows, after, manyRows)
	}
}
