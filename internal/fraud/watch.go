package fraud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
)

// Bounds of one look over all brands; what is left over is the next one's.
const (
	watchEvery   = time.Hour
	codesMax     = 1_000  // codes looked at
	partnersMax  = 500    // partnerships looked at for floods, and for refunds
	floodReadMax = 20_000 // clicks read of a link
	openMax      = 500    // open findings whose commissions are looked for
	heldMax      = 100    // commissions held by one finding in one look
	// findingRest is how long the same is not found again after a person has closed it.
	findingRest = LeakDays * 24 * time.Hour
)

// WatchArgs describes the job that looks over orders, clicks and refunds of all brands.
type WatchArgs struct{}

// Kind names the job in the queue.
func (WatchArgs) Kind() string { return "fraud_watch" }

// Register adds the package's jobs.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ WatchArgs) error { return s.Watch(ctx) })
	job.Every(w, watchEvery, WatchArgs{})
}

// seen is something that a look has found.
type seen struct {
	brand, program, partnership, creator uuid.UUID
	signal                               Signal
	subject                              string
	code, link                           *uuid.UUID
	network                              []byte
	evidence                             []Evidence
}

// Watch looks over orders, clicks and refunds of all brands, keeps what looks wrong as findings, holds commissions where the program
// says so, and forgets what is no longer needed. One look that fails keeps no other from its turn. It is for the program itself.
func (s *Service) Watch(ctx context.Context) error {
	var failed error
	for _, look := range []func(context.Context) ([]seen, error){s.leaks, s.floods, s.refundRates} {
		found, err := look(ctx)
		failed = errors.Join(failed, err)
		for _, f := range found {
			failed = errors.Join(failed, s.keep(ctx, f))
		}
	}
	return errors.Join(failed, s.holdFound(ctx), s.sweep(ctx))
}

