package sale

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	entreplay "tributary/ent/gen/policyreplay"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// replayRowsMax bounds the creators that a replay shows; totals are of all.
const replayRowsMax = 500

// ReplayByID gives a replay to who may change the brand's policy. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) ReplayByID(ctx context.Context, replay id.ID) (Replay, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Replay{}, err
	}
	u, err := id.Want(replay, id.Replay, "replay")
	if err != nil {
		return Replay{}, err
	}
	row, err := s.db.Ent.PolicyReplay.Get(ctx, u)
	if err != nil {
		return Replay{}, database.OnMissing(err, "replay")
	}
	if err := access.Noun(mayReplay(v, row.BrandID), "replay"); err != nil {
		return Replay{}, err
	}
	return replayOf(row), nil
}

func mayReplay(v viewer.Viewer, brand uuid.UUID) error {
	if err := access.Brand(v, access.WritePrograms, brand); err != nil {
		return err
	}
	if v.Kind == viewer.App {
		return fault.New(fault.Forbidden, "FORBIDDEN", "API keys do not replay policies.")
	}
	return nil
}

// Replays gives the replays of a brand, newest first. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Replays(ctx context.Context, brandID id.ID, r page.Request) (page.Connection[Replay], error) {
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return page.Connection[Replay]{}, err
	}
	if err := mayReplay(viewer.From(ctx), brand); err != nil {
		return page.Connection[Replay]{}, err
	}
	rows, err := s.db.Ent.PolicyReplay.Query().Where(entreplay.BrandID(brand), r.Keyset(entreplay.FieldCreatedAt)).All(ctx)
	if err != nil {
		return page.Connection[Replay]{}, fmt.Errorf("replays: %w", err)
	}
	out := make([]Replay, len(rows))
	for i, row := range rows {
		out[i] = replayOf(row)
	}
	return page.Build(r, out, func(x Replay) page.Cursor { return page.Cursor{At: x.StartedAt, ID: x.ID.UUID} }), nil
}

// ReplayRows gives the creators of replays that the viewer may see, the largest differences first, in one statement. At most 500 of each.
func (s *Service) ReplayRows(ctx context.Context, replays []uuid.UUID) (map[uuid.UUID][]ReplayRow, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT replay_id, creator_id, currency, before_minor, after_minor, before_ppm, after_ppm FROM (
			SELECT *, row_number() OVER (PARTITION BY replay_id ORDER BY abs(after_minor - before_minor) DESC, abs(after_ppm - before_ppm) DESC, before_minor DESC, creator_id, currency) AS n
			FROM policy_replay_row WHERE replay_id = ANY($1::uuid[])) x
		WHERE n <= $2 ORDER BY replay_id, n`, database.UUIDs(replays), replayRowsMax)
	if err != nil {
		return nil, fmt.Errorf("rows of replays: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[uuid.UUID][]ReplayRow{}
	for rows.Next() {
		var replay, creator uuid.UUID
		var currency money.Currency
		var was, would, wasPPM, wouldPPM int64
		if err := rows.Scan(&replay, &creator, &currency, &was, &would, &wasPPM, &wouldPPM); err != nil {
			return nil, fmt.Errorf("rows of replays: %w", err)
		}
		out[replay] = append(out[replay], ReplayRow{CreatorID: id.Of(id.Creator, creator), OrdersBefore: float64(wasPPM) / float64(money.One),
			OrdersAfter: float64(wouldPPM) / float64(money.One), Before: money.New(was, currency), After: money.New(would, currency), Difference: money.New(would-was, currency)})
	}
	return out, rows.Err()
}

// ReplayTotals gives what replays that the viewer may see come to for all creators, a line a currency, in one statement.
func (s *Service) ReplayTotals(ctx context.Context, replays []uuid.UUID) (map[uuid.UUID][]ReplayTotal, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT replay_id, currency, count(*), count(*) FILTER (WHERE after_minor > before_minor), count(*) FILTER (WHERE after_minor < before_minor),
			sum(before_minor)::bigint, sum(after_minor)::bigint
		FROM policy_replay_row WHERE replay_id = ANY($1::uuid[]) GROUP BY replay_id, currency ORDER BY replay_id, sum(before_minor) DESC, currency`, database.UUIDs(replays))
	if err != nil {
		return nil, fmt.Errorf("totals of replays: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[uuid.UUID][]ReplayTotal{}
	for rows.Next() {
		var replay uuid.UUID
		var t ReplayTotal
		var currency money.Currency
		var was, would int64
		if err := rows.Scan(&replay, &currency, &t.Creators, &t.Gaining, &t.Losing, &was, &would); err != nil {
			return nil, fmt.Errorf("totals of replays: %w", err)
		}
		t.Before, t.After, t.Difference = money.New(was, currency), money.New(would, currency), money.New(would-was, currency)
		out[replay] = append(out[replay], t)
	}
	return out, rows.Err()
}
