package rule

import (
	"errors"
	"fmt"

	"tributary/internal/kit/money"
)

// The files named rule… are the pure rule engine: terms and the lines of a
// sale go in, an amount with the trace of how it came about goes out. They
// read no clock and no database.

// commissionRounding is how each line's commission becomes minor units.
const commissionRounding = money.HalfUp

// MaxLines bounds the lines of one order.
const MaxLines = 2_000

var (
	// ErrLines is returned for lines that no order can have: a negative amount
	// or quantity, another currency than the terms', or more than MaxLines.
	ErrLines = errors.New("commission: lines are not those of an order in the currency of the terms")
	// ErrTerms is returned for terms that Problems would have refused.
	ErrTerms = errors.New("commission: terms are not sound")
	// ErrShares is returned when the shares of the credit do not add up to one
	// million or the index names none of them.
	ErrShares = errors.New("commission: shares of the credit do not add up")
	// ErrNegativeTarget is returned for a commission below zero, which is none.
	ErrNegativeTarget = errors.New("commission: target is below zero")
	// ErrNoRecurring is returned for a renewal under terms that pay none.
	ErrNoRecurring = errors.New("commission: the terms pay no renewals")
)

// LineKind says what a line of an order is.
type LineKind string

// The kinds of line. Only PRODUCT lines earn; an empty kind is PRODUCT.
const (
	LineProduct  LineKind = "PRODUCT"
	LineGiftCard LineKind = "GIFT_CARD"
	LineShipping LineKind = "SHIPPING"
	LineTip      LineKind = "TIP"
	LineGiftWrap LineKind = "GIFT_WRAP"
	LineTax      LineKind = "TAX"
)

// Line is one line of an order as it stands now, after edits and refunds.
type Line struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Kind        LineKind `json:"kind,omitempty"`
	ProductID   string   `json:"productId,omitempty"`
	Collections []string `json:"collections,omitempty"`
	// Quantity is the number of units that the customer keeps.
	Quantity int64 `json:"quantity"`
	// Net is what the customer pays for them after discounts, without tax, in
	// the currency of the program.
	Net money.Money `json:"net"`
	// Ineligible takes a line out whatever the terms say.
	Ineligible bool `json:"ineligible,omitempty"`
}

// commissionable tells whether a line may earn under any terms.
func (l Line) commissionable() bool {
	return (l.Kind == "" || l.Kind == LineProduct) && !l.Ineligible
}

// Share is the part of an order's credit that one partnership earned.
type Share struct {
	PPM money.PPM `json:"ppm"`
	// OfferID names the offer version. Flat sums of one offer are split among
	// its shares; flat sums of different offers each count for their own share.
	OfferID string `json:"offerId"`
}

// Facts are what the terms ask about the moment of the sale. They are locked
// to the sale with the terms, so that a later refund is computed alike.
type Facts struct {
	// Returning tells that the customer had bought from the brand before.
	Returning bool `json:"returning,omitempty"`
	// Renewal tells that the sale is a bound customer's later order.
	Renewal bool `json:"renewal,omitempty"`
	// TierValue is the figure that the tiers are measured by, before this order:
	// minor units for revenue, else a count.
	TierValue int64 `json:"tierValue,omitempty"`
	// CreatorRoom is what is left of the cap of the creator's month, and
	// BudgetRoom of the program's budget; nil without a cap. After a refund they
	// are what they were at the sale: freed room helps later orders only.
	CreatorRoom *money.Money `json:"creatorRoom,omitempty"`
	BudgetRoom  *money.Money `json:"budgetRoom,omitempty"`
}

// Sale is what Compute works on.
type Sale struct {
	Lines []Line
	// Shares are all shares of the order's credit in the order of the decision;
	// they add up to one million.
	Shares []Share
	// Index names the share to compute.
	Index int
	Facts Facts
	// Ceiling is what the commission was before a refund; nil otherwise. A
	// refund never raises a commission, not even by the odd minor unit of a
	// split.
	Ceiling *money.Money
}

