package selfcheck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tributary/ent/gen"
	"tributary/internal/brand"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
)

// Bounds of what is looked through, in rows. A busy brand's own traffic may hide a test order that comes long after its click; then the
// walk is begun anew.
const (
	clicksMax     = 20   // of the link, newest first
	eventsMax     = 50   // of the click, newest first
	deliveriesMax = 2000 // of the brand since the click
	ordersMax     = 2000 // of the brand since the click
	strangersMax  = 10
	// walkMost is how long after its click an order still belongs to the walk.
	walkMost = 7 * 24 * time.Hour
	// clockSkew is how far the shop's clock may be behind ours.
	clockSkew = 10 * time.Minute
)

// read gathers what is stored of a walk.
func (s *Service) read(ctx context.Context, i brand.Integration, row *gen.SelfCheck) (evidence, error) {
	e := evidence{now: s.Clock.Now(), kind: i.Kind, lastDelivery: i.LastDeliveryAt}
	for _, read := range []func(context.Context, *evidence, brand.Integration, *gen.SelfCheck) error{s.readLink, s.readClick} {
		if err := read(ctx, &e, i, row); err != nil {
			return e, fmt.Errorf("self-check: %w", err)
		}
	}
	if !e.begun() {
		return e, nil
	}
	for _, read := range []func(context.Context, *evidence, brand.Integration, *gen.SelfCheck) error{s.readEvents, s.readDeliveries, s.readOrder, s.readRefund} {
		if err := read(ctx, &e, i, row); err != nil {
			return e, fmt.Errorf("self-check: %w", err)
		}
	}
	return e, nil
}

func (s *Service) readLink(ctx context.Context, e *evidence, i brand.Integration, row *gen.SelfCheck) error {
	var destination string
	err := s.DB.SQL.QueryRowContext(ctx, `SELECT l.destination_url, l.health, l.health_detail,
			coalesce((SELECT a.reason FROM shop_access a WHERE a.integration_id = $2), '')
		FROM link l WHERE l.id = $1`, row.LinkID, i.ID.UUID).Scan(&destination, &e.health, &e.detail, &e.trouble)
	if err != nil {
		return err
	}
	e.host = destination
	if u, err := url.Parse(destination); err == nil {
		e.host = u.Hostname()
	}
	return nil
}

// readClick finds the latest click on the link since the walk began: of a person, where there is one.
func (s *Service) readClick(ctx context.Context, e *evidence, _ brand.Integration, row *gen.SelfCheck) error {
	rows, err := s.DB.SQL.QueryContext(ctx, `SELECT id, clicked_at, not_counted FROM click
		WHERE link_id = $1 AND clicked_at >= $2 AND sub_id = 'tributary-self-check' ORDER BY clicked_at DESC LIMIT $3`, row.LinkID, row.CreatedAt.Truncate(time.Millisecond), clicksMax)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c seenClick
		if err := rows.Scan(&c.id, &c.at, &c.notCounted); err != nil {
			return err
		}
		c.at = c.at.UTC()
		if e.click == nil || e.click.notCounted != "" && c.notCounted == "" {
			e.click = &c
		}
	}
	return rows.Err()
}

