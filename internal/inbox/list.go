package inbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Received is what people see of a delivery: what became of it, without the body, which names customers.
type Received struct {
	ID            id.ID      // id, prefix dlv.
	BrandID       id.ID      // the brand; the zero id for messages to the operator.
	IntegrationID id.ID      // from which shop or service; the zero id for messages to the operator.
	Topic         string     // what it tells, in the sender's word.
	Status        Status     // how far its handling has come.
	Attempts      int        // how often it was handled.
	Outcome       string     // what became of it, in words.
	Bytes         int        // how long its body is.
	ReceivedAt    time.Time  // when it came.
	HandledAt     *time.Time // when it was handled last; null before.
	WaitsTooLong  bool       // whether it has waited for its order for more than seven days.
}

// IsNode marks Received as refetchable by id.
func (Received) IsNode() {}

const receivedSQL = `SELECT d.id, d.brand_id, d.integration_id, d.topic, d.status, d.attempts, d.outcome, octet_length(d.body), d.received_at, d.handled_at,
	d.status = 'WAITING' AND d.received_at < $1 FROM inbox_delivery d`

func scanReceived(row interface{ Scan(...any) error }) (r Received, err error) {
	var brand, integration uuid.NullUUID
	r.ID.Kind = id.Delivery
	err = row.Scan(&r.ID.UUID, &brand, &integration, &r.Topic, &r.Status, &r.Attempts, &r.Outcome, &r.Bytes, &r.ReceivedAt, &r.HandledAt, &r.WaitsTooLong)
	if err != nil {
		return r, err
	}
	r.ReceivedAt = r.ReceivedAt.UTC()
	if brand.Valid {
		r.BrandID = id.Of(id.Brand, brand.UUID)
	}
	if integration.Valid {
		r.IntegrationID = id.Of(id.Integration, integration.UUID)
	}
	return r, nil
}

// ListFilter chooses deliveries of a brand.
type ListFilter struct {
	Brand       id.ID
	Integration *id.ID
	Status      *Status
}

// List gives the deliveries of a brand, newest first, to those who may manage its integrations. Faults: UNAUTHENTICATED, NOT_FOUND
// (brand), FORBIDDEN.
func (s *Service) List(ctx context.Context, f ListFilter, r page.Request) (page.Connection[Received], error) {
	var none page.Connection[Received]
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return none, err
	}
	brand, err := id.Want(f.Brand, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(v, access.ManageIntegration, brand); err != nil {
		return none, err
	}
	query, args := receivedSQL+` WHERE d.brand_id = $2`, []any{s.Clock.Now().Add(-TooLong), brand, r.Limit + 1}
	where := func(condition string, values ...any) {
		for range values {
			args = append(args, nil)
		}
		copy(args[len(args)-len(values):], values)
		query += condition
	}
	if f.Integration != nil {
		u, err := id.Want(*f.Integration, id.Integration, "integration")
		if err != nil {
			return none, err
		}
		where(fmt.Sprintf(` AND d.integration_id = $%d`, len(args)+1), u)
	}
	if f.Status != nil {
		where(fmt.Sprintf(` AND d.status = $%d`, len(args)+1), string(*f.Status))
	}
	comparison, order := "<", "DESC"
	if r.Backward {
		comparison, order = ">", "ASC"
	}
	if r.HasStart {
		where(fmt.Sprintf(` AND (d.received_at, d.id) %s ($%d, $%d)`, comparison, len(args)+1, len(args)+2), r.Cursor.At, r.Cursor.ID)
	}
	rows, err := s.DB.SQL.QueryContext(ctx, query+` ORDER BY d.received_at `+order+`, d.id `+order+` LIMIT $3`, args...)
	if err != nil {
		return none, fmt.Errorf("list deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Received
	for rows.Next() {
		d, err := scanReceived(rows)
		if err != nil {
			return none, fmt.Errorf("list deliveries: %w", err)
		}
		all = append(all, d)
	}
	if err := rows.Err(); err != nil {
		return none, fmt.Errorf("list deliveries: %w", err)
	}
	return page.Build(r, all, func(d Received) page.Cursor { return page.Cursor{At: d.ReceivedAt, ID: d.ID.UUID} }), nil
}

// Get gives one delivery to members of its brand who may manage integrations, and the operator's to the operator. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Get(ctx context.Context, x id.ID) (Received, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Received{}, err
	}
	key, err := id.Want(x, id.Delivery, "delivery")
	if err != nil {
		return Received{}, err
	}
	d, err := scanReceived(s.DB.SQL.QueryRowContext(ctx, receivedSQL+` WHERE d.id = $2`, s.Clock.Now().Add(-TooLong), key))
	if errors.Is(err, sql.ErrNoRows) {
		return Received{}, fault.Missing("delivery")
	}
	if err != nil {
		return Received{}, fmt.Errorf("read delivery: %w", err)
	}
	if d.BrandID.IsZero() {
		err = access.Noun(access.Admin(v), "delivery")
	} else {
		err = access.Noun(access.Brand(v, access.ManageIntegration, d.BrandID.UUID), "delivery")
	}
	if err != nil {
		return Received{}, err
	}
	return d, nil
}
