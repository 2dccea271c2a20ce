package bench

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/id"
)

// The statements that bring orders from sold to paid by hand, each for all commissions of the brand at once. What Stripe would
// answer is taken for granted.
const (
	insertClick = `INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id, device)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'TIKTOK', $8, 'DESKTOP')`
	insertClickFigures = `INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, clicks, unique_clicks)
		VALUES ($1, $2, $3, $4, $5, 'TIKTOK', $6, 'EUR', 1, 1)`

	// The parameters of all that follow: brand, now.
	approveAll = `WITH c AS (
			UPDATE commission SET status = 'APPROVED', approved_at = $2, updated_at = $2
			WHERE brand_id = $1 AND status = 'PENDING' AND hold_until <= $2 RETURNING *
		), t AS (
			INSERT INTO ledger_transaction (id, brand_id, reference, request_hash, kind, mode, actor, dimensions, occurred_at, effective_at, recorded_at)
			SELECT gen_random_uuid(), brand_id, 'commission:' || id || ':approve', '', 'COMMISSION_APPROVED', 'SANDBOX', 'by hand',
				jsonb_build_object('commission', id), hold_until, $2, $2 FROM c RETURNING id, reference)
		INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency, commission_id, effective_at)
		SELECT gen_random_uuid(), t.id, a.id, CASE a.kind WHEN 'CREATOR_PENDING' THEN c.posted_minor ELSE -c.posted_minor END, c.currency, c.id, $2
		FROM c JOIN t ON t.reference = 'commission:' || c.id || ':approve'
		JOIN ledger_account a ON a.party_id = c.creator_id AND a.brand_id = c.brand_id AND a.kind IN ('CREATOR_PENDING', 'CREATOR_PAYABLE')`
	insertRun = `INSERT INTO payout_run (id, created_at, updated_at, brand_id, number, currency, provider_account, status, cutoff_at, total_minor, payout_count,
			skipped, prepared_by, approved_by, approved_at, sent_by, sent_at, completed_at)
		SELECT $3, $2, $2, $1, (SELECT coalesce(max(number), 0) + 1 FROM payout_run WHERE brand_id = $1), 'EUR', 'default', 'COMPLETED', $2, sum(amount_minor),
			count(DISTINCT creator_id), '[]', $4, $5, $2, $4, $2, $2
		FROM commission WHERE brand_id = $1 AND status = 'APPROVED'`
	insertPayouts = `WITH p AS (
			INSERT INTO payout (id, created_at, updated_at, brand_id, run_id, creator_id, payout_account_id, method, currency, amount_minor, status, attempt,
				bank_arrival, provider_ref, paid_at)
			SELECT gen_random_uuid(), $2, $2, $1, $3, c.creator_id, a.id, 'STRIPE', 'EUR', sum(c.amount_minor), 'PAID', 1, 'NOT_KNOWN', 'tr_' || gen_random_uuid(), $2
			FROM commission c JOIN payout_account a ON a.creator_id = c.creator_id WHERE c.brand_id = $1 AND c.status = 'APPROVED' GROUP BY c.creator_id, a.id
			RETURNING id, creator_id)
		INSERT INTO payout_line (id, created_at, brand_id, payout_id, creator_id, item_id, commission_id, amount_minor)
		SELECT gen_random_uuid(), $2, $1, p.id, p.creator_id, c.id, c.id, c.amount_minor
		FROM commission c JOIN p ON p.creator_id = c.creator_id WHERE c.brand_id = $1 AND c.status = 'APPROVED'`
	postPayouts = `WITH p AS (SELECT * FROM payout WHERE run_id = $3), t AS (
			INSERT INTO ledger_transaction (id, brand_id, reference, request_hash, kind, mode, actor, dimensions, occurred_at, effective_at, recorded_at)
			SELECT gen_random_uuid(), $1, 'payout:' || p.id || step, '', CASE step WHEN ':settle' THEN 'PAYOUT_SETTLED' ELSE 'PAYOUT_RESERVED' END, 'SANDBOX',
				'by hand', jsonb_build_object('payout', p.id), $2, $2, $2 FROM p, unnest(ARRAY[':reserve:1', ':settle']) step RETURNING id, reference)
		INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency, effective_at)
		SELECT gen_random_uuid(), t.id, a.id, sign * p.amount_minor, 'EUR', $2
		FROM p CROSS JOIN (VALUES (':reserve:1', 'CREATOR_PAYABLE', 1), (':reserve:1', 'FUNDS_RESERVED', 1), (':reserve:1', 'PAYOUT_IN_TRANSIT', -1),
			(':reserve:1', 'FUNDS', -1), (':settle', 'PAYOUT_IN_TRANSIT', 1), (':settle', 'FUNDS_RESERVED', -1)) AS e (step, kind, sign)
		JOIN t ON t.reference = 'payout:' || p.id || e.step
		JOIN ledger_account a ON a.kind = e.kind AND a.brand_id = $1 AND (a.party_id = p.creator_id OR a.party_id IS NULL)`
	markPaid = `UPDATE commission SET status = 'PAID', paid_at = $2, updated_at = $2 WHERE brand_id = $1 AND status = 'APPROVED'`
)

// click writes a visit of somebody new.
func (h *byHand) click(ctx context.Context, m member) (id.ID, error) {
	now := time.Now().UTC()
	c := id.New(id.Click, now)
	tx, err := h.w.floor.BeginTx(ctx, nil)
	if err != nil {
		return c, err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, insertClick, c.UUID, id.TimeOf(c.UUID), m.link, h.w.brand, m.program, m.partnership, m.creator, id.NewUUID(now)); err != nil {
		return c, err
	}
	if _, err := tx.ExecContext(ctx, insertClickFigures, h.w.brand, m.program, m.creator, m.partnership, m.link, now.Format(time.DateOnly)); err != nil {
		return c, err
	}
	return c, tx.Commit()
}

// pay approves and pays everything that was sold.
func (h *byHand) pay(ctx context.Context, preparer, approver uuid.UUID) error {
	now, run := time.Now().UTC(), id.NewUUID(time.Now())
	if _, err := h.w.floor.ExecContext(ctx, approveAll, h.w.brand, now); err != nil {
		return err
	}
	tx, err := h.w.floor.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, step := range []struct {
		statement string
		values    []any
	}{
		{insertRun, []any{h.w.brand, now, run, preparer, approver}}, {insertPayouts, []any{h.w.brand, now, run}},
		{postPayouts, []any{h.w.brand, now, run}}, {markPaid, []any{h.w.brand, now}},
	} {
		if _, err := tx.ExecContext(ctx, step.statement, step.values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
