package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// Bounds of postings.
const (
	linesMax      = 100    // lines of one posting
	postingsMax   = 10_000 // postings of one call of PostAllTx
	referenceMax  = 200    // bytes of a reference
	reasonMax     = 2_000  // bytes of a reason
	dimensionsMax = 20     // dimensions of one posting
)

var (
	// ErrPosting is returned for a posting that the chart of accounts does not allow: it does not sum to zero in each book
	// and currency, names an account that cannot be, or is out of bounds. It is a defect of the caller.
	ErrPosting = errors.New("ledger: posting is not sound")
	// ErrOtherContent is returned for a reference that was posted before with other entries. It is a defect.
	ErrOtherContent = errors.New("ledger: reference was posted with other entries")
)

// Line is one side of a posting.
type Line struct {
	Account    Account
	Amount     money.Money // debit positive, credit negative; lines of zero are left out
	Commission uuid.UUID   // which commission the entry belongs to, if any
}

// Posting is one event that moves money in the books.
type Posting struct {
	Reference  string    // names the cause; each posts at most once
	Kind       string    // what happened, one of the Kind constants
	Reason     string    // why, in words, where it lowers what somebody was shown
	Brand      uuid.UUID // whose book it is listed in; the zero UUID is the operator's
	OccurredAt time.Time // in the world; now when zero
	// EffectiveAt is the period it counts in; the time of recording when zero, so that what was reported stays as it was.
	EffectiveAt time.Time
	RateDate    *clock.Date       // day of the exchange rate, where one was used
	Dimensions  map[string]string // program, order, payout and the like, by name
	Lines       []Line
	Reverses    uuid.UUID // the transaction that this one undoes, if any
}

// Outcome is what became of a posting.
type Outcome struct {
	Transaction uuid.UUID
	Posted      bool // false when the same posting was there already
}

// PostTx writes one posting in the caller's transaction. The same reference with the same entries again is not written and
// gives posted = false. It fails with ErrPosting, ErrOtherContent, ErrMode, and the fault BALANCE_TOO_LOW when an account
// would cross zero that may not. Accounts that are drawn on are locked until the transaction ends; the caller holds the lock
// of the commission or payout that it moves.
func (s *Service) PostTx(ctx context.Context, tx database.Tx, p Posting) (uuid.UUID, bool, error) {
	out, err := s.PostAllTx(ctx, tx, []Posting{p})
	if err != nil {
		return uuid.Nil, false, err
	}
	return out[0].Transaction, out[0].Posted, nil
}

// PostAllTx is PostTx for up to 10,000 postings in a few statements. The result has one outcome a posting, in their order.
// Balances are checked once, after all of them.
func (s *Service) PostAllTx(ctx context.Context, tx database.Tx, postings []Posting) ([]Outcome, error) {
	if len(postings) == 0 {
		return nil, nil
	}
	if len(postings) > postingsMax {
		return nil, fmt.Errorf("%w: %d postings at once", ErrPosting, len(postings))
	}
	now := s.clock.Now()
	drafts := make([]draft, len(postings))
	for i, p := range postings {
		d, err := s.draft(p, now)
		if err != nil {
			return nil, err
		}
		drafts[i] = d
	}
	if err := s.stampTx(ctx, tx, now); err != nil {
		return nil, err
	}
	if err := s.lockDrawnTx(ctx, tx, drafts); err != nil {
		return nil, err
	}
	if err := s.insertTransactionsTx(ctx, tx, drafts, now); err != nil {
		return nil, err
	}
	fresh := slices.DeleteFunc(slices.Clone(drafts), func(d draft) bool { return !d.posted })
	if len(fresh) > 0 {
		if err := s.insertAccountsTx(ctx, tx, fresh, now); err != nil {
			return nil, err
		}
		if err := s.insertEntriesTx(ctx, tx, fresh, now); err != nil {
			return nil, err
		}
		if err := s.checkBoundsTx(ctx, tx, fresh); err != nil {
			return nil, err
		}
	}
	out := make([]Outcome, len(drafts))
	for i, d := range drafts {
		out[i] = Outcome{Transaction: d.id, Posted: d.posted}
	}
	return out, nil
}

// draft is a checked posting on its way into the database.
type draft struct {
	Posting
	id     uuid.UUID
	hash   []byte
	posted bool
}

