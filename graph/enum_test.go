package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	graphqlast "github.com/vektah/gqlparser/v2/ast"

	"tributary/internal/kit/testdb"
)

// enumValues are the values of the contract's enumerations, in order of the alphabet.
func enumValues(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, d := range own(schema(t)) {
		if d.Kind == graphqlast.Enum {
			for _, v := range d.EnumValues {
				out[d.Name] = append(out[d.Name], v.Name)
			}
			slices.Sort(out[d.Name])
		}
	}
	return out
}

var boundTo = regexp.MustCompile(`(?m)^  (\w+):\n    model: tributary/([\w/]+)\.(\w+)$`)

// constantsOf are the values of the constants of a type in a package, but for the empty one, which is null outside.
func constantsOf(t *testing.T, folder, name string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	require.NoError(t, err)
	var out []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				continue
			}
			for _, s := range decl.Specs {
				spec := s.(*ast.ValueSpec)
				of, ok := spec.Type.(*ast.Ident)
				if !ok || of.Name != name {
					continue
				}
				for _, v := range spec.Values {
					word, ok := literal(v, nil)
					require.True(t, ok, "%s: a constant of %s that is no literal", path, name)
					if word != "" {
						out = append(out, word)
					}
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestEnumerationsAreTheConstantsOfTheProgram(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../gqlgen.yml")
	require.NoError(t, err)
	values := enumValues(t)
	delete(values, "UserErrorCode") // is held to the source by a test of its own
	for _, m := range boundTo.FindAllStringSubmatch(string(config), -1) {
		if want, ok := values[m[1]]; ok {
			require.Equal(t, want, constantsOf(t, m[2], m[3]), "%s and %s.%s", m[1], m[2], m[3])
			delete(values, m[1])
		}
	}
	require.Empty(t, values, "enumerations that are bound to no type of the program")
}

// columns says which enumeration a column with a list of allowed values holds; "" when nobody outside sees it.
var columns = map[string]string{
	"brand.status": "", "user.status": "", "inbox_delivery.status": "DeliveryStatus", "order_import.status": "OrderImportStatus", "order_import.format": "OrderFileFormat",
	"program.visibility": "ProgramVisibility", "program.goal": "ProgramGoal", "program.status": "ProgramStatus",
	"application.status": "ApplicationStatus", "attribution_policy.model": "CreditModel",
	"policy_replay.model": "CreditModel", "policy_replay.status": "PolicyReplayStatus", "customer_binding.end_reason": "",
	"integration.status": "IntegrationStatus", "integration.kind": "IntegrationKind", "shop_access.state": "ShopAccessState", "shop_code.state": "CodeShopState",
	"order.payment": "OrderPayment", "order.source": "OrderSource", "order_alias.source": "OrderSource", "order_line.kind": "OrderLineKind", "chargeback.stage": "ChargebackStage",
	"attribution_decision.cause": "DecisionCause", "attribution_decision.verdict": "Verdict",
	"partnership.stage": "PartnershipStage", "partnership.pause_kind": "PauseKind", "partnership.status": "PartnershipStatus",
	"code.platform": "Platform", "link.platform": "Platform", "link.health": "LinkHealthStatus", "post.platform": "Platform", "prospect.platform": "Platform", "social_account.platform": "Platform",
	"commission.kind": "CommissionType", "commission.status": "CommissionStatus",
	"experiment.status": "ExperimentStatus", "experiment.dimension": "ExperimentDimension",
	"hold.signal": "HoldSignal", "hold.status": "HoldStatus", "claim.status": "ClaimStatus", "finding.signal": "", "finding.status": "FindingStatus",
	"attribution_suggestion.status": "SuggestionStatus", "attribution_suggestion.cause": "",
	"survey_answer.status": "SurveyAnswerStatus", "survey_answer.source": "",
	"program_guard.leak_mode": "LeakMode", "program_guard.banned_mode": "BannedMode", "program_guard.finding_mode": "FindingMode", "code_guard.mode": "LeakMode",
	"payout_account.status": "PayoutAccountStatus", "payout_run.status": "PayoutRunStatus",
	"payout.method": "PayoutMethod", "payout.bank_arrival": "BankArrival", "payout.status": "PayoutStatus",
	"prospect.stage": "ProspectStage", "prospect_event.kind": "ProspectEventKind", "resource.kind": "ResourceKind",
	"review.recommendation": "ReviewAction", "review.decision": "ReviewAction", "review.status": "ReviewStatus",
	"store_event.type": "StoreEventType", "store_event.source": "",
	"click.device": "Device", "click.not_counted": "ClickNotCounted", "ledger_account.mode": "Mode", "ledger_transaction.mode": "Mode",
}

var (
	allowed = regexp.MustCompile(`\(?(\w+)\)?(?:::text)? = ANY \(ARRAY\[([^\]]+)\]`)
	quoted  = regexp.MustCompile(`'([^']*)'`)
)

func TestEnumerationsAreTheValuesThatColumnsAllow(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	rows, err := db.SQL.QueryContext(testdb.Context(t), `SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		WHERE k.contype = 'c' AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname NOT LIKE 'river%'`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	values := enumValues(t)
	seen := map[string]bool{}
	for rows.Next() {
		var table, check string
		require.NoError(t, rows.Scan(&table, &check))
		m := allowed.FindStringSubmatch(check)
		if m == nil {
			continue
		}
		column := table + "." + m[1]
		enum, known := columns[column]
		require.True(t, known, "the column %s allows a list of values, but no enumeration is named for it", column)
		seen[column] = true
		if enum == "" {
			continue
		}
		var got []string
		for _, v := range quoted.FindAllStringSubmatch(m[2], -1) {
			if v[1] != "" {
				got = append(got, v[1])
			}
		}
		slices.Sort(got)
		require.Equal(t, values[enum], got, "%s and %s", enum, column)
	}
	require.NoError(t, rows.Err())
	for column := range columns {
		require.True(t, seen[column], "the column %s has no list of allowed values", column)
	}
}
