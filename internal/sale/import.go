package sale

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entimport "tributary/ent/gen/orderimport"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order/orderfile"
)

// ImportStatus is: how far an import of orders has come. Spelled alike in Go, SQL and GraphQL.
type ImportStatus string

// The values of ImportStatus.
const (
	ImportUploading ImportStatus = "UPLOADING" // Waits for more parts of the file.
	ImportChecking  ImportStatus = "CHECKING"  // The file is read, and nothing is recorded.
	ImportChecked   ImportStatus = "CHECKED"   // What is wrong is listed; the orders wait for the start.
	ImportRunning   ImportStatus = "RUNNING"   // The orders are recorded.
	ImportDone      ImportStatus = "DONE"      // All orders but those that were refused are recorded.
	ImportFailed    ImportStatus = "FAILED"    // The file cannot be read.
)

// ImportPartMax is how many bytes one part of a file has at most, as they come with one call.
const ImportPartMax = 200_000

// Limits of an import.
const (
	fileNameMax  = 200
	problemsMax  = 1_000 // that are kept of one import
	problemShown = 100
)

// OrderImport is a file of orders: first checked, then recorded.
type OrderImport struct {
	ID            id.ID             // id, prefix imp.
	BrandID       id.ID             // the brand.
	FileName      string            // name of the file.
	Store         string            // the shop whose orders they are.
	Format        *orderfile.Format // the columns; null before the file was read.
	Status        ImportStatus      // how far it has come.
	Bytes         int               // length of what came of the file.
	OrdersTotal   int               // orders without a problem in the file; 0 before it was read.
	OrdersDone    int               // of them, those that were recorded or refused.
	OrdersNew     int               // orders that were not known: as the check expects, then as they were recorded.
	OrdersKnown   int               // orders that were known already.
	OrdersRefused int               // orders that were left out for a problem.
	Refunds       int               // refunds that were recorded.
	ProblemCount  int               // how many problems were found.
	Failure       *string           // why the file cannot be read.
	CreatedAt     time.Time         // when it began.
	FinishedAt    *time.Time        // when it was over.
}

// IsNode marks OrderImport as refetchable by id.
func (OrderImport) IsNode() {}

// ImportProblem is what is wrong in a cell of a file.
type ImportProblem struct {
	Line    int    // line of the file, the header's is 1; 0 for what recording refused.
	Column  string // column; empty when the whole line is meant.
	Code    string // sort of the problem.
	Message string // in words.
}

func importOf(r *gen.OrderImport) OrderImport {
	out := OrderImport{ID: id.Of(id.OrderImport, r.ID), BrandID: id.Of(id.Brand, r.BrandID), FileName: r.FileName, Store: r.Store, Status: ImportStatus(r.Status),
		Bytes: r.Bytes, OrdersTotal: r.OrdersTotal, OrdersDone: r.OrdersDone, OrdersNew: r.OrdersNew, OrdersKnown: r.OrdersKnown, OrdersRefused: r.OrdersRefused,
		Refunds: r.Refunds, ProblemCount: r.Problems, CreatedAt: r.CreatedAt.UTC(), FinishedAt: r.FinishedAt}
	if r.Format != nil {
		f := orderfile.Format(*r.Format)
		out.Format = &f
	}
	if r.Failure != "" {
		out.Failure = &r.Failure
	}
	return out
}

// ImportOrdersInput is a part of a file of orders. Import is nil for the first part.
type ImportOrdersInput struct {
	Brand    id.ID
	Import   *id.ID
	FileName string
	Store    string            // the host of the brand's website when left out
	Format   *orderfile.Format // found by the columns when left out
	Part     string
	More     bool // another part follows
}

