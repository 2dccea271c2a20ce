package inbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
)

// Status is how far the handling of a delivery has come. Spelled alike in Go and SQL.
type Status string

// The statuses. WAITING has no order yet and is tried again; FAILED needs a person; IGNORED is of no interest.
const (
	Stored  Status = "STORED"
	Done    Status = "DONE"
	Waiting Status = "WAITING"
	Failed  Status = "FAILED"
	Ignored Status = "IGNORED"
)

// outcomeMax bounds what is kept about a handling, in bytes.
const outcomeMax = 2000

// HandleArgs is the job that handles one delivery.
type HandleArgs struct {
	DeliveryID uuid.UUID `json:"deliveryId"`
}

// Kind names the job.
func (HandleArgs) Kind() string { return "inbox_handle" }

// Delivery is one stored body.
type Delivery struct {
	ID          uuid.UUID
	Source      string // "shopify", "woocommerce", "checkout", "postback", "stripe"
	Integration uuid.UUID
	Brand       uuid.UUID
	Topic       string
	Key         string // the sender's delivery or event id, or a hash of the body where it sends none
	Headers     map[string]string
	Body        []byte
	Status      Status
	Attempts    int
	Outcome     string
	ReceivedAt  time.Time
}

// StoreTx stores a body whose signature was checked once, in the caller's transaction: stored is false for one that is known already. The
// caller enqueues the job that handles it.
func (s *Service) StoreTx(ctx context.Context, tx database.Tx, d Delivery) (stored bool, err error) {
	known, err := s.insert(ctx, tx.SQL, []Delivery{d}, true)
	return err == nil && !known[d.ID], err
}

var insertDeliveries = database.InsertInto("inbox_delivery", "id uuid", "source text", "integration_id uuid", "brand_id uuid", "topic text", "dedup_key text",
	"headers jsonb", "body bytea", "status text", "received_at timestamptz", "by_job boolean").Once("id")

// insert stores bodies, each once, and gives the ids of those that were known already.
func (s *Service) insert(ctx context.Context, on database.Queryer, all []Delivery, byJob bool) (known map[uuid.UUID]bool, err error) {
	now := s.Clock.Now()
	rows := insertDeliveries.Rows()
	known = make(map[uuid.UUID]bool, len(all))
	for _, d := range all {
		headers := []byte("{}")
		if d.Headers != nil {
			if headers, err = json.Marshal(d.Headers); err != nil {
				return nil, fmt.Errorf("store delivery: %w", err)
			}
		}
		rows.Add(d.ID, d.Source, nullable(d.Integration), nullable(d.Brand), d.Topic, d.Key, json.RawMessage(headers), d.Body, string(Stored), now, byJob)
		known[d.ID] = true
	}
	stored, err := rows.IDs(ctx, on)
	if err != nil {
		return nil, fmt.Errorf("store delivery: %w", err)
	}
	for _, u := range stored {
		delete(known, u)
	}
	return known, nil
}

// ReadTx gives a delivery and locks it, so that it is handled by one worker at a time. Faults: NOT_FOUND.
func ReadTx(ctx context.Context, tx database.Tx, delivery uuid.UUID) (Delivery, error) {
	d, err := scan(tx.SQL.QueryRowContext(ctx, selectSQL+` WHERE id = $1 FOR UPDATE`, delivery))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.Missing("delivery")
	}
	return d, err
}

var selectSQL = `SELECT ` + deliveryColumns("body") + ` FROM inbox_delivery`

// deliveryColumns are what scan reads, with an expression for the body.
func deliveryColumns(body string) string {
	return `id, source, integration_id, brand_id, topic, dedup_key, headers, ` + body + `, status, attempts, outcome, received_at`
}

func scan(row interface{ Scan(into ...any) error }) (d Delivery, err error) {
	var integration, brand uuid.NullUUID
	var headers []byte
	err = row.Scan(&d.ID, &d.Source, &integration, &brand, &d.Topic, &d.Key, &headers, &d.Body, &d.Status, &d.Attempts, &d.Outcome, &d.ReceivedAt)
	if err == nil {
		err = json.Unmarshal(headers, &d.Headers)
	}
	if err != nil {
		return d, fmt.Errorf("read delivery: %w", err)
	}
	d.Integration, d.Brand, d.ReceivedAt = integration.UUID, brand.UUID, d.ReceivedAt.UTC()
	return d, nil
}