func (s *Service) draft(p Posting, now time.Time) (draft, error) {
	p.Lines = slices.DeleteFunc(slices.Clone(p.Lines), func(l Line) bool { return l.Amount.IsZero() })
	if p.OccurredAt.IsZero() {
		p.OccurredAt = now
	}
	if p.EffectiveAt.IsZero() {
		p.EffectiveAt = now
	}
	if err := check(p); err != nil {
		return draft{}, fmt.Errorf("%w: %q: %w", ErrPosting, p.Reference, err)
	}
	hash, err := p.contentHash()
	if err != nil {
		return draft{}, err
	}
	return draft{Posting: p, id: id.NewUUID(now), hash: hash}, nil
}

// check refuses a posting that the chart does not allow.
func check(p Posting) error {
	switch {
	case p.Reference == "" || len(p.Reference) > referenceMax:
		return fmt.Errorf("a reference has 1 to %d bytes", referenceMax)
	case p.Kind == "":
		return errors.New("it has no kind")
	case len(p.Reason) > reasonMax:
		return fmt.Errorf("a reason has at most %d bytes", reasonMax)
	case len(p.Dimensions) > dimensionsMax:
		return fmt.Errorf("it has more than %d dimensions", dimensionsMax)
	case len(p.Lines) < 2 || len(p.Lines) > linesMax:
		return fmt.Errorf("it has %d lines that are not zero", len(p.Lines))
	}
	type book struct {
		brand    uuid.UUID
		currency money.Currency
	}
	sums := map[book]money.Money{}
	for _, l := range p.Lines {
		if err := l.check(); err != nil {
			return err
		}
		b := book{l.Account.Brand, l.Account.Currency}
		sum, found := sums[b]
		if !found {
			sum = money.Zero(b.currency)
		}
		var err error
		if sums[b], err = sum.Add(l.Amount); err != nil {
			return err
		}
	}
	for b, sum := range sums {
		if !sum.IsZero() {
			return fmt.Errorf("its %s entries sum to %s", b.currency, sum)
		}
	}
	return nil
}

func (l Line) check() error {
	r, known := ruleOf(l.Account.Kind)
	switch {
	case !known:
		return fmt.Errorf("the chart has no account %q", l.Account.Kind)
	case r.operator != (l.Account.Brand == uuid.Nil):
		return fmt.Errorf("%s stands in the other book", l.Account.Kind)
	case r.party != (l.Account.Party != uuid.Nil):
		return fmt.Errorf("%s has a party exactly where the chart says so", l.Account.Kind)
	case l.Amount.Currency != l.Account.Currency || !l.Account.Currency.Valid():
		return fmt.Errorf("an amount in %q on an account in %q", l.Amount.Currency, l.Account.Currency)
	}
	return nil
}

