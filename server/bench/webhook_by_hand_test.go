package bench

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
)

// example is what the server wrote for an order of one member: texts with the ids that are replaced for each order by hand.
type example struct {
	order, decision, commission             uuid.UUID
	name, placed                            string
	click                                   id.ID
	snapshot, touches, credits, trace, dims string
	offer                                   uuid.UUID
}

// webhookHand is the floor of an order that a shop tells: a handler that checks the signature, reads the body and calls one SQL function,
// which looks for the click and writes the rows. It knows the terms and what a decision says beforehand, and trusts its caller.
type webhookHand struct {
	w           *world
	db          *sql.DB
	integration uuid.UUID
	examples    map[uuid.UUID]example // by partnership
}

// recordByHand is the function. Its arguments are what the handler made; the rest is the same for all orders.
const recordByHand = `
CREATE FUNCTION record_by_hand(p_delivery uuid, p_key text, p_body bytea, p_now timestamptz, p_order uuid, p_number text, p_placed timestamptz, p_customer bytea,
	p_customer_id text, p_click uuid, p_clicked timestamptz, p_brand uuid, p_integration uuid, p_line uuid, p_snapshot jsonb, p_decision uuid, p_policy uuid,
	p_touches jsonb, p_credits jsonb, p_commission uuid, p_program uuid, p_partnership uuid, p_creator uuid, p_offer uuid, p_trace jsonb, p_hold int, p_posting uuid,
	p_hash bytea, p_dims jsonb, p_debit uuid, p_credit uuid, p_audit uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_link uuid;
BEGIN
	SELECT link_id INTO STRICT v_link FROM click WHERE id = p_click AND clicked_at = p_clicked;
	INSERT INTO inbox_delivery (id, source, integration_id, brand_id, topic, dedup_key, headers, body, status, received_at, handled_at, by_job)
		VALUES (p_delivery, 'shopify', p_integration, p_brand, 'orders/paid', p_key, '{}', p_body, 'DONE', p_now, p_now, false);
	INSERT INTO "order" (id, created_at, updated_at, brand_id, source, store, external_id, name, placed_at, paid_at, payment, currency, total_minor, discount_minor,
		tax_minor, shipping_minor, net_minor, customer_hash, customer_external_id, new_customer, new_customer_assumed, codes, flags, click_id, integration_id)
		VALUES (p_order, p_now, p_now, p_brand, 'SHOPIFY', 'bench.myshopify.test', p_number, '#' || p_number, p_placed, p_placed, 'PAID', 'EUR', 4000, 0, 0, 0, 4000,
		p_customer, p_customer_id, true, true, '[]', '[]', p_click, p_integration);
	INSERT INTO order_line (id, created_at, order_id, external_id, position, kind, name, product_id, collections, quantity, currency, net_minor)
		VALUES (p_line, p_now, p_order, '1', 0, 'PRODUCT', 'Serum', '11', '[]', 1, 'EUR', 4000);
	INSERT INTO order_version (order_id, version, brand_id, cause, snapshot, delivery_id, recorded_at) VALUES (p_order, 1, p_brand, 'CREATED', p_snapshot, p_delivery, p_now);
	INSERT INTO attribution_decision (id, created_at, brand_id, order_id, version, policy_id, policy_version, model, verdict, cause, rule, touches, credits)
		VALUES (p_decision, p_now, p_brand, p_order, 1, p_policy, 1, 'LAST_TOUCH', 'CREDITED', 'FIRST', 'One link click counted, so it earned the whole credit.', p_touches, p_credits);
	INSERT INTO commission (id, created_at, updated_at, brand_id, program_id, partnership_id, creator_id, order_id, decision_id, offer_version_id, kind, status, currency,
		accrued_minor, amount_minor, posted_minor, base_minor, credit_ppm, trace, occurred_at, hold_until)
		VALUES (p_commission, p_now, p_now, p_brand, p_program, p_partnership, p_creator, p_order, p_decision, p_offer, 'SALE', 'PENDING', 'EUR', 400, 400, 400, 4000, 1000000,
		p_trace, p_placed, p_placed + p_hold * interval '1 day');
	INSERT INTO ledger_transaction (id, brand_id, reference, request_hash, kind, mode, actor, dimensions, occurred_at, effective_at, recorded_at)
		VALUES (p_posting, p_brand, 'commission:' || p_commission || ':accrue', p_hash, 'COMMISSION_ACCRUED', 'SANDBOX', 'by hand', p_dims, p_placed, p_now, p_now);
	INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency, commission_id, effective_at)
		SELECT CASE kind WHEN 'COMMISSION_EXPENSE' THEN p_debit ELSE p_credit END, p_posting, id, CASE kind WHEN 'COMMISSION_EXPENSE' THEN 400 ELSE -400 END, 'EUR', p_commission, p_now
		FROM ledger_account WHERE coalesce(brand_id, '00000000-0000-0000-0000-000000000000') = p_brand AND currency = 'EUR' AND mode = 'SANDBOX' AND
		(kind, coalesce(party_id, '00000000-0000-0000-0000-000000000000')) IN
		(VALUES ('COMMISSION_EXPENSE', '00000000-0000-0000-0000-000000000000'::uuid), ('CREATOR_PENDING', p_creator));
	INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, orders_ppm, new_customers_ppm, revenue_minor, commission_minor)
		VALUES (p_brand, p_program, p_creator, p_partnership, v_link, 'TIKTOK', (p_placed AT TIME ZONE 'UTC')::date, 'EUR', 1000000, 1000000, 4000, 400);
	INSERT INTO audit_log (id, brand_id, actor, action, object_kind, object_id, detail, created_at)
		VALUES (p_audit, p_brand, 'by hand', 'ORDER_RECORDED', 'ORDER', p_order, jsonb_build_object('name', '#' || p_number, 'payment', 'PAID', 'version', 1), p_now);
END $$`

