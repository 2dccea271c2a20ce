package program

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entbrand "tributary/ent/gen/brand"
	entprogram "tributary/ent/gen/program"
	"tributary/internal/attribution"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// Limits of a program. Texts are in characters, times in days.
const (
	nameMax        = 120
	summaryMax     = 300
	descriptionMax = 10_000
	slugMin        = 3
	slugMax        = 40
	questionsMax   = 10
	questionMax    = 300
	windowMax      = 365
	holdMax        = 365
	trialMax       = 120
)

// Defaults of a new program, in days.
const (
	windowDefault  = 30
	holdDefault    = 30
	trialDefault   = 42
	reapplyDefault = 30
)

// slugTries bounds how many names are tried when a name is made from the program's and is in use.
const slugTries = 9

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// CreateInput is what createProgram takes. Nil means the default.
type CreateInput struct {
	BrandID               id.ID
	Name                  string
	Slug                  *string // made from the name when nil
	Summary               string
	Description           string
	Goal                  Goal
	Currency              *money.Currency // the brand's when nil
	ClickWindowDays       *int
	HoldDays              *int
	MinimumPayout         *string // exact decimal in the program's currency
	TrialDays             *int
	TouchKinds            []attribution.Kind // CLICK and CODE when nil
	Questions             []string
	Visibility            Visibility
	DefaultDestinationURL *string // the brand's website when nil
	AutoApprove           bool
	Demo                  bool // made by the demo; never set by the API
}

// Create makes a program in DRAFT. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND for the brand; REQUIRED, TOO_LONG, OUT_OF_RANGE,
// BAD_FORMAT, INVALID at a field; TAKEN at slug.
func (s *Service) Create(ctx context.Context, in CreateInput) (Program, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Program{}, err
	}
	brandID, err := id.Want(in.BrandID, id.Brand, "brand")
	if err != nil {
		return Program{}, err
	}
	if err := access.Brand(v, access.WritePrograms, brandID); err != nil {
		return Program{}, err
	}
	brand, err := s.db.Ent.Brand.Query().Where(entbrand.ID(brandID)).Only(ctx)
	if err != nil {
		return Program{}, database.OnMissing(err, "brand")
	}
	minimum, err := in.check(brand)
	if err != nil {
		return Program{}, err
	}
	now := s.clock.Now()
	var made *gen.Program
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		slug, err := freeSlug(ctx, tx, in)
		if err != nil {
			return err
		}
		made, err = insert(ctx, tx, now, brandID, slug, minimum, in)
		if err != nil {
			return database.OnUnique(err, "program_slug_key", fault.At("slug", "TAKEN", "Another program has this name."))
		}
		if err := recordMove(ctx, tx, made.ID, StatusDraft, now); err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROGRAM_CREATED", ObjectKind: "PROGRAM", ObjectID: made.ID,
			BrandID: brandID, Detail: map[string]any{"name": made.Name}})
	})
	if err != nil {
		return Program{}, err
	}
	return fromRow(made), nil
}

// check fills in defaults and lists what is wrong.
func (in *CreateInput) check(brand *gen.Brand) (money.Money, error) {
	var wrong fault.List
	in.Name = field.Line(&wrong, "name", in.Name, 1, nameMax)
	if in.Slug != nil {
		*in.Slug = field.Line(&wrong, "slug", *in.Slug, slugMin, slugMax)
		if len(wrong) == 0 && !slugForm.MatchString(*in.Slug) {
			wrong.Add(fault.At("slug", "BAD_FORMAT", "Use lower-case letters, digits and single hyphens between them."))
		}
	}
	in.Summary = field.Line(&wrong, "summary", in.Summary, 0, summaryMax)
	in.Description = field.Body(&wrong, "description", in.Description, 0, descriptionMax)
	if in.Goal == "" {
		in.Goal = GoalRevenue
	}
	field.OneOf(&wrong, "goal", in.Goal, GoalRevenue, GoalContent, GoalAwareness)
	if in.Visibility == "" {
		in.Visibility = VisibilityPublic
	}
	field.OneOf(&wrong, "visibility", in.Visibility, VisibilityPublic, VisibilityInviteOnly)
	if in.Currency == nil {
		c := money.Currency(brand.Currency)
		in.Currency = &c
	}
	minimum := money.Zero(*in.Currency)
	if !in.Currency.Valid() {
		wrong.Add(fault.At("currency", "INVALID", "This currency is not known."))
	} else if in.MinimumPayout != nil {
		m, err := money.ParseDecimal(*in.MinimumPayout, *in.Currency)
		switch {
		case err != nil:
			wrong.Add(fault.At("minimumPayout", "BAD_FORMAT", "This is an amount with at most %d decimals.", in.Currency.Exponent()))
		case m.Sign() < 0:
			wrong.Add(fault.At("minimumPayout", "OUT_OF_RANGE", "The smallest payout is not below zero."))
		}
		minimum = m
	}
	days(&wrong, "clickWindowDays", &in.ClickWindowDays, windowDefault, 1, windowMax)
	days(&wrong, "holdDays", &in.HoldDays, holdDefault, 0, holdMax)
	days(&wrong, "trialDays", &in.TrialDays, trialDefault, 0, trialMax)
	in.TouchKinds = touchKinds(&wrong, in.TouchKinds)
	in.Questions = field.Lines(&wrong, "questions", in.Questions, questionsMax, 1, questionMax)
	if in.DefaultDestinationURL == nil {
		in.DefaultDestinationURL = &brand.WebsiteURL
	}
	*in.DefaultDestinationURL = field.URL(&wrong, "defaultDestinationUrl", *in.DefaultDestinationURL)
	return minimum, wrong.Err()
}

