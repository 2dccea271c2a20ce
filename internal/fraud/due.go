package fraud

import (
	"context"
	"time"

	"tributary/internal/kit/job"
)

// sweepEvery is how often what is no longer needed is forgotten.
const sweepEvery = time.Hour

// SweepArgs describes the job that forgets the networks of old orders.
type SweepArgs struct{}

// Kind names the job in the queue.
func (SweepArgs) Kind() string { return "fraud_sweep" }

// Register adds the package's jobs.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ SweepArgs) error { return s.sweepNetworks(ctx) })
	job.Every(w, sweepEvery, SweepArgs{})
}
