package commission

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

// Payment is what the payment side of an order means for commission.
type Payment int

// The payment sides. Cancelled and charged-back orders that had been paid are Earning with nothing left on their lines.
const (
	Unpaid  Payment = iota // nothing is posted until it is paid
	Earning                // paid, whatever was given back since
	Void                   // never was and never will be paid
)

// Sale is an order with its decision, as both stand now.
type Sale struct {
	Brand, Order, Decision uuid.UUID
	Currency               money.Currency // of the lines
	PlacedAt               time.Time
	PaidAt                 time.Time // zero while it is not paid
	Payment                Payment
	Returning              bool // the customer had bought before
	Lines                  []rule.Line
	Shares                 []Share // all of the credit in the order of the decision; none without credit

	// Cause ends the references of postings: "refund:{id}", "order:{version}", "decision:{version}".
	Cause string
	// Reason says the cause in words; the creator reads it where it lowers something.
	Reason string
	// OccurredAt is when the cause happened in the world.
	OccurredAt time.Time
	// Refund tells that the cause can only lower.
	Refund bool
	// Award is set when the cause is a person's word about who gets the credit.
	Award *Award
	// ClawbackLimit is how long after the order refunds and edits still lower a commission; later ones are the brand's.
	// Zero is no limit.
	ClawbackLimit time.Duration
}

// Award is a person's word that gives the credit of an order to somebody.
type Award struct {
	// Reason says it in words to who gets the credit.
	Reason string
	// AtOnce tells that a commission of the order could be paid already. What the award adds can then be paid at once too (P13), and
	// the brand bears it beside what other creators keep.
	AtOnce bool
	// Reference of the posting at once; "commission:{id}:{cause}" when empty.
	Reference string
}

// Share is one partnership's part of the credit, with the terms that a new commission of it is locked to.
type Share struct {
	Program, Partnership, Creator uuid.UUID
	PPM                           money.PPM
	Offer                         uuid.UUID
	Terms                         rule.Terms
	HoldDays                      int
	Renewal                       bool // the credit comes from a customer binding
}

// ErrSharing is returned for shares that are not one for each partnership. It is a defect of the caller.
var ErrSharing = errors.New("commission: shares of an order are not sound")

// ApplyTx brings the commissions of an order to what they should be now and posts the difference: it accrues new ones (P1),
// lowers and raises those that still wait for their return period or a person (P2, P3, P8), takes back from those that could
// be paid already (P11), and pays what an order grew by after that with a commission of its own (P12). Who loses the credit
// to somebody else keeps what could be paid already; what comes back of the order lowers it as before. Telling it the same again
// changes nothing. Terms and figures of the moment stay as they were when each commission was made. The caller holds
// the lock of the order's row and runs this inside rollup.AroundOrderTx. The result is every commission of the order.
func (s *Service) ApplyTx(ctx context.Context, tx database.Tx, sale Sale) ([]Commission, error) {
	groups, err := s.groupsTx(ctx, tx, sale.Order)
	if err != nil {
		return nil, err
	}
	shares, err := s.lockedTermsTx(ctx, tx, sale.Shares, groups)
	if err != nil {
		return nil, err
	}
	if err := lockRoomsTx(ctx, tx, sale); err != nil {
		return nil, err
	}
	work := &application{s: s, tx: tx, sale: sale, shares: shares, now: s.clock.Now()}
	for i := range shares {
		if err := work.applyShare(ctx, groups[shares[i].Partnership], i); err != nil {
			return nil, err
		}
	}
	for _, partnership := range sortedKeys(groups) {
		if !slices.ContainsFunc(shares, func(sh Share) bool { return sh.Partnership == partnership }) {
			if err := work.applyNoCredit(ctx, groups[partnership]); err != nil {
				return nil, err
			}
		}
	}
	if err := insertTx(ctx, tx, work.fresh, work.now); err != nil {
		return nil, err
	}
	if _, err := s.ledger.PostAllTx(ctx, tx, work.postings); err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, tx.SQL, `WHERE c.order_id = $1 ORDER BY c.created_at, c.id LIMIT $2`, sale.Order, ofOrderMax)
	if err != nil {
		return nil, err
	}
	out := make([]Commission, len(rows))
	for i, r := range rows {
		out[i] = s.out(r)
	}
	return out, nil
}

