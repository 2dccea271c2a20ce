package inbox

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
)

const (
	// takeMax bounds the deliveries of one transaction. Each holds two or three advisory locks, and PostgreSQL has some 6,400 for all
	// transactions together unless it is told otherwise.
	takeMax = 150
	// takenBytesMax bounds the body of a delivery that is taken with others; a longer one gets a job of its own.
	takenBytesMax = 64 << 10
	// takersMax bounds how many take at the same time in one process.
	takersMax = 4
	// takeWithin bounds one transaction.
	takeWithin = 30 * time.Second
	// lookEvery is how often a process looks for deliveries that another one stored and did not come to.
	lookEvery = time.Second
	// restAfter is how long it rests when the database failed.
	restAfter = time.Second
)

// Handled is what became of a delivery.
type Handled struct {
	Delivery uuid.UUID
	Status   Status
	Outcome  string // in words
}

// Taken is what became of deliveries that were taken together. What is in neither list stays as it is for the next time; the first of the
// deliveries is always in one.
type Taken struct {
	Handled []Handled
	Alone   []uuid.UUID // what a job of its own has to handle
}

// Taker handles deliveries of shops, many in one transaction: what is alike in as many statements as one of them takes.
type Taker interface {
	// BeforeTaking is called before each transaction.
	BeforeTaking(ctx context.Context)
	// AfterTaking is called with what was taken when its transaction has been committed.
	AfterTaking(taken []Delivery)
	// TakeTx handles deliveries, oldest first, in the order in which they came. When it fails, each gets a job of its own.
	TakeTx(ctx context.Context, tx database.Tx, deliveries []Delivery) (Taken, error)
}

// wake tells Run that there is something to take.
func (s *Service) wake() {
	select {
	case s.filled <- struct{}{}:
	default:
	}
}

// Run has the deliveries that were stored handled until ctx ends, by as many at a time as there are processors. Several processes may run
// it on one database.
func (s *Service) Run(ctx context.Context, by Taker) {
	ctx = viewer.WithSystem(ctx, "inbox")
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), takersMax) {
		all.Go(func() { s.keepTaking(ctx, by) })
	}
	all.Wait()
}

func (s *Service) keepTaking(ctx context.Context, by Taker) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.filled:
		case <-look.C:
		}
		if err := s.TakeAll(ctx, by); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "deliveries wait for the database", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(restAfter):
			}
		}
	}
}

// TakeAll has deliveries handled until there are none that nobody has taken, or ctx ends.
func (s *Service) TakeAll(ctx context.Context, by Taker) error {
	for ctx.Err() == nil {
		more, err := s.take(context.WithoutCancel(ctx), by)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// take handles the oldest deliveries in one transaction and tells whether there may be more.
func (s *Service) take(ctx context.Context, by Taker) (more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, takeWithin)
	defer cancel()
	by.BeforeTaking(ctx)
	var all []Delivery
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var large []uuid.UUID
		if all, large, err = s.toTakeTx(ctx, tx); err != nil || len(all)+len(large) == 0 {
			return err
		}
		if more = len(all)+len(large) == takeMax; more {
			s.wake() // there is enough for another one
		}
		// A crash that loses the commit leaves them as they are stored, to be taken again.
		if err := database.LazilyTx(ctx, tx); err != nil {
			return err
		}
		var taken Taken
		if len(all) > 0 {
			if taken, err = by.TakeTx(ctx, tx, all); err != nil {
				return err
			}
		}
		more = more || len(taken.Handled)+len(taken.Alone) < len(all)
		if err := s.markAllTx(ctx, tx, taken.Handled); err != nil {
			return err
		}
		return s.aloneTx(ctx, tx, append(taken.Alone, large...))
	})
	if err == nil && len(all) > 0 {
		by.AfterTaking(all)
	}
	if err == nil || len(all) == 0 {
		return more, err
	}
	// One of them is not as it should be, and a job finds out which.
	s.Log.WarnContext(ctx, "deliveries are handled one by one", "deliveries", len(all), "error", err)
	return true, s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		ids := make([]uuid.UUID, len(all))
		for i, d := range all {
			ids[i] = d.ID
		}
		return s.aloneTx(ctx, tx, ids)
	})
}

// toTakeTx gives the oldest deliveries that nobody has taken, and the ids of those that are too large for it, and locks them.
func (s *Service) toTakeTx(ctx context.Context, tx database.Tx) (all []Delivery, large []uuid.UUID, err error) {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT `+deliveryColumns("CASE WHEN octet_length(body) <= $2 THEN body END")+` FROM inbox_delivery
		WHERE status = 'STORED' AND NOT by_job ORDER BY received_at, id LIMIT $1 FOR UPDATE SKIP LOCKED`, takeMax, takenBytesMax)
	if err != nil {
		return nil, nil, fmt.Errorf("deliveries to take: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		d, err := scan(rows)
		if err != nil {
			return nil, nil, err
		}
		if d.Body == nil {
			large = append(large, d.ID)
			continue
		}
		all = append(all, d)
	}
	return all, large, rows.Err()
}

// markAllTx is MarkTx for deliveries that are locked and STORED.
func (s *Service) markAllTx(ctx context.Context, tx database.Tx, all []Handled) error {
	if len(all) == 0 {
		return nil
	}
	var ids, statuses, outcomes database.Column
	for _, h := range all {
		ids.UUID(h.Delivery)
		statuses.Text(string(h.Status))
		outcomes.Text(h.Outcome[:min(len(h.Outcome), outcomeMax)])
	}
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE inbox_delivery d SET status = u.status, outcome = u.outcome, attempts = d.attempts + 1, handled_at = $4
		FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u (id, status, outcome) WHERE d.id = u.id`, &ids, &statuses, &outcomes, s.Clock.Now()); err != nil {
		return fmt.Errorf("mark deliveries: %w", err)
	}
	return nil
}

// aloneTx gives each of the deliveries a job of its own.
func (s *Service) aloneTx(ctx context.Context, tx database.Tx, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	jobs := make([]HandleArgs, len(ids))
	for i, u := range ids {
		jobs[i] = HandleArgs{DeliveryID: u}
	}
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE inbox_delivery SET by_job = true WHERE id = ANY($1::uuid[])`, database.UUIDs(ids)); err != nil {
		return fmt.Errorf("deliveries with jobs: %w", err)
	}
	return job.EnqueueAllTx(ctx, s.Queue, tx, jobs, job.Once())
}
