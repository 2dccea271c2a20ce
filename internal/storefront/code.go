package storefront

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/brand"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// State is: how a code stands in the shops of its brand. Spelled alike in Go, SQL and GraphQL.
type State string

// The values of State.
const (
	StateNotConnected State = "NOT_CONNECTED" // No shop makes codes by itself, or the code saves shoppers nothing.
	StateCreating     State = "CREATING"      // It is being made, or switched on again.
	StateActive       State = "ACTIVE"        // Shoppers can use it.
	StateDisabled     State = "DISABLED"      // It is switched off.
	StateFailed       State = "FAILED"        // The shop does not have it as it should be.
)

// InShop is a code as it stands in one shop.
type InShop struct {
	Kind      brand.IntegrationKind
	Store     string // the shop's domain or name
	State     State
	Reason    string // what is wrong, in words; empty while nothing is, and for those who are not of the brand
	UpdatedAt time.Time
}

// Summary gives how a code stands over all shops: the worst.
func Summary(shops []InShop) State {
	for _, s := range []State{StateFailed, StateCreating, StateActive, StateDisabled} {
		for _, in := range shops {
			if in.State == s {
				return s
			}
		}
	}
	return StateNotConnected
}

// CodesInShops gives how codes stand in the connected shops of their brands, in one statement. The caller was allowed to see the codes.
func (s *Service) CodesInShops(ctx context.Context, codes []uuid.UUID) (map[uuid.UUID][]InShop, error) {
	rows, err := s.DB.SQL.QueryContext(ctx, `
		SELECT h.code_id, h.brand_id, i.kind, i.store, CASE WHEN h.state = 'ACTIVE' AND c.ends_at <= $2 THEN 'DISABLED' ELSE h.state END, h.reason, h.updated_at
		FROM shop_code h JOIN code c ON c.id = h.code_id JOIN shop_access a ON a.integration_id = h.integration_id JOIN integration i ON i.id = h.integration_id
		WHERE h.code_id = ANY($1::uuid[]) ORDER BY h.code_id, i.created_at, i.id`, database.UUIDs(codes), s.Clock.Now())
	if err != nil {
		return nil, fmt.Errorf("codes in shops: %w", err)
	}
	defer func() { _ = rows.Close() }()
	v := viewer.From(ctx)
	out := map[uuid.UUID][]InShop{}
	for rows.Next() {
		var code, of uuid.UUID
		var in InShop
		if err := rows.Scan(&code, &of, &in.Kind, &in.Store, &in.State, &in.Reason, &in.UpdatedAt); err != nil {
			return nil, fmt.Errorf("codes in shops: %w", err)
		}
		in.UpdatedAt = in.UpdatedAt.UTC()
		if access.Brand(v, access.ReadTracking, of) != nil {
			in.Reason = ""
		}
		if len(out[code]) < shopsMax {
			out[code] = append(out[code], in)
		}
	}
	return out, rows.Err()
}

// shouldWork is the condition under which shoppers should be able to use a code; $1 is now.
const shouldWork = `(c.archived_at IS NULL AND (c.ends_at IS NULL OR c.ends_at > $1) AND p.status IN ('ACTIVE', 'RETIRING')
	AND EXISTS (SELECT FROM program m WHERE m.id = c.program_id AND m.status = 'ACTIVE'))`

// CodesChangedTx has the shops of a brand told of codes that were made or ended. It checks no access: the caller did.
func (s *Service) CodesChangedTx(ctx context.Context, tx database.Tx, codes []uuid.UUID) error {
	return s.wantTx(ctx, tx, `c.id = ANY($2::uuid[])`, database.UUIDs(codes))
}

// PartnershipMovedTx has the shops of a brand told of the codes of a partnership, which began or stopped to count. It checks no access:
// the caller did.
func (s *Service) PartnershipMovedTx(ctx context.Context, tx database.Tx, partnership uuid.UUID) error {
	return s.wantTx(ctx, tx, `c.partnership_id = $2 AND c.archived_at IS NULL`, partnership)
}

