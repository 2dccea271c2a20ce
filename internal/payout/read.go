package payout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/ent/gen/payoutrun"
	"tributary/ent/gen/predicate"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// Run is one payment of many creators: one brand, one currency.
type Run struct {
	ID               id.ID       // id, prefix run.
	Number           int         // number in the brand, from 1.
	BrandID          id.ID       // the brand.
	Status           RunStatus   // state.
	Version          int         // grows with each change; mutations name the version they saw.
	CutoffAt         time.Time   // items that became payable up to here are in it.
	Total            money.Money // sum of all payouts that are not left out.
	PayoutCount      int         // how many payouts.
	PreparedByID     id.ID       // who prepared it.
	CreatedAt        time.Time   // when it was prepared.
	ApprovedByID     id.ID       // who approved it.
	ApprovedAt       *time.Time  // when it was approved.
	ApprovalLapsesAt *time.Time  // until when the approval holds.
	SentByID         id.ID       // who sent it.
	SentAt           *time.Time  // when it was sent.
	CompletedAt      *time.Time  // when nothing was left to do.
	Reason           *string     // why it was rejected or cancelled.
}

// IsNode marks Run as refetchable by id.
func (Run) IsNode() {}

func runOf(r *gen.PayoutRun) Run {
	out := Run{ID: id.Of(id.PayoutRun, r.ID), Number: r.Number, BrandID: id.Of(id.Brand, r.BrandID), Status: RunStatus(r.Status), Version: r.Version,
		CutoffAt: r.CutoffAt, Total: money.New(r.TotalMinor, money.Currency(r.Currency)), PayoutCount: r.PayoutCount,
		PreparedByID: id.Of(id.User, r.PreparedBy), CreatedAt: r.CreatedAt, ApprovedByID: person(r.ApprovedBy), ApprovedAt: r.ApprovedAt,
		SentByID: person(r.SentBy), SentAt: r.SentAt, CompletedAt: r.CompletedAt, Reason: r.Reason}
	if out.Status == RunApproved && r.ApprovedAt != nil {
		lapses := r.ApprovedAt.Add(approvalHolds)
		out.ApprovalLapsesAt = &lapses
	}
	return out
}

// person names a user that may be absent; the zero ID is nobody.
func person(u *uuid.UUID) id.ID {
	if u == nil {
		return id.ID{}
	}
	return id.Of(id.User, *u)
}

// Payout is one creator's part of a run.
type Payout struct {
	ID                id.ID       // id, prefix pay.
	CreatorID         id.ID       // the creator.
	BrandID           id.ID       // the brand that pays.
	RunID             id.ID       // the run.
	Method            Method      // how.
	Amount            money.Money // how much.
	Status            Status      // state.
	Sentence          string      // the state in words, with Stripe's reason and what to do.
	SkipReason        *SkipReason // why it was left out.
	ProviderReference *string     // stripe's transfer.
	BankArrival       BankArrival // at the bank?
	CreatedAt         time.Time   // when it was prepared.
	PaidAt            *time.Time  // when it was paid.
}

// IsNode marks Payout as refetchable by id.
func (Payout) IsNode() {}

func payoutOf(p *gen.Payout) Payout {
	out := Payout{ID: id.Of(id.Payout, p.ID), CreatorID: id.Of(id.Creator, p.CreatorID), BrandID: id.Of(id.Brand, p.BrandID), RunID: id.Of(id.PayoutRun, p.RunID),
		Method: Method(p.Method), Amount: money.New(p.AmountMinor, money.Currency(p.Currency)), Status: Status(p.Status), Sentence: sentence(p),
		ProviderReference: p.ProviderRef, BankArrival: BankArrival(p.BankArrival), CreatedAt: p.CreatedAt, PaidAt: p.PaidAt}
	if p.SkipReason != nil {
		why := SkipReason(*p.SkipReason)
		out.SkipReason = &why
	}
	return out
}

// skipSentences says why a payout was left out, and what follows.
var skipSentences = map[SkipReason]string{
	SkipUnderReview:         "A sale in this payout is under review. It is paid in the next run once that is decided.",
	SkipTransfersInactive:   "Stripe does not allow transfers to this account at the moment. The creator continues at Stripe; the next run pays it.",
	SkipBalanceChanged:      "The balance fell after the run was prepared, for example by a refund. The next run pays what is left.",
	SkipBelowMinimum:        "The balance has not reached the smallest payout.",
	SkipNoPayoutAccount:     "The creator has no payout account yet.",
	SkipNegativeBalance:     "Something is owed back after refunds.",
	SkipCurrencyUnsupported: "Stripe cannot pay this amount there.",
}

// sentence says the state of a payout in words.
func sentence(p *gen.Payout) string {
	amount := money.New(p.AmountMinor, money.Currency(p.Currency))
	because := ""
	if m := text(p.FailureMessage); m != "" {
		because = " Stripe says: " + m
	}
	switch Status(p.Status) {
	case StatusPrepared:
		return "Prepared; waits for a second person to approve the run."
	case StatusApproved:
		return "Approved; waits to be sent."
	case StatusReserved:
		return "The money is set aside and is sent next."
	case StatusSending:
		return "Being sent to Stripe now."
	case StatusUnknown:
		return "Stripe has not given a clear answer. It is asked again until it does; the money moves at most once." + because
	case StatusWaiting:
		if text(p.FailureCode) == codeBalanceShort {
			return "Waits for money on the platform's Stripe balance. It goes on by itself once the balance is topped up."
		}
		return "Stripe asked to wait; it is sent in a moment."
	case StatusExported:
		return "Exported, to be paid outside of Stripe."
	case StatusPaid:
		switch BankArrival(p.BankArrival) {
		case BankArrived:
			return "Paid; as far as Stripe tells it has arrived at the bank."
		case BankOnTheWay:
			return "Paid; Stripe is sending it on to the bank."
		case BankRefused:
			return "Paid, but the bank refused it. It waits in the creator's Stripe balance; the bank account at Stripe has to be mended."
		default:
			return "Paid to the creator's Stripe balance; Stripe sends it on to the bank by its own schedule."
		}
	case StatusFailed:
		return "Not paid; the money is back on the creator's balance." + because + " Mend the cause and send it again, or leave it to the next run."
	case StatusSkipped:
		return skipSentences[SkipReason(text(p.SkipReason))]
	case StatusCancelled:
		return "The run was called off before anything was sent."
	case StatusClosed:
		return "Not paid in this run; a later run took it over."
	case StatusPartlyReversed:
		return fmt.Sprintf("Paid, and %s of it came back; that part is owed to the creator again.", money.New(p.ReversedMinor, amount.Currency))
	case StatusReversed:
		return "Paid and came back whole; it is owed to the creator again."
	}
	return ""
}