func days(l *fault.List, path string, value **int, otherwise, least, most int) {
	if *value == nil {
		*value = &otherwise
	}
	field.Within(l, path, **value, least, most)
}

func touchKinds(l *fault.List, kinds []attribution.Kind) []attribution.Kind {
	if kinds == nil {
		return []attribution.Kind{attribution.Click, attribution.Code}
	}
	if len(kinds) == 0 {
		l.Add(fault.At("touchKinds", "REQUIRED", "Name at least one kind of touch."))
	}
	if len(kinds) > len(attribution.Kinds) {
		l.Add(fault.At("touchKinds", "TOO_LONG", "There are at most %d kinds of touches.", len(attribution.Kinds)))
		return nil
	}
	for i, k := range kinds {
		path := "touchKinds." + strconv.Itoa(i)
		if !k.Valid() {
			l.Add(fault.At(path, "INVALID", "This is not a kind of touch."))
		} else if slices.Contains(kinds[:i], k) {
			l.Add(fault.At(path, "INVALID", "Each kind of touch stands here once."))
		}
	}
	return kinds
}

// slugFrom makes a name for addresses from a name for people; "program" when nothing of it can be used.
func slugFrom(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		default:
			gap = true
		}
	}
	out := b.String()
	if len(out) > slugMax-2 {
		out = strings.TrimRight(out[:slugMax-2], "-")
	}
	if len(out) < slugMin {
		out = strings.Trim("program-"+out, "-")
	}
	return out
}

// freeSlug gives the name asked for, or the first free one made from the program's name. Another program may still take it first;
// the unique index then refuses this one.
func freeSlug(ctx context.Context, tx database.Tx, in CreateInput) (string, error) {
	if in.Slug != nil {
		return *in.Slug, nil
	}
	base := slugFrom(in.Name)
	tries := []string{base}
	for n := 2; n <= slugTries; n++ {
		tries = append(tries, fmt.Sprintf("%s-%d", base, n))
	}
	used, err := tx.Ent.Program.Query().Where(entprogram.SlugIn(tries...)).Select(entprogram.FieldSlug).Strings(ctx)
	if err != nil {
		return "", err
	}
	for _, t := range tries {
		if !slices.Contains(used, t) {
			return t, nil
		}
	}
	return "", fault.At("slug", "TAKEN", "Programs with this name have taken the addresses made from it; choose one.")
}

func insert(ctx context.Context, tx database.Tx, now time.Time, brandID uuid.UUID, slug string, minimum money.Money,
	in CreateInput) (*gen.Program, error) {
	utm, err := json.Marshal(DefaultUTM())
	if err != nil {
		return nil, err
	}
	kinds := make([]string, len(in.TouchKinds))
	for i, k := range in.TouchKinds {
		kinds[i] = string(k)
	}
	return tx.Ent.Program.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(brandID).SetSlug(slug).
		SetName(in.Name).SetSummary(in.Summary).SetDescription(in.Description).SetGoal(string(in.Goal)).
		SetCurrency(string(*in.Currency)).SetDefaultDestinationURL(*in.DefaultDestinationURL).
		SetClickWindowDays(*in.ClickWindowDays).SetHoldDays(*in.HoldDays).SetMinimumPayoutMinor(minimum.Minor).
		SetTrialDays(*in.TrialDays).SetReapplyDays(reapplyDefault).SetTouchKinds(kinds).SetQuestions(in.Questions).
		SetUtmTemplate(utm).SetAutoApprove(in.AutoApprove).SetStatus(string(StatusDraft)).
		SetVisibility(string(in.Visibility)).SetDemo(in.Demo).Save(ctx)
}
