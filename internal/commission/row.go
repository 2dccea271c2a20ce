package commission

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// row is a commission as it is stored.
type row struct {
	id, brand, program, partnership, creator uuid.UUID
	order, decision, offer                   uuid.NullUUID
	kind                                     Type
	status                                   Status
	waiting                                  *WaitingReason
	currency                                 money.Currency
	accrued, amount, posted, base            int64
	credit                                   money.PPM
	trace                                    json.RawMessage
	occurredAt, holdUntil                    time.Time
	approvedAt, paidAt                       *time.Time
	borne                                    bool // given by a person beside what another creator keeps: the brand's adjustment expense
}

const columns = `c.id, c.brand_id, c.program_id, c.partnership_id, c.creator_id, c.order_id, c.decision_id, c.offer_version_id,
  c.kind, c.status, c.waiting_reason, c.currency, c.accrued_minor, c.amount_minor, c.posted_minor, c.base_minor, c.credit_ppm,
  c.trace, c.occurred_at, c.hold_until, c.approved_at, c.paid_at, c.borne`

type scanner interface{ Scan(dest ...any) error }

func scanRow(s scanner) (row, error) {
	var r row
	var trace []byte
	err := s.Scan(&r.id, &r.brand, &r.program, &r.partnership, &r.creator, &r.order, &r.decision, &r.offer,
		&r.kind, &r.status, &r.waiting, &r.currency, &r.accrued, &r.amount, &r.posted, &r.base, &r.credit,
		&trace, &r.occurredAt, &r.holdUntil, &r.approvedAt, &r.paidAt, &r.borne)
	r.trace = trace
	return r, err
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// readRows reads commissions; rest begins with WHERE and may lock.
func readRows(ctx context.Context, q queryer, rest string, args ...any) ([]row, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM commission c `+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("read commissions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []row
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, fmt.Errorf("read commissions: %w", err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read commissions: %w", err)
	}
	return out, nil
}

// lockTx reads one commission and locks it until the transaction ends.
func lockTx(ctx context.Context, tx database.Tx, commission uuid.UUID) (row, error) {
	rows, err := readRows(ctx, tx.SQL, `WHERE c.id = $1 FOR UPDATE`, commission)
	if err != nil {
		return row{}, err
	}
	if len(rows) == 0 {
		return row{}, fault.Missing("commission")
	}
	return rows[0], nil
}

var insertCommissions = database.InsertInto("commission", "id uuid", "created_at timestamptz", "updated_at timestamptz", "brand_id uuid", "program_id uuid",
	"partnership_id uuid", "creator_id uuid", "order_id uuid", "decision_id uuid", "offer_version_id uuid", "kind text", "status text", "waiting_reason text",
	"currency text", "accrued_minor bigint", "amount_minor bigint", "posted_minor bigint", "base_minor bigint", "credit_ppm bigint", "trace jsonb",
	"occurred_at timestamptz", "hold_until timestamptz", "approved_at timestamptz", "borne boolean")

// insertTx stores new commissions in one statement.
func insertTx(ctx context.Context, tx database.Tx, all []row, now time.Time) error {
	rows := insertCommissions.Rows()
	for _, r := range all {
		rows.Add(r.id, now, now, r.brand, r.program, r.partnership, r.creator, r.order, r.decision, r.offer, r.kind, r.status, r.waiting, r.currency,
			r.accrued, r.amount, r.posted, r.base, int64(r.credit), r.trace, r.occurredAt, r.holdUntil, r.approvedAt, r.borne)
	}
	if err := rows.ExecTx(ctx, tx); err != nil {
		return fmt.Errorf("insert commissions: %w", err)
	}
	return nil
}

// errMoved is returned when a locked commission was not in the state that was read, which is a defect.
var errMoved = errors.New("commission: state changed under its lock")

// moveTx writes what a commission is now, leaving the state before. It is the only function that changes a commission, and it
// refuses a state that may not follow.
func moveTx(ctx context.Context, tx database.Tx, before Status, r row, now time.Time) error {
	if r.status != before && !slices.Contains(moves[before], r.status) {
		return fault.State("commission", string(before), string(r.status))
	}
	done, err := tx.SQL.ExecContext(ctx, `UPDATE commission SET decision_id = $3, status = $4, waiting_reason = $5, accrued_minor = $6,
  amount_minor = $7, posted_minor = $8, base_minor = $9, credit_ppm = $10, trace = $11, hold_until = $12, approved_at = $13,
  paid_at = $14, updated_at = $15 WHERE id = $1 AND status = $2`,
		r.id, before, r.decision, r.status, r.waiting, r.accrued, r.amount, r.posted, r.base, int64(r.credit), string(r.trace),
		r.holdUntil, r.approvedAt, r.paidAt, now)
	if err != nil {
		return fmt.Errorf("move a commission: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errMoved, err)
	}
	return nil
}

// out gives the commission as others see it.
func (s *Service) out(r row) Commission {
	c := Commission{
		ID: id.Of(id.Commission, r.id), Kind: r.kind, Status: r.status,
		Amount: money.New(r.amount, r.currency), Accrued: money.New(r.accrued, r.currency), CreditPpm: int(r.credit),
		CreatorID: id.Of(id.Creator, r.creator), ProgramID: id.Of(id.Program, r.program), BrandID: id.Of(id.Brand, r.brand),
		PartnershipID: id.Of(id.Partnership, r.partnership), OccurredAt: r.occurredAt, HoldUntil: r.holdUntil,
		ApprovedAt: r.approvedAt, PaidAt: r.paidAt, trace: r.trace,
	}
	if r.status == StatusWaiting {
		c.WaitingReason = r.waiting
	}
	if r.order.Valid {
		c.OrderID = id.Of(id.Order, r.order.UUID)
	}
	if r.offer.Valid {
		c.OfferID = id.Of(id.Offer, r.offer.UUID)
	}
	c.Sentence = sentence(c, s.clock.Now())
	return c
}
