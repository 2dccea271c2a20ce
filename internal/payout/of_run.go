package payout

import (
	"context"
	"encoding/json"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/ent/gen/payoutrun"
	"tributary/ent/gen/predicate"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// readableRuns reads runs, those of brands whose payouts the viewer may read.
func (s *Service) readableRuns(ctx context.Context, ids []uuid.UUID) ([]*gen.PayoutRun, error) {
	where := []predicate.PayoutRun{payoutrun.IDIn(ids...)}
	if brands, all := access.Brands(viewer.From(ctx), access.ReadPayouts); !all {
		where = append(where, payoutrun.BrandIDIn(brands...))
	}
	rows, err := s.DB.Ent.PayoutRun.Query().Where(where...).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("payout runs: %w", err)
	}
	return rows, nil
}

// ProgressOfRuns tells how far runs are, in two statements. Runs that the viewer may not read are left out.
func (s *Service) ProgressOfRuns(ctx context.Context, runs []uuid.UUID) (map[uuid.UUID]Progress, error) {
	rows, err := s.readableRuns(ctx, runs)
	if err != nil {
		return nil, err
	}
	return s.progress(ctx, rows)
}

func (s *Service) progress(ctx context.Context, rows []*gen.PayoutRun) (map[uuid.UUID]Progress, error) {
	out := make(map[uuid.UUID]Progress, len(rows))
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID.String()
		out[r.ID] = Progress{RunID: id.Of(id.PayoutRun, r.ID), Status: RunStatus(r.Status), PaidAmount: money.Zero(money.Currency(r.Currency)), At: s.now()}
	}
	err := each(ctx, s.DB.SQL, func(scan func(...any) error) error {
		var run uuid.UUID
		var status Status
		var n int
		var minor int64
		if err := scan(&run, &status, &n, &minor); err != nil {
			return err
		}
		p := out[run]
		p.count(status, n, minor)
		out[run] = p
		return nil
	}, `SELECT run_id, status, count(*), sum(amount_minor)::bigint FROM payout WHERE run_id = ANY($1::uuid[]) GROUP BY run_id, status`, database.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("progress of runs: %w", err)
	}
	return out, nil
}

// count adds n payouts in a state, worth minor together.
func (p *Progress) count(status Status, n int, minor int64) {
	p.Total += n
	switch status {
	case StatusPaid, StatusPartlyReversed, StatusReversed:
		p.Paid += n
		p.PaidAmount.Minor += minor
	case StatusSending, StatusUnknown:
		p.InFlight += n
	case StatusFailed, StatusClosed:
		p.Failed += n
	case StatusSkipped, StatusCancelled:
		p.Skipped += n
	default:
		p.Waiting += n
	}
}

// SkippedOfRuns gives who was left out of runs when they were prepared, in one statement. Runs that the viewer may not read are
// left out.
func (s *Service) SkippedOfRuns(ctx context.Context, runs []uuid.UUID) (map[uuid.UUID][]Skipped, error) {
	rows, err := s.readableRuns(ctx, runs)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]Skipped, len(rows))
	for _, r := range rows {
		skipped := []Skipped{}
		if err := json.Unmarshal(r.Skipped, &skipped); err != nil {
			return nil, fmt.Errorf("skipped creators of run %s: %w", r.ID, err)
		}
		out[r.ID] = skipped
	}
	return out, nil
}

// PayoutsOfRuns gives the same page of the payouts of several runs, in two statements. Runs that the viewer may not read are left
// out.
func (s *Service) PayoutsOfRuns(ctx context.Context, runs []uuid.UUID, status *Status, r page.Request) (map[uuid.UUID]page.Connection[Payout], error) {
	readable, err := s.readableRuns(ctx, runs)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(readable))
	for i, run := range readable {
		ids[i] = run.ID.String()
	}
	compare, order := "<", "DESC"
	if r.Backward {
		compare, order = ">", "ASC"
	}
	rows, err := s.DB.Ent.Payout.Query().Where(predicate.Payout(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id")).WriteString(" IN (SELECT c.id FROM unnest(").Arg(database.Array(ids)).
				WriteString("::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id FROM payout WHERE run_id = u.id")
			if status != nil {
				b.WriteString(" AND status = ").Arg(string(*status))
			}
			if r.HasStart {
				b.WriteString(" AND (created_at, id) " + compare + " (").Arg(r.Cursor.At).WriteString(", ").Arg(r.Cursor.ID).WriteString(")")
			}
			b.WriteString(" ORDER BY created_at " + order + ", id " + order + " LIMIT ").Arg(r.Limit + 1).WriteString(") c)")
		}))
		sel.OrderBy(sel.C("created_at")+" "+order, sel.C("id")+" "+order)
	})).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("payouts of runs: %w", err)
	}
	of := map[uuid.UUID][]*gen.Payout{}
	for _, row := range rows {
		of[row.RunID] = append(of[row.RunID], row)
	}
	out := make(map[uuid.UUID]page.Connection[Payout], len(readable))
	for _, run := range readable {
		c := page.Convert(page.Build(r, of[run.ID], func(p *gen.Payout) page.Cursor { return page.Cursor{At: p.CreatedAt, ID: p.ID} }), payoutOf)
		c.Total = func() (int, error) {
			q := s.DB.Ent.Payout.Query().Where(payout.RunID(run.ID))
			if status != nil {
				q.Where(payout.Status(string(*status)))
			}
			return q.Count(ctx)
		}
		out[run.ID] = c
	}
	return out, nil
}
