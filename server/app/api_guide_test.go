package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/server/app/apptest"
)

// guide runs docs/api.md: each example block is sent, and the block after it must be its answer.
type guide struct {
	*apptest.Server
	// known are the shell's variables and, in lower case, those of GraphQL; what an example makes is known to those after it.
	known map[string]string
}

// gained says where in an answer a value stands that later examples need.
var gained = map[string][]string{
	"ORDER":       {"data", "recordOrder", "order", "id"},
	"INTEGRATION": {"data", "connectIntegration", "integration", "id"},
	"WEBHOOK":     {"data", "connectIntegration", "integration", "webhookUrl"},
	"KEY":         {"data", "createApiKey", "secret"},
	"TOKEN":       {"data", "signIn", "accessToken"},
}

func newGuide(t *testing.T) *guide {
	t.Helper()
	g := &guide{Server: apptest.Start(t)}
	ctx := testdb.Context(t)
	maya := fixture.New(t, g.DB)
	fixture.Policy(t, g.DB, maya.Brand)
	terms, err := json.Marshal(rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000)})
	require.NoError(t, err)
	g.DB.Ent.OfferVersion.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(maya.Brand).SetProgramID(maya.Program).
		SetVersion(1).SetName("Standard").SetTerms(terms).SetEffectiveAt(fixture.At).SetNote("").SaveX(ctx)
	g.DB.Ent.ProgramMove.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetProgramID(maya.Program).SetToStatus("ACTIVE").SetMovedAt(fixture.At).SaveX(ctx)
	g.DB.Ent.PartnershipMove.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetPartnershipID(maya.Partnership).
		SetFromStatus("AWAITING_TERMS").SetToStatus("ACTIVE").SetPauseKind("").SetReason("").SetActor("test").SetMovedAt(fixture.At).SaveX(ctx)
	g.DB.Ent.Creator.UpdateOneID(maya.Creator).SetHandle("maya").SetName("Maya Okafor").ExecX(ctx)
	link := id.NewUUID(fixture.At)
	g.DB.Ent.Link.Create().SetID(link).SetCreatedAt(fixture.At).SetUpdatedAt(fixture.At).SetBrandID(maya.Brand).SetProgramID(maya.Program).
		SetPartnershipID(maya.Partnership).SetCreatorID(maya.Creator).SetCode("maya").SetDestinationURL("https://shop.example/").SetPlatform("TIKTOK").
		SetLabel("Bio").SetCampaign("").SaveX(ctx)
	now := time.Now().UTC()
	click := id.New(id.Click, now.Add(-time.Hour))
	_, err = g.DB.SQL.ExecContext(ctx, `INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'TIKTOK', $1)`, click.UUID, id.TimeOf(click.UUID), link, maya.Brand, maya.Program, maya.Partnership, maya.Creator)
	require.NoError(t, err)
	brand, run := id.Of(id.Brand, maya.Brand), id.New(id.PayoutRun, now)
	owner := g.Member(t, "owner@example.test", brand, viewer.Owner)
	g.DB.Ent.PayoutRun.Create().SetID(run.UUID).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(maya.Brand).SetNumber(1).SetCurrency("EUR").
		SetProviderAccount("default").SetStatus("PREPARED").SetCutoffAt(now).SetTotalMinor(0).SetPayoutCount(0).SetSkipped(json.RawMessage("[]")).
		SetPreparedBy(owner.ID.UUID).SaveX(ctx)
	placed := now.Add(-time.Second)
	g.known = map[string]string{"URL": g.URL, "BRAND": brand.String(), "PARTNERSHIP": id.Of(id.Partnership, maya.Partnership).String(), "TID": click.String(), "RUN": run.String(),
		"TOKEN": g.Token(t, "owner@example.test"), "NOW": placed.Format(time.RFC3339), "TODAY": placed.Format(time.DateOnly)}
	return g
}

// block is a fenced block of the guide.
type block struct {
	language, text string
	line           int
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

func blocksOf(t *testing.T, path string) (out []block) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, at := range fence.FindAllSubmatchIndex(text, -1) {
		out = append(out, block{string(text[at[2]:at[3]]), string(text[at[4]:at[5]]), 1 + strings.Count(string(text[:at[0]]), "\n")})
	}
	return out
}

func TestEveryExampleOfTheAPIGuideWorks(t *testing.T) {
	t.Parallel()
	blocks := blocksOf(t, "../../docs/api.md")
	require.Zero(t, len(blocks)%2, "each example has its answer")
	require.Greater(t, len(blocks), 20)
	g := newGuide(t)
	for pair := range slices.Chunk(blocks, 2) {
		example, answer := pair[0], pair[1]
		where := fmt.Sprintf("docs/api.md, line %d", example.line)
		var said string
		switch example.language {
		case "sh":
			said = g.run(t, example.text)
		case "graphql":
			said = g.ask(t, example.text)
		default:
			require.Fail(t, "no example", "%s: %s", where, example.language)
		}
		switch answer.language {
		case "json":
			g.compare(t, where, answer.text, said)
		case "text":
			g.compareLines(t, where, answer.text, said)
		default:
			require.Fail(t, "no answer", "%s: %s", where, answer.language)
		}
	}
}