// contentHash is a fingerprint of what a posting moves. Times and words are left out: the same change may be told twice.
func (p Posting) contentHash() ([]byte, error) {
	lines := make([]string, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = fmt.Sprintf("%s %s %s %s %d %s", l.Account.Brand, l.Account.Kind, l.Account.Party, l.Account.Currency, l.Amount.Minor, l.Commission)
	}
	slices.Sort(lines)
	text, err := json.Marshal(struct {
		Kind     string
		Brand    uuid.UUID
		Lines    []string
		Reverses uuid.UUID
	}{p.Kind, p.Brand, lines, p.Reverses})
	if err != nil {
		return nil, fmt.Errorf("hash a posting: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// lockDrawnTx locks the accounts that are drawn on, in one order, so that two draws never see the same money.
func (s *Service) lockDrawnTx(ctx context.Context, tx database.Tx, drafts []draft) error {
	names := map[string]bool{}
	for _, d := range drafts {
		for _, l := range d.Lines {
			if drawn(l.Account.Kind) && l.Amount.Sign() < 0 {
				names["funds:"+l.Account.Brand.String()+":"+string(l.Account.Currency)] = true
			}
		}
	}
	sorted := make([]string, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	for _, n := range sorted {
		if err := database.AdvisoryLockTx(ctx, tx, n); err != nil {
			return fmt.Errorf("lock %s: %w", n, err)
		}
	}
	return nil
}

func maybeID(u uuid.UUID) *string {
	if u == uuid.Nil {
		return nil
	}
	s := u.String()
	return &s
}

// insertTransactionsTx writes the heads; those whose reference is taken are compared with what was posted.
func (s *Service) insertTransactionsTx(ctx context.Context, tx database.Tx, drafts []draft, now time.Time) error {
	n := len(drafts)
	ids, brands, references, hashes, kinds := make([]string, n), make([]*string, n), make([]string, n), make([][]byte, n), make([]string, n)
	reasons, dimensions, occurred, effective := make([]string, n), make([]string, n), make([]time.Time, n), make([]time.Time, n)
	rates, reverses := make([]*string, n), make([]*string, n)
	for i, d := range drafts {
		dims, err := json.Marshal(nonNil(d.Dimensions))
		if err != nil {
			return fmt.Errorf("dimensions: %w", err)
		}
		ids[i], brands[i], references[i], hashes[i], kinds[i] = d.id.String(), maybeID(d.Brand), d.Reference, d.hash, d.Kind
		reasons[i], dimensions[i], occurred[i], effective[i] = d.Reason, string(dims), d.OccurredAt, d.EffectiveAt
		if d.RateDate != nil {
			day := d.RateDate.String()
			rates[i] = &day
		}
		reverses[i] = maybeID(d.Reverses)
	}
	rows, err := tx.SQL.QueryContext(ctx, `INSERT INTO ledger_transaction
  (id, brand_id, reference, request_hash, kind, mode, reason, actor, dimensions, occurred_at, effective_at, recorded_at, rate_date, reverses_id)
SELECT id, brand_id, reference, hash, kind, $12, reason, $13, dimensions::jsonb, occurred_at, effective_at, $14, rate_date, reverses_id
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::date[], $11::uuid[])
  WITH ORDINALITY AS u (id, brand_id, reference, hash, kind, reason, dimensions, occurred_at, effective_at, rate_date, reverses_id, place)
ORDER BY reference
ON CONFLICT (reference) DO NOTHING RETURNING id`,
		database.Array(ids), database.Array(brands), database.Array(references), database.Array(hashes), database.Array(kinds),
		database.Array(reasons), database.Array(dimensions), database.Array(occurred), database.Array(effective),
		database.Array(rates), database.Array(reverses), s.mode, viewer.From(ctx).Actor(), now)
	if err != nil {
		return fmt.Errorf("insert ledger transactions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	written := map[uuid.UUID]bool{}
	for rows.Next() {
		var u uuid.UUID
		if err := rows.Scan(&u); err != nil {
			return fmt.Errorf("insert ledger transactions: %w", err)
		}
		written[u] = true
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("insert ledger transactions: %w", err)
	}
	for i := range drafts {
		if drafts[i].posted = written[drafts[i].id]; drafts[i].posted {
			continue
		}
		if err := s.sameAsBefore(ctx, tx, &drafts[i]); err != nil {
			return err
		}
	}
	return nil
}

// sameAsBefore gives a draft the id of the posting that has its reference, or fails with ErrOtherContent.
func (s *Service) sameAsBefore(ctx context.Context, tx database.Tx, d *draft) error {
	var hash []byte
	if err := tx.SQL.QueryRowContext(ctx, `SELECT id, request_hash FROM ledger_transaction WHERE reference = $1`, d.Reference).
		Scan(&d.id, &hash); err != nil {
		return fmt.Errorf("read ledger transaction %q: %w", d.Reference, err)
	}
	if !bytes.Equal(hash, d.hash) {
		s.log.ErrorContext(ctx, "a cause was posted again with other amounts", "reference", d.Reference)
		return fmt.Errorf("%w: %q", ErrOtherContent, d.Reference)
	}
	return nil
}

func nonNil(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// insertAccountsTx makes the accounts that are not there yet.
func (s *Service) insertAccountsTx(ctx context.Context, tx database.Tx, drafts []draft, now time.Time) error {
	seen := map[Account]bool{}
	var ids, kinds, currencies []string
	var brands, parties []*string
	for _, d := range drafts {
		for _, l := range d.Lines {
			if a := l.Account; !seen[a] {
				seen[a] = true
				ids, kinds, currencies = append(ids, accountID(a, s.mode).String()), append(kinds, string(a.Kind)), append(currencies, string(a.Currency))
				brands, parties = append(brands, maybeID(a.Brand)), append(parties, maybeID(a.Party))
			}
		}
	}
	// In the order of ids, so that two transactions that make the same accounts never wait for each other in a circle.
	_, err := tx.SQL.ExecContext(ctx, `INSERT INTO ledger_account (id, brand_id, kind, party_id, currency, mode, created_at)
SELECT u.id, u.brand_id, u.kind, u.party_id, u.currency, $6, $7
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[]) AS u (id, brand_id, kind, party_id, currency)
WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = u.id)
ORDER BY u.id ON CONFLICT DO NOTHING`,
		database.Array(ids), database.Array(brands), database.Array(kinds), database.Array(parties), database.Array(currencies), s.mode, now)
	if err != nil {
		return fmt.Errorf("insert ledger accounts: %w", err)
	}
	return nil
}

func (s *Service) insertEntriesTx(ctx context.Context, tx database.Tx, drafts []draft, now time.Time) error {
	var ids, transactions, accounts, currencies []string
	var commissions []*string
	var amounts []int64
	var effective []time.Time
	for _, d := range drafts {
		for _, l := range d.Lines {
			ids, transactions, accounts = append(ids, id.NewUUID(now).String()), append(transactions, d.id.String()), append(accounts, accountID(l.Account, s.mode).String())
			amounts, currencies = append(amounts, l.Amount.Minor), append(currencies, string(l.Amount.Currency))
			commissions, effective = append(commissions, maybeID(l.Commission)), append(effective, d.EffectiveAt)
		}
	}
	_, err := tx.SQL.ExecContext(ctx, `INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency, commission_id, effective_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::uuid[], $7::timestamptz[])`,
		database.Array(ids), database.Array(transactions), database.Array(accounts), database.Array(amounts), database.Array(currencies),
		database.Array(commissions), database.Array(effective))
	if err != nil {
		return fmt.Errorf("insert ledger entries: %w", err)
	}
	return nil
}

// part is what of an account is checked by itself: the entries of one commission, or those of none.
type part struct {
	account    Account
	commission uuid.UUID
}

// checkBoundsTx refuses what took an account across zero that may not cross it. Entries of a commission are checked by
// themselves, which says more than the sum and reads a few rows however long the creator's history is.
func (s *Service) checkBoundsTx(ctx context.Context, tx database.Tx, drafts []draft) error {
	ofCommission, whole := map[part]bool{}, map[Account]bool{}
	for _, d := range drafts {
		for _, l := range d.Lines {
			r, _ := ruleOf(l.Account.Kind)
			if !r.bounded || int64(r.normal)*int64(l.Amount.Sign()) > 0 || mayCross(d.Kind, l.Account.Kind) {
				continue
			}
			if l.Commission != uuid.Nil {
				ofCommission[part{l.Account, l.Commission}] = true
			} else {
				whole[l.Account] = true
			}
		}
	}
	for _, chunk := range slices.Collect(slices.Chunk(keys(ofCommission), boundsChunk)) {
		if err := s.checkCommissionsTx(ctx, tx, chunk); err != nil {
			return err
		}
	}
	for a := range whole {
		balance, err := s.BalanceTx(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := bounded(a, balance.Minor); err != nil {
			return err
		}
	}
	return nil
}

// boundsChunk is how many commissions are checked by one statement.
const boundsChunk = 1_000

func (s *Service) checkCommissionsTx(ctx context.Context, tx database.Tx, parts []part) error {
	accounts, commissions := make([]string, len(parts)), make([]string, len(parts))
	byKey := make(map[[2]uuid.UUID]Account, len(parts))
	for i, p := range parts {
		u := accountID(p.account, s.mode)
		accounts[i], commissions[i] = u.String(), p.commission.String()
		byKey[[2]uuid.UUID{u, p.commission}] = p.account
	}
	rows, err := tx.SQL.QueryContext(ctx, `SELECT e.account_id, e.commission_id, sum(e.amount_minor)::bigint
FROM unnest($1::uuid[], $2::uuid[]) AS u (account_id, commission_id)
JOIN ledger_entry e ON e.commission_id = u.commission_id AND e.account_id = u.account_id
GROUP BY e.account_id, e.commission_id`, database.Array(accounts), database.Array(commissions))
	if err != nil {
		return fmt.Errorf("check balances: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key [2]uuid.UUID
		var sum int64
		if err := rows.Scan(&key[0], &key[1], &sum); err != nil {
			return fmt.Errorf("check balances: %w", err)
		}
		if err := bounded(byKey[key], sum); err != nil {
			return err
		}
	}
	return rows.Err()
}

// bounded refuses a balance on the wrong side of zero.
func bounded(a Account, sum int64) error {
	if r, _ := ruleOf(a.Kind); sum != 0 && (sum > 0) != (r.normal > 0) {
		return fault.New(fault.Conflict, "BALANCE_TOO_LOW", "This would take %s in %s below zero.", a.Kind, a.Currency)
	}
	return nil
}

func keys[K comparable](m map[K]bool) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
