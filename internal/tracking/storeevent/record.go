package storeevent

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

const (
	// recordMax bounds the events of one call.
	recordMax = 100
	// keyMax bounds the shop's own id of an event and the key of a repeat, in characters.
	keyMax = 100
)

// EventInput is an event that a shop's server tells.
type EventInput struct {
	ID            string // the shop's own, unique in the brand
	Type          Type
	Click         id.ID // the tid
	OccurredAt    time.Time
	ProductID     string
	CheckoutToken string
	OrderID       string // number or id of the order
	Store         string
}

// RecordInput is events that a shop's server tells.
type RecordInput struct {
	Brand          id.ID
	Events         []EventInput
	IdempotencyKey string
}

// Recorded is what recording came to; the three add up to the events that were told.
type Recorded struct {
	Recorded   int // are new
	Duplicates int // were known
	Ignored    int // are of no click of the brand, or of one that is not counted
}

// Record stores events that a shop's server tells. The same event again, with the same id and time, changes nothing. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; OUT_OF_RANGE of events; REQUIRED, TOO_LONG, BAD_FORMAT, INVALID, OUT_OF_RANGE with the field.
func (s *Service) Record(ctx context.Context, in RecordInput) (Recorded, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Recorded{}, err
	}
	brand, err := id.Want(in.Brand, id.Brand, "brand")
	if err != nil {
		return Recorded{}, err
	}
	if err := access.Brand(v, access.WriteOrders, brand); err != nil {
		return Recorded{}, err
	}
	events, err := in.check(brand, s.Clock.Now())
	if err != nil {
		return Recorded{}, err
	}
	var out Recorded
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		stored, err := s.storeTx(ctx, tx, events)
		if err != nil {
			return err
		}
		known, err := knownTx(ctx, tx, events)
		out = Recorded{Recorded: stored, Duplicates: known - stored, Ignored: len(events) - known}
		return err
	})
	return out, err
}

// check reads the events. An event's id is made of its time and of the shop's own id, so that the same one is known again.
func (in RecordInput) check(brand uuid.UUID, now time.Time) ([]event, error) {
	var bad fault.List
	field.Line(&bad, "idempotencyKey", in.IdempotencyKey, 0, keyMax)
	if len(in.Events) == 0 || len(in.Events) > recordMax {
		bad.Add(fault.At("events", "OUT_OF_RANGE", "Tell 1 to %d events.", recordMax))
		return nil, bad.Err()
	}
	out := make([]event, len(in.Events))
	seen := map[uuid.UUID]bool{}
	for i, e := range in.Events {
		at := func(name string) string { return "events." + strconv.Itoa(i) + "." + name }
		own := field.Line(&bad, at("id"), e.ID, 1, keyMax)
		if !e.Type.Valid() {
			bad.Add(fault.At(at("type"), "INVALID", "This is no type of event."))
		}
		occurred := e.OccurredAt.UTC()
		if occurred.After(now.Add(clockAhead)) || occurred.Before(now.Add(-clickAge)) {
			bad.Add(fault.At(at("occurredAt"), "OUT_OF_RANGE", "An event is not in the future, and not more than %d days ago.", int(clickAge/(24*time.Hour))))
			occurred = now
		}
		click, err := id.Want(e.Click, id.Click, "click")
		if err == nil && beforeClick(occurred, click) {
			bad.Add(fault.At(at("occurredAt"), "OUT_OF_RANGE", "An event comes after its click."))
		}
		if err != nil || !plausibleClick(click, now) {
			bad.Add(fault.At(at("clickId"), "INVALID", "This is no tid of the last %d days.", int(clickAge/(24*time.Hour))))
		}
		out[i] = event{brand: brand, id: idOf(brand, own, occurred), click: click, received: now, source: fromAPI, typ: e.Type,
			product:   field.Line(&bad, at("productId"), e.ProductID, 0, productMax),
			token:     field.Line(&bad, at("checkoutToken"), e.CheckoutToken, 0, tokenMax),
			reference: bare(field.Line(&bad, at("orderId"), e.OrderID, 0, referenceMax)),
			store:     strings.ToLower(field.Line(&bad, at("store"), e.Store, 0, storeMax))}
		if seen[out[i].id] {
			bad.Add(fault.At(at("id"), "TAKEN", "Two events have the same id and time."))
		}
		seen[out[i].id] = true
	}
	return out, bad.Err()
}

// idOf makes a UUIDv7 of a moment whose other bits come from a brand's own id of an event.
func idOf(brand uuid.UUID, own string, at time.Time) uuid.UUID {
	u := id.NewUUID(at)
	sum := sha256.Sum256([]byte("store event\x00" + brand.String() + own))
	copy(u[6:], sum[:])
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}

// knownTx counts the events that are stored.
func knownTx(ctx context.Context, tx database.Tx, events []event) (n int, err error) {
	ids, at := make([]string, len(events)), make([]string, len(events))
	for i, e := range events {
		ids[i], at[i] = e.id.String(), stamp(id.TimeOf(e.id))
	}
	err = tx.SQL.QueryRowContext(ctx, `
		SELECT count(*) FROM unnest($2::uuid[], $3::timestamptz[]) AS k (id, occurred_at)
		JOIN store_event s ON s.brand_id = $1 AND s.id = k.id AND s.occurred_at = k.occurred_at`,
		events[0].brand, database.Array(ids), database.Array(at)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count store events: %w", err)
	}
	return n, nil
}
