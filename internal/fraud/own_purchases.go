package fraud

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	entpartnershipguard "tributary/ent/gen/partnershipguard"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// PartnershipGuard is what a brand lets one creator do that would look wrong of others.
type PartnershipGuard struct {
	PartnershipID id.ID      // the partnership.
	OwnPurchases  bool       // whether the creator may buy for themselves or for clients and earn by it.
	Reason        string     // why, for the brand; empty while it was never said.
	UpdatedAt     *time.Time // when it was last changed; null while it has the defaults.
}

// PartnershipGuard gives what a brand lets a creator do. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) PartnershipGuard(ctx context.Context, partnership id.ID) (PartnershipGuard, error) {
	p, _, _, err := s.partnership(ctx, partnership, access.ReadHolds)
	if err != nil {
		return PartnershipGuard{}, err
	}
	row, err := s.db.Ent.PartnershipGuard.Query().Where(entpartnershipguard.PartnershipID(p)).Only(ctx)
	if database.IsMissing(err) {
		return PartnershipGuard{PartnershipID: partnership}, nil
	}
	if err != nil {
		return PartnershipGuard{}, fmt.Errorf("guard of a partnership: %w", err)
	}
	return PartnershipGuard{PartnershipID: partnership, OwnPurchases: row.OwnPurchases, Reason: row.Reason, UpdatedAt: &row.UpdatedAt}, nil
}

func (s *Service) partnership(ctx context.Context, x id.ID, a access.Action) (partnership, brand, creator uuid.UUID, err error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return uuid.Nil, uuid.Nil, uuid.Nil, err
	}
	u, err := id.Want(x, id.Partnership, "partnership")
	if err != nil {
		return uuid.Nil, uuid.Nil, uuid.Nil, err
	}
	row, err := s.db.Ent.Partnership.Get(ctx, u)
	if err != nil {
		return uuid.Nil, uuid.Nil, uuid.Nil, database.OnMissing(err, "partnership")
	}
	return row.ID, row.BrandID, row.CreatorID, access.Noun(access.Brand(v, a, row.BrandID), "partnership")
}

// UpdatePartnershipGuardInput says what a brand lets a creator do.
type UpdatePartnershipGuardInput struct {
	Partnership  id.ID
	OwnPurchases bool
	Reason       string
}

// UpdatePartnershipGuard changes it for orders from now on; holds that are open stay to be decided. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN; OWN_EARNINGS when it is the viewer's own partnership; REQUIRED, TOO_LONG or BAD_FORMAT of reason.
func (s *Service) UpdatePartnershipGuard(ctx context.Context, in UpdatePartnershipGuardInput) (PartnershipGuard, error) {
	p, brand, creator, err := s.partnership(ctx, in.Partnership, access.DecideHold)
	if err != nil {
		return PartnershipGuard{}, err
	}
	if v := viewer.From(ctx); v.CreatorID != uuid.Nil && v.CreatorID == creator {
		return PartnershipGuard{}, ownEarnings()
	}
	var wrong fault.List
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return PartnershipGuard{}, err
	}
	if err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return s.allowTx(ctx, tx, brand, p, creator, in.OwnPurchases, in.Reason)
	}); err != nil {
		return PartnershipGuard{}, err
	}
	return s.PartnershipGuard(ctx, in.Partnership)
}

// allowTx writes whether a creator may buy for themselves or for clients.
func (s *Service) allowTx(ctx context.Context, tx database.Tx, brand, partnership, creator uuid.UUID, allowed bool, why string) error {
	now := s.clock.Now()
	if _, err := tx.SQL.ExecContext(ctx, `INSERT INTO partnership_guard (id, created_at, updated_at, brand_id, partnership_id, own_purchases, reason, updated_by)
VALUES ($1, $2, $2, $3, $4, $5, $6, $7)
ON CONFLICT (partnership_id) DO UPDATE SET own_purchases = $5, reason = $6, updated_by = $7, updated_at = $2`,
		id.NewUUID(now), now, brand, partnership, allowed, why, person(ctx)); err != nil {
		return fmt.Errorf("guard a partnership: %w", err)
	}
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "OWN_PURCHASES_CHANGED", ObjectKind: "PARTNERSHIP", ObjectID: partnership, BrandID: brand,
		CreatorID: creator, Detail: map[string]any{"allowed": allowed, "reason": why}})
}
