package sale

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entbinding "tributary/ent/gen/customerbinding"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// BindingEnd is why a customer binding is over. Spelled alike in Go, SQL and GraphQL.
type BindingEnd string

// The values of BindingEnd.
const (
	BindingTerm       BindingEnd = "TERM"       // The promised time is over.
	BindingRetired    BindingEnd = "RETIRED"    // The partnership is over, and its terms do not keep the tie.
	BindingRefunded   BindingEnd = "REFUNDED"   // The first order was given back whole, and there was no other.
	BindingReassigned BindingEnd = "REASSIGNED" // The first order turned out to be somebody else's.
)

// Binding ties a customer to the partnership that brought their first order, where its terms promise commission on later ones. Who
// the customer is stays with the shop.
type Binding struct {
	ID            id.ID       // id, prefix bnd.
	BrandID       id.ID       // the brand.
	ProgramID     id.ID       // the program.
	PartnershipID id.ID       // the partnership.
	CreatorID     id.ID       // the creator.
	OrderID       id.ID       // the first order.
	OfferID       id.ID       // the terms that promised it; renewals never earn less.
	MadeAt        time.Time   // when the first order was placed.
	EndsAt        *time.Time  // when the promised time is over; null for as long as the customer buys.
	EndedAt       *time.Time  // when it ended; null while it lasts.
	EndReason     *BindingEnd // why it ended.
}

// IsNode marks Binding as refetchable by id.
func (Binding) IsNode() {}

// Renewals is what came of a binding.
type Renewals struct {
	Orders int         // later orders that earned by it.
	Earned money.Money // commission of them now.
}

// bindingOf gives a binding as it stands at a moment; retired is when its partnership was over, if that ended it.
func bindingOf(r *gen.CustomerBinding, retired *time.Time, now time.Time) Binding {
	b := Binding{ID: id.Of(id.Binding, r.ID), BrandID: id.Of(id.Brand, r.BrandID), ProgramID: id.Of(id.Program, r.ProgramID), PartnershipID: id.Of(id.Partnership, r.PartnershipID),
		CreatorID: id.Of(id.Creator, r.CreatorID), OrderID: id.Of(id.Order, r.OrderID), OfferID: id.Of(id.Offer, r.OfferVersionID), MadeAt: r.MadeAt.UTC(), EndsAt: r.EndsAt}
	end := func(at *time.Time, why BindingEnd) {
		if at != nil && !at.After(now) && (b.EndedAt == nil || at.Before(*b.EndedAt)) {
			b.EndedAt, b.EndReason = at, &why
		}
	}
	if r.EndReason != nil {
		end(r.EndedAt, BindingEnd(*r.EndReason))
	}
	end(r.EndsAt, BindingTerm)
	end(retired, BindingRetired)
	return b
}

// CustomerBindings gives the bindings of a brand, of one partnership where it is named, the newest first. For members who may read orders.
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) CustomerBindings(ctx context.Context, brandID id.ID, partnership *id.ID, r page.Request) (page.Connection[Binding], error) {
	none := page.Connection[Binding]{}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(viewer.From(ctx), access.ReadOrders, brand); err != nil {
		return none, err
	}
	query := s.db.Ent.CustomerBinding.Query().Where(entbinding.BrandID(brand), r.Keyset(entbinding.FieldCreatedAt))
	if partnership != nil {
		u, err := id.Want(*partnership, id.Partnership, "partnership")
		if err != nil {
			return none, err
		}
		query.Where(entbinding.PartnershipID(u))
	}
	rows, err := query.All(ctx)
	if err != nil {
		return none, fmt.Errorf("bindings: %w", err)
	}
	all, err := s.bindingsOf(ctx, rows)
	if err != nil {
		return none, err
	}
	created := make(map[id.ID]time.Time, len(rows))
	for _, row := range rows {
		created[id.Of(id.Binding, row.ID)] = row.CreatedAt
	}
	return page.Build(r, all, func(b Binding) page.Cursor { return page.Cursor{At: created[b.ID], ID: b.ID.UUID} }), nil
}

func (s *Service) bindingsOf(ctx context.Context, rows []*gen.CustomerBinding) ([]Binding, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	retired, err := s.retired(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Binding, len(rows))
	for i, row := range rows {
		out[i] = bindingOf(row, retired[row.ID], s.clock.Now())
	}
	return out, nil
}

// retired says of bindings when their partnerships were over.
func (s *Service) retired(ctx context.Context, bindings []uuid.UUID) (map[uuid.UUID]*time.Time, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT b.id, `+retiredAt+` FROM customer_binding b WHERE b.id = ANY($1::uuid[])`, database.UUIDs(bindings))
	if err != nil {
		return nil, fmt.Errorf("bindings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[uuid.UUID]*time.Time{}
	for rows.Next() {
		var binding uuid.UUID
		var at *time.Time
		if err := rows.Scan(&binding, &at); err != nil {
			return nil, fmt.Errorf("bindings: %w", err)
		}
		out[binding] = at
	}
	return out, rows.Err()
}

// BindingByID gives a binding to members who may read orders. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) BindingByID(ctx context.Context, binding id.ID) (Binding, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Binding{}, err
	}
	u, err := id.Want(binding, id.Binding, "binding")
	if err != nil {
		return Binding{}, err
	}
	row, err := s.db.Ent.CustomerBinding.Get(ctx, u)
	if err != nil {
		return Binding{}, database.OnMissing(err, "binding")
	}
	if err := access.Noun(access.Brand(v, access.ReadOrders, row.BrandID), "binding"); err != nil {
		return Binding{}, err
	}
	all, err := s.bindingsOf(ctx, []*gen.CustomerBinding{row})
	if err != nil {
		return Binding{}, err
	}
	if len(all) == 0 {
		return Binding{}, fault.Missing("binding")
	}
	return all[0], nil
}

// RenewalsOf says what came of bindings that the viewer may see, in one statement: the later orders whose decision in force credits them.
func (s *Service) RenewalsOf(ctx context.Context, bindings []uuid.UUID) (map[uuid.UUID]Renewals, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT b.id, p.currency, count(c.id), coalesce(sum(c.amount_minor), 0)::bigint
		FROM customer_binding b JOIN program p ON p.id = b.program_id
		LEFT JOIN "order" o ON o.brand_id = b.brand_id AND o.placed_at >= b.made_at AND o.id <> b.order_id
			AND (o.customer_hash = b.customer_hash OR o.store = b.store AND o.customer_external_id = b.customer_external_id)
		LEFT JOIN commission c ON c.order_id = o.id AND c.partnership_id = b.partnership_id AND c.kind = 'RECURRING' AND c.status NOT IN ('VOID', 'REVERSED')
		WHERE b.id = ANY($1::uuid[]) GROUP BY b.id, p.currency`, database.UUIDs(bindings))
	if err != nil {
		return nil, fmt.Errorf("renewals: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[uuid.UUID]Renewals{}
	for rows.Next() {
		var binding uuid.UUID
		var r Renewals
		if err := rows.Scan(&binding, &r.Earned.Currency, &r.Orders, &r.Earned.Minor); err != nil {
			return nil, fmt.Errorf("renewals: %w", err)
		}
		out[binding] = r
	}
	return out, rows.Err()
}