// mayBecome is the table of statuses. What is DONE or IGNORED changes only by Replay.
var mayBecome = map[Status][]Status{
	Stored:  {Done, Waiting, Failed, Ignored},
	Waiting: {Done, Waiting, Failed, Ignored},
	Failed:  {Done, Waiting, Failed, Ignored},
}

// MarkTx notes in the caller's transaction what became of a delivery. Faults: WRONG_STATE.
func (s *Service) MarkTx(ctx context.Context, tx database.Tx, delivery uuid.UUID, to Status, outcome string) error {
	from := []string{}
	for status, targets := range mayBecome {
		for _, target := range targets {
			if target == to {
				from = append(from, string(status))
			}
		}
	}
	r, err := tx.SQL.ExecContext(ctx, `UPDATE inbox_delivery SET status = $2, outcome = $3, attempts = attempts + 1, handled_at = $4
		WHERE id = $1 AND status = ANY($5)`, delivery, string(to), outcome[:min(len(outcome), outcomeMax)], s.Clock.Now(), database.Array(from))
	if err != nil {
		return fmt.Errorf("mark delivery: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Conflict, "WRONG_STATE", "This delivery was handled already, so it cannot become %s.", to)
}

// Replay has a delivery handled again, by the job that handles its source. For members of its brand who may manage integrations,
// and the operator. Handling it twice changes nothing: orders and refunds are known by their own ids, and what a payment provider
// tells of is read again as it is now. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, and those of the source.
func (s *Service) Replay(ctx context.Context, x id.ID) error {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return err
	}
	key, err := id.Want(x, id.Delivery, "delivery")
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		d, err := ReadTx(ctx, tx, key)
		if err != nil {
			return err
		}
		if d.Brand == uuid.Nil {
			err = access.Noun(access.Admin(v), "delivery")
		} else {
			err = access.Noun(access.Brand(v, access.ManageIntegration, d.Brand), "delivery")
		}
		if err != nil {
			return err
		}
		handle, err := s.handling(d)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		if _, err := tx.SQL.ExecContext(ctx, `UPDATE inbox_delivery SET status = 'STORED', by_job = true, handled_at = NULL WHERE id = $1`, key); err != nil {
			return fmt.Errorf("replay delivery: %w", err)
		}
		if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "DELIVERY_REPLAYED", ObjectKind: "DELIVERY", ObjectID: key, BrandID: d.Brand, Detail: map[string]any{"topic": d.Topic,
			"sentence": "Had a delivery (" + d.Topic + ") of " + d.ReceivedAt.Format("2 January 2006") + " handled again."}}); err != nil {
			return err
		}
		return s.Queue.EnqueueTx(ctx, tx, handle, job.Once())
	})
}

// handling makes the job that handles a stored body.
func (s *Service) handling(d Delivery) (job.Args, error) {
	if handler, named := s.Handlers[d.Source]; named {
		return handler(d)
	}
	return HandleArgs{DeliveryID: d.ID}, nil
}

// WaitTx is MarkTx for a delivery that waits, with what it waits for: names that WakeWaitingTx is given later; none for anything of its
// brand.
func (s *Service) WaitTx(ctx context.Context, tx database.Tx, delivery uuid.UUID, outcome string, names []string) error {
	if err := s.MarkTx(ctx, tx, delivery, Waiting, outcome); err != nil {
		return err
	}
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE inbox_delivery SET waits_for = $2 WHERE id = $1`, delivery, database.Array(names)); err != nil {
		return fmt.Errorf("mark delivery: %w", err)
	}
	return nil
}

// WakeWaitingTx enqueues the deliveries of brands that wait for any of the names, oldest first; the one who records an order calls it,
// because a refund may have come first.
func (s *Service) WakeWaitingTx(ctx context.Context, tx database.Tx, brands []uuid.UUID, names []string) error {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT id FROM inbox_delivery WHERE status = 'WAITING' AND brand_id = ANY($1::uuid[]) AND (waits_for IS NULL OR waits_for && $2::text[])
		ORDER BY received_at LIMIT $3`, database.UUIDs(brands), database.Array(names), wakeMax)
	if err != nil {
		return fmt.Errorf("waiting deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []HandleArgs
	for rows.Next() {
		var a HandleArgs
		if err := rows.Scan(&a.DeliveryID); err != nil {
			return fmt.Errorf("waiting deliveries: %w", err)
		}
		all = append(all, a)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("waiting deliveries: %w", err)
	}
	return job.EnqueueAllTx(ctx, s.Queue, tx, all, job.Once())
}

// wakeMax is how many waiting deliveries are woken at once.
const wakeMax = 1_000

func nullable(u uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: u, Valid: u != uuid.Nil} }
