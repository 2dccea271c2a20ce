package review

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/insight"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/partnership"
)

const (
	// dueEvery is how often reviews are made.
	dueEvery = 6 * time.Hour
	// duePerRound bounds the reviews of one round; what is left comes with the next.
	duePerRound = 200
	// medianOf bounds the partnerships of a program that medians are taken of.
	medianOf = 1000
	// quarterDays is the time between reviews after the trial, in days.
	quarterDays = 90
)

// DueArgs is the job that makes the reviews whose time has come.
type DueArgs struct{}

// Kind names the job.
func (DueArgs) Kind() string { return "review_due" }

// Register adds the jobs of this package.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ DueArgs) error {
		_, err := s.MakeDue(ctx)
		return err
	})
	job.Every(w, dueEvery, DueArgs{})
}

// due is one review to be made.
type due struct {
	brand, program, partnership, creator uuid.UUID
	from, to                             time.Time
}

// MakeDue makes the reviews whose time has come, at most 200, and gives how many. The first is of the trial, the others of each 90
// days after it; a partnership has at most one of the same time. It is for the program itself.
func (s *Service) MakeDue(ctx context.Context) (int, error) {
	now := s.clock.Now()
	list, err := s.whatIsDue(ctx, now)
	if err != nil {
		return 0, err
	}
	made := 0
	for _, d := range list {
		err := s.makeOne(ctx, now, d)
		if database.IsUnique(err, "review_period_key") {
			continue // made meanwhile
		}
		if err != nil {
			return made, fmt.Errorf("review of %s: %w", d.partnership, err)
		}
		made++
	}
	return made, nil
}

// whatIsDue finds active partnerships whose trial or latest 90 days are over and were not looked at.
func (s *Service) whatIsDue(ctx context.Context, now time.Time) ([]due, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `
		WITH age AS (
			SELECT s.*, p.trial_days, s.activated_at + p.trial_days * interval '24 hours' AS trial_end
			FROM partnership s JOIN program p ON p.id = s.program_id
			WHERE s.status = 'ACTIVE' AND s.activated_at IS NOT NULL AND p.status IN ('ACTIVE', 'PAUSED')
		), counted AS (
			SELECT *, floor(extract(epoch FROM $1::timestamptz - trial_end) / ($2::int * 86400))::int AS quarters FROM age WHERE trial_end <= $1
		), span AS (
			SELECT *,
				CASE WHEN quarters = 0 THEN activated_at ELSE trial_end + (quarters - 1) * $2::int * interval '24 hours' END AS from_at,
				trial_end + quarters * $2::int * interval '24 hours' AS to_at
			FROM counted WHERE quarters > 0 OR trial_days > 0
		)
		SELECT brand_id, program_id, id, creator_id, from_at, to_at FROM span
		WHERE NOT EXISTS (SELECT 1 FROM review r WHERE r.partnership_id = span.id AND r.from_at = span.from_at)
		ORDER BY to_at, id LIMIT $3`, now, quarterDays, duePerRound)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []due
	for rows.Next() {
		var d due
		if err := rows.Scan(&d.brand, &d.program, &d.partnership, &d.creator, &d.from, &d.to); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// makeOne compares a partnership's figures with the program's medians and writes the review.
func (s *Service) makeOne(ctx context.Context, now time.Time, d due) error {
	others, err := s.partnerships.OfProgram(ctx, d.program, medianOf)
	if err != nil {
		return err
	}
	// The day on which the time ends belongs to the next review.
	first, last := clock.DateOf(d.from), clock.DateOf(d.to).AddDays(-1)
	spans := []insight.Span{{Group: d.partnership.String(), Partnership: d.partnership, From: first, To: last}}
	for _, p := range others {
		if p.ID.UUID != d.partnership && countsFor(p, d) {
			spans = append(spans, insight.Span{Group: p.ID.UUID.String(), Partnership: p.ID.UUID, From: first, To: last})
		}
	}
	figures, err := s.figures.FiguresOf(ctx, spans)
	if err != nil {
		return err
	}
	all := make([]insight.Figures, 0, len(figures))
	for _, f := range figures {
		all = append(all, f)
	}
	own := figures[d.partnership.String()]
	middle := medians(all)
	action, reasons := recommend(own, middle)
	stored, err := json.Marshal(kept{own, middle})
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.Review.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(d.brand).SetProgramID(d.program).
			SetPartnershipID(d.partnership).SetCreatorID(d.creator).SetFromAt(d.from).SetToAt(d.to).SetFigures(stored).
			SetRecommendation(string(action)).SetReasons(reasons).SetStatus(string(StatusDue)).Save(ctx)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "REVIEW_DUE", ObjectKind: "REVIEW", ObjectID: row.ID, BrandID: d.brand,
			Detail: map[string]any{"recommendation": action}})
	})
}

// countsFor tells whether a partnership was active for some of the time, so that it belongs to the medians.
func countsFor(p partnership.Partnership, d due) bool {
	if p.ActivatedAt == nil || !p.ActivatedAt.Before(d.to) {
		return false
	}
	return p.Status != partnership.StatusRetired || p.StatusSince.After(d.from)
}