// hiddenFromCreators are the states in which a creator does not see a payout yet, or never: nothing was promised.
var hiddenFromCreators = []string{string(StatusPrepared), string(StatusApproved), string(StatusCancelled), string(StatusSkipped), string(StatusClosed)}

// PayoutByID gives one payout to the brand's money people, or to its creator once it is on its way. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN.
func (s *Service) PayoutByID(ctx context.Context, x id.ID) (Payout, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Payout{}, err
	}
	u, err := id.Want(x, id.Payout, "payout")
	if err != nil {
		return Payout{}, err
	}
	p, err := s.DB.Ent.Payout.Get(ctx, u)
	if err != nil {
		return Payout{}, database.OnMissing(err, "payout")
	}
	who := p.CreatorID
	if slices.Contains(hiddenFromCreators, p.Status) {
		who = uuid.Nil
	}
	return payoutOf(p), access.Either(v, who, access.ReadPayouts, p.BrandID, "payout")
}

// Payouts lists the payouts of a brand, or, without one, the signed-in creator's own, newest first. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN, NO_CREATOR_PROFILE.
func (s *Service) Payouts(ctx context.Context, brand *id.ID, status *Status, r page.Request) (page.Connection[Payout], error) {
	var where []predicate.Payout
	if brand != nil {
		u, err := s.checkBrand(ctx, *brand, access.ReadPayouts)
		if err != nil {
			return page.Connection[Payout]{}, err
		}
		where = append(where, payout.BrandID(u))
	} else {
		creator, err := access.Creator(viewer.From(ctx))
		if err != nil {
			return page.Connection[Payout]{}, err
		}
		where = append(where, payout.CreatorID(creator), payout.StatusNotIn(hiddenFromCreators...))
	}
	return s.payouts(ctx, where, status, r)
}

func (s *Service) payouts(ctx context.Context, where []predicate.Payout, status *Status, r page.Request) (page.Connection[Payout], error) {
	if status != nil {
		where = append(where, payout.Status(string(*status)))
	}
	rows, err := s.DB.Ent.Payout.Query().Where(where...).Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return page.Connection[Payout]{}, fmt.Errorf("payouts: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(p *gen.Payout) page.Cursor { return page.Cursor{At: p.CreatedAt, ID: p.ID} }), payoutOf)
	c.Total = func() (int, error) { return s.DB.Ent.Payout.Query().Where(where...).Count(ctx) }
	return c, nil
}

// RunByID gives one run. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) RunByID(ctx context.Context, x id.ID) (Run, error) {
	r, err := s.run(ctx, x, access.ReadPayouts)
	if err != nil {
		return Run{}, err
	}
	return runOf(r), nil
}

// Runs lists the runs of a brand, newest first. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Runs(ctx context.Context, brand id.ID, r page.Request) (page.Connection[Run], error) {
	u, err := s.checkBrand(ctx, brand, access.ReadPayouts)
	if err != nil {
		return page.Connection[Run]{}, err
	}
	rows, err := s.DB.Ent.PayoutRun.Query().Where(payoutrun.BrandID(u)).Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return page.Connection[Run]{}, fmt.Errorf("payout runs: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(p *gen.PayoutRun) page.Cursor { return page.Cursor{At: p.CreatedAt, ID: p.ID} }), runOf)
	c.Total = func() (int, error) { return s.DB.Ent.PayoutRun.Query().Where(payoutrun.BrandID(u)).Count(ctx) }
	return c, nil
}

// RunsByIDs gives runs that others refer to, those of brands whose payouts the viewer may read; a creator's payout names no run.
func (s *Service) RunsByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Run, error) {
	rows, err := s.readableRuns(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Run, len(rows))
	for _, r := range rows {
		out[r.ID] = runOf(r)
	}
	return out, nil
}

// Mode is how real the money is that this installation moves.
func (s *Service) Mode() ledger.Mode { return s.Ledger.Mode() }

// Progress is how far a run is.
type Progress struct {
	RunID      id.ID       // the run.
	Status     RunStatus   // state.
	Total      int         // payouts in the run.
	Paid       int         // paid.
	InFlight   int         // with Stripe or without an answer yet.
	Failed     int         // refused.
	Skipped    int         // left out.
	Waiting    int         // still to send.
	PaidAmount money.Money // paid so far.
	At         time.Time   // when this was read.
}

// ProgressOf tells how far a run is. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) ProgressOf(ctx context.Context, run id.ID) (Progress, error) {
	r, err := s.run(ctx, run, access.ReadPayouts)
	if err != nil {
		return Progress{}, err
	}
	of, err := s.progress(ctx, []*gen.PayoutRun{r})
	return of[r.ID], err
}
