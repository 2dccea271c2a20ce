package program

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"tributary/ent/gen"
	entoffer "tributary/ent/gen/offerversion"
	entprogram "tributary/ent/gen/program"
	"tributary/internal/auditlog"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// Limits of an offer. Texts are in characters, rates in basis points.
const (
	offerNameMax     = 120
	offerNoteMax     = 2000
	overridesMax     = 100
	overrideNameMax  = 60
	overrideProducts = 200
	overrideGroups   = 50
	shopIDMax        = 200
	rateMin          = 1
	rateMax          = 9000
)

// Amount is a sum as a person wrote it: an exact decimal and its currency.
type Amount struct {
	Decimal  string
	Currency money.Currency
}

// OverrideInput is another rate for some products or collections; 0 earns nothing.
type OverrideInput struct {
	Name        string
	Rate        money.BasisPoints
	ProductIDs  []string
	Collections []string
}

// PublishOfferInput is what publishOffer takes.
type PublishOfferInput struct {
	ProgramID       id.ID
	Name            string
	Kind            rule.RateKind
	Rate            *money.BasisPoints
	NewCustomerRate *money.BasisPoints
	FlatAmount      *Amount
	CapPerOrder     *Amount
	Overrides       []OverrideInput
	Recurring       *RecurringInput
	Note            string
}

// RecurringInput is commission on later orders of the customers whom a creator brings.
type RecurringInput struct {
	Term                rule.RecurringTerm
	Months              *int
	Rate                *money.BasisPoints // nil pays them like other orders of returning customers
	KeptAfterRetirement bool
}

// PublishOffer publishes the next version of a program's commission terms. It holds from now on; earlier sales keep theirs.
// Faults: UNAUTHENTICATED, FORBIDDEN (apps too), NOT_FOUND; REQUIRED, TOO_LONG, OUT_OF_RANGE, BAD_FORMAT, INVALID at a field;
// WRONG_STATE when the program is closed.
func (s *Service) PublishOffer(ctx context.Context, in PublishOfferInput) (Offer, error) {
	program, err := s.mine(ctx, in.ProgramID, access.WritePrograms)
	if err != nil {
		return Offer{}, err
	}
	v := viewer.From(ctx)
	if err := personal(v); err != nil {
		return Offer{}, err
	}
	terms, err := in.check(money.Currency(program.Currency))
	if err != nil {
		return Offer{}, err
	}
	stored, err := json.Marshal(terms)
	if err != nil {
		return Offer{}, fmt.Errorf("offer terms: %w", err)
	}
	now := s.clock.Now()
	var made *gen.OfferVersion
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockOpen(ctx, tx, program); err != nil {
			return err
		}
		last, err := tx.Ent.OfferVersion.Query().Where(entoffer.ProgramID(program.ID), entoffer.PartnershipIDIsNil()).
			Order(entoffer.ByVersion(newestFirst)).First(ctx)
		if err != nil && !database.IsMissing(err) {
			return err
		}
		version := 1
		if last != nil {
			version = last.Version + 1
		}
		made, err = tx.Ent.OfferVersion.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(program.BrandID).
			SetProgramID(program.ID).SetVersion(version).SetName(in.Name).SetTerms(stored).SetEffectiveAt(now).
			SetNillablePublishedBy(actor(v)).SetNote(in.Note).Save(ctx)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "OFFER_PUBLISHED", ObjectKind: "OFFER", ObjectID: made.ID,
			BrandID: program.BrandID, Detail: map[string]any{"program": program.ID, "version": version, "name": in.Name}})
	})
	if err != nil {
		return Offer{}, err
	}
	return offerOf(made)
}

// lockOpen holds a program's row until the transaction ends, so that versions are numbered one after the other, and refuses a
// closed program.
func lockOpen(ctx context.Context, tx database.Tx, program *gen.Program) error {
	row, err := tx.Ent.Program.Query().Where(entprogram.ID(program.ID)).ForUpdate().Only(ctx)
	if err != nil {
		return database.OnMissing(err, "program")
	}
	if Status(row.Status) == StatusClosed {
		return errClosed()
	}
	return nil
}

// check turns the input into terms and lists what is wrong.
func (in *PublishOfferInput) check(currency money.Currency) (rule.Terms, error) {
	var wrong fault.List
	in.Name = field.Line(&wrong, "name", in.Name, 1, offerNameMax)
	in.Note = field.Body(&wrong, "note", in.Note, 0, offerNoteMax)
	terms := rule.Terms{Format: rule.TermsFormat, Currency: currency}
	in.rates(&wrong, &terms)
	if in.CapPerOrder != nil {
		terms.CapPerOrder = positive(&wrong, "capPerOrder", *in.CapPerOrder, currency)
	}
	in.overrides(&wrong, &terms)
	in.recurring(&wrong, &terms)
	if err := wrong.Err(); err != nil {
		return terms, err
	}
	for _, p := range terms.Problems() {
		wrong.Add(fault.At(inputPath(p.Path), "INVALID", "%s", p.Message))
	}
	return terms, wrong.Err()
}