// group is all commissions of one partnership for one order: the first, and those that were added when the order grew.
type group struct {
	main     *row
	more     []*row // oldest first
	rejected bool   // a person found fraud: it stays at nothing
	kept     bool   // the credit went to somebody else after it could be paid: it stays with its own decision
}

// groupsTx reads and locks the commissions of an order.
func (s *Service) groupsTx(ctx context.Context, tx database.Tx, order uuid.UUID) (map[uuid.UUID]*group, error) {
	rows, err := readRows(ctx, tx.SQL, `WHERE c.order_id = $1 ORDER BY c.id FOR UPDATE`, order)
	if err != nil || len(rows) == 0 {
		return map[uuid.UUID]*group{}, err
	}
	groups := map[uuid.UUID]*group{}
	for i := range rows {
		r := &rows[i]
		g := groups[r.partnership]
		if g == nil {
			g = &group{}
			groups[r.partnership] = g
		}
		if r.kind == TypeSupplement {
			g.more = append(g.more, r)
		} else {
			g.main = r
		}
	}
	rejected, err := tx.SQL.QueryContext(ctx, `SELECT DISTINCT c.partnership_id FROM hold h JOIN commission c ON c.id = h.commission_id
WHERE c.order_id = $1 AND h.status = 'REJECTED'`, order)
	if err != nil {
		return nil, fmt.Errorf("rejected holds: %w", err)
	}
	defer func() { _ = rejected.Close() }()
	for rejected.Next() {
		var partnership uuid.UUID
		if err := rejected.Scan(&partnership); err != nil {
			return nil, fmt.Errorf("rejected holds: %w", err)
		}
		groups[partnership].rejected = true
	}
	return groups, rejected.Err()
}

// lockedTermsTx replaces the terms of shares that have a commission already by those that are locked to it.
func (s *Service) lockedTermsTx(ctx context.Context, tx database.Tx, shares []Share, groups map[uuid.UUID]*group) ([]Share, error) {
	out := slices.Clone(shares)
	seen := map[uuid.UUID]bool{}
	for i := range out {
		if seen[out[i].Partnership] || out[i].PPM <= 0 {
			return nil, ErrSharing
		}
		seen[out[i].Partnership] = true
		g := groups[out[i].Partnership]
		if g == nil || g.main == nil || !g.main.offer.Valid || g.main.offer.UUID == out[i].Offer {
			continue
		}
		terms, err := termsTx(ctx, tx, g.main.offer.UUID)
		if err != nil {
			return nil, err
		}
		out[i].Offer, out[i].Terms = g.main.offer.UUID, terms
	}
	return out, nil
}

func termsTx(ctx context.Context, tx database.Tx, offer uuid.UUID) (rule.Terms, error) {
	var stored []byte
	if err := tx.SQL.QueryRowContext(ctx, `SELECT terms FROM offer_version WHERE id = $1`, offer).Scan(&stored); err != nil {
		return rule.Terms{}, fmt.Errorf("terms of an offer: %w", err)
	}
	return rule.ParseTerms(stored)
}

// application is one run of ApplyTx: what it works on and the postings that it gathers.
type application struct {
	s        *Service
	tx       database.Tx
	sale     Sale
	shares   []Share
	now      time.Time
	fresh    []row // that are new
	postings []ledger.Posting
	looking  bool // nothing will be written
}

func (a *application) ruleShares() []rule.Share {
	out := make([]rule.Share, len(a.shares))
	for i, sh := range a.shares {
		out[i] = rule.Share{PPM: sh.PPM, OfferID: sh.Offer.String()}
	}
	return out
}

