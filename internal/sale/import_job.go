package sale

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entimport "tributary/ent/gen/orderimport"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/job"
	"tributary/internal/order"
	"tributary/internal/order/orderfile"
)

// importBatch is how many orders are recorded in one transaction, which also keeps how far the import has come.
const importBatch = 50

// CheckImportArgs describes the job that reads a file and lists what is wrong in it.
type CheckImportArgs struct {
	Import uuid.UUID `json:"import"`
}

// Kind names the job in the queue.
func (CheckImportArgs) Kind() string { return "check_order_import" }

// RunImportArgs describes the job that records the orders of a checked file.
type RunImportArgs struct {
	Import uuid.UUID `json:"import"`
}

// Kind names the job in the queue.
func (RunImportArgs) Kind() string { return "run_order_import" }

// file reads what was sent of an import.
func (s *Service) file(ctx context.Context, row *gen.OrderImport) (orderfile.Format, []orderfile.Entry, error) {
	body, err := s.sent(ctx, row)
	if err != nil {
		return "", nil, err
	}
	// Read as of the moment it was sent, so that every reading comes to the same.
	format := orderfile.Format("")
	if row.Format != nil {
		format = orderfile.Format(*row.Format)
	}
	return orderfile.Read(body, format, row.CreatedAt)
}

// CheckImport does the job that reads a file: it lists what is wrong, counts what is new and what is known, and records nothing.
func (s *Service) CheckImport(ctx context.Context, args CheckImportArgs) error {
	row, err := s.db.Ent.OrderImport.Get(ctx, args.Import)
	if database.IsMissing(err) {
		return job.Discard(err)
	}
	if err != nil {
		return fmt.Errorf("check an import: %w", err)
	}
	if row.Status != string(ImportChecking) {
		return nil
	}
	format, entries, err := s.file(ctx, row)
	var broken *orderfile.Broken
	if errors.As(err, &broken) {
		return s.endImport(ctx, row, func(u *gen.OrderImportUpdate) { u.SetStatus(string(ImportFailed)).SetFailure(broken.Error()) }, ImportChecking)
	}
	if err != nil {
		return err
	}
	var problems []ImportProblem
	var ids []string
	refused, wrong := 0, 0
	for _, e := range entries {
		wrong += len(e.Problems)
		for _, p := range e.Problems[:min(len(e.Problems), problemsMax-len(problems))] {
			problems = append(problems, ImportProblem(p))
		}
		switch {
		case e.Order != nil:
			ids = append(ids, e.Order.ExternalID)
		case e.Skipped == "":
			refused++
		}
	}
	known := 0
	for part := range slices.Chunk(ids, 5_000) {
		n := 0
		if err := s.db.SQL.QueryRowContext(ctx, `SELECT count(*) FROM "order" WHERE brand_id = $1 AND store = $2 AND external_id = ANY($3)`,
			row.BrandID, row.Store, database.Array(part)).Scan(&n); err != nil {
			return fmt.Errorf("known orders: %w", err)
		}
		known += n
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		n, err := tx.Ent.OrderImport.Update().Where(entimport.ID(row.ID), entimport.Status(string(ImportChecking))).SetStatus(string(ImportChecked)).SetFormat(string(format)).
			SetOrdersTotal(len(ids)).SetOrdersNew(len(ids) - known).SetOrdersKnown(known).SetOrdersRefused(refused).SetProblems(wrong).Save(ctx)
		if err != nil || n == 0 {
			return wrapImport(err)
		}
		return addProblemsTx(ctx, tx, row.ID, 0, problems)
	})
}

func wrapImport(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("import orders: %w", err)
}

func addProblemsTx(ctx context.Context, tx database.Tx, of uuid.UUID, before int, problems []ImportProblem) error {
	for i, p := range problems {
		if before+i >= problemsMax {
			return nil
		}
		if _, err := tx.SQL.ExecContext(ctx, `INSERT INTO order_import_problem (import_id, number, line, column_name, code, message) VALUES ($1, $2, $3, $4, $5, $6)`,
			of, before+i+1, p.Line, p.Column, p.Code, p.Message); err != nil {
			return fmt.Errorf("problems of an import: %w", err)
		}
	}
	return nil
}