// webhookByHand starts the floor and gives its address. The server records one order of each member for it to learn from.
func (w *world) webhookByHand(t testing.TB, integration uuid.UUID, server string) string {
	t.Helper()
	h := &webhookHand{w: w, integration: integration, examples: map[uuid.UUID]example{}}
	w.exec(t, recordByHand)
	db, err := database.Open(t.Context(), w.DB.URL(), database.Options{Pool: 32})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	h.db = db.SQL
	seen := map[uuid.UUID]int64{}
	clicks := map[uuid.UUID]id.ID{}
	for range 10 * len(w.members) {
		s := w.take()
		if _, known := seen[s.member.partnership]; known {
			continue
		}
		number := orderNumbers.Add(1)
		seen[s.member.partnership], clicks[s.member.partnership] = number, s.click
		require.NoError(t, w.send(t.Context(), server, number, w.body(number, s.click)))
	}
	w.settled(t)
	var learned []string
	for partnership, number := range seen {
		e := example{click: clicks[partnership]}
		var placed time.Time
		require.NoError(t, w.DB.SQL.QueryRow(`SELECT o.id, d.id, c.id, o.name, o.placed_at, v.snapshot, d.touches, d.credits, c.trace, l.dimensions, c.offer_version_id
			FROM "order" o JOIN order_version v ON v.order_id = o.id JOIN attribution_decision d ON d.order_id = o.id JOIN commission c ON c.order_id = o.id
			JOIN ledger_transaction l ON l.reference = 'commission:' || c.id || ':accrue' WHERE o.source = 'SHOPIFY' AND o.external_id = $1`, strconv.FormatInt(number, 10)).
			Scan(&e.order, &e.decision, &e.commission, &e.name, &placed, &e.snapshot, &e.touches, &e.credits, &e.trace, &e.dims, &e.offer))
		e.placed = placed.UTC().Format(time.RFC3339)
		h.examples[partnership] = e
		learned = append(learned, e.order.String())
	}
	w.exampleOrders = database.Array(learned)
	by := httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(by.Close)
	return by.URL
}

func (h *webhookHand) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	mac := hmac.New(sha256.New, []byte(shopSecret))
	mac.Write(body)
	told, _ := base64.StdEncoding.DecodeString(r.Header.Get("X-Shopify-Hmac-Sha256"))
	if err != nil || !hmac.Equal(told, mac.Sum(nil)) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if err := h.record(r.Context(), r.Header.Get("X-Shopify-Webhook-Id"), body); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, err.Error())
	}
}