// ImportOrders takes a file of orders, in one or more parts, and has it checked when the last one is there: a dry run, which records
// nothing. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; REQUIRED, TOO_LONG, BAD_FORMAT, INVALID with the field; WRONG_STATE when the
// import waits for no part.
func (s *Service) ImportOrders(ctx context.Context, in ImportOrdersInput) (OrderImport, error) {
	brand, err := s.mayImport(ctx, in.Brand)
	if err != nil {
		return OrderImport{}, err
	}
	var wrong fault.List
	switch {
	case in.Part == "":
		wrong.Add(fault.At("part", "REQUIRED", "The file, or its next part, is missing."))
	case len(in.Part) > ImportPartMax:
		wrong.Add(fault.At("part", "TOO_LONG", "A part has at most %d bytes; send the file in several.", ImportPartMax))
	case strings.ContainsRune(in.Part, utf8.RuneError):
		wrong.Add(fault.At("part", "BAD_FORMAT", "This is no text in UTF-8. Save the file as CSV UTF-8."))
	}
	if in.Import == nil {
		in.FileName = field.Line(&wrong, "fileName", in.FileName, 1, fileNameMax)
		if in.Store == "" {
			if in.Store, err = s.storeOf(ctx, brand); err != nil {
				return OrderImport{}, err
			}
		}
		in.Store = strings.ToLower(field.Line(&wrong, "store", in.Store, 1, 253))
		if in.Format != nil {
			field.OneOf(&wrong, "format", *in.Format, orderfile.Tributary, orderfile.Shopify, orderfile.Woocommerce)
		}
	}
	if err := wrong.Err(); err != nil {
		return OrderImport{}, err
	}
	var out OrderImport
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.importRowTx(ctx, tx, brand, in)
		if err != nil {
			return err
		}
		if row.Bytes+len(in.Part) > orderfile.BytesMax {
			return fault.At("part", "TOO_LONG", "A file has at most 32 MiB; cut it into several.")
		}
		if _, err := tx.SQL.ExecContext(ctx, `INSERT INTO order_import_part (import_id, number, body) VALUES ($1, $2, $3)`, row.ID, row.Parts+1, []byte(in.Part)); err != nil {
			return fmt.Errorf("keep a part of a file: %w", err)
		}
		update := row.Update().SetParts(row.Parts + 1).SetBytes(row.Bytes + len(in.Part))
		if !in.More {
			update.SetStatus(string(ImportChecking))
			if err := s.queue.EnqueueTx(ctx, tx, CheckImportArgs{Import: row.ID}, job.Once()); err != nil {
				return err
			}
		}
		row, err = update.Save(ctx)
		if err != nil {
			return fmt.Errorf("import orders: %w", err)
		}
		out = importOf(row)
		return nil
	})
	return out, err
}

// importRowTx makes the import of a first part, or locks that of a later one.
func (s *Service) importRowTx(ctx context.Context, tx database.Tx, brand uuid.UUID, in ImportOrdersInput) (*gen.OrderImport, error) {
	now := s.clock.Now()
	if in.Import == nil {
		create := tx.Ent.OrderImport.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(brand).SetFileName(in.FileName).SetStore(in.Store)
		if in.Format != nil {
			create.SetFormat(string(*in.Format))
		}
		if v := viewer.From(ctx); v.Kind == viewer.User {
			create.SetCreatedBy(v.UserID)
		}
		row, err := create.Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("import orders: %w", err)
		}
		return row, auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "ORDER_IMPORT_BEGUN", ObjectKind: "ORDER_IMPORT", ObjectID: row.ID, BrandID: brand,
			Detail: map[string]any{"file": in.FileName, "store": in.Store, "sentence": "Began to send “" + in.FileName + "”, a file of orders of " + in.Store + "."}})
	}
	u, err := id.Want(*in.Import, id.OrderImport, "import")
	if err != nil {
		return nil, err
	}
	row, err := tx.Ent.OrderImport.Query().Where(entimport.ID(u), entimport.BrandID(brand)).ForUpdate().Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "import")
	}
	if row.Status != string(ImportUploading) {
		return nil, fault.New(fault.Conflict, "WRONG_STATE", "This import waits for no part of its file.")
	}
	return row, nil
}

func (s *Service) mayImport(ctx context.Context, brandID id.ID) (uuid.UUID, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return uuid.Nil, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return uuid.Nil, err
	}
	return brand, access.Brand(v, access.WriteOrders, brand)
}