// leaks looks at the codes that were used over LeakDays.
func (s *Service) leaks(ctx context.Context) ([]seen, error) {
	now := s.clock.Now()
	rows, err := s.db.SQL.QueryContext(ctx, `
		WITH used AS (SELECT * FROM code_use WHERE placed_at >= $1),
		program AS (SELECT program_id, count(*) AS orders, count(*) FILTER (WHERE new_customer) AS fresh FROM used GROUP BY program_id)
		SELECT c.id, c.brand_id, c.program_id, c.partnership_id, c.creator_id, count(*), count(*) FILTER (WHERE NOT u.clicked),
			count(*) FILTER (WHERE u.coupon_site <> ''), coalesce(max(u.coupon_site), ''), count(*) FILTER (WHERE u.new_customer),
			count(*) FILTER (WHERE u.placed_at >= $2), min(p.orders), min(p.fresh),
			EXISTS (SELECT FROM post WHERE post.creator_id = c.creator_id AND post.partnership_id = c.partnership_id AND post.published_at >= $3)
		FROM used u JOIN code c ON c.id = u.code_id JOIN program p ON p.program_id = u.program_id LEFT JOIN code_guard k ON k.code_id = c.id
		WHERE c.archived_at IS NULL AND k.leaked_at IS NULL AND (k.cleared_at IS NULL OR u.placed_at > k.cleared_at)
		GROUP BY c.id HAVING count(*) >= $4 ORDER BY count(*) DESC LIMIT $5`,
		now.AddDate(0, 0, -LeakDays), now.Add(-24*time.Hour), now.AddDate(0, 0, -LeakPostDays), LeakOrders, codesMax)
	if err != nil {
		return nil, fmt.Errorf("uses of codes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []seen
	for rows.Next() {
		var code uuid.UUID
		var u CodeUse
		f := seen{signal: SignalCodeLeak}
		if err := rows.Scan(&code, &f.brand, &f.program, &f.partnership, &f.creator, &u.Orders, &u.WithoutClick, &u.FromCouponSites, &u.CouponSite,
			&u.NewCustomers, &u.LastDay, &u.Others, &u.OthersNew, &u.PostLately); err != nil {
			return nil, fmt.Errorf("uses of codes: %w", err)
		}
		u.Others, u.OthersNew = u.Others-u.Orders, u.OthersNew-u.NewCustomers
		if signs, leaked := CodeLeak(u); leaked {
			f.code, f.subject, f.evidence = &code, code.String(), signs
			out = append(out, f)
		}
	}
	return out, rows.Err()
}

// floods looks at the links of partnerships that had many clicks on the day of the hour before.
func (s *Service) floods(ctx context.Context) ([]seen, error) {
	day := clock.DateOf(s.clock.Now().Add(-watchEvery))
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT d.partnership_id, d.program_id, d.brand_id, d.creator_id
		FROM program g JOIN rollup_day d ON d.brand_id = g.brand_id AND d.program_id = g.id AND d.day = $1
		WHERE g.status = 'ACTIVE' GROUP BY 1, 2, 3, 4 HAVING sum(d.clicks) >= $2 ORDER BY sum(d.clicks) DESC LIMIT $3`, day.String(), FloodClicks, partnersMax)
	if err != nil {
		return nil, fmt.Errorf("clicks of a day: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var many []seen
	for rows.Next() {
		f := seen{signal: SignalClickFlood}
		if err := rows.Scan(&f.partnership, &f.program, &f.brand, &f.creator); err != nil {
			return nil, fmt.Errorf("clicks of a day: %w", err)
		}
		many = append(many, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("clicks of a day: %w", err)
	}
	var out []seen
	for _, f := range many {
		found, err := s.floodsOf(ctx, f, day)
		if err != nil {
			return out, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (s *Service) floodsOf(ctx context.Context, of seen, day clock.Date) (out []seen, err error) {
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT l.id, c.network_hash, count(*), sum(count(*)) OVER (PARTITION BY l.id)
		FROM link l JOIN LATERAL (SELECT network_hash FROM click WHERE link_id = l.id AND clicked_at >= $2 AND clicked_at < $3 AND not_counted = ''
			ORDER BY clicked_at DESC LIMIT $4) c ON true
		WHERE l.partnership_id = $1 AND l.archived_at IS NULL GROUP BY l.id, c.network_hash`,
		of.partnership, day.String(), day.AddDays(1).String(), floodReadMax)
	if err != nil {
		return nil, fmt.Errorf("networks of clicks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var link uuid.UUID
		var n, all int
		f := of
		if err := rows.Scan(&link, &f.network, &n, &all); err != nil {
			return nil, fmt.Errorf("networks of clicks: %w", err)
		}
		if e, flood := ClickFlood(n, all); flood && KnownNetwork(f.network) {
			f.link, f.subject, f.evidence = &link, link.String()+":"+day.String(), []Evidence{e}
			out = append(out, f)
		}
	}
	return out, rows.Err()
}

// refundRates looks at what was given back over RefundDays.
func (s *Service) refundRates(ctx context.Context) ([]seen, error) {
	now := clock.DateOf(s.clock.Now())
	rows, err := s.db.SQL.QueryContext(ctx, `
		WITH sold AS (
			SELECT d.partnership_id, d.program_id, d.brand_id, d.creator_id, d.currency, sum(d.orders_ppm) / 1000000 AS orders,
				sum(d.revenue_minor) AS revenue, sum(d.refunds_minor) AS refunds
			FROM program g JOIN rollup_day d ON d.brand_id = g.brand_id AND d.program_id = g.id AND d.day >= $1
			WHERE g.status = 'ACTIVE' GROUP BY 1, 2, 3, 4, 5
		), beside AS (
			SELECT *, sum(revenue) OVER program - revenue AS others_revenue, sum(refunds) OVER program - refunds AS others_refunds
			FROM sold WINDOW program AS (PARTITION BY program_id, currency)
		)
		SELECT partnership_id, program_id, brand_id, creator_id, currency, orders::bigint, revenue::bigint, refunds::bigint, others_revenue::bigint, others_refunds::bigint
		FROM beside WHERE orders >= $2 AND refunds * 100 >= revenue * $3 ORDER BY refunds DESC LIMIT $4`,
		now.AddDays(-RefundDays).String(), RefundOrders, RefundPercent, partnersMax)
	if err != nil {
		return nil, fmt.Errorf("refund rates: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []seen
	for rows.Next() {
		var r Returns
		f := seen{signal: SignalRefundRate}
		if err := rows.Scan(&f.partnership, &f.program, &f.brand, &f.creator, &f.subject, &r.Orders, &r.Revenue, &r.Refunds, &r.OthersRevenue, &r.OthersRefunds); err != nil {
			return nil, fmt.Errorf("refund rates: %w", err)
		}
		if e, far := RefundRate(r); far {
			f.evidence = []Evidence{e}
			out = append(out, f)
		}
	}
	return out, rows.Err()
}

// keep writes what was found, or that it is still so. What a person has closed lately is not found again.
func (s *Service) keep(ctx context.Context, f seen) error {
	evidence, err := json.Marshal(f.evidence[:min(len(f.evidence), evidenceMax)])
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		var finding uuid.UUID
		var fresh bool
		rows, err := tx.SQL.QueryContext(ctx, `
			INSERT INTO finding (id, created_at, seen_at, brand_id, program_id, partnership_id, creator_id, signal, subject, code_id, link_id, network_hash, evidence)
			SELECT $1::uuid, $2::timestamptz, $2::timestamptz, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::text, $8::text, $9::uuid, $10::uuid, $11::bytea, $12::jsonb
			WHERE NOT EXISTS (SELECT FROM finding WHERE partnership_id = $5 AND signal = $7 AND subject = $8 AND closed_at > $13)
			ON CONFLICT (partnership_id, signal, subject) WHERE status = 'OPEN' DO UPDATE SET seen_at = $2, evidence = $12
			RETURNING id, xmax = 0`, id.NewUUID(now), now, f.brand, f.program, f.partnership, f.creator, f.signal, f.subject, f.code, f.link, f.network,
			string(evidence), now.Add(-findingRest))
		if err != nil {
			return fmt.Errorf("keep a finding: %w", err)
		}
		kept := rows.Next()
		if kept {
			err = rows.Scan(&finding, &fresh)
		}
		if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("keep a finding: %w", err)
		}
		if !kept || !fresh {
			return nil
		}
		if f.code != nil {
			code, err := tx.Ent.Code.Get(ctx, *f.code)
			if err != nil {
				return fmt.Errorf("code of a finding: %w", err)
			}
			if err := s.guardCodeTx(ctx, tx, code, true, nil); err != nil {
				return err
			}
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "FINDING_OPENED", ObjectKind: "FINDING", ObjectID: finding, BrandID: f.brand,
			CreatorID: f.creator, Detail: map[string]any{"signal": f.signal}})
	})
}