// applyShare brings one partnership's commissions to its part of the credit.
func (a *application) applyShare(ctx context.Context, g *group, index int) error {
	share := a.shares[index]
	if g == nil || g.main == nil {
		if a.sale.Payment == Void {
			return nil
		}
		return a.open(ctx, share, index)
	}
	if g.rejected {
		return a.bring(ctx, g, nil)
	}
	if g.main.status == StatusWaiting {
		return a.wake(ctx, g.main, share, index)
	}
	facts, err := a.lockedFacts(ctx, g.main, share)
	if err != nil {
		return err
	}
	result, err := a.compute(share, rule.Sale{Lines: a.sale.Lines, Shares: a.ruleShares(), Index: index, Facts: facts, Ceiling: a.ceiling(g)})
	if err != nil {
		return err
	}
	return a.bring(ctx, g, &result)
}

// applyNoCredit brings the commissions of a partnership without credit to nothing.
func (a *application) applyNoCredit(ctx context.Context, g *group) error {
	main := g.main
	if main == nil || g.rejected {
		return nil
	}
	if main.status == StatusWaiting {
		if a.sale.Payment == Void {
			return a.void(ctx, main)
		}
		main.amount, main.base, main.credit, main.waiting, main.trace = 0, 0, 0, reason(rule.ZeroBase), json.RawMessage("{}")
		main.decision = uuid.NullUUID{UUID: a.sale.Decision, Valid: true}
		return moveTx(ctx, a.tx, StatusWaiting, *main, a.now)
	}
	terms, err := termsTx(ctx, a.tx, main.offer.UUID)
	if err != nil {
		return err
	}
	share := Share{Offer: main.offer.UUID, Terms: terms, Program: main.program, Partnership: main.partnership, Creator: main.creator}
	if main.status == StatusApproved || main.status == StatusPaid {
		return a.keep(ctx, g, share)
	}
	facts, err := a.lockedFacts(ctx, main, share)
	if err != nil {
		return err
	}
	shares := a.ruleShares()
	if len(shares) == 0 {
		shares = []rule.Share{{PPM: money.One}}
	}
	shares = append(shares, rule.Share{OfferID: main.offer.UUID.String()})
	result, err := a.compute(share, rule.Sale{Lines: a.sale.Lines, Shares: shares, Index: len(shares) - 1, Facts: facts})
	if err != nil {
		return err
	}
	return a.bring(ctx, g, &result)
}

// keep brings the commissions of a partnership whose credit went to somebody else after they could be paid to what they would be
// under their own decision, on the order as it stands now. They never grow.
func (a *application) keep(ctx context.Context, g *group, share Share) error {
	trace, found, err := parseTrace(g.main.trace)
	if err != nil || !found {
		return err
	}
	posted := money.New(g.posted(), g.main.currency)
	result, err := a.compute(share, rule.Sale{Lines: a.sale.Lines, Shares: trace.Shares, Index: trace.Index, Facts: trace.Facts, Ceiling: &posted})
	if err != nil {
		return err
	}
	g.kept = true
	return a.bring(ctx, g, &result)
}

func (a *application) compute(share Share, sale rule.Sale) (rule.Result, error) {
	result, err := rule.Compute(share.Terms, sale)
	if err != nil {
		return rule.Result{}, fmt.Errorf("commission of partnership %s: %w", share.Partnership, err)
	}
	return result, nil
}

// lockedFacts are the facts of the sale as they were when the commission was made.
func (a *application) lockedFacts(ctx context.Context, main *row, share Share) (rule.Facts, error) {
	trace, found, err := parseTrace(main.trace)
	if err != nil || found {
		return trace.Facts, err
	}
	return a.s.factsTx(ctx, a.tx, a.sale, share, a.looking)
}

// ceiling is what the commissions of a group are now, for causes that can only lower.
func (a *application) ceiling(g *group) *money.Money {
	if !a.sale.Refund {
		return nil
	}
	m := money.New(g.posted(), g.main.currency)
	return &m
}

func (g *group) posted() int64 {
	sum := g.main.posted
	for _, r := range g.more {
		sum += r.posted
	}
	return sum
}

