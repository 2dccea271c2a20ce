package sale

import (
	"context"
	"fmt"
	"time"

	"tributary/ent/gen"
	entimport "tributary/ent/gen/orderimport"
)

const (
	// importKept is how long a file waits for its rest, or to be started: it names customers.
	importKept = 30 * 24 * time.Hour
	// importsDropped is how many files one run drops; what is left over is the next run's.
	importsDropped = 100
	dropEvery      = time.Hour
)

// DropImportsArgs describes the job that drops files of orders which nobody started.
type DropImportsArgs struct{}

// Kind names the job in the queue.
func (DropImportsArgs) Kind() string { return "drop_order_imports" }

// DropImports does the job: a file that waited for 30 days is dropped, and its import ends.
func (s *Service) DropImports(ctx context.Context, _ DropImportsArgs) error {
	rows, err := s.db.Ent.OrderImport.Query().Where(entimport.StatusIn(string(ImportUploading), string(ImportChecked)), entimport.CreatedAtLT(s.clock.Now().Add(-importKept))).
		Order(entimport.ByCreatedAt()).Limit(importsDropped).All(ctx)
	if err != nil {
		return fmt.Errorf("files that wait: %w", err)
	}
	for _, row := range rows {
		end := func(u *gen.OrderImportUpdate) {
			u.SetStatus(string(ImportFailed)).SetFailure("Nobody had it recorded within 30 days, so the file was dropped. Send it again.")
		}
		if err := s.endImport(ctx, row, end, ImportStatus(row.Status)); err != nil {
			return err
		}
	}
	return nil
}