// Result is a commission and how it came about.
type Result struct {
	Amount money.Money
	// Base is the commissionable amount that the share covers.
	Base money.Money
	// Shortfall says why less or nothing is paid; empty when the rule pays in full.
	Shortfall Shortfall
	Trace     Trace
}

// Compute returns what the terms pay for one share of a sale. The amount is
// never negative. It fails with ErrTerms, ErrLines, ErrShares, ErrNoRecurring,
// money.ErrCurrencyMismatch for a limit in another currency, or
// money.ErrOverflow.
func Compute(terms Terms, sale Sale) (Result, error) {
	if err := checkSale(terms, sale); err != nil {
		return Result{}, err
	}
	zero := money.Zero(terms.Currency)
	trace := Trace{Format: TraceFormat, Shares: sale.Shares, Index: sale.Index, Facts: sale.Facts, Base: zero, Amount: zero, Lines: []TraceLine{}}

	for _, line := range sale.Lines {
		entry, err := traceLine(terms, sale, line)
		if err != nil {
			return Result{}, err
		}
		trace.Lines = append(trace.Lines, entry)
		if trace.Amount, err = trace.Amount.Add(entry.Amount); err != nil {
			return Result{}, err
		}
		if entry.Skipped != "" {
			continue
		}
		if trace.Base, err = trace.Base.Add(entry.Share); err != nil {
			return Result{}, err
		}
	}
	earns := trace.earns()
	if err := trace.addFlatPerOrder(); err != nil {
		return Result{}, err
	}
	if err := trace.limit(terms, sale, earns); err != nil {
		return Result{}, err
	}

	result := Result{Amount: trace.Amount, Base: trace.Base, Trace: trace}
	result.Shortfall = trace.shortfall(earns)
	return result, nil
}

// checkSale refuses what no order can be, before any arithmetic.
func checkSale(terms Terms, sale Sale) error {
	if len(sale.Lines) > MaxLines {
		return fmt.Errorf("%w: %d lines", ErrLines, len(sale.Lines))
	}
	for _, line := range sale.Lines {
		if line.Net.Currency != terms.Currency || line.Net.Sign() < 0 || line.Quantity < 0 {
			return fmt.Errorf("%w: line %q", ErrLines, line.ID)
		}
	}
	if err := checkShares(sale.Shares, sale.Index); err != nil {
		return err
	}
	if sale.Facts.Renewal && !terms.PaysRenewals() {
		return ErrNoRecurring
	}
	return nil
}

func checkShares(shares []Share, index int) error {
	if index < 0 || index >= len(shares) {
		return ErrShares
	}
	var total money.PPM
	for _, share := range shares {
		if share.PPM < 0 || share.PPM > money.One {
			return ErrShares
		}
		total += share.PPM
	}
	if total != money.One {
		return ErrShares
	}
	return nil
}

// netShare is one share's part of a line's net amount, by largest remainder.
func netShare(net money.Money, shares []Share, index int) (money.Money, error) {
	weights := make([]int64, len(shares))
	for i, share := range shares {
		weights[i] = int64(share.PPM)
	}
	parts, err := money.Split(net, weights)
	if err != nil {
		return money.Money{}, err
	}
	return parts[index], nil
}

// flatShare is one share's part of a sum that an offer names, such as a flat
// commission or a cap. What the shares of one offer hold of it together is
// rounded half up and split among them by largest remainder: the whole sum
// when they hold all credit, own flat × ppm for a share that is alone.
func flatShare(flat money.Money, shares []Share, index int) (money.Money, error) {
	var together money.PPM
	weights := make([]int64, len(shares))
	for i, share := range shares {
		if share.OfferID == shares[index].OfferID {
			together += share.PPM
			weights[i] = int64(share.PPM)
		}
	}
	if together == 0 {
		return money.Zero(flat.Currency), nil
	}
	group, err := flat.MulPPM(together, money.HalfUp)
	if err != nil {
		return money.Money{}, err
	}
	parts, err := money.Split(group, weights)
	if err != nil {
		return money.Money{}, err
	}
	return parts[index], nil
}
