package order

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entorder "tributary/ent/gen/order"
	"tributary/internal/kit/access"
	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// TopicOrders is what the hub calls new orders; the object is the brand.
const TopicOrders = "orders"

// Bounds of a live view of orders.
const (
	recordedPace = 2 * time.Second // at least this between two reads for one viewer
	recordedMax  = 20              // orders in one message
	recordedRead = 200             // orders that one read counts
	// recordedOverlap is how far back each read looks: a transaction that began earlier may commit later.
	recordedOverlap = time.Minute
)

// Recorded are orders that were recorded since the message before.
type Recorded struct {
	At     time.Time // when they were looked for.
	Count  int       // how many in all; at most 200.
	Orders []Order   // the latest of them, the newest first. At most 20.
}

// Tell tells live views that orders of brands were recorded. Call it after the commit.
func (s *Service) Tell(brands ...uuid.UUID) {
	if s.Changes == nil {
		return
	}
	for _, brand := range brands {
		s.Changes.Publish(TopicOrders, brand, brand)
	}
}

// OrderRecorded gives orders of a brand as they are recorded, to members who may read orders. The first message comes at once and holds
// none. The channel is closed when ctx ends, as it does when the viewer may no longer look. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) OrderRecorded(ctx context.Context, brandID id.ID) (<-chan *Recorded, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	if err := access.Brand(v, access.ReadOrders, brand); err != nil {
		return nil, err
	}
	// Hints are taken from before the first look on, so that no order falls between.
	var hints <-chan broadcast.Change
	if s.Changes != nil {
		hints = s.Changes.Watch(ctx, TopicOrders, brand)
	}
	seen := map[uuid.UUID]bool{}
	if _, err := s.recorded(ctx, brand, seen); err != nil {
		return nil, err
	}
	out := make(chan *Recorded, 1)
	out <- &Recorded{At: s.Clock.Now(), Orders: []Order{}}
	go func() {
		defer close(out)
		for awaitRecorded(ctx, hints) {
			r, err := s.recorded(ctx, brand, seen)
			if err != nil {
				return // the client opens it again, and is told why if that fails, too
			}
			if r.Count == 0 {
				continue
			}
			select {
			case out <- &r:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// awaitRecorded waits for the pace, and then for a hint or for the floor. It gives false when ctx has ended.
func awaitRecorded(ctx context.Context, hints <-chan broadcast.Change) bool {
	pace, floor := time.NewTimer(recordedPace), time.NewTimer(broadcast.Floor)
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
		case _, open := <-hints:
			if !open {
				return false
			}
			hinted = true
		}
	}
	return true
}

// recorded gives the orders of the last minute that are not among the seen ones, and makes these the seen ones. Ids begin with the time
// at which they were made, so the index of ids finds the newest orders.
func (s *Service) recorded(ctx context.Context, brand uuid.UUID, seen map[uuid.UUID]bool) (Recorded, error) {
	now := s.Clock.Now()
	rows, err := s.DB.Ent.Order.Query().Where(entorder.IDGTE(id.FirstAt(now.Add(-recordedOverlap))), entorder.BrandID(brand)).
		Order(entorder.ByID(entsql.OrderDesc())).Limit(recordedRead).All(ctx)
	if err != nil {
		return Recorded{}, fmt.Errorf("new orders: %w", err)
	}
	out := Recorded{At: now, Orders: []Order{}}
	before := slices.Collect(maps.Keys(seen))
	for _, row := range rows {
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		out.Count++
		if len(out.Orders) < recordedMax {
			out.Orders = append(out.Orders, orderOf(row))
		}
	}
	for _, u := range before { // those that no read finds any more
		if id.TimeOf(u).Before(now.Add(-2 * recordedOverlap)) {
			delete(seen, u)
		}
	}
	return out, nil
}
