package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/id"
)

// byHand is the floor of an order: the rows that the server writes for one, in one transaction of ten statements. It trusts
// its caller, knows the terms beforehand, and looks for nothing but the click: no access, no duplicates, no other touches, no holds.
type byHand struct{ w *world }

// Texts that the server writes for each order of the benchmark.
const (
	snapshotJSON = `{"store":"shop.example","externalId":%[1]q,"name":%[1]q,"source":"API","placedAt":%[2]q,"payment":"PAID","currency":"EUR",` +
		`"total":{"minor":4000,"currency":"EUR"},"click":%[3]q,"lines":[{"externalId":"1","kind":"PRODUCT","name":"Serum","productId":"LS-1",` +
		`"quantity":1,"net":{"minor":4000,"currency":"EUR"}}]}`
	touchesJSON = `[{"touchId":%[1]q,"kind":"CLICK","at":%[2]q,"partnershipId":%[3]q,"programId":%[4]q,"creatorId":%[5]q,"result":"COUNTED",` +
		`"credit":1000000,"facts":{"model":"LAST_TOUCH","touches":1},"linkId":%[6]q,"platform":"TIKTOK","label":%[7]q}]`
	creditsJSON = `[{"kind":"CLICK","partnershipId":%[1]q,"programId":%[2]q,"creatorId":%[3]q,"ppm":1000000,"touchIds":[%[4]q]}]`
	traceJSON   = `{"format":1,"index":0,"facts":{},"shares":[{"ppm":1000000,"offerId":%[1]q}],"base":{"minor":4000,"currency":"EUR"},` +
		`"amount":{"minor":400,"currency":"EUR"},"lines":[{"lineId":"1","name":"Serum","units":1,"net":{"minor":4000,"currency":"EUR"},` +
		`"share":{"minor":4000,"currency":"EUR"},"rate":{"kind":"PERCENT","basisPoints":1000},"rateWords":"Standard rate","rounding":"HALF_UP",` +
		`"amount":{"minor":400,"currency":"EUR"}}]}`
	dimensionsJSON = `{"commission":%[1]q,"program":%[2]q,"partnership":%[3]q,"order":%[4]q,"decision":%[5]q,"offer":%[6]q}`
)

// The statements. Their connection keeps them prepared.
const (
	selectClick = `SELECT c.link_id, l.label FROM click c JOIN link l ON l.id = c.link_id WHERE c.id = $1 AND c.clicked_at = $2`
	insertOrder = `INSERT INTO "order" (id, created_at, updated_at, brand_id, source, store, external_id, name, placed_at, paid_at, payment, currency, total_minor,
		discount_minor, tax_minor, shipping_minor, net_minor, customer_hash, new_customer, new_customer_assumed, codes, flags, click_id)
		VALUES ($1, $2, $2, $3, 'API', 'shop.example', $4, $4, $5, $5, 'PAID', 'EUR', 4000, 0, 0, 0, 4000, $6, true, true, '[]', '[]', $7)`
	insertLine = `INSERT INTO order_line (id, created_at, order_id, external_id, position, kind, name, product_id, collections, quantity, currency, net_minor)
		VALUES ($1, $2, $3, '1', 0, 'PRODUCT', 'Serum', 'LS-1', '[]', 1, 'EUR', 4000)`
	insertVersion  = `INSERT INTO order_version (order_id, version, brand_id, cause, snapshot, recorded_at) VALUES ($1, 1, $2, 'CREATED', $3, $4)`
	insertDecision = `INSERT INTO attribution_decision (id, created_at, brand_id, order_id, version, policy_id, policy_version, model, verdict, cause, rule, touches, credits)
		VALUES ($1, $2, $3, $4, 1, $5, 1, 'LAST_TOUCH', 'CREDITED', 'FIRST', 'One link click counted, so it earned the whole credit.', $6, $7)`
	insertCommission = `INSERT INTO commission (id, created_at, updated_at, brand_id, program_id, partnership_id, creator_id, order_id, decision_id, offer_version_id, kind, status,
		currency, accrued_minor, amount_minor, posted_minor, base_minor, credit_ppm, trace, occurred_at, hold_until)
		VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, 'SALE', 'PENDING', 'EUR', 400, 400, 400, 4000, 1000000, $10, $11, $11::timestamptz + $12 * interval '1 day')`
	insertPosting = `INSERT INTO ledger_transaction (id, brand_id, reference, request_hash, kind, mode, actor, dimensions, occurred_at, effective_at, recorded_at)
		VALUES ($1, $2, $3, $4, 'COMMISSION_ACCRUED', 'SANDBOX', 'by hand', $5, $6, $7, $7)`
	insertEntries = `INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency, commission_id, effective_at)
		SELECT CASE kind WHEN 'COMMISSION_EXPENSE' THEN $1::uuid ELSE $2::uuid END, $3, id, CASE kind WHEN 'COMMISSION_EXPENSE' THEN 400 ELSE -400 END, 'EUR', $4, $5
		FROM ledger_account WHERE coalesce(brand_id, '00000000-0000-0000-0000-000000000000') = $6 AND currency = 'EUR' AND mode = 'SANDBOX' AND
			(kind, coalesce(party_id, '00000000-0000-0000-0000-000000000000')) IN
			(VALUES ('COMMISSION_EXPENSE', '00000000-0000-0000-0000-000000000000'::uuid), ('CREATOR_PENDING', $7::uuid))`
	insertFigures = `INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, orders_ppm, new_customers_ppm, revenue_minor, commission_minor)
		VALUES ($1, $2, $3, $4, $5, 'TIKTOK', $6, 'EUR', 1000000, 1000000, 4000, 400)`
	insertLog = `INSERT INTO audit_log (id, brand_id, actor, action, object_kind, object_id, detail, created_at)
		VALUES ($1, $2, 'by hand', 'ORDER_RECORDED', 'ORDER', $3, $4, $5)`
)

