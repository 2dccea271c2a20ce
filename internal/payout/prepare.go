package payout

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// PrepareInput asks for a run.
type PrepareInput struct {
	Brand          id.ID
	Currency       money.Currency
	CutoffAt       *time.Time // now when nil
	IdempotencyKey string     // may be empty
}

// keySpace is the name space of ids that follow from an idempotency key.
var keySpace = uuid.MustParse("0b7f9f0e-4d0c-5b57-8f57-6a2d8a4f1e11")

// keyed gives the id of what is made with an idempotency key: the same key in the same brand names the same row. Without a key
// it is a new id.
func keyed(kind id.Kind, brand uuid.UUID, key string, at time.Time) uuid.UUID {
	if key == "" {
		return id.NewUUID(at)
	}
	return uuid.NewSHA1(keySpace, []byte(string(kind)+"|"+brand.String()+"|"+key))
}

func errKeyReused() error {
	return fault.At("idempotencyKey", "CONFLICT", "This key was used before with another input.")
}

// Prepare makes a run of everybody who can be paid and claims their items. Who prepares cannot approve. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, OUT_OF_RANGE (cutoffAt), TOO_LONG and CONFLICT (idempotencyKey), NOTHING_TO_PAY,
// OWN_EARNINGS.
func (s *Service) Prepare(ctx context.Context, in PrepareInput) (Run, error) {
	brand, err := s.checkBrand(ctx, in.Brand, access.PreparePayouts)
	if err != nil {
		return Run{}, err
	}
	person, err := access.User(viewer.From(ctx))
	if err != nil {
		return Run{}, err
	}
	if len(in.IdempotencyKey) > keyMax {
		return Run{}, fault.At("idempotencyKey", "TOO_LONG", "A key has at most %d bytes.", keyMax)
	}
	until, err := s.cutoff(in.CutoffAt)
	if err != nil {
		return Run{}, err
	}
	now := s.now()
	runID := keyed(id.PayoutRun, brand, in.IdempotencyKey, now)
	var run *gen.PayoutRun
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockItemsTx(ctx, tx, brand, in.Currency); err != nil {
			return err
		}
		if in.IdempotencyKey != "" {
			before, err := tx.Ent.PayoutRun.Get(ctx, runID)
			if err == nil {
				if before.Currency != string(in.Currency) || in.CutoffAt != nil && !before.CutoffAt.Equal(*in.CutoffAt) {
					return errKeyReused()
				}
				run = before
				return nil
			}
			if !database.IsMissing(err) {
				return err
			}
		}
		run, err = s.prepareTx(ctx, tx, runID, brand, in.Currency, until, person, now)
		return err
	})
	if err != nil {
		return Run{}, err
	}
	s.changed(brand, run.ID)
	return runOf(run), nil
}

func (s *Service) prepareTx(ctx context.Context, tx database.Tx, runID, brand uuid.UUID, currency money.Currency, until time.Time, person uuid.UUID, now time.Time) (*gen.PayoutRun, error) {
	all, err := s.candidates(ctx, tx.SQL, scope{brand: brand, currency: currency, cutoff: until})
	if err != nil {
		return nil, err
	}
	paid, left := split(all)
	if len(paid) == 0 {
		return nil, fault.New(fault.Conflict, "NOTHING_TO_PAY", "%s", sentenceOf(paid, left, money.Zero(currency)))
	}
	if own := viewer.From(ctx).CreatorID; own != uuid.Nil && slices.ContainsFunc(paid, func(c candidate) bool { return c.creator == own }) {
		return nil, errOwnEarnings()
	}
	sum, err := total(paid, currency)
	if err != nil {
		return nil, err
	}
	if err := database.AdvisoryLockTx(ctx, tx, "payout_run:"+brand.String()); err != nil {
		return nil, err
	}
	var number int
	if err := tx.SQL.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) + 1 FROM payout_run WHERE brand_id = $1`, brand).Scan(&number); err != nil {
		return nil, fmt.Errorf("number of a run: %w", err)
	}
	skipped, err := json.Marshal(skippedOf(left))
	if err != nil {
		return nil, fmt.Errorf("skipped creators: %w", err)
	}
	run, err := tx.Ent.PayoutRun.Create().SetID(runID).SetCreatedAt(now).SetBrandID(brand).SetNumber(number).SetCurrency(string(currency)).
		SetProviderAccount(providerAccountDefault).SetStatus(string(RunPrepared)).SetCutoffAt(until).SetTotalMinor(sum.Minor).
		SetPayoutCount(len(paid)).SetSkipped(skipped).SetPreparedBy(person).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("create run: %w", err)
	}
	if err := insertPayoutsTx(ctx, tx, run, paid, now); err != nil {
		return nil, err
	}
	return run, auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PAYOUT_RUN_PREPARED", ObjectKind: "PAYOUT_RUN", ObjectID: run.ID, BrandID: brand,
		Detail: map[string]any{"number": number, "total": sum.String(), "payouts": len(paid), "skipped": len(left)}})
}

// insertPayoutsTx writes the payouts of a run and claims their items.
func insertPayoutsTx(ctx context.Context, tx database.Tx, run *gen.PayoutRun, paid []candidate, now time.Time) error {
	ids := make([]uuid.UUID, len(paid))
	err := copyTx(ctx, tx, "payout", []string{"id", "created_at", "brand_id", "run_id", "creator_id", "payout_account_id", "method", "currency",
		"amount_minor", "status", "attempt", "bank_arrival", "reversed_minor", "updated_at"}, func(row func(...any) error) error {
		for i, c := range paid {
			ids[i] = id.NewUUID(now)
			if err := row(ids[i], now, run.BrandID, run.ID, c.creator, c.payee.account, string(MethodStripe), run.Currency,
				c.amount.Minor, string(StatusPrepared), 0, string(BankNotKnown), 0, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write payouts: %w", err)
	}
	err = copyTx(ctx, tx, "payout_line", []string{"id", "created_at", "brand_id", "payout_id", "creator_id", "item_id", "commission_id", "amount_minor", "live"},
		func(row func(...any) error) error {
			for i, c := range paid {
				for _, it := range c.items {
					if err := row(id.NewUUID(now), now, run.BrandID, ids[i], c.creator, it.id, it.commission, it.amount, true); err != nil {
						return err
					}
				}
			}
			return nil
		})
	if err != nil {
		return fmt.Errorf("claim items: %w", database.OnUnique(err, "payout_line_item_key",
			fault.New(fault.Conflict, "CONFLICT", "Another run took some of these items just now. Try again.")))
	}
	return nil
}

// copyTx loads rows in bulk.
func copyTx(ctx context.Context, tx database.Tx, table string, columns []string, write func(row func(...any) error) error) error {
	load, err := database.CopyIn(ctx, tx, table, columns...)
	if err != nil {
		return err
	}
	defer func() { _ = load.Close() }()
	err = write(func(values ...any) error {
		_, err := load.ExecContext(ctx, values...)
		return err
	})
	if err != nil {
		return err
	}
	_, err = load.ExecContext(ctx)
	return err
}

func errOwnEarnings() error {
	return fault.New(fault.Conflict, "OWN_EARNINGS", "Your own earnings are in this run, so somebody else has to do this.")
}