// reasonsFound says in the creator's words why commissions wait that a finding is about.
var reasonsFound = map[Signal]string{
	SignalCodeLeak:   "Your code seems to be in public places. A person looks at it before it can be paid.",
	SignalClickFlood: "Very many clicks on your link came from one network. A person looks at it before it can be paid.",
	SignalRefundRate: "Far more of what you sold came back than of others. A person looks at it before it can be paid.",
}

// holdFound holds pending commissions that open findings are about, where the program says so.
func (s *Service) holdFound(ctx context.Context) error {
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT f.signal, f.evidence, f.partnership_id, f.code_id, f.network_hash
		FROM finding f JOIN program_guard g ON g.program_id = f.program_id LEFT JOIN code_guard k ON k.code_id = f.code_id
		WHERE f.status = 'OPEN' AND CASE WHEN f.signal = 'CODE_LEAK' THEN coalesce(k.mode, g.leak_mode) <> 'OBSERVE' ELSE g.finding_mode = 'HOLD' END
		ORDER BY f.seen_at DESC LIMIT $1`, openMax)
	if err != nil {
		return fmt.Errorf("open findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	type open struct {
		signal      Signal
		evidence    []Evidence
		partnership uuid.UUID
		code        *uuid.UUID
		network     []byte
	}
	var all []open
	for rows.Next() {
		var o open
		var stored []byte
		if err := rows.Scan(&o.signal, &stored, &o.partnership, &o.code, &o.network); err != nil {
			return fmt.Errorf("open findings: %w", err)
		}
		if o.evidence, err = evidenceOf(stored); err != nil {
			return err
		}
		all = append(all, o)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("open findings: %w", err)
	}
	var failed error
	for _, o := range all {
		failed = errors.Join(failed, s.holdCommissions(ctx, Alarm{Signal: o.signal, Reason: reasonsFound[o.signal], Evidence: o.evidence}, o.partnership, o.code, o.network))
	}
	return failed
}

// concerned says which orders a finding is about: those with the code and without a click, those from the network, else all.
var concerned = map[Signal]string{
	SignalCodeLeak:   `EXISTS (SELECT FROM code_use u WHERE u.code_id = $4 AND u.order_id = c.order_id AND NOT u.clicked) AND $5::bytea IS NULL`,
	SignalClickFlood: `EXISTS (SELECT FROM order_network n WHERE n.partnership_id = $1 AND n.network_hash = $5 AND n.order_id = c.order_id) AND $4::uuid IS NULL`,
	SignalRefundRate: `$4::uuid IS NULL AND $5::bytea IS NULL`,
}

func (s *Service) holdCommissions(ctx context.Context, a Alarm, partnership uuid.UUID, code *uuid.UUID, network []byte) error {
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT c.id, c.order_id FROM commission c
WHERE c.partnership_id = $1 AND c.status = 'PENDING' AND c.order_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM hold h WHERE h.commission_id = c.id AND (h.signal = $2 OR h.evidence @> jsonb_build_array(jsonb_build_object('signal', $2::text))))
  AND `+concerned[a.Signal]+` ORDER BY c.occurred_at DESC LIMIT $3`, partnership, a.Signal, heldMax, code, network)
	if err != nil {
		return fmt.Errorf("commissions of a finding: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all [][2]uuid.UUID
	for rows.Next() {
		var x [2]uuid.UUID
		if err := rows.Scan(&x[0], &x[1]); err != nil {
			return fmt.Errorf("commissions of a finding: %w", err)
		}
		all = append(all, x)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("commissions of a finding: %w", err)
	}
	for _, x := range all {
		c, err := s.commissions.Get(ctx, id.Of(id.Commission, x[0]))
		if err != nil {
			return err
		}
		err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
			// The order's row first, as every event of the order locks it first.
			if _, err := tx.SQL.ExecContext(ctx, `SELECT 1 FROM "order" WHERE id = $1 FOR UPDATE`, x[1]); err != nil {
				return fmt.Errorf("lock an order: %w", err)
			}
			return s.RaiseTx(ctx, tx, c, a)
		})
		if err != nil && !fault.Is(err, fault.Conflict) { // else it has moved on since it was read
			return err
		}
	}
	return nil
}

// sweep forgets networks of orders and uses of codes from long ago.
func (s *Service) sweep(ctx context.Context) error {
	now := s.clock.Now()
	for _, old := range []struct {
		statement string
		before    time.Time
	}{
		{`DELETE FROM order_network WHERE placed_at < $1`, now.Add(-networkOrdersKept)},
		{`DELETE FROM creator_network WHERE seen_at < $1`, now.Add(-networkOrdersKept)},
		{`DELETE FROM code_use WHERE placed_at < $1`, now.AddDate(0, 0, -codeUsesKeptDays)},
	} {
		if _, err := s.db.SQL.ExecContext(ctx, old.statement, old.before); err != nil {
			return fmt.Errorf("forget traces of orders: %w", err)
		}
	}
	return nil
}
