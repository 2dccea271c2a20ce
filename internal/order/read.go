package order

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entorder "tributary/ent/gen/order"
	"tributary/ent/gen/orderline"
	"tributary/ent/gen/predicate"
	entrefund "tributary/ent/gen/refund"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Order gives an order to members who may read orders, and, without the customer, to a creator with a touch or a commission in
// it. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) Order(ctx context.Context, x id.ID) (Order, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Order{}, err
	}
	key, err := id.Want(x, id.Order, "order")
	if err != nil {
		return Order{}, err
	}
	row, err := s.DB.Ent.Order.Get(ctx, key)
	if err != nil {
		return Order{}, database.OnMissing(err, "order")
	}
	refused := access.Brand(v, access.ReadOrders, row.BrandID)
	if refused == nil {
		return orderOf(row), nil
	}
	own, err := s.concerns(ctx, key, v)
	switch {
	case err != nil:
		return Order{}, err
	case own:
		return orderOf(row).redacted(), nil
	}
	return Order{}, access.Noun(refused, "order")
}

// concerns reports whether the viewer is a creator with a commission or a touch in the order. Touches are stored with the
// creator's id in its outside or its plain form.
func (s *Service) concerns(ctx context.Context, order uuid.UUID, v viewer.Viewer) (own bool, err error) {
	if v.Kind != viewer.User || v.CreatorID == uuid.Nil {
		return false, nil
	}
	err = s.DB.SQL.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM commission WHERE order_id = $1 AND creator_id = $2)
			OR EXISTS (SELECT 1 FROM attribution_decision WHERE order_id = $1
				AND (touches @> jsonb_build_array(jsonb_build_object('creatorId', $3::text))
				  OR touches @> jsonb_build_array(jsonb_build_object('creatorId', $4::text))))`,
		order, v.CreatorID, v.CreatorID.String(), id.Of(id.Creator, v.CreatorID).String()).Scan(&own)
	if err != nil {
		return false, fmt.Errorf("creator in an order: %w", err)
	}
	return own, nil
}

// ListFilter chooses orders of a brand. Search finds names that contain it.
type ListFilter struct {
	Brand   id.ID
	Payment *Payment
	Search  *string
}

// Orders lists orders of a brand by when they were placed, newest first. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, TOO_LONG.
func (s *Service) Orders(ctx context.Context, f ListFilter, r page.Request) (page.Connection[Order], error) {
	var none page.Connection[Order]
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return none, err
	}
	brand, err := id.Want(f.Brand, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(v, access.ReadOrders, brand); err != nil {
		return none, err
	}
	search, err := field.Search(f.Search)
	if err != nil {
		return none, err
	}
	where := []predicate.Order{entorder.BrandID(brand)}
	if f.Payment != nil {
		where = append(where, entorder.Payment(string(*f.Payment)))
	}
	if search != "" {
		where = append(where, entorder.NameContainsFold(search))
	}
	rows, err := s.DB.Ent.Order.Query().Where(where...).Where(predicate.Order(r.Keyset(entorder.FieldPlacedAt))).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list orders: %w", err)
	}
	c := page.Build(r, each(rows, orderOf), func(o Order) page.Cursor { return page.Cursor{At: o.PlacedAt, ID: o.ID.UUID} })
	c.Total = func() (int, error) { return s.DB.Ent.Order.Query().Where(where...).Count(ctx) }
	return c, nil
}

// ByIDs gives orders that another object refers to, in one statement. The caller was allowed to see the reference; who may not
// read the brand's orders gets them without the customer.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Order, error) {
	rows, err := s.DB.Ent.Order.Query().Where(entorder.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("orders by id: %w", err)
	}
	v := viewer.From(ctx)
	out := make(map[uuid.UUID]Order, len(rows))
	for _, r := range rows {
		o := orderOf(r)
		if access.Brand(v, access.ReadOrders, r.BrandID) != nil {
			o = o.redacted()
		}
		out[r.ID] = o
	}
	return out, nil
}

// Bounds of what is shown with an order.
const (
	linesShown   = 250
	refundsShown = 100
)

// LinesByOrders gives the lines of orders that the caller was allowed to see, by their place, in one statement; at most 250 of an
// order.
func (s *Service) LinesByOrders(ctx context.Context, orders []uuid.UUID) (map[uuid.UUID][]Line, error) {
	rows, err := s.DB.Ent.OrderLine.Query().Where(orderline.OrderIDIn(orders...), orderline.PositionLT(linesShown)).
		Order(orderline.ByPosition()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("lines of orders: %w", err)
	}
	out := make(map[uuid.UUID][]Line, len(orders))
	for _, r := range rows {
		out[r.OrderID] = append(out[r.OrderID], lineOf(r))
	}
	return out, nil
}

// RefundsByOrders gives the refunds of orders that the caller was allowed to see, oldest first, in one statement; at most 100 of
// an order.
func (s *Service) RefundsByOrders(ctx context.Context, orders []uuid.UUID) (map[uuid.UUID][]Refund, error) {
	rows, err := s.DB.Ent.Refund.Query().Where(predicate.Refund(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id")).WriteString(" IN (SELECT c.id FROM unnest(").Arg(database.Array(each(orders, uuid.UUID.String))).
				WriteString("::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id FROM refund WHERE order_id = u.id ORDER BY refunded_at, id LIMIT ").
				Arg(refundsShown).WriteString(") c)")
		}))
	})).Order(entrefund.ByRefundedAt(), entrefund.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("refunds of orders: %w", err)
	}
	out := make(map[uuid.UUID][]Refund, len(orders))
	for _, r := range rows {
		out[r.OrderID] = append(out[r.OrderID], refundOf(r))
	}
	return out, nil
}

// ReadTx gives an order with all of its lines as they stand in the caller's transaction. The caller has checked access. Faults:
// NOT_FOUND.
func (s *Service) ReadTx(ctx context.Context, tx database.Tx, order uuid.UUID) (Order, []Line, error) {
	row, err := tx.Ent.Order.Get(ctx, order)
	if err != nil {
		return Order{}, nil, database.OnMissing(err, "order")
	}
	lines, err := tx.Ent.OrderLine.Query().Where(orderline.OrderID(order)).Order(orderline.ByPosition()).All(ctx)
	if err != nil {
		return Order{}, nil, fmt.Errorf("lines of an order: %w", err)
	}
	return orderOf(row), each(lines, lineOf), nil
}

// Writable gives an order of whose brand the viewer may record orders and refunds. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) Writable(ctx context.Context, x id.ID) (Order, error) {
	return s.Changeable(ctx, x, access.WriteOrders)
}

// Changeable gives an order in whose brand the viewer may do the action. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) Changeable(ctx context.Context, x id.ID, action access.Action) (Order, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Order{}, err
	}
	key, err := id.Want(x, id.Order, "order")
	if err != nil {
		return Order{}, err
	}
	row, err := s.DB.Ent.Order.Get(ctx, key)
	if err != nil {
		return Order{}, database.OnMissing(err, "order")
	}
	err = access.Brand(v, action, row.BrandID)
	if fault.Is(err, fault.NotFound) {
		own, failed := s.concerns(ctx, key, v)
		switch {
		case failed != nil:
			return Order{}, failed
		case own:
			return Order{}, fault.New(fault.Forbidden, "FORBIDDEN", "Only the brand changes its orders.")
		}
	}
	if err != nil {
		return Order{}, access.Noun(err, "order")
	}
	return orderOf(row), nil
}

func each[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}