// open makes the first commission of a partnership for the order.
func (a *application) open(ctx context.Context, share Share, index int) error {
	r := row{
		id: id.NewUUID(a.now), brand: a.sale.Brand, program: share.Program, partnership: share.Partnership, creator: share.Creator,
		order: uuid.NullUUID{UUID: a.sale.Order, Valid: true}, offer: uuid.NullUUID{UUID: share.Offer, Valid: true},
		kind: TypeSale, status: StatusWaiting, currency: share.Terms.Currency, occurredAt: a.sale.PlacedAt, trace: json.RawMessage("{}"),
	}
	if share.Renewal {
		r.kind = TypeRecurring
	}
	accrue, err := a.reckon(ctx, &r, share, index)
	if err != nil {
		return err
	}
	switch {
	case accrue && a.atOnce():
		a.award(&r, r.posted)
	case accrue:
		r.status = StatusPending
		a.postings = append(a.postings, r.raise(accrueReference, a.awardReason(), a.occurred(), r.posted))
	}
	a.fresh = append(a.fresh, r)
	return nil
}

// wake looks again at a commission that waits.
func (a *application) wake(ctx context.Context, r *row, share Share, index int) error {
	if a.sale.Payment == Void {
		return a.void(ctx, r)
	}
	accrue, err := a.reckon(ctx, r, share, index)
	if err != nil {
		return err
	}
	if accrue {
		r.status = StatusPending
		a.postings = append(a.postings, r.raise(accrueReference, "", a.occurred(), r.posted))
	}
	return moveTx(ctx, a.tx, StatusWaiting, *r, a.now)
}

func (a *application) void(ctx context.Context, r *row) error {
	r.status, r.amount, r.waiting = StatusVoid, 0, nil
	return moveTx(ctx, a.tx, StatusWaiting, *r, a.now)
}

// reckon fills in what a commission without postings amounts to and why it waits; accrue tells that it is earned now.
func (a *application) reckon(ctx context.Context, r *row, share Share, index int) (accrue bool, err error) {
	r.decision = uuid.NullUUID{UUID: a.sale.Decision, Valid: true}
	r.credit = share.PPM
	r.holdUntil = later(a.sale.PlacedAt, a.sale.PaidAt).AddDate(0, 0, share.HoldDays)
	if a.sale.Currency != share.Terms.Currency {
		r.waiting = reason(rule.NoRate)
		return false, nil
	}
	facts, err := a.s.factsTx(ctx, a.tx, a.sale, share, a.looking)
	if err != nil {
		return false, err
	}
	result, err := a.compute(share, rule.Sale{Lines: a.sale.Lines, Shares: a.ruleShares(), Index: index, Facts: facts})
	if err != nil {
		return false, err
	}
	if err := r.take(result); err != nil {
		return false, err
	}
	r.amount, r.accrued = result.Amount.Minor, result.Amount.Minor
	switch {
	case a.sale.Payment == Unpaid:
		r.waiting = reason(rule.NotPaidYet)
	case result.Amount.IsZero():
		r.waiting = reason(cmp.Or(result.Shortfall, rule.ZeroBase))
	default:
		r.waiting, r.posted = nil, result.Amount.Minor
		return true, nil
	}
	return false, nil
}

// take stores how a commission was reckoned.
func (r *row) take(result rule.Result) error {
	trace, err := json.Marshal(result.Trace)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	r.trace, r.base = trace, result.Base.Minor
	return nil
}

// bring posts the difference between what the commissions of a group should be (nothing for a nil result) and what the books
// hold for them.
func (a *application) bring(ctx context.Context, g *group, result *rule.Result) error {
	main := g.main
	target := money.Zero(main.currency)
	if result != nil {
		target = result.Amount
	}
	change, err := rule.TargetMinusPosted(target, money.New(g.posted(), main.currency))
	if err != nil {
		return err
	}
	if !change.Lower.IsZero() && a.late() {
		return nil
	}
	before := map[*row]Status{main: main.status}
	for _, r := range g.more {
		before[r] = r.status
	}
	if result != nil {
		if err := main.take(*result); err != nil {
			return err
		}
		main.credit = result.Trace.Shares[result.Trace.Index].PPM
	}
	if result != nil && !g.kept {
		main.decision = uuid.NullUUID{UUID: a.sale.Decision, Valid: true}
	}
	switch {
	case !change.Lower.IsZero():
		a.lower(g, change.Lower.Minor)
	case !change.Raise.IsZero():
		a.raise(g, change.Raise.Minor)
	}
	for _, r := range append([]*row{main}, g.more...) {
		if err := moveTx(ctx, a.tx, before[r], *r, a.now); err != nil {
			return err
		}
	}
	return nil
}

