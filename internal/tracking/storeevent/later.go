package storeevent

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
)

const (
	// partitionsAhead is how many months of events have a partition before they begin.
	partitionsAhead = 3
	// resolveMax bounds the events whose click is looked for at once.
	resolveMax = 5_000
)

// PartitionArgs is the job that makes the partitions of store events, once a day.
type PartitionArgs struct{}

// Kind names the job.
func (PartitionArgs) Kind() string { return "tracking_store_event_partitions" }

// ResolveArgs is the job that looks for the clicks of events which came before them, once a minute.
type ResolveArgs struct{}

// Kind names the job.
func (ResolveArgs) Kind() string { return "tracking_store_event_clicks" }

// Register adds the jobs of store events to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ PartitionArgs) error { return s.EnsurePartitions(ctx) })
	job.Every(w, 24*time.Hour, PartitionArgs{})
	job.Add(w, func(ctx context.Context, _ ResolveArgs) error {
		_, err := s.Resolve(ctx)
		return err
	})
	job.Every(w, time.Minute, ResolveArgs{})
}

// EnsurePartitions makes the partitions of the coming months. Events of a month that began without one stay in the default
// partition, where they are found as well.
func (s *Service) EnsurePartitions(ctx context.Context) error {
	now := s.Clock.Now()
	for i := 1; i <= partitionsAhead; i++ {
		month := now.AddDate(0, 0, 1-now.Day()).AddDate(0, i, 0)
		if _, err := s.DB.SQL.ExecContext(ctx, `SELECT ensure_partition('store_event', $1::date)`, month); err != nil {
			return fmt.Errorf("partitions of store events: %w", err)
		}
	}
	return nil
}

// Resolve finds the clicks that came after their events, counts those events, and gives how many they are. An event whose click has
// not come within clickWait is left as it is, outside of all figures.
func (s *Service) Resolve(ctx context.Context) (found int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, lockName); err != nil {
			return fmt.Errorf("clicks of store events: %w", err)
		}
		found, err = s.countTx(ctx, tx, `
			UPDATE store_event e SET link_id = c.link_id, program_id = c.program_id, partnership_id = c.partnership_id, creator_id = c.creator_id,
				platform = c.platform, visitor_id = c.visitor_id
			FROM (SELECT brand_id, id, occurred_at, click_id, clicked_at FROM store_event
				WHERE link_id IS NULL AND received_at > $1 ORDER BY received_at DESC LIMIT $2) u
			JOIN click c ON c.id = u.click_id AND c.clicked_at = u.clicked_at AND c.brand_id = u.brand_id AND c.not_counted = ''
			WHERE e.brand_id = u.brand_id AND e.id = u.id AND e.occurred_at = u.occurred_at
			RETURNING e.*`, s.Clock.Now().Add(-clickWait), resolveMax)
		return err
	})
	return found, err
}
