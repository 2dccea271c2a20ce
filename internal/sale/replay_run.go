package sale

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entreplay "tributary/ent/gen/policyreplay"
	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/order"
)

const (
	// replayBatch is how many orders are looked at in one transaction, after which progress shows and a crash loses nothing.
	replayBatch = 50
	// replayTurn is how long a job goes on before others get its worker.
	replayTurn = 20 * time.Second
	// replayFailuresMax is how many batches in a row may fail before a replay ends.
	replayFailuresMax = 5
)

// Replay does the job: batch after batch until all orders were looked at, the replay was stopped, or others are to have their turn. It goes
// on where the last batch ended.
func (s *Service) Replay(ctx context.Context, args ReplayArgs) error {
	replay, err := uuid.Parse(args.ReplayID)
	if err != nil {
		return job.Discard(err)
	}
	for began := s.clock.Now(); ; {
		more, err := s.replayBatch(ctx, replay)
		if err != nil || !more {
			return err
		}
		if s.clock.Now().Sub(began) > replayTurn {
			return job.Snooze(0)
		}
	}
}

// replayBatch looks at the next orders in one transaction.
func (s *Service) replayBatch(ctx context.Context, replay uuid.UUID) (more bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.PolicyReplay.Query().Where(entreplay.ID(replay)).ForUpdate().Only(ctx)
		if database.IsMissing(err) || err == nil && row.Status != string(ReplayRunning) {
			more = false
			return nil
		}
		if err != nil {
			return fmt.Errorf("replay a policy: %w", err)
		}
		places, err := replayNextTx(ctx, tx, row)
		if err != nil {
			return err
		}
		if more = len(places) == replayBatch; len(places) == 0 {
			_, err := endReplayTx(ctx, tx, row, ReplayDone, s.clock.Now())
			return err
		}
		sum := replaySum{}
		changed, kept := 0, 0
		var last order.Order
		for _, place := range places {
			o, what, err := s.replayOrderTx(ctx, tx, replayOf(row), place, sum)
			if err != nil {
				return fmt.Errorf("replay of order %s: %w", place, err)
			}
			last = o
			switch what {
			case replayChanged:
				changed++
			case replayKept:
				kept++
			}
		}
		if err := sum.addTx(ctx, tx, replay); err != nil {
			return err
		}
		now := s.clock.Now()
		update := tx.Ent.PolicyReplay.UpdateOne(row).SetUpdatedAt(now).AddDone(len(places)).AddChanged(changed).AddKept(kept).SetFailures(0).SetCursorAt(last.PlacedAt).SetCursorID(last.ID.UUID)
		if !more {
			update.SetStatus(string(ReplayDone)).SetFinishedAt(now)
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("replay a policy: %w", err)
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return false, errors.Join(err, s.replayFailed(ctx, replay))
	}
	return more, err
}

// replayFailed counts a batch that failed. After a few in a row the replay ends: an order stops it, and would again.
func (s *Service) replayFailed(ctx context.Context, replay uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.PolicyReplay.Query().Where(entreplay.ID(replay)).ForUpdate().Only(ctx)
		if err != nil || row.Status != string(ReplayRunning) {
			return database.OnMissing(err, "replay")
		}
		update := tx.Ent.PolicyReplay.UpdateOne(row).AddFailures(1).SetUpdatedAt(s.clock.Now())
		ends := row.Failures+1 >= replayFailuresMax
		if ends {
			update.SetFailure("An order could not be decided anew. The server's log says why.")
		}
		if row, err = update.Save(ctx); err != nil {
			return fmt.Errorf("count a failed batch: %w", err)
		}
		if ends {
			_, err = endReplayTx(ctx, tx, row, ReplayFailed, s.clock.Now())
		}
		return err
	})
}

