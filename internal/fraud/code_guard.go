package fraud

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entcodeguard "tributary/ent/gen/codeguard"
	entfinding "tributary/ent/gen/finding"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// codeGuardsMax bounds the codes that are shown.
const codeGuardsMax = 100

// CodeGuard is how a code was used over LeakDays, and how it counts where it has leaked.
type CodeGuard struct {
	CodeID          id.ID      // the code.
	Mode            *LeakMode  // how it counts once it has leaked; null means as its program says.
	ProgramMode     LeakMode   // what its program says.
	LeakedAt        *time.Time // since when it is known to have leaked; null while it is not.
	ClearedAt       *time.Time // when a person last said that it had not leaked.
	Orders          int        // orders with it in the last 14 days.
	WithoutClick    int        // of these, without a click on the creator's links before.
	FromCouponSites int        // of these, whose shopper came from a coupon site.
	NewCustomers    int        // of these, by new customers.
	LastDay         int        // orders of the last 24 hours.
	Signs           []Evidence // signs that it has leaked, from the open finding. At most 20.
	FindingID       id.ID      // the open finding; zero for none.
}

// codeGuards selects guards: their codes, how they were used since $2 and in the last day since $3. The rest of the statement says
// which.
const codeGuards = `
	SELECT c.id, k.mode, coalesce(g.leak_mode, 'OBSERVE'), k.leaked_at, k.cleared_at, coalesce(u.orders, 0), coalesce(u.without_click, 0),
		coalesce(u.from_sites, 0), coalesce(u.new_customers, 0), coalesce(u.last_day, 0), f.id, coalesce(f.evidence, '[]')
	FROM code c LEFT JOIN code_guard k ON k.code_id = c.id LEFT JOIN program_guard g ON g.program_id = c.program_id
	LEFT JOIN LATERAL (SELECT count(*) AS orders, count(*) FILTER (WHERE NOT clicked) AS without_click,
		count(*) FILTER (WHERE coupon_site <> '') AS from_sites, count(*) FILTER (WHERE new_customer) AS new_customers,
		count(*) FILTER (WHERE placed_at >= $3) AS last_day FROM code_use WHERE code_id = c.id AND placed_at >= $2) u ON true
	LEFT JOIN finding f ON f.partnership_id = c.partnership_id AND f.signal = 'CODE_LEAK' AND f.subject = c.id::text AND f.status = 'OPEN' `

// CodeGuards gives the codes of a brand that are in use and were used lately or have leaked: leaked ones first, then those with the most
// orders without a click. At most 100. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) CodeGuards(ctx context.Context, brand id.ID) ([]CodeGuard, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(brand, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	if err := access.Brand(v, access.ReadHolds, u); err != nil {
		return nil, err
	}
	return s.codeGuards(ctx, `WHERE c.brand_id = $1 AND c.archived_at IS NULL AND (k.leaked_at IS NOT NULL OR u.orders > 0)
	ORDER BY k.leaked_at IS NULL, u.without_click DESC, c.id LIMIT $4`, u, codeGuardsMax)
}

