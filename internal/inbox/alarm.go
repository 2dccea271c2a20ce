package inbox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
)

const (
	// TooLong is how long a delivery may wait for its order before people are told.
	TooLong    = 7 * 24 * time.Hour
	alarmEvery = time.Hour
	// alarmsMax is how many deliveries one run tells of; what is left over is the next run's.
	alarmsMax = 500
)

// AlarmArgs describes the job that tells of deliveries which wait for their order for too long.
type AlarmArgs struct{}

// Kind names the job in the queue.
func (AlarmArgs) Kind() string { return "inbox_alarm" }

// Register adds the jobs of the inbox to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ AlarmArgs) error {
		_, err := s.Alarm(ctx)
		return err
	})
	job.Every(w, alarmEvery, AlarmArgs{})
}

// Alarm writes once into a brand's log, and the server's, of each refund or chargeback that has waited for its order for more than
// seven days: the order never came, or was told under another id. It gives how many it told of. It is for the program itself.
func (s *Service) Alarm(ctx context.Context) (int, error) {
	told := 0
	err := s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.Clock.Now()
		rows, err := tx.SQL.QueryContext(ctx, `UPDATE inbox_delivery SET alarmed_at = $1 WHERE id IN (SELECT id FROM inbox_delivery
			WHERE status = 'WAITING' AND received_at < $2 AND alarmed_at IS NULL ORDER BY received_at LIMIT $3 FOR UPDATE SKIP LOCKED)
			RETURNING id, brand_id, topic, received_at`, now, now.Add(-TooLong), alarmsMax)
		if err != nil {
			return fmt.Errorf("deliveries that wait: %w", err)
		}
		defer func() { _ = rows.Close() }()
		var deeds []auditlog.Deed
		for rows.Next() {
			var delivery uuid.UUID
			var brand uuid.NullUUID
			var topic string
			var received time.Time
			if err := rows.Scan(&delivery, &brand, &topic, &received); err != nil {
				return fmt.Errorf("deliveries that wait: %w", err)
			}
			deeds = append(deeds, auditlog.Deed{Action: "DELIVERY_WAITS", ObjectKind: "DELIVERY", ObjectID: delivery, BrandID: brand.UUID, Detail: map[string]any{"topic": topic,
				"sentence": "A delivery (" + topic + ") of " + received.UTC().Format("2 January 2006") + " still waits for its order. Import the order, or have the shop send it again."}})
			s.Log.ErrorContext(ctx, "a delivery has waited for its order for more than seven days", "delivery", id.Of(id.Delivery, delivery).String(), "topic", topic, "received", received)
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("deliveries that wait: %w", err)
		}
		for _, d := range deeds {
			if err := auditlog.WriteTx(ctx, tx, now, d); err != nil {
				return err
			}
		}
		told = len(deeds)
		return nil
	})
	return told, err
}