func (in *PublishOfferInput) rates(wrong *fault.List, terms *rule.Terms) {
	switch in.Kind {
	case rule.Percent:
		if in.FlatAmount != nil {
			wrong.Add(fault.At("flatAmount", "INVALID", "A percentage has no flat sum."))
		}
		if in.Rate == nil {
			wrong.Add(fault.At("rate", "REQUIRED", "Name the rate."))
			return
		}
		field.Within(wrong, "rate", int(*in.Rate), rateMin, rateMax)
		terms.Standard = rule.PercentRate(*in.Rate)
		if in.NewCustomerRate != nil {
			field.Within(wrong, "newCustomerRate", int(*in.NewCustomerRate), rateMin, rateMax)
			if *in.NewCustomerRate != *in.Rate {
				returning := rule.PercentRate(*in.Rate)
				terms.Standard, terms.Returning = rule.PercentRate(*in.NewCustomerRate), &returning
			}
		}
	case rule.FlatPerOrder, rule.FlatPerUnit:
		if in.Rate != nil {
			wrong.Add(fault.At("rate", "INVALID", "A flat sum has no percentage."))
		}
		if in.NewCustomerRate != nil {
			wrong.Add(fault.At("newCustomerRate", "INVALID", "A flat sum has no percentage."))
		}
		if in.FlatAmount == nil {
			wrong.Add(fault.At("flatAmount", "REQUIRED", "Name the sum."))
			return
		}
		terms.Standard = rule.Rate{Kind: in.Kind, Flat: positive(wrong, "flatAmount", *in.FlatAmount, terms.Currency)}
	default:
		field.OneOf(wrong, "kind", in.Kind, rule.Percent, rule.FlatPerOrder, rule.FlatPerUnit)
	}
}

// positive reads a sum above zero in the program's currency.
func positive(wrong *fault.List, path string, a Amount, currency money.Currency) *money.Money {
	if a.Currency != currency {
		wrong.Add(fault.At(path+".currencyCode", "INVALID", "The program's currency is %s.", currency))
		return nil
	}
	m, err := money.ParseDecimal(a.Decimal, currency)
	if err != nil {
		wrong.Add(fault.At(path+".amount", "BAD_FORMAT", "This is an amount with at most %d decimals.", currency.Exponent()))
		return nil
	}
	if m.Sign() <= 0 {
		wrong.Add(fault.At(path+".amount", "OUT_OF_RANGE", "This is above zero."))
	}
	return &m
}

func (in *PublishOfferInput) overrides(wrong *fault.List, terms *rule.Terms) {
	if len(in.Overrides) > overridesMax {
		wrong.Add(fault.At("overrides", "TOO_LONG", "There are at most %d other rates.", overridesMax))
		return
	}
	for i, o := range in.Overrides {
		path := "overrides." + strconv.Itoa(i)
		over := rule.Override{
			Name:        field.Line(wrong, path+".name", o.Name, 1, overrideNameMax),
			ProductIDs:  field.Lines(wrong, path+".productIds", o.ProductIDs, overrideProducts, 1, shopIDMax),
			Collections: field.Lines(wrong, path+".collections", o.Collections, overrideGroups, 1, shopIDMax),
		}
		field.Within(wrong, path+".rate", int(o.Rate), 0, rateMax)
		if o.Rate == 0 {
			over.Exclude = true
		} else {
			rate := rule.PercentRate(o.Rate)
			over.Rate = &rate
		}
		terms.Overrides = append(terms.Overrides, over)
	}
}

// inputPath turns the path of a field of stored terms into that of the input.
func inputPath(path string) string {
	first, rest, _ := strings.Cut(path, ".")
	switch first {
	case "standard", "returning":
		if strings.HasPrefix(rest, "flat") {
			return "flatAmount"
		}
		return "rate"
	case "overrides":
		return strings.TrimSuffix(path, ".basisPoints")
	}
	return path
}

func (in *PublishOfferInput) recurring(wrong *fault.List, terms *rule.Terms) {
	if in.Recurring == nil {
		return
	}
	r := &rule.Recurring{Term: in.Recurring.Term, KeptAfterRetirement: in.Recurring.KeptAfterRetirement}
	if in.Recurring.Months != nil {
		r.Months = *in.Recurring.Months
	}
	if in.Recurring.Rate != nil {
		field.Within(wrong, "recurring.rate", int(*in.Recurring.Rate), rateMin, rateMax)
		rate := rule.PercentRate(*in.Recurring.Rate)
		r.Rate = &rate
	}
	terms.Recurring = r
}