// late tells that the cause lies so long after the order that the brand bears what it lowers.
func (a *application) late() bool {
	return a.sale.ClawbackLimit > 0 && a.occurred().Sub(a.sale.PlacedAt) > a.sale.ClawbackLimit
}

func (a *application) occurred() time.Time {
	if a.sale.OccurredAt.IsZero() {
		return a.now
	}
	return a.sale.OccurredAt
}

// lower takes an amount from the commissions of a group: from what cannot be paid yet first, the latest first.
func (a *application) lower(g *group, minor int64) {
	open, paid := []*row{}, []*row{}
	for _, r := range append([]*row{g.main}, g.more...) {
		if r.status == StatusPending || r.status == StatusHeld {
			open = append(open, r)
		} else {
			paid = append(paid, r)
		}
	}
	slices.Reverse(open)
	slices.Reverse(paid)
	for _, r := range append(open, paid...) {
		part := min(minor, r.posted)
		if part <= 0 {
			continue
		}
		a.postings = append(a.postings, r.lower(a.sale.Cause, a.sale.Reason, a.occurred(), part))
		r.posted -= part
		r.amount = r.posted
		if r.posted == 0 && (r.status == StatusPending || r.status == StatusHeld) {
			r.status = StatusReversed
		}
		minor -= part
	}
}

// raise adds an amount to a commission of the group that cannot be paid yet, or makes one more where there is none.
func (a *application) raise(g *group, minor int64) {
	for _, r := range append([]*row{g.main}, g.more...) {
		if r.status == StatusPending || r.status == StatusHeld {
			a.postings = append(a.postings, r.raise(a.sale.Cause, cmp.Or(a.awardReason(), a.sale.Reason), a.occurred(), minor))
			r.posted += minor
			r.amount = r.posted
			return
		}
	}
	more := *g.main
	more.id, more.kind, more.status, more.waiting = id.NewUUID(a.now), TypeSupplement, StatusPending, nil
	more.accrued, more.amount, more.posted, more.base = minor, minor, minor, 0
	more.approvedAt, more.paidAt, more.borne = nil, nil, false
	if a.atOnce() {
		more.decision = uuid.NullUUID{UUID: a.sale.Decision, Valid: true}
		a.award(&more, minor)
		a.fresh = append(a.fresh, more)
		return
	}
	more.holdUntil = a.now.Add(g.main.holdUntil.Sub(g.main.occurredAt))
	a.postings = append(a.postings, more.raise(accrueReference, cmp.Or(a.awardReason(), a.sale.Reason), a.occurred(), minor))
	a.fresh = append(a.fresh, more)
}

func (a *application) atOnce() bool { return a.sale.Award != nil && a.sale.Award.AtOnce }

// awardReason is what who gets the credit by a person's word reads; "" for all other causes.
func (a *application) awardReason() string {
	if a.sale.Award == nil {
		return ""
	}
	return a.sale.Award.Reason
}

// award makes what a person gave after others could be paid for the order payable at once, at the cost of the brand (P13).
func (a *application) award(r *row, minor int64) {
	now := a.now
	r.status, r.approvedAt, r.holdUntil, r.borne = StatusApproved, &now, now, true
	a.postings = append(a.postings, r.posting(cmp.Or(a.sale.Award.Reference, r.cause(a.sale.Cause)), ledger.KindAwarded, a.sale.Award.Reason, a.occurred(),
		r.expense(), r.standsOn(), minor))
}

func reason(s rule.Shortfall) *WaitingReason {
	w := WaitingReason(s)
	return &w
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func sortedKeys[V any](m map[uuid.UUID]V) []uuid.UUID {
	out := make([]uuid.UUID, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	return out
}
