package tracking

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/job"
)

// partitionsAhead is how many months of clicks have a partition before they begin.
const partitionsAhead = 3

// PartitionArgs is the job that makes the partitions of clicks, once a day.
type PartitionArgs struct{}

// Kind names the job.
func (PartitionArgs) Kind() string { return "tracking_click_partitions" }

// Register adds the jobs of tracking to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ PartitionArgs) error { return s.EnsurePartitions(ctx) })
	job.Every(w, 24*time.Hour, PartitionArgs{})
	job.Add(w, func(ctx context.Context, _ SaltArgs) error {
		today := clock.DateOf(s.Clock.Now())
		return errors.Join(s.salts.destroy(ctx, today), s.forgetNetworks(ctx, today))
	})
	job.Every(w, time.Hour, SaltArgs{})
	s.registerHealth(w)
}

// SaltArgs is the job that destroys the salts of days that are over, each hour.
type SaltArgs struct{}

// Kind names the job.
func (SaltArgs) Kind() string { return "tracking_destroy_salts" }

// EnsurePartitions makes the partitions of the coming months. Clicks of a month that began without one stay in the default
// partition, where they are found as well.
func (s *Service) EnsurePartitions(ctx context.Context) error {
	now := s.Clock.Now()
	for i := 1; i <= partitionsAhead; i++ {
		month := now.AddDate(0, 0, 1-now.Day()).AddDate(0, i, 0)
		if _, err := s.DB.SQL.ExecContext(ctx, `SELECT ensure_partition('click', $1::date)`, month); err != nil {
			return fmt.Errorf("partitions of clicks: %w", err)
		}
	}
	return nil
}