// StartImport has the orders of a checked file recorded. leaveOut says that those with problems are left out; without it, there may be
// none. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; WRONG_STATE; INVALID when there are problems; NO_POLICY.
func (s *Service) StartImport(ctx context.Context, importID id.ID, leaveOut bool) (OrderImport, error) {
	present, err := s.OrderImport(ctx, importID)
	if err != nil {
		return OrderImport{}, err
	}
	if present.ProblemCount > 0 && !leaveOut {
		return OrderImport{}, fault.At("leaveOut", "INVALID", "%d problems were found: mend the file, or say that these orders are left out.", present.ProblemCount)
	}
	var out OrderImport
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if _, err := policyTx(ctx, tx, present.BrandID.UUID, s.clock.Now()); err != nil {
			return fault.New(fault.Conflict, "NO_POLICY", "The brand has not published how credit is divided.").With(err)
		}
		row, err := tx.Ent.OrderImport.Query().Where(entimport.ID(present.ID.UUID)).ForUpdate().Only(ctx)
		if err != nil {
			return fmt.Errorf("start an import: %w", err)
		}
		if row.Status != string(ImportChecked) {
			return fault.State("import", row.Status, string(ImportRunning))
		}
		row, err = row.Update().SetStatus(string(ImportRunning)).SetOrdersNew(0).SetOrdersKnown(0).Save(ctx)
		if err != nil {
			return fmt.Errorf("start an import: %w", err)
		}
		out = importOf(row)
		if err := auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "ORDER_IMPORT_STARTED", ObjectKind: "ORDER_IMPORT", ObjectID: row.ID, BrandID: row.BrandID,
			Detail: map[string]any{"file": row.FileName, "orders": row.OrdersTotal,
				"sentence": fmt.Sprintf("Had the orders of “%s” recorded: %d of them.", row.FileName, row.OrdersTotal)}}); err != nil {
			return err
		}
		return s.queue.EnqueueTx(ctx, tx, RunImportArgs{Import: row.ID}, job.Once())
	})
	return out, err
}

// OrderImport gives an import of a brand whose orders the viewer may record. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) OrderImport(ctx context.Context, importID id.ID) (OrderImport, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return OrderImport{}, err
	}
	u, err := id.Want(importID, id.OrderImport, "import")
	if err != nil {
		return OrderImport{}, err
	}
	row, err := s.db.Ent.OrderImport.Get(ctx, u)
	if err != nil {
		return OrderImport{}, database.OnMissing(err, "import")
	}
	if err := access.Noun(access.Brand(v, access.WriteOrders, row.BrandID), "import"); err != nil {
		return OrderImport{}, err
	}
	return importOf(row), nil
}

// OrderImports lists the imports of a brand, newest first. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN.
func (s *Service) OrderImports(ctx context.Context, brandID id.ID, r page.Request) (page.Connection[OrderImport], error) {
	brand, err := s.mayImport(ctx, brandID)
	if err != nil {
		return page.Connection[OrderImport]{}, err
	}
	query := func() *gen.OrderImportQuery { return s.db.Ent.OrderImport.Query().Where(entimport.BrandID(brand)) }
	rows, err := query().Where(r.Keyset(entimport.FieldCreatedAt)).All(ctx)
	if err != nil {
		return page.Connection[OrderImport]{}, fmt.Errorf("list imports: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(i *gen.OrderImport) page.Cursor { return page.Cursor{At: i.CreatedAt, ID: i.ID} }), importOf)
	c.Total = func() (int, error) { return query().Count(ctx) }
	return c, nil
}

// ProblemsOfImports gives the first problems of imports that the caller was allowed to see, by their place, in one statement; at most
// 100 of each.
func (s *Service) ProblemsOfImports(ctx context.Context, imports []uuid.UUID) (map[uuid.UUID][]ImportProblem, error) {
	ids := make([]string, len(imports))
	for i, u := range imports {
		ids[i] = u.String()
	}
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT import_id, line, column_name, code, message FROM order_import_problem
		WHERE import_id = ANY($1::uuid[]) AND number <= $2 ORDER BY import_id, number`, database.Array(ids), problemShown)
	if err != nil {
		return nil, fmt.Errorf("problems of imports: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[uuid.UUID][]ImportProblem, len(imports))
	for rows.Next() {
		var of uuid.UUID
		var p ImportProblem
		if err := rows.Scan(&of, &p.Line, &p.Column, &p.Code, &p.Message); err != nil {
			return nil, fmt.Errorf("problems of imports: %w", err)
		}
		out[of] = append(out[of], p)
	}
	return out, rows.Err()
}