// readEvents finds what the shop's page told of the click, and whether it told of others.
func (s *Service) readEvents(ctx context.Context, e *evidence, i brand.Integration, _ *gen.SelfCheck) error {
	rows, err := s.DB.SQL.QueryContext(ctx, `SELECT * FROM (
			SELECT type, received_at, coalesce(checkout_token, ''), coalesce(order_reference, '') FROM store_event
			WHERE click_id = $1 AND brand_id = $2 AND occurred_at >= $3 ORDER BY received_at DESC LIMIT $4) e (type, received_at, token, reference) ORDER BY received_at`,
		e.click.id, i.BrandID.UUID, e.click.at.Add(-time.Hour), eventsMax)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var event seenEvent
		if err := rows.Scan(&event.kind, &event.at, &event.token, &event.reference); err != nil {
			return err
		}
		event.at = event.at.UTC()
		e.events = append(e.events, event)
	}
	if err := rows.Err(); err != nil || len(e.events) > 0 {
		return err
	}
	return s.DB.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM store_event WHERE brand_id = $1 AND id >= $2 AND occurred_at >= $3 AND click_id <> $4 AND source = 'BROWSER')`,
		i.BrandID.UUID, id.FirstAt(e.click.at), e.click.at, e.click.id).Scan(&e.others)
}

// readDeliveries finds what the shop sent since the click, oldest first.
func (s *Service) readDeliveries(ctx context.Context, e *evidence, i brand.Integration, _ *gen.SelfCheck) error {
	rows, err := s.DB.SQL.QueryContext(ctx, `SELECT topic, status, outcome, received_at FROM (
			SELECT * FROM inbox_delivery WHERE brand_id = $1 AND received_at >= $2 ORDER BY received_at LIMIT $3) d
		WHERE integration_id = $4 ORDER BY received_at LIMIT $5`, i.BrandID.UUID, e.click.at, deliveriesMax, i.ID.UUID, eventsMax)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var d seenDelivery
		if err := rows.Scan(&d.topic, &d.status, &d.outcome, &d.at); err != nil {
			return err
		}
		d.at = d.at.UTC()
		e.deliveries = append(e.deliveries, d)
	}
	return rows.Err()
}

// readOrder finds the tester's order: one that carries the click, or whose checkout or number the page told of, else a test order.
// Other orders without a click are counted.
func (s *Service) readOrder(ctx context.Context, e *evidence, i brand.Integration, _ *gen.SelfCheck) error {
	var tokens, references []string
	for _, event := range e.events {
		if event.token != "" {
			tokens = append(tokens, event.token)
		}
		if event.reference != "" {
			references = append(references, event.reference, "#"+event.reference)
		}
	}
	var o seenOrder
	err := s.DB.SQL.QueryRowContext(ctx, `SELECT id, name, created_at, test, coalesce(click_id = $5, false), coalesce(checkout_token = ANY($6), false), click_id IS NOT NULL AND click_id <> $5 FROM (
			SELECT * FROM "order" WHERE brand_id = $1 AND placed_at BETWEEN $2 AND $3 ORDER BY placed_at, id LIMIT $4) o
		WHERE integration_id = $7 AND (click_id = $5 OR checkout_token = ANY($6) OR external_id = ANY($8) OR name = ANY($8) OR test)
		ORDER BY coalesce(click_id = $5, false) DESC, coalesce(checkout_token = ANY($6), false) DESC, placed_at DESC, id DESC LIMIT 1`,
		i.BrandID.UUID, e.click.at.Add(-clockSkew), e.click.at.Add(walkMost), ordersMax, e.click.id, database.Array(tokens), i.ID.UUID, database.Array(references)).
		Scan(&o.id, &o.name, &o.at, &o.test, &o.click, &o.token, &o.another)
	if err == nil {
		o.at = o.at.UTC()
		e.order = &o
		return nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return s.DB.SQL.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM (
			SELECT * FROM "order" WHERE brand_id = $1 AND placed_at BETWEEN $2 AND $3 ORDER BY placed_at, id LIMIT $4) o
		WHERE integration_id = $5 AND click_id IS NULL LIMIT $6) f`,
		i.BrandID.UUID, e.click.at, e.click.at.Add(walkMost), ordersMax, i.ID.UUID, strangersMax).Scan(&e.strangers)
}

func (s *Service) readRefund(ctx context.Context, e *evidence, _ brand.Integration, _ *gen.SelfCheck) error {
	if e.order == nil {
		return nil
	}
	var at time.Time
	err := s.DB.SQL.QueryRowContext(ctx, `SELECT created_at FROM refund WHERE order_id = $1 ORDER BY external_id LIMIT 1`, e.order.id).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	at = at.UTC()
	e.refundedAt = &at
	return err
}
