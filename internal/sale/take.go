package sale

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entintegration "tributary/ent/gen/integration"
	"tributary/internal/inbox"
	"tributary/internal/kit/database"
	"tributary/internal/order"
)

// BeforeTaking lets clicks become known that were answered before the deliveries.
func (s *Service) BeforeTaking(ctx context.Context) { s.awaitClicks(ctx) }

// AfterTaking tells live views of orders that there may be new ones.
func (s *Service) AfterTaking(taken []inbox.Delivery) {
	var brands []uuid.UUID
	for _, d := range taken {
		if !slices.Contains(brands, d.Brand) {
			brands = append(brands, d.Brand)
		}
	}
	s.orders.Tell(brands...)
}

// TakeTx records the new orders among the deliveries together. What tells of known orders, of refunds or chargebacks, and what cannot be
// read, is left to a job of its own; what hangs on an order before it waits until that is recorded.
func (s *Service) TakeTx(ctx context.Context, tx database.Tx, deliveries []inbox.Delivery) (inbox.Taken, error) {
	var taken inbox.Taken
	news, from, err := s.readAllTx(ctx, tx, deliveries, &taken)
	if err != nil {
		return taken, err
	}
	var together []order.Incoming
	var ofTogether []uuid.UUID
	for i, place := range s.orders.Apart(news) {
		switch place {
		case order.Together:
			together, ofTogether = append(together, news[i]), append(ofTogether, from[i])
		case order.Alone:
			taken.Alone = append(taken.Alone, from[i])
		}
	}
	known, err := s.orders.LockAllTx(ctx, tx, together)
	if err != nil {
		return taken, err
	}
	var fresh []order.Incoming
	var ofFresh []uuid.UUID
	for i := range together {
		if known[i] {
			taken.Alone = append(taken.Alone, ofTogether[i])
			continue
		}
		fresh, ofFresh = append(fresh, together[i]), append(ofFresh, ofTogether[i])
	}
	if len(fresh) == 0 {
		return taken, nil
	}
	orders, err := s.recordNewTx(ctx, tx, fresh)
	if err != nil {
		return taken, err
	}
	for i, o := range orders {
		taken.Handled = append(taken.Handled, inbox.Handled{Delivery: ofFresh[i], Status: inbox.Done, Outcome: outcomeOf(o, order.Created)})
	}
	return taken, nil
}

// readAllTx gives the orders that deliveries tell of, and the delivery of each; the others go into taken.
func (s *Service) readAllTx(ctx context.Context, tx database.Tx, deliveries []inbox.Delivery, taken *inbox.Taken) (news []order.Incoming, from []uuid.UUID, err error) {
	senders, err := sendersTx(ctx, tx, deliveries)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range deliveries {
		sender, known := senders[d.Integration]
		told, err := translate(d)
		switch {
		case err != nil || !known:
			taken.Alone = append(taken.Alone, d.ID)
		case told.Ignored != "":
			taken.Handled = append(taken.Handled, inbox.Handled{Delivery: d.ID, Status: inbox.Ignored, Outcome: told.Ignored})
		case told.Order == nil || len(told.Refunds) > 0 || told.Chargeback != nil:
			taken.Alone = append(taken.Alone, d.ID)
		default:
			told.Address(d.Brand, d.Integration, sender.Store, d.ID)
			news, from = append(news, *told.Order), append(from, d.ID)
		}
	}
	return news, from, nil
}

// sendersTx gives the integrations of deliveries.
func sendersTx(ctx context.Context, tx database.Tx, deliveries []inbox.Delivery) (map[uuid.UUID]*gen.Integration, error) {
	var ids []uuid.UUID
	out := map[uuid.UUID]*gen.Integration{}
	for _, d := range deliveries {
		if _, seen := out[d.Integration]; !seen && d.Integration != uuid.Nil {
			out[d.Integration] = nil
			ids = append(ids, d.Integration)
		}
	}
	rows, err := tx.Ent.Integration.Query().Where(database.AnyOf(entintegration.FieldID, ids)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("senders of deliveries: %w", err)
	}
	clear(out)
	for _, row := range rows {
		out[row.ID] = row
	}
	return out, nil
}

// translate reads a body by its source.
func translate(d inbox.Delivery) (order.News, error) {
	read, known := translators[d.Source]
	if !known {
		return order.News{Ignored: "Bodies of " + d.Source + " say nothing about orders."}, nil
	}
	return read(d.Topic, d.Body)
}

func outcomeOf(o order.Order, change order.Change) string {
	return fmt.Sprintf("Order %s %s.", o.Name, orderSaid[change])
}