func (s *Service) codeGuards(ctx context.Context, rest string, of uuid.UUID, more ...any) ([]CodeGuard, error) {
	now := s.clock.Now()
	rows, err := s.db.SQL.QueryContext(ctx, codeGuards+rest, append([]any{of, now.AddDate(0, 0, -LeakDays), now.Add(-24 * time.Hour)}, more...)...)
	if err != nil {
		return nil, fmt.Errorf("guards of codes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := []CodeGuard{}
	for rows.Next() {
		var code uuid.UUID
		var finding uuid.NullUUID
		var g CodeGuard
		var signs []byte
		if err := rows.Scan(&code, &g.Mode, &g.ProgramMode, &g.LeakedAt, &g.ClearedAt, &g.Orders, &g.WithoutClick, &g.FromCouponSites,
			&g.NewCustomers, &g.LastDay, &finding, &signs); err != nil {
			return nil, fmt.Errorf("guards of codes: %w", err)
		}
		g.CodeID = id.Of(id.Code, code)
		if finding.Valid {
			g.FindingID = id.Of(id.Finding, finding.UUID)
		}
		if g.Signs, err = evidenceOf(signs); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// UpdateCodeGuardInput changes how a code counts that may have leaked.
type UpdateCodeGuardInput struct {
	Code   id.ID
	Mode   *LeakMode // nil means as the program says
	Leaked bool      // whether it has leaked
	Reason string    // for the log; may be empty
}

// UpdateCodeGuard says whether a code has leaked and how it counts then, for orders from now on. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN; OWN_EARNINGS when it is the viewer's own code; INVALID of mode, TOO_LONG or BAD_FORMAT of reason.
func (s *Service) UpdateCodeGuard(ctx context.Context, in UpdateCodeGuardInput) (CodeGuard, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return CodeGuard{}, err
	}
	u, err := id.Want(in.Code, id.Code, "code")
	if err != nil {
		return CodeGuard{}, err
	}
	code, err := s.db.Ent.Code.Get(ctx, u)
	if err != nil {
		return CodeGuard{}, database.OnMissing(err, "code")
	}
	if err := access.Noun(access.Brand(v, access.WriteTracking, code.BrandID), "code"); err != nil {
		return CodeGuard{}, err
	}
	if v.CreatorID != uuid.Nil && v.CreatorID == code.CreatorID {
		return CodeGuard{}, ownEarnings()
	}
	var wrong fault.List
	if in.Mode != nil {
		*in.Mode = field.OneOf(&wrong, "mode", *in.Mode, LeakObserve, LeakHold, LeakPayOnlyWithClick)
	}
	in.Reason = field.Body(&wrong, "reason", in.Reason, 0, reasonMax)
	if err := wrong.Err(); err != nil {
		return CodeGuard{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := s.guardCodeTx(ctx, tx, code, in.Leaked, func(u *gen.CodeGuardUpdateOne) {
			if in.Mode == nil {
				u.ClearMode()
			} else {
				u.SetMode(string(*in.Mode))
			}
		}); err != nil {
			return err
		}
		if !in.Leaked {
			if _, err := tx.Ent.Finding.Update().Where(entfinding.PartnershipID(code.PartnershipID), entfinding.Signal(string(SignalCodeLeak)),
				entfinding.Subject(code.ID.String()), entfinding.Status(string(FindingOpen))).SetStatus(string(FindingClosed)).SetClosedAt(s.clock.Now()).
				SetNillableClosedBy(person(ctx)).SetCloseReason(in.Reason).Save(ctx); err != nil {
				return fmt.Errorf("close a finding: %w", err)
			}
		}
		return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "CODE_GUARD_CHANGED", ObjectKind: "CODE", ObjectID: code.ID, BrandID: code.BrandID,
			CreatorID: code.CreatorID, Detail: map[string]any{"code": code.Code, "mode": in.Mode, "leaked": in.Leaked, "reason": in.Reason}})
	})
	if err != nil {
		return CodeGuard{}, err
	}
	all, err := s.codeGuards(ctx, `WHERE c.id = $1`, code.ID)
	if err != nil || len(all) == 0 {
		return CodeGuard{}, err
	}
	return all[0], nil
}

// guardCodeTx writes that a code has leaked, or has not, and whatever change adds.
func (s *Service) guardCodeTx(ctx context.Context, tx database.Tx, code *gen.Code, leaked bool, change func(*gen.CodeGuardUpdateOne)) error {
	now := s.clock.Now()
	if _, err := tx.SQL.ExecContext(ctx, `INSERT INTO code_guard (id, created_at, updated_at, brand_id, program_id, partnership_id, code_id)
VALUES ($1, $2, $2, $3, $4, $5, $6) ON CONFLICT (code_id) DO NOTHING`, id.NewUUID(now), now, code.BrandID, code.ProgramID, code.PartnershipID, code.ID); err != nil {
		return fmt.Errorf("guard a code: %w", err)
	}
	row, err := tx.Ent.CodeGuard.Query().Where(entcodeguard.CodeID(code.ID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("guard of a code: %w", err)
	}
	u := tx.Ent.CodeGuard.UpdateOne(row).SetUpdatedAt(now).SetNillableUpdatedBy(person(ctx))
	switch {
	case leaked && row.LeakedAt == nil:
		u.SetLeakedAt(now)
	case !leaked && row.LeakedAt != nil:
		u.ClearLeakedAt().SetClearedAt(now)
	}
	if change != nil {
		change(u)
	}
	if err := u.Exec(ctx); err != nil {
		return fmt.Errorf("guard a code: %w", err)
	}
	return nil
}

func ownEarnings() error {
	return fault.New(fault.Forbidden, "OWN_EARNINGS", "Somebody else has to decide about your own earnings.")
}
