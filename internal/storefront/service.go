package storefront

import (
	"context"
	"log/slog"
	"time"

	"tributary/internal/brand"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/seal"
)

// Bounds of what is done in shops.
const (
	shopsMax    = 20  // of a brand that a code is made in
	backfillMax = 200 // codes that one job of a newly connected shop, or of a program that moved, asks for
	roundsMax   = 3   // in which a job begins anew because something changed meanwhile
	attemptsMax = 12  // in a row without an answer, over about five hours; then a person has to look
	waitFirst   = 30 * time.Second
	waitMost    = time.Hour
	waitBusy    = 5 * time.Second // while enough calls to the shop are under way
	reasonMax   = 500             // characters
	dueEvery    = 24 * time.Hour  // between two looks at a shop's credentials and webhooks
	dueRound    = time.Hour
	dueMax      = 500 // shops that one round takes
)

// Config is what the service needs. Log may be left out.
type Config struct {
	DB     *database.DB
	Clock  clock.Clock
	Queue  *job.Queue
	Brands *brand.Service
	// MasterSecret is what the key for credentials is derived from.
	MasterSecret []byte
	// Open gives the API of a shop, by its sort. Sorts without an entry have none.
	Open map[brand.IntegrationKind]func(store string, c Credentials) Shop
	Log  *slog.Logger
}

// Service is what is made in shops.
type Service struct {
	Config
	sealed *seal.Box
}

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, sealed: seal.NewBox(c.MasterSecret, "shop-credentials")}
}

// Register adds the jobs that call shops to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, s.SettleCode)
	job.Add(w, s.SettleAccess)
	job.Add(w, s.Backfill)
	job.Add(w, s.SettleProgram)
	job.Add(w, func(ctx context.Context, _ AccessDueArgs) error {
		_, err := s.AskForDueAccess(ctx)
		return err
	})
	job.Every(w, dueRound, AccessDueArgs{})
}

// outside keeps a job apart from work that waits for nobody outside, and one of a sort waiting at a time.
func outside() *job.Options {
	o := job.Once()
	o.Queue = job.Outbound
	return o
}

// again is after how long a shop that gave no answer so many times is asked once more.
func again(attempts int) time.Duration {
	return min(waitFirst<<min(attempts, 10), waitMost)
}

// cut shortens a text to what a reason may have.
func cut(text string) string {
	if r := []rune(text); len(r) > reasonMax {
		return string(r[:reasonMax-1]) + "…"
	}
	return text
}
