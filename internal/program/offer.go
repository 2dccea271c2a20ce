package program

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Offer is one immutable version of commission terms: a program's, or a partnership's own.
type Offer struct {
	ID            id.ID // prefix off
	BrandID       id.ID
	ProgramID     id.ID
	PartnershipID id.ID  // zero for the program's offer
	Version       int    // number of the version, from 1, apart for each partnership of its own
	Name          string // what it is called
	Terms         rule.Terms
	EffectiveAt   time.Time // from when it holds, until the next version does
	Note          string    // what the brand says about the change
}

// IsNode marks Offer as refetchable by id.
func (Offer) IsNode() {}

func offerOf(row *gen.OfferVersion) (Offer, error) {
	terms, err := rule.ParseTerms(row.Terms)
	if err != nil {
		return Offer{}, fmt.Errorf("offer %s: %w", row.ID, err)
	}
	o := Offer{
		ID: id.Of(id.Offer, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		Version: row.Version, Name: row.Name, Terms: terms, EffectiveAt: row.EffectiveAt, Note: row.Note,
	}
	if row.PartnershipID != nil {
		o.PartnershipID = id.Of(id.Partnership, *row.PartnershipID)
	}
	return o, nil
}

func offersOf(rows []*gen.OfferVersion, key func(Offer) uuid.UUID) (map[uuid.UUID]Offer, error) {
	out := make(map[uuid.UUID]Offer, len(rows))
	for _, row := range rows {
		o, err := offerOf(row)
		if err != nil {
			return nil, err
		}
		out[key(o)] = o
	}
	return out, nil
}

// Kind is how commissions are reckoned.
func (o Offer) Kind() rule.RateKind { return o.Terms.Standard.Kind }

// Rate is the rate of a percentage for everybody, or for returning customers where new ones have their own; nil for flat sums.
func (o Offer) Rate() *money.BasisPoints {
	if o.Terms.Returning != nil {
		return percentage(*o.Terms.Returning)
	}
	return percentage(o.Terms.Standard)
}

// NewCustomerRate is the rate for new customers where it differs, else nil.
func (o Offer) NewCustomerRate() *money.BasisPoints {
	if o.Terms.Returning == nil {
		return nil
	}
	return percentage(o.Terms.Standard)
}

// FlatAmount is the sum of a flat rate, nil for a percentage.
func (o Offer) FlatAmount() *money.Money { return o.Terms.Standard.Flat }

// Recurring is what later orders of the customers earn whom a creator brings; nil when the offer says nothing of them.
func (o Offer) Recurring() *rule.Recurring { return o.Terms.Recurring }

// RecurringRate is the rate of later orders where it differs, else nil.
func RecurringRate(r rule.Recurring) *money.BasisPoints {
	if r.Rate == nil {
		return nil
	}
	return percentage(*r.Rate)
}

// RecurringTermMonths is for how many months later orders earn, nil for another term.
func RecurringTermMonths(r rule.Recurring) *int {
	if r.Term != rule.RecurringMonths {
		return nil
	}
	return &r.Months
}

func percentage(r rule.Rate) *money.BasisPoints {
	if r.Kind != rule.Percent {
		return nil
	}
	bp := r.BasisPoints
	return &bp
}

// OverrideRate is the rate of an override as the API shows it: nothing for what is excluded.
func OverrideRate(o rule.Override) money.BasisPoints {
	if o.Rate == nil || o.Rate.Kind != rule.Percent {
		return 0
	}
	return o.Rate.BasisPoints
}

// overridesInWords is how many overrides the sentence names before it only counts.
const overridesInWords = 3

// Sentence says the terms in one sentence without a full stop: "15% of each sale, 20% on Serum launch".
func (o Offer) Sentence() string {
	t := o.Terms
	var parts []string
	switch {
	case t.Standard.Kind != rule.Percent:
		parts = append(parts, t.Standard.Words())
	case t.Returning != nil:
		parts = append(parts, t.Standard.Words()+" of each sale to a new customer", t.Returning.Words()+" of other sales")
	default:
		parts = append(parts, t.Standard.Words()+" of each sale")
	}
	for i, over := range t.Overrides {
		if i == overridesInWords {
			parts = append(parts, fmt.Sprintf("and %d more rates", len(t.Overrides)-i))
			break
		}
		words := "nothing"
		if !over.Exclude && over.Rate != nil {
			words = over.Rate.Words()
		}
		parts = append(parts, words+" on "+over.Name)
	}
	if r := t.Recurring; t.PaysRenewals() {
		words := "the same"
		if r.Rate != nil {
			words = r.Rate.Words()
		}
		words += " on later orders of customers you bring"
		switch {
		case r.Term == rule.RecurringMonths && r.Months == 1:
			words += ", for a month"
		case r.Term == rule.RecurringMonths:
			words += fmt.Sprintf(", for %d months", r.Months)
		}
		parts = append(parts, words)
	}
	if t.CapPerOrder != nil {
		parts = append(parts, "at most "+t.CapPerOrder.String()+" for each order")
	}
	return strings.Join(parts, ", ")
}
