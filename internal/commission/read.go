package commission

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// ofOrderMax bounds the commissions of one order.
const ofOrderMax = 50

// Filter narrows a list of commissions. Zero values do not narrow.
type Filter struct {
	Brand   uuid.UUID // zero: the signed-in creator's own
	Program uuid.UUID
	Status  Status
}

// List gives the commissions of a brand, or without one the signed-in creator's own, newest order first. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, NO_CREATOR_PROFILE.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Connection[Commission], error) {
	var where []string
	var args []any
	narrow := func(column string, value any) {
		args = append(args, value)
		where = append(where, fmt.Sprintf("c.%s = $%d", column, len(args)))
	}
	v := viewer.From(ctx)
	if f.Brand != uuid.Nil {
		if err := access.Brand(v, access.ReadOrders, f.Brand); err != nil {
			return page.Connection[Commission]{}, err
		}
		narrow("brand_id", f.Brand)
	} else {
		creator, err := access.Creator(v)
		if err != nil {
			return page.Connection[Commission]{}, err
		}
		narrow("creator_id", creator)
	}
	if f.Program != uuid.Nil {
		narrow("program_id", f.Program)
	}
	if f.Status != "" {
		narrow("status", f.Status)
	}
	comparison, direction := "<", "DESC"
	if r.Backward {
		comparison, direction = ">", "ASC"
	}
	if r.HasStart {
		args = append(args, r.Cursor.At, r.Cursor.ID)
		where = append(where, fmt.Sprintf("(c.occurred_at, c.id) %s ($%d, $%d)", comparison, len(args)-1, len(args)))
	}
	args = append(args, r.Limit+1)
	rows, err := readRows(ctx, s.db.SQL, fmt.Sprintf("WHERE %s ORDER BY c.occurred_at %s, c.id %s LIMIT $%d",
		strings.Join(where, " AND "), direction, direction, len(args)), args...)
	if err != nil {
		return page.Connection[Commission]{}, err
	}
	return page.Build(r, s.outAll(rows), func(c Commission) page.Cursor { return page.Cursor{At: c.OccurredAt, ID: c.ID.UUID} }), nil
}

// Get gives one commission to its creator and to the brand. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Get(ctx context.Context, commission id.ID) (Commission, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return Commission{}, err
	}
	u, err := id.Want(commission, id.Commission, "commission")
	if err != nil {
		return Commission{}, err
	}
	rows, err := readRows(ctx, s.db.SQL, `WHERE c.id = $1`, u)
	if err != nil {
		return Commission{}, err
	}
	if len(rows) == 0 {
		return Commission{}, fault.Missing("commission")
	}
	if err := access.Either(viewer.From(ctx), rows[0].creator, access.ReadOrders, rows[0].brand, "commission"); err != nil {
		return Commission{}, err
	}
	return s.out(rows[0]), nil
}

// ByIDs gives the commissions that other objects refer to, leaving out those that the viewer may not see.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Commission, error) {
	rows, err := readRows(ctx, s.db.SQL, `WHERE c.id = ANY($1::uuid[])`, database.UUIDs(ids))
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Commission, len(rows))
	for _, r := range visible(ctx, rows) {
		out[r.id] = s.out(r)
	}
	return out, nil
}

// OfOrders gives the commissions of orders, oldest first, at most 50 of each; a creator gets only their own.
func (s *Service) OfOrders(ctx context.Context, orders []uuid.UUID) (map[uuid.UUID][]Commission, error) {
	rows, err := readRows(ctx, s.db.SQL, `WHERE c.order_id = ANY($1::uuid[]) ORDER BY c.created_at, c.id`, database.UUIDs(orders))
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]Commission, len(orders))
	for _, order := range orders {
		out[order] = []Commission{}
	}
	for _, r := range visible(ctx, rows) {
		if of := out[r.order.UUID]; len(of) < ofOrderMax {
			out[r.order.UUID] = append(of, s.out(r))
		}
	}
	return out, nil
}

// OfOrderTx gives every commission of an order as it stands in the caller's transaction, oldest first. The caller has checked access.
func (s *Service) OfOrderTx(ctx context.Context, tx database.Tx, order uuid.UUID) ([]Commission, error) {
	rows, err := readRows(ctx, tx.SQL, `WHERE c.order_id = $1 ORDER BY c.created_at, c.id`, order)
	if err != nil {
		return nil, err
	}
	out := make([]Commission, len(rows))
	for i, r := range rows {
		out[i] = s.out(r)
	}
	return out, nil
}

// visible keeps the commissions that the viewer may see.
func visible(ctx context.Context, rows []row) []row {
	v := viewer.From(ctx)
	kept := rows[:0]
	for _, r := range rows {
		if access.Either(v, r.creator, access.ReadOrders, r.brand, "commission") == nil {
			kept = append(kept, r)
		}
	}
	return kept
}

func (s *Service) outAll(rows []row) []Commission {
	out := make([]Commission, len(rows))
	for i, r := range rows {
		out[i] = s.out(r)
	}
	return out
}