// endImport ends an import that is in a state: what was sent is dropped, because it names customers.
func (s *Service) endImport(ctx context.Context, row *gen.OrderImport, set func(*gen.OrderImportUpdate), from ImportStatus) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		update := tx.Ent.OrderImport.Update().Where(entimport.ID(row.ID), entimport.Status(string(from))).SetFinishedAt(s.clock.Now())
		set(update)
		n, err := update.Save(ctx)
		if err != nil || n == 0 {
			return wrapImport(err)
		}
		_, err = tx.SQL.ExecContext(ctx, `DELETE FROM order_import_part WHERE import_id = $1`, row.ID)
		return wrapImport(err)
	})
}

// RunImport does the job that records the orders of a checked file. It goes on where an earlier run stopped.
func (s *Service) RunImport(ctx context.Context, args RunImportArgs) error {
	row, err := s.db.Ent.OrderImport.Get(ctx, args.Import)
	if database.IsMissing(err) {
		return job.Discard(err)
	}
	if err != nil {
		return fmt.Errorf("run an import: %w", err)
	}
	if row.Status != string(ImportRunning) {
		return nil
	}
	_, entries, err := s.file(ctx, row)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e orderfile.Entry) bool { return e.Order == nil })
	for done := row.OrdersDone; done < len(entries); {
		batch := entries[done:min(done+importBatch, len(entries))]
		next, err := s.importBatch(ctx, row, done, batch)
		if fault.All(err) != nil && !fault.Is(err, fault.Unavailable) && len(batch) > 1 {
			// One of them is refused: each by itself, so that the others are recorded.
			next, err = s.importBatch(ctx, row, done, batch[:1])
		}
		if err != nil {
			return err
		}
		if next == done {
			return nil // another worker is ahead
		}
		done = next
		s.orders.Tell(row.BrandID)
	}
	return s.endImport(ctx, row, func(u *gen.OrderImportUpdate) { u.SetStatus(string(ImportDone)) }, ImportRunning)
}

// importBatch records some orders and keeps how far the import has come, in one transaction. A single order that is refused is left
// out with the reason.
func (s *Service) importBatch(ctx context.Context, of *gen.OrderImport, done int, batch []orderfile.Entry) (next int, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.OrderImport.Query().Where(entimport.ID(of.ID)).ForUpdate().Only(ctx)
		if err != nil {
			return fmt.Errorf("run an import: %w", err)
		}
		if next = row.OrdersDone; row.Status != string(ImportRunning) || next != done {
			return nil
		}
		fresh, known, refunds := 0, 0, 0
		for _, e := range batch {
			change, refunded, err := s.importOneTx(ctx, tx, of, e)
			if err != nil {
				return err
			}
			if change == order.Created {
				fresh++
			} else {
				known++
			}
			if refunded {
				refunds++
			}
		}
		next = done + len(batch)
		return wrapImport(row.Update().SetOrdersDone(next).AddOrdersNew(fresh).AddOrdersKnown(known).AddRefunds(refunds).Exec(ctx))
	})
	faults := fault.All(err)
	if len(batch) != 1 || len(faults) == 0 || fault.Is(err, fault.Unavailable) {
		return next, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.OrderImport.Query().Where(entimport.ID(of.ID)).ForUpdate().Only(ctx)
		if err != nil {
			return fmt.Errorf("run an import: %w", err)
		}
		if next = row.OrdersDone; row.Status != string(ImportRunning) || next != done {
			return nil
		}
		next = done + 1
		if err := addProblemsTx(ctx, tx, of.ID, row.Problems, []ImportProblem{{Line: batch[0].Line, Code: faults[0].Code, Message: faults[0].Message}}); err != nil {
			return err
		}
		return wrapImport(row.Update().SetOrdersDone(next).AddOrdersRefused(1).AddProblems(1).Exec(ctx))
	})
	return next, err
}

func (s *Service) importOneTx(ctx context.Context, tx database.Tx, of *gen.OrderImport, e orderfile.Entry) (change order.Change, refunded bool, err error) {
	in := *e.Order
	in.Brand, in.Store = of.BrandID, of.Store
	o, change, err := s.recordTx(ctx, tx, in)
	if err != nil || e.Refund == nil {
		return change, false, err
	}
	back := *e.Refund
	back.Order, back.Brand, back.Store = o.ID.UUID, of.BrandID, of.Store
	if back.RefundedAt.IsZero() {
		back.RefundedAt = of.CreatedAt
	}
	_, after, err := s.refundTx(ctx, tx, back)
	return change, after == order.Refunded, err
}