// replayNextTx gives the orders after the last one that was looked at, the oldest first.
func replayNextTx(ctx context.Context, tx database.Tx, row *gen.PolicyReplay) (places []uuid.UUID, err error) {
	after, afterID := row.FromAt.Add(-time.Microsecond), uuid.Nil
	if row.CursorAt != nil {
		after, afterID = *row.CursorAt, *row.CursorID
	}
	rows, err := tx.SQL.QueryContext(ctx, `SELECT o.id FROM "order" o WHERE `+replayable+` AND (o.placed_at, o.id) > ($4, $5) ORDER BY o.placed_at, o.id LIMIT $6`,
		row.BrandID, row.FromAt, row.ToAt, after, afterID, replayBatch)
	if err != nil {
		return nil, fmt.Errorf("orders to replay: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var u uuid.UUID
		if err := rows.Scan(&u); err != nil {
			return nil, fmt.Errorf("orders to replay: %w", err)
		}
		places = append(places, u)
	}
	return places, rows.Err()
}

// replayed is what became of an order in a replay.
type replayed int

const (
	replaySame replayed = iota
	replayChanged
	replayKept // a person decided it
)

// replayOrderTx decides an order twice by the evidence that there is now, by the policy of its decision and by the draft, and adds what
// both would pay. So only the draft makes a difference, not what became known since.
func (s *Service) replayOrderTx(ctx context.Context, tx database.Tx, r Replay, place uuid.UUID, sum replaySum) (order.Order, replayed, error) {
	o, lines, err := s.orders.ReadTx(ctx, tx, place)
	if err != nil {
		return o, replaySame, err
	}
	d, found, err := currentTx(ctx, tx, place)
	if err != nil || !found {
		return o, replaySame, err
	}
	if c := Cause(d.row.Cause); c == CauseClaim || c == CauseReassigned {
		if err := s.replayPaidTx(ctx, tx, o, lines, d, d.credits, sum, before, after); err != nil {
			return o, replaySame, err
		}
		return o, replayKept, nil
	}
	words, err := s.saidTx(ctx, tx, o, d)
	if err != nil {
		return o, replaySame, err
	}
	e, err := s.evidenceTx(ctx, tx, o, lines, lookOnly, words...)
	if err != nil {
		return o, replaySame, err
	}
	was := attribution.Decide(e.input)
	e.input.Policy = r.Rules()
	for u, p := range e.input.Programs {
		if r.WindowDays != nil {
			p.WindowDays = *r.WindowDays
		}
		if len(r.TouchKinds) > 0 {
			p.AllowedKinds = r.TouchKinds
		}
		e.input.Programs[u] = p
	}
	would := attribution.Decide(e.input)
	if sameParts(was.Credits, would.Credits) {
		return o, replaySame, s.replayPaidTx(ctx, tx, o, lines, d, was.Credits, sum, before, after)
	}
	if err := s.replayPaidTx(ctx, tx, o, lines, d, was.Credits, sum, before); err != nil {
		return o, replaySame, err
	}
	return o, replayChanged, s.replayPaidTx(ctx, tx, o, lines, d, would.Credits, sum, after)
}

func sameParts(a, b []attribution.Credit) bool {
	byPartnership := func(x, y attribution.Credit) int { return cmp.Compare(x.PartnershipID, y.PartnershipID) }
	a, b = slices.SortedFunc(slices.Values(a), byPartnership), slices.SortedFunc(slices.Values(b), byPartnership)
	return slices.EqualFunc(a, b, func(x, y attribution.Credit) bool { return x.PartnershipID == y.PartnershipID && x.PPM == y.PPM })
}

// replayPaidTx adds what credits would pay to sides of the sum.
func (s *Service) replayPaidTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, d decision, credits []attribution.Credit, sum replaySum, sides ...side) error {
	shares, err := s.sharesTx(ctx, tx, o, credits)
	if err != nil {
		return err
	}
	if err := s.keepPromisesTx(ctx, tx, o, lines, credits, shares); err != nil {
		return err
	}
	reckoned, err := s.commissions.ReckonTx(ctx, tx, commission.Sale{
		Brand: o.BrandID.UUID, Order: o.ID.UUID, Decision: d.row.ID, Currency: o.Net.Currency, PlacedAt: o.PlacedAt, Payment: payment(o),
		Returning: !o.NewCustomer, Lines: ruleLines(lines, nothingLeft(o)), Shares: shares,
	})
	if err != nil {
		return err
	}
	for i, sh := range shares {
		sum.add(sh.Creator, reckoned[i], sh.PPM, sides)
	}
	return nil
}

// side is one of the two policies that a replay compares.
type side int

const (
	before side = iota
	after
)

// replayKey is whose sum it is.
type replayKey struct {
	creator  uuid.UUID
	currency money.Currency
}

// replaySum is what a batch adds up to: commission in minor units and credit, on both sides.
type replaySum map[replayKey]*[2]struct{ minor, ppm int64 }

func (sum replaySum) add(creator uuid.UUID, amount money.Money, ppm money.PPM, sides []side) {
	key := replayKey{creator, amount.Currency}
	if sum[key] == nil {
		sum[key] = new([2]struct{ minor, ppm int64 })
	}
	for _, at := range sides {
		sum[key][at].minor += amount.Minor
		sum[key][at].ppm += int64(ppm)
	}
}

// addTx stores the sums of a batch with the ones before.
func (sum replaySum) addTx(ctx context.Context, tx database.Tx, replay uuid.UUID) error {
	var creators, currencies []string
	var figures [4][]int64
	for key, s := range sum {
		creators, currencies = append(creators, key.creator.String()), append(currencies, string(key.currency))
		for i, n := range []int64{s[before].minor, s[after].minor, s[before].ppm, s[after].ppm} {
			figures[i] = append(figures[i], n)
		}
	}
	a := database.Array
	if _, err := tx.SQL.ExecContext(ctx, `
		INSERT INTO policy_replay_row AS t (replay_id, creator_id, currency, before_minor, after_minor, before_ppm, after_ppm)
		SELECT $1, c, y, n1, n2, n3, n4 FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) AS x (c, y, n1, n2, n3, n4)
		ON CONFLICT (replay_id, creator_id, currency) DO UPDATE SET before_minor = t.before_minor + excluded.before_minor, after_minor = t.after_minor + excluded.after_minor,
			before_ppm = t.before_ppm + excluded.before_ppm, after_ppm = t.after_ppm + excluded.after_ppm`,
		replay, a(creators), a(currencies), a(figures[0]), a(figures[1]), a(figures[2]), a(figures[3])); err != nil {
		return fmt.Errorf("sums of a replay: %w", err)
	}
	return nil
}
