package fraud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tributary/ent/gen"
	enthold "tributary/ent/gen/hold"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

func fromRow(r *gen.Hold) (Hold, error) {
	h := Hold{ID: id.Of(id.Hold, r.ID), CommissionID: id.Of(id.Commission, r.CommissionID), BrandID: id.Of(id.Brand, r.BrandID),
		Signal: Signal(r.Signal), Reason: r.Reason, Status: HoldStatus(r.Status), CreatedAt: r.CreatedAt, DecidedAt: r.DecidedAt,
		DecisionReason: r.DecisionReason, Evidence: []Evidence{}}
	if err := json.Unmarshal(r.Evidence, &h.Evidence); err != nil {
		return Hold{}, fmt.Errorf("evidence of a hold: %w", err)
	}
	return h, nil
}

func (s *Service) read(ctx context.Context, hold id.ID) (*gen.Hold, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(hold, id.Hold, "hold")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Hold.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "hold")
	}
	return row, nil
}

// List gives the holds of a brand, newest first; an empty status or signal means all. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) List(ctx context.Context, brand uuid.UUID, status HoldStatus, signal Signal, r page.Request) (page.Connection[Hold], error) {
	if err := access.Brand(viewer.From(ctx), access.ReadHolds, brand); err != nil {
		return page.Connection[Hold]{}, err
	}
	q := s.db.Ent.Hold.Query().Where(enthold.BrandID(brand), r.Keyset(enthold.FieldCreatedAt))
	if status != "" {
		q.Where(enthold.Status(string(status)))
	}
	if signal != "" {
		q.Where(enthold.Signal(string(signal)))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return page.Connection[Hold]{}, fmt.Errorf("holds: %w", err)
	}
	out := make([]Hold, len(rows))
	for i, row := range rows {
		if out[i], err = fromRow(row); err != nil {
			return page.Connection[Hold]{}, err
		}
	}
	return page.Build(r, out, func(h Hold) page.Cursor { return page.Cursor{At: h.CreatedAt, ID: h.ID.UUID} }), nil
}

// Get gives one hold to the brand and, without the evidence, to the creator whose commission it is. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN.
func (s *Service) Get(ctx context.Context, hold id.ID) (Hold, error) {
	row, err := s.read(ctx, hold)
	if err != nil {
		return Hold{}, err
	}
	h, err := fromRow(row)
	if err != nil {
		return Hold{}, err
	}
	v := viewer.From(ctx)
	forBrand := access.Noun(access.Brand(v, access.ReadHolds, row.BrandID), "hold")
	if forBrand == nil {
		return h, nil
	}
	if v.CreatorID != uuid.Nil {
		c, err := s.commissions.Get(ctx, h.CommissionID)
		if err == nil && c.CreatorID.UUID == v.CreatorID {
			h.Evidence = []Evidence{}
			return h, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
			return Hold{}, err
		}
	}
	return Hold{}, forBrand
}

// Ruling is what people have said about the commission of one partnership for an order.
type Ruling struct {
	Partnership uuid.UUID
	Signals     []Signal   // what raised the hold, and whatever else was seen then; never empty
	Status      HoldStatus // RELEASED or REJECTED
	ByPerson    bool       // false when there was nothing left to decide
}

// RulingsTx gives every decided hold of an order, for a new look at who earns it. The caller has checked access.
func (s *Service) RulingsTx(ctx context.Context, tx database.Tx, order uuid.UUID) ([]Ruling, error) {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT c.partnership_id, h.signal, h.evidence, h.status, h.decided_by IS NOT NULL
FROM hold h JOIN commission c ON c.id = h.commission_id WHERE c.order_id = $1 AND h.status <> 'OPEN' ORDER BY h.decided_at, h.id`, order)
	if err != nil {
		return nil, fmt.Errorf("decided holds: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []Ruling
	for rows.Next() {
		var r Ruling
		var signal Signal
		var seen []byte
		if err := rows.Scan(&r.Partnership, &signal, &seen, &r.Status, &r.ByPerson); err != nil {
			return nil, fmt.Errorf("decided holds: %w", err)
		}
		if r.Signals, err = signalsOf(signal, seen); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// signalsOf gives the signal of a hold and those that its evidence speaks for.
func signalsOf(signal Signal, seen []byte) ([]Signal, error) {
	var evidence []Evidence
	if err := json.Unmarshal(seen, &evidence); err != nil {
		return nil, fmt.Errorf("evidence of a hold: %w", err)
	}
	out := []Signal{signal}
	for _, e := range evidence {
		if !slices.Contains(out, e.Signal) {
			out = append(out, e.Signal)
		}
	}
	return out, nil
}