// wantTx asks for codes to be settled in each shop of their brand: those of a condition on c, the code, and a, the access to a shop. A
// code that never was in a shop and should not work is left alone.
func (s *Service) wantTx(ctx context.Context, tx database.Tx, condition string, arguments ...any) error {
	now := s.Clock.Now()
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT c.id, a.integration_id, a.brand_id, `+shouldWork+`
		FROM code c JOIN partnership p ON p.id = c.partnership_id JOIN shop_access a ON a.brand_id = c.brand_id
		LEFT JOIN shop_code h ON h.code_id = c.id AND h.integration_id = a.integration_id
		WHERE c.discount_bp > 0 AND (h.id IS NOT NULL OR `+shouldWork+`) AND `+condition+` ORDER BY c.id, a.integration_id`,
		append([]any{now}, arguments...)...)
	if err != nil {
		return fmt.Errorf("codes for shops: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var ids, codes, integrations, brands []string
	var works []bool
	for rows.Next() {
		var code, integration, of string
		var work bool
		if err := rows.Scan(&code, &integration, &of, &work); err != nil {
			return fmt.Errorf("codes for shops: %w", err)
		}
		ids, codes, integrations, brands, works = append(ids, id.NewUUID(now).String()), append(codes, code), append(integrations, integration), append(brands, of), append(works, work)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return err
	}
	_ = rows.Close()
	changed, err := tx.SQL.QueryContext(ctx, `
		INSERT INTO shop_code (id, created_at, updated_at, code_id, integration_id, brand_id, reason)
		SELECT u.id, $1::timestamptz, $1::timestamptz, u.code, u.integration, u.brand, '' FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::boolean[]) AS u (id, code, integration, brand, works)
		ON CONFLICT (code_id, integration_id) DO UPDATE SET revision = shop_code.revision + 1, attempts = 0, updated_at = $1, reason = '',
			state = CASE WHEN shop_code.state = 'ACTIVE' OR NOT (SELECT u.works FROM unnest($3::uuid[], $4::uuid[], $6::boolean[]) AS u (code, integration, works)
				WHERE u.code = shop_code.code_id AND u.integration = shop_code.integration_id) THEN shop_code.state ELSE 'CREATING' END
		RETURNING id, revision`, now, database.Array(ids), database.Array(codes), database.Array(integrations), database.Array(brands), database.Array(works))
	if err != nil {
		return fmt.Errorf("codes for shops: %w", err)
	}
	defer func() { _ = changed.Close() }()
	var jobs []CodeArgs
	for changed.Next() {
		var a CodeArgs
		if err := changed.Scan(&a.ShopCode, &a.Revision); err != nil {
			return fmt.Errorf("codes for shops: %w", err)
		}
		jobs = append(jobs, a)
	}
	if err := changed.Err(); err != nil {
		return fmt.Errorf("codes for shops: %w", err)
	}
	_ = changed.Close()
	return s.enqueueTx(ctx, tx, jobs)
}

// RetryCode has the shops told of a code once more, for its creator or members who may write tracking. Faults: NOT_FOUND, FORBIDDEN,
// UNAUTHENTICATED.
func (s *Service) RetryCode(ctx context.Context, x id.ID) error {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return err
	}
	key, err := id.Want(x, id.Code, "code")
	if err != nil {
		return err
	}
	row, err := s.DB.Ent.Code.Get(ctx, key)
	if err != nil {
		return database.OnMissing(err, "code")
	}
	if err := access.Either(v, row.CreatorID, access.WriteTracking, row.BrandID, "code"); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error { return s.CodesChangedTx(ctx, tx, []uuid.UUID{key}) })
}

// ProgramMovedTx has the shops of a brand told of the codes of a program, which began or stopped to count. It checks no access: the
// caller did.
func (s *Service) ProgramMovedTx(ctx context.Context, tx database.Tx, program uuid.UUID) error {
	return s.Queue.EnqueueTx(ctx, tx, ProgramArgs{Program: program, Move: id.NewUUID(s.Clock.Now())}, outside())
}

// ProgramArgs is the job that asks for the codes of a program that has moved, in all shops of its brand.
type ProgramArgs struct {
	Program uuid.UUID `json:"program"`
	Move    uuid.UUID `json:"move"`  // tells two moves apart: the second must not be taken for the first, which may have begun already
	After   uuid.UUID `json:"after"` // the last code that was asked for
}

// Kind names the job.
func (ProgramArgs) Kind() string { return "storefront_program" }

// SettleProgram asks for the next codes of a program, and for what comes after them.
func (s *Service) SettleProgram(ctx context.Context, a ProgramArgs) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		last, n, err := lastOf(ctx, tx, `SELECT c.id FROM partnership p JOIN code c ON c.partnership_id = p.id
			WHERE p.program_id = $1 AND c.archived_at IS NULL AND c.id > $2 ORDER BY c.id LIMIT $3`,
			a.Program, a.After, backfillMax)
		if err != nil || n == 0 {
			return err
		}
		if err := s.wantTx(ctx, tx, `p.program_id = $2 AND c.archived_at IS NULL AND c.id > $3 AND c.id <= $4`, a.Program, a.After, last); err != nil {
			return err
		}
		if n < backfillMax {
			return nil
		}
		a.After = last
		return s.Queue.EnqueueTx(ctx, tx, a, outside())
	})
}

// BackfillArgs is the job that asks for the codes of a brand in a shop whose credentials are new.
type BackfillArgs struct {
	Integration uuid.UUID `json:"integration"`
	Revision    int64     `json:"revision"`
	After       uuid.UUID `json:"after"` // the last code that was asked for
}

// Kind names the job.
func (BackfillArgs) Kind() string { return "storefront_backfill" }

// Backfill asks for the next codes of a brand in a shop, and for what comes after them.
func (s *Service) Backfill(ctx context.Context, a BackfillArgs) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		last, n, err := lastOf(ctx, tx, `
			SELECT c.id FROM shop_access a JOIN code c ON c.brand_id = a.brand_id
			LEFT JOIN shop_code h ON h.code_id = c.id AND h.integration_id = a.integration_id
			WHERE a.integration_id = $1 AND a.revision = $2 AND c.id > $3 AND (c.archived_at IS NULL OR h.state <> 'DISABLED') ORDER BY c.id LIMIT $4`,
			a.Integration, a.Revision, a.After, backfillMax)
		if err != nil || n == 0 {
			return err
		}
		if err := s.wantTx(ctx, tx, `a.integration_id = $2 AND c.id > $3 AND c.id <= $4 AND (c.archived_at IS NULL OR h.state <> 'DISABLED')`,
			a.Integration, a.After, last); err != nil {
			return err
		}
		if n < backfillMax {
			return nil
		}
		a.After = last
		return s.Queue.EnqueueTx(ctx, tx, a, outside())
	})
}

// lastOf gives the last of the codes that a query names in the order of their ids, and how many there are.
func lastOf(ctx context.Context, tx database.Tx, query string, arguments ...any) (last uuid.UUID, n int, err error) {
	var some uuid.NullUUID
	err = tx.SQL.QueryRowContext(ctx, `SELECT count(*), (array_agg(f.id ORDER BY f.id DESC))[1] FROM (`+query+`) f`, arguments...).Scan(&n, &some)
	if err != nil {
		return last, 0, fmt.Errorf("next codes for shops: %w", err)
	}
	return some.UUID, n, nil
}

// promotion begins the ids by which Stripe names its promotion codes.
const promotion = "promo_"

// CodesNamedTx gives the codes of an order in which Stripe names those that were made here, or found there, by their id only, spelled as
// shoppers typed them. What is not known stays. The caller has checked access.
func CodesNamedTx(ctx context.Context, tx database.Tx, integration uuid.UUID, codes []string) ([]string, error) {
	out := slices.Clone(codes)
	for i, named := range out[:min(len(out), shopsMax)] {
		if !strings.HasPrefix(named, promotion) {
			continue
		}
		err := tx.SQL.QueryRowContext(ctx, `SELECT c.code FROM shop_code h JOIN code c ON c.id = h.code_id
			WHERE h.integration_id = $1 AND h.external_id = $2 ORDER BY h.created_at DESC, h.id DESC LIMIT 1`, integration, named).Scan(&out[i])
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("codes that a shop names: %w", err)
		}
	}
	return out, nil
}

// wanted is a code as it should stand in a shop, with what is known of it there.
type wanted struct {
	row, integration uuid.UUID
	revision         int64
	access           int64 // revision of the credentials
	kind             brand.IntegrationKind
	store            string
	sealed           []byte
	discount         Discount
	works            bool // whether shoppers should be able to use it
	succeeded        bool // whether another code of this name has taken its place
	known            string
	attempts         int
}

// readWanted gives how a code should stand now; false when nothing speaks with the shop any more.
func (s *Service) readWanted(ctx context.Context, row uuid.UUID) (wanted, bool, error) {
	w := wanted{row: row}
	var discount int32
	err := s.DB.SQL.QueryRowContext(ctx, `
		SELECT h.integration_id, h.revision, a.revision, i.kind, i.store, a.credentials_sealed, c.code, c.discount_bp, c.starts_at, c.ends_at, `+shouldWork+`,
			EXISTS (SELECT 1 FROM code o WHERE o.brand_id = c.brand_id AND o.folded = c.folded AND o.archived_at IS NULL AND o.id <> c.id),
			coalesce(h.external_id, ''), h.attempts
		FROM shop_code h JOIN code c ON c.id = h.code_id JOIN partnership p ON p.id = c.partnership_id
			JOIN shop_access a ON a.integration_id = h.integration_id JOIN integration i ON i.id = h.integration_id
		WHERE h.id = $2`, s.Clock.Now(), row).Scan(&w.integration, &w.revision, &w.access, &w.kind, &w.store, &w.sealed, &w.discount.Code, &discount,
		&w.discount.StartsAt, &w.discount.EndsAt, &w.works, &w.succeeded, &w.known, &w.attempts)
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("code in a shop: %w", err)
	}
	w.discount.Percent = money.BasisPoints(discount)
	return w, true, nil
}

// differs is said of a code that the shop has already, as something else.
func differs(w wanted) *Problem {
	return &Problem{Trouble: Refused, Words: "The shop has a code " + w.discount.Code + " already, which saves something else. Change or delete it there and try again, or choose another code."}
}
