package payout

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// Preview is who would be paid now, and who not.
type Preview struct {
	Total        money.Money  // sum of all payouts.
	PayoutCount  int          // how many creators would be paid.
	SkippedCount int          // how many are left out.
	Funds        money.Money  // spendable funds.
	Covered      bool         // whether the funds are enough.
	Sentence     string       // the whole in one sentence.
	Rows         []PreviewRow // who would be paid, largest first. At most 500; the counts are of all.
	Skipped      []Skipped    // who is left out and why. At most 500; the count is of all.
}

// PreviewRow is a creator who would be paid.
type PreviewRow struct {
	CreatorID id.ID       // the creator.
	Amount    money.Money // how much.
	ItemCount int         // how many commissions and other items.
	Warning   *string     // something to know that does not stop it.
}

// Skipped is a creator who is left out of a run.
type Skipped struct {
	CreatorID id.ID       // the creator.
	Amount    money.Money // what stands on their balance.
	Reason    SkipReason  // why.
	Sentence  string      // in words.
}

// Preview tells who would be paid now and who not; it changes nothing. A nil cutoff is now. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN, OUT_OF_RANGE (cutoffAt).
func (s *Service) Preview(ctx context.Context, brand id.ID, currency money.Currency, cutoff *time.Time) (Preview, error) {
	brandID, err := s.checkBrand(ctx, brand, access.ReadPayouts)
	if err != nil {
		return Preview{}, err
	}
	until, err := s.cutoff(cutoff)
	if err != nil {
		return Preview{}, err
	}
	all, err := s.candidates(ctx, s.DB.SQL, scope{brand: brandID, currency: currency, cutoff: until})
	if err != nil {
		return Preview{}, err
	}
	paid, left := split(all)
	sum, err := total(paid, currency)
	if err != nil {
		return Preview{}, err
	}
	funds, err := s.spendable(ctx, s.DB.SQL, brandID, currency)
	if err != nil {
		return Preview{}, err
	}
	out := Preview{Total: sum, PayoutCount: len(paid), SkippedCount: len(left), Funds: funds, Covered: funds.Minor >= sum.Minor,
		Sentence: sentenceOf(paid, left, sum), Rows: []PreviewRow{}, Skipped: skippedOf(left)}
	for _, c := range paid[:min(len(paid), shownMax)] {
		out.Rows = append(out.Rows, PreviewRow{CreatorID: id.Of(id.Creator, c.creator), Amount: c.amount, ItemCount: len(c.items), Warning: c.warning})
	}
	return out, nil
}

// checkBrand reads the id of a brand and checks what the viewer may do there.
func (s *Service) checkBrand(ctx context.Context, brand id.ID, a access.Action) (uuid.UUID, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return uuid.Nil, err
	}
	u, err := id.Want(brand, id.Brand, "brand")
	if err != nil {
		return uuid.Nil, err
	}
	return u, access.Brand(viewer.From(ctx), a, u)
}

// cutoff gives the wanted cutoff, now when none is wanted.
func (s *Service) cutoff(wanted *time.Time) (time.Time, error) {
	now := s.now()
	if wanted == nil {
		return now, nil
	}
	if wanted.After(now) {
		return now, fault.At("cutoffAt", "OUT_OF_RANGE", "The cutoff lies in the future.")
	}
	return *wanted, nil
}

// spendable gives what a brand may pay out of its funds, with the credit that an invoiced brand has left.
func (s *Service) spendable(ctx context.Context, q reader, brand uuid.UUID, currency money.Currency) (money.Money, error) {
	var minor int64
	err := q.QueryRowContext(ctx, `SELECT coalesce((SELECT sum(e.amount_minor) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
    WHERE a.brand_id = b.id AND a.kind = $3 AND a.currency = $2 AND a.mode = $4), 0)::bigint
  + CASE WHEN b.invoiced AND b.currency = $2 THEN greatest(0, b.credit_limit_minor + coalesce((SELECT sum(e.amount_minor)
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
    WHERE a.brand_id = b.id AND a.kind = $5 AND a.currency = $2 AND a.mode = $4), 0)::bigint) ELSE 0 END
FROM brand b WHERE b.id = $1`, brand, currency, ledger.Funds, s.Ledger.Mode(), ledger.DueToOperator).Scan(&minor)
	if err != nil {
		return money.Money{}, fmt.Errorf("spendable funds: %w", err)
	}
	return money.New(minor, currency), nil
}

func skippedOf(left []candidate) []Skipped {
	out := []Skipped{}
	for _, c := range left[:min(len(left), shownMax)] {
		out = append(out, Skipped{CreatorID: id.Of(id.Creator, c.creator), Amount: c.amount, Reason: c.blockers[0].Reason, Sentence: c.blockers[0].Sentence})
	}
	return out
}

// reasonWords says why creators wait, after their number.
var reasonWords = map[SkipReason]string{
	SkipBelowMinimum: "below the minimum", SkipNoPayoutAccount: "without a payout account", SkipTransfersInactive: "stopped by Stripe",
	SkipNegativeBalance: "owing something back", SkipUnderReview: "under review", SkipCurrencyUnsupported: "not reachable in this currency",
	SkipBalanceChanged: "with a changed balance",
}

// sentenceOf says the whole in words: "3 creators get EUR 120.00; 2 wait: 1 below the minimum, 1 without a payout account."
func sentenceOf(paid, left []candidate, sum money.Money) string {
	var b strings.Builder
	switch len(paid) {
	case 0:
		b.WriteString("Nobody is paid")
	case 1:
		fmt.Fprintf(&b, "1 creator gets %s", sum)
	default:
		fmt.Fprintf(&b, "%d creators get %s", len(paid), sum)
	}
	if len(left) > 0 {
		counts := map[SkipReason]int{}
		for _, c := range left {
			counts[c.blockers[0].Reason]++
		}
		reasons := make([]SkipReason, 0, len(counts))
		for r := range counts {
			reasons = append(reasons, r)
		}
		slices.SortFunc(reasons, func(a, b SkipReason) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
		parts := make([]string, len(reasons))
		for i, r := range reasons {
			parts[i] = fmt.Sprintf("%d %s", counts[r], reasonWords[r])
		}
		verb := "wait"
		if len(left) == 1 {
			verb = "waits"
		}
		fmt.Fprintf(&b, "; %d %s: %s", len(left), verb, strings.Join(parts, ", "))
	}
	b.WriteString(".")
	return b.String()
}
