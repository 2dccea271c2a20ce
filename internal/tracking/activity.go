package tracking

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
)

// Bounds of a live view of clicks.
const (
	activityPace  = 2 * time.Second // at least this between two reads for one viewer
	activityKnown = 1000            // links whose clicks of a day are known to one viewer, most clicked first; above it only sums are exact
	activityLinks = 100             // links in one message
)

// Activity is how many clicks were counted since the message before.
type Activity struct {
	At     time.Time
	Clicks int
	Links  []LinkActivity // most clicks first
}

// LinkActivity is how many of them came through a link.
type LinkActivity struct {
	LinkID id.ID
	Clicks int
}

// ClickActivity gives clicks as they are counted: of a brand to members who may read tracking, else of the signed-in creator; of one
// partnership when it is named. The first message comes at once and holds no clicks. The channel is closed when ctx ends, as it does when
// the viewer may no longer look. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, NO_CREATOR_PROFILE.
func (s *Service) ClickActivity(ctx context.Context, f ListFilter) (<-chan *Activity, error) {
	sc, err := scopeOf(ctx, f)
	if err != nil {
		return nil, err
	}
	// Hints are taken from before the first look on, so that no click falls between.
	var hints <-chan broadcast.Change
	if s.Changes != nil {
		hints = s.Changes.Watch(ctx, TopicClicks, sc.creator)
	}
	seen, err := s.tallyOf(ctx, sc, clock.DateOf(s.Clock.Now()))
	if err != nil {
		return nil, err
	}
	out := make(chan *Activity, 1)
	out <- &Activity{At: s.Clock.Now()}
	go func() {
		defer close(out)
		for s.awaitClicks(ctx, sc, hints) {
			now, err := s.tallyOf(ctx, sc, seen.day)
			if err != nil {
				if ctx.Err() == nil {
					s.Log.WarnContext(ctx, "live view of clicks ended", "error", err)
				}
				return
			}
			a := now.since(seen)
			if seen = now; a.Clicks == 0 {
				continue
			}
			a.At = s.Clock.Now()
			select {
			case out <- &a:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// awaitClicks waits for the pace, and then for a hint of clicks in the scope or for the floor. It gives false when ctx has ended.
func (s *Service) awaitClicks(ctx context.Context, sc scope, hints <-chan broadcast.Change) bool {
	pace, floor := time.NewTimer(s.pace), time.NewTimer(s.floor)
	defer pace.Stop()
	defer floor.Stop()
	hinted, paced := false, false
	for !hinted || !paced {
		select {
		case <-ctx.Done():
			return false
		case <-pace.C:
			paced = true
		case <-floor.C:
			return true
		case c, open := <-hints:
			if !open {
				return false
			}
			hinted = hinted || c.Resync || sc.brand == uuid.Nil || c.Brand == sc.brand
		}
	}
	return true
}

// linkDay is a link on a day.
type linkDay struct {
	link uuid.UUID
	day  clock.Date
}

// tally is what was counted from a day on.
type tally struct {
	day    clock.Date // the last day
	total  map[clock.Date]int
	byLink map[linkDay]int
	whole  bool // whether every link with clicks is in byLink
}

// since gives what was counted after an earlier tally.
func (t tally) since(before tally) Activity {
	var a Activity
	for day, n := range t.total {
		a.Clicks += max(n-before.total[day], 0)
	}
	for at, n := range t.byLink {
		was, known := before.byLink[at]
		// A link that only now is one of the most clicked has clicks of before, and nobody knows how many.
		if !known && !before.whole && at.day == before.day {
			continue
		}
		if n > was {
			a.Links = append(a.Links, LinkActivity{LinkID: id.Of(id.Link, at.link), Clicks: n - was})
		}
	}
	slices.SortFunc(a.Links, func(x, y LinkActivity) int {
		return cmp.Or(cmp.Compare(y.Clicks, x.Clicks), slices.Compare(x.LinkID.UUID[:], y.LinkID.UUID[:]))
	})
	a.Links = a.Links[:min(len(a.Links), activityLinks)]
	return a
}

// tallyOf reads what was counted in a scope from a day on until today, in one statement: what is folded by its indexes, and what is not.
func (s *Service) tallyOf(ctx context.Context, sc scope, from clock.Date) (tally, error) {
	t := tally{day: clock.DateOf(s.Clock.Now()), total: map[clock.Date]int{}, byLink: map[linkDay]int{}}
	rows, err := s.DB.SQL.QueryContext(ctx, `
		SELECT link_id, day, sum(clicks)::bigint, sum(sum(clicks)) OVER (PARTITION BY day)::bigint FROM (
			SELECT r.link_id, r.day, r.clicks FROM program p JOIN rollup_link_day r ON r.brand_id = p.brand_id AND r.program_id = p.id
				WHERE $1::uuid IS NOT NULL AND p.brand_id = $1 AND r.day >= $4
			UNION ALL SELECT r.link_id, r.day, r.clicks FROM link l JOIN rollup_link_day r ON r.link_id = l.id
				WHERE $1::uuid IS NULL AND l.creator_id = $2 AND r.day >= $4
			UNION ALL SELECT link_id, day, clicks FROM rollup_delta
				WHERE link_id IS NOT NULL AND ($1::uuid IS NULL OR brand_id = $1) AND ($2::uuid IS NULL OR creator_id = $2) AND day >= $4
		) c WHERE clicks <> 0 AND ($3::uuid IS NULL OR link_id IN (SELECT id FROM link WHERE partnership_id = $3))
		GROUP BY link_id, day ORDER BY 3 DESC, 1 LIMIT $5`,
		maybeUUID(sc.brand), maybeUUID(sc.creator), maybeUUID(sc.partnership), from.String(), activityKnown)
	if err != nil {
		return t, fmt.Errorf("clicks of today: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var link uuid.UUID
		var day time.Time
		var n, total int
		if err := rows.Scan(&link, &day, &n, &total); err != nil {
			return t, fmt.Errorf("clicks of today: %w", err)
		}
		at := clock.DateOf(day)
		t.total[at] = total
		t.byLink[linkDay{link, at}] = n
	}
	t.whole = len(t.byLink) < activityKnown
	return t, rows.Err()
}

func maybeUUID(u uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: u, Valid: u != uuid.Nil} }