func (g *guide) run(t *testing.T, script string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-euc", script)
	command.Env = os.Environ()
	for name, value := range g.known {
		command.Env = append(command.Env, name+"="+value)
	}
	var trouble strings.Builder
	command.Stderr = &trouble
	out, err := command.Output()
	require.NoError(t, err, "%s\n%s", script, trouble.String())
	return string(out)
}

var variable = regexp.MustCompile(`\$(\w+):`)

// ask sends a document with the variables that it declares, named in lower case as in the shell.
func (g *guide) ask(t *testing.T, query string) string {
	t.Helper()
	variables := map[string]any{}
	for _, m := range variable.FindAllStringSubmatch(query, -1) {
		value, ok := g.known[strings.ToUpper(m[1])]
		require.True(t, ok, "%s\nnothing is known of %s", query, m[0])
		variables[m[1]] = value
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	return g.run(t, `curl -s "$URL/graphql" -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" --data-binary @- <<'BODY'
`+string(body)+"\nBODY\n")
}

func (g *guide) compare(t *testing.T, where, told, said string) {
	t.Helper()
	var want, got any
	require.NoError(t, json.Unmarshal([]byte(told), &want), "%s: the answer is no JSON", where)
	require.NoError(t, json.Unmarshal([]byte(said), &got), "%s: %s", where, said)
	if whole, _ := want.(map[string]any); whole["extensions"] == nil {
		delete(got.(map[string]any), "extensions") // the guide leaves the cost out where it is of no interest
	}
	alike(t, where+": "+said, "", want, got)
	for name, path := range gained {
		value := got
		for _, key := range path {
			object, _ := value.(map[string]any)
			value = object[key]
		}
		if text, ok := value.(string); ok {
			g.known[name] = text
		}
	}
}

// compareLines finds the lines of the guide in the answer, in their order; the data of an event are compared as JSON.
func (g *guide) compareLines(t *testing.T, where, told, said string) {
	t.Helper()
	rest := strings.Split(strings.TrimSpace(said), "\n")
	for line := range strings.Lines(told) {
		line = strings.TrimSpace(line)
		data, isData := strings.CutPrefix(line, "data: ")
		at := slices.IndexFunc(rest, func(s string) bool { return s == line || isData && strings.HasPrefix(s, "data: ") })
		require.GreaterOrEqual(t, at, 0, "%s: %q is not in %s", where, line, said)
		if isData {
			g.compare(t, where, data, strings.TrimPrefix(rest[at], "data: "))
		}
		rest = rest[at+1:]
	}
}

// varying are the keys whose texts are others each time; an id still has the prefix of its type.
var varying = []string{"id", "requestId", "endCursor", "accessToken", "access_token", "secret", "prefix", "webhookUrl", "at", "expiresAt", "holdUntil"}

// alike requires the same keys, types and values, but for texts that vary.
func alike(t *testing.T, where, path string, want, got any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		o, ok := got.(map[string]any)
		require.True(t, ok, "%s\n%s is no object", where, path)
		require.ElementsMatch(t, slices.Collect(maps.Keys(w)), slices.Collect(maps.Keys(o)), "%s\nkeys of %s", where, path)
		for key, value := range w {
			alike(t, where, path+"."+key, value, o[key])
		}
	case []any:
		list, ok := got.([]any)
		require.True(t, ok, "%s\n%s is no list", where, path)
		require.Len(t, list, len(w), "%s\n%s", where, path)
		for i := range w {
			alike(t, where, fmt.Sprintf("%s.%d", path, i), w[i], list[i])
		}
	case string:
		text, ok := got.(string)
		require.True(t, ok, "%s\n%s is no text", where, path)
		if !slices.Contains(varying, path[strings.LastIndex(path, ".")+1:]) {
			require.Equal(t, w, text, "%s\n%s", where, path)
		}
		require.Equal(t, w == "", text == "", "%s\n%s", where, path)
		if kind, _, _ := strings.Cut(w, "_"); strings.HasSuffix(path, ".id") {
			require.True(t, strings.HasPrefix(text, kind+"_"), "%s\n%s is of another kind: %s", where, path, text)
		}
	case float64:
		number, ok := got.(float64)
		require.True(t, ok, "%s\n%s is no number", where, path)
		if path == ".expires_in" { // seconds that are left
			require.InDelta(t, w, number, 30, where)
			return
		}
		require.InDelta(t, w, number, 0, "%s\n%s", where, path)
	default:
		require.Equal(t, want, got, "%s\n%s", where, path)
	}
}