// recordOrder writes an order that came by a click.
func (h *byHand) recordOrder(ctx context.Context, m member, click id.ID) error {
	tx, err := h.w.floor.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	n, _ := h.w.next()
	name := fmt.Sprintf("H%d", n)
	now := time.Now().UTC()
	placed := now.Add(-time.Second).Truncate(time.Second)
	var link uuid.UUID
	var label string
	if err := tx.QueryRowContext(ctx, selectClick, click.UUID, id.TimeOf(click.UUID)).Scan(&link, &label); err != nil {
		return err
	}
	order, decision, commission, posting := id.NewUUID(now), id.NewUUID(now), id.NewUUID(now), id.NewUUID(now)
	offer := h.w.offers[m.program]
	customer, content := sha256.Sum256([]byte(name)), sha256.Sum256(posting[:])
	for _, row := range []struct {
		statement string
		values    []any
	}{
		{insertOrder, []any{order, now, h.w.brand, name, placed, customer[:], click.UUID}},
		{insertLine, []any{id.NewUUID(now), now, order}},
		{insertVersion, []any{order, h.w.brand, fmt.Sprintf(snapshotJSON, name, placed.Format(time.RFC3339), click.UUID.String()), now}},
		{insertDecision, []any{decision, now, h.w.brand, order, h.w.policy,
			fmt.Sprintf(touchesJSON, click.UUID.String(), id.TimeOf(click.UUID).Format(time.RFC3339Nano), m.partnership.String(), m.program.String(), m.creator.String(), link.String(), label),
			fmt.Sprintf(creditsJSON, m.partnership.String(), m.program.String(), m.creator.String(), click.UUID.String())}},
		{insertCommission, []any{commission, now, h.w.brand, m.program, m.partnership, m.creator, order, decision, offer, fmt.Sprintf(traceJSON, offer.String()), placed, h.w.holdDays}},
		{insertPosting, []any{posting, h.w.brand, "commission:" + commission.String() + ":accrue", content[:],
			fmt.Sprintf(dimensionsJSON, commission.String(), m.program.String(), m.partnership.String(), order.String(), decision.String(), offer.String()), placed, now}},
		{insertEntries, []any{id.NewUUID(now), id.NewUUID(now), posting, commission, now, h.w.brand, m.creator}},
		{insertFigures, []any{h.w.brand, m.program, m.creator, m.partnership, link, placed.Format(time.DateOnly)}},
		{insertLog, []any{id.NewUUID(now), h.w.brand, order, fmt.Sprintf(`{"name":%q,"payment":"PAID","version":1}`, name), now}},
	} {
		if _, err := tx.ExecContext(ctx, row.statement, row.values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