func (h *webhookHand) record(ctx context.Context, key string, body []byte) error {
	var in struct {
		ID             int64
		Email          string
		CreatedAt      time.Time                `json:"created_at"`
		NoteAttributes []struct{ Value string } `json:"note_attributes"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	click, err := id.Parse(in.NoteAttributes[0].Value)
	if err != nil {
		return err
	}
	m, known := h.w.owners[click.UUID]
	if !known {
		return fmt.Errorf("nobody's click: %s", click)
	}
	e := h.examples[m.partnership]
	now := time.Now().UTC()
	number := strconv.FormatInt(in.ID, 10)
	next := func() uuid.UUID { return id.NewUUID(now) }
	order, decision, commission, posting := next(), next(), next(), next()
	customer, content, whole := sha256.Sum256([]byte(in.Email)), sha256.Sum256(posting[:]), sha256.Sum256(body)
	text := strings.NewReplacer(e.order.String(), order.String(), e.decision.String(), decision.String(), e.commission.String(), commission.String(),
		e.click.UUID.String(), click.UUID.String(), e.name, "#"+number, `"`+e.name[1:]+`"`, `"`+number+`"`, "buyer"+e.name[1:]+"@", "buyer"+number+"@",
		e.placed, in.CreatedAt.UTC().Format(time.RFC3339), e.placed[:19]+".", in.CreatedAt.UTC().Format(time.RFC3339)[:19]+".")
	_, err = h.db.ExecContext(ctx, `SELECT record_by_hand($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32)`,
		next(), key+":"+hex.EncodeToString(whole[:]), body, now, order, number, in.CreatedAt, customer[:], number, click.UUID, id.TimeOf(click.UUID), h.w.brand, h.integration,
		next(), text.Replace(e.snapshot), decision, h.w.policy, text.Replace(e.touches), text.Replace(e.credits), commission, m.program, m.partnership, m.creator, e.offer,
		text.Replace(e.trace), h.w.holdDays, posting, content[:], text.Replace(e.dims), next(), next(), next())
	return err
}

// multiplyOrders fills the tables up to a number of orders, by the function of the floor, spread over the members and the last year.
func (w *world) multiplyOrders(t testing.TB, upTo int) {
	t.Helper()
	var have int
	require.NoError(t, w.DB.SQL.QueryRow(`SELECT count(*) FROM "order"`).Scan(&have))
	w.exec(t, `CREATE OR REPLACE FUNCTION time_id(at timestamptz) RETURNS uuid LANGUAGE sql AS $$
		SELECT encode(set_byte(set_byte(substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) || substring(decode(md5(random()::text), 'hex') FROM 1 FOR 10), 6, 112), 8, 128), 'hex')::uuid $$`)
	began := time.Now()
	for from := have; from < upTo; from += fillBatch {
		w.exec(t, `WITH members AS MATERIALIZED (
			SELECT DISTINCT ON (c.partnership_id) c.id AS click, c.clicked_at, c.program_id, c.partnership_id, c.creator_id, k.offer_version_id, k.trace, d.touches, d.credits, d.policy_id,
				o.integration_id, v.snapshot, l.dimensions
			FROM "order" o JOIN click c ON c.id = o.click_id JOIN commission k ON k.order_id = o.id JOIN attribution_decision d ON d.order_id = o.id
			JOIN order_version v ON v.order_id = o.id JOIN ledger_transaction l ON l.reference = 'commission:' || k.id || ':accrue'
			WHERE o.source = 'SHOPIFY' AND o.id = ANY($3::uuid[]) ORDER BY c.partnership_id),
		numbered AS (SELECT *, row_number() OVER () - 1 AS place, count(*) OVER () AS many FROM members)
		SELECT count(record_by_hand(time_id(x.at), 'fill' || n, '{}', x.at, time_id(x.at), 'f' || n, x.at, sha256(n::text::bytea), 'f' || n, m.click, m.clicked_at, $4, m.integration_id,
			time_id(x.at), m.snapshot, time_id(x.at), m.policy_id, m.touches, m.credits, x.c, m.program_id, m.partnership_id, m.creator_id, m.offer_version_id, m.trace, 30,
			time_id(x.at), sha256(n::text::bytea), m.dimensions, time_id(x.at), time_id(x.at), time_id(x.at)))
		FROM generate_series($1::int, $2::int) n JOIN numbered m ON m.place = n % m.many
		CROSS JOIN LATERAL (SELECT now() - interval '1 hour' - ($5 - n) * interval '10 seconds' AS at, time_id(now() + n * interval '0') AS c) x`,
			from+1, min(from+fillBatch, upTo), w.exampleOrders, w.brand, upTo)
	}
	w.exec(t, `VACUUM ANALYZE`)
	t.Logf("%d orders more, in %.0f s", upTo-have, time.Since(began).Seconds())
}

// fillBatch is how many orders one statement makes.
const fillBatch = 20_000
