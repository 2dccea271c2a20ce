package sale

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"tributary/ent/gen"
	entimport "tributary/ent/gen/orderimport"
	"tributary/internal/kit/id"
	"tributary/internal/order/orderfile"
)

// unfinishedMax is how many imports that are not over are compared with a file.
const unfinishedMax = 20

// UnfinishedImport gives the latest import of a brand that is not over and whose file begins a file, or is all of it: who sends the
// same file again goes on with that. found is false without one. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN.
func (s *Service) UnfinishedImport(ctx context.Context, brandID id.ID, store string, format *orderfile.Format, body []byte) (out OrderImport, found bool, err error) {
	brand, err := s.mayImport(ctx, brandID)
	if err != nil {
		return out, false, err
	}
	if store == "" {
		if store, err = s.storeOf(ctx, brand); err != nil {
			return out, false, err
		}
	}
	rows, err := s.db.Ent.OrderImport.Query().Where(entimport.BrandID(brand), entimport.Store(strings.ToLower(strings.TrimSpace(store))), entimport.BytesLTE(len(body)),
		entimport.StatusIn(string(ImportUploading), string(ImportChecking), string(ImportChecked), string(ImportRunning))).
		Order(entimport.ByCreatedAt(newestFirst), entimport.ByID(newestFirst)).Limit(unfinishedMax).All(ctx)
	if err != nil {
		return out, false, fmt.Errorf("unfinished imports: %w", err)
	}
	for _, row := range rows {
		if format != nil && row.Format != nil && *row.Format != string(*format) || row.Status != string(ImportUploading) && row.Bytes != len(body) {
			continue
		}
		sent, err := s.sent(ctx, row)
		if err != nil {
			return out, false, err
		}
		if bytes.HasPrefix(body, sent) {
			return importOf(row), true, nil
		}
	}
	return out, false, nil
}

// sent reads what came of a file.
func (s *Service) sent(ctx context.Context, row *gen.OrderImport) ([]byte, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT body FROM order_import_part WHERE import_id = $1 ORDER BY number`, row.ID)
	if err != nil {
		return nil, fmt.Errorf("parts of a file: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var body bytes.Buffer
	for rows.Next() {
		var part []byte
		if err := rows.Scan(&part); err != nil {
			return nil, fmt.Errorf("parts of a file: %w", err)
		}
		body.Write(part)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("parts of a file: %w", err)
	}
	return body.Bytes(), nil
}
