package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/order/orderfile"
	"tributary/internal/sale"
)

// OrderFile is a file of orders to import.
type OrderFile struct {
	Path     string
	Brand    string // slug
	Store    string // the host of the brand's website when empty
	Format   string // "auto", or a format in lower case
	Record   bool   // record the orders, not only check them
	LeaveOut bool   // record the others where some have problems
}

// importLook is after how long the progress of an import is shown again.
const importLook = 500 * time.Millisecond

// ImportOrders checks a file of orders and lists what is wrong in it; with Record it records them, shows how far that is, and goes on
// where an earlier call with the same file stopped. Exits 1 when anything is wrong and nothing was recorded.
func (a App) ImportOrders(ctx context.Context, in OrderFile) error {
	body, err := readOrderFile(in.Path)
	if err != nil {
		return err
	}
	return a.withServices(ctx, "command:import orders", func(ctx context.Context, s *services) error {
		i, err := a.sendOrders(ctx, s, in, body)
		if err != nil {
			return inWords(err)
		}
		if i.Status == sale.ImportChecking {
			// Also where a server does the same at this moment: the later one changes nothing.
			if err := s.sales.CheckImport(ctx, sale.CheckImportArgs{Import: i.ID.UUID}); err != nil {
				return err
			}
			if i, err = s.sales.OrderImport(ctx, i.ID); err != nil {
				return err
			}
		}
		if i.Status == sale.ImportFailed {
			return fmt.Errorf("%s: %s", in.Path, *i.Failure)
		}
		if i.Status == sale.ImportChecked {
			if err := a.sayChecked(ctx, s, i); err != nil {
				return err
			}
			switch {
			case !in.Record && i.ProblemCount > 0:
				fmt.Fprintln(a.Out, "Nothing is recorded. Mend the file, or add --record --leave-out to record the others.")
				return ExitCode(1)
			case !in.Record:
				fmt.Fprintln(a.Out, "Nothing is recorded yet: add --record.")
				return nil
			case i.ProblemCount > 0 && !in.LeaveOut:
				fmt.Fprintln(a.Out, "Nothing is recorded. Mend the file, or add --leave-out to record the others.")
				return ExitCode(1)
			}
			if i, err = s.sales.StartImport(ctx, i.ID, in.LeaveOut); err != nil {
				return inWords(err)
			}
		} else if !in.Record {
			fmt.Fprintf(a.Out, "This file is being recorded: %d of %d orders. Add --record to go on.\n", i.OrdersDone, i.OrdersTotal)
			return nil
		}
		return a.recordImport(ctx, s, i)
	})
}

func readOrderFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(io.LimitReader(f, orderfile.BytesMax+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) == 0:
		return nil, fmt.Errorf("%s is empty", path)
	case len(body) > orderfile.BytesMax:
		return nil, fmt.Errorf("%s has more than 32 MiB; cut it into several", path)
	case !utf8.Valid(body):
		return nil, fmt.Errorf("%s is no text in UTF-8; save it as CSV UTF-8", path)
	}
	return body, nil
}

// sendOrders hands a file in, or finds the import of the same file that is not over.
func (a App) sendOrders(ctx context.Context, s *services, in OrderFile, body []byte) (i sale.OrderImport, err error) {
	b, err := s.brands.BySlug(ctx, in.Brand)
	if err != nil {
		return i, err
	}
	var format *orderfile.Format
	if in.Format != "" && in.Format != "auto" {
		f := orderfile.Format(strings.ToUpper(in.Format))
		format = &f
	}
	i, found, err := s.sales.UnfinishedImport(ctx, b.ID, in.Store, format, body)
	if err != nil {
		return i, err
	}
	var of *id.ID
	if found {
		if i.Status != sale.ImportUploading {
			return i, nil
		}
		of, body = &i.ID, body[i.Bytes:]
	}
	for first := true; first || len(body) > 0; first = false {
		part := body[:min(len(body), sale.ImportPartMax)]
		for len(part) < len(body) && !utf8.RuneStart(body[len(part)]) {
			part = part[:len(part)-1]
		}
		body = body[len(part):]
		i, err = s.sales.ImportOrders(ctx, sale.ImportOrdersInput{Brand: b.ID, Import: of, FileName: filepath.Base(in.Path), Store: in.Store, Format: format,
			Part: string(part), More: len(body) > 0})
		if err != nil {
			return i, err
		}
		of = &i.ID
	}
	return i, nil
}

// sayChecked lists what a check found.
func (a App) sayChecked(ctx context.Context, s *services, i sale.OrderImport) error {
	if err := a.sayProblems(ctx, s, i, 0); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%s of %s. Orders: %d (new: %d, known: %d), left out: %d, problems: %d.\n",
		i.FileName, i.Store, i.OrdersTotal, i.OrdersNew, i.OrdersKnown, i.OrdersRefused, i.ProblemCount)
	return nil
}

// sayProblems lists what is wrong, by lines, but for the first ones, which were listed before.
func (a App) sayProblems(ctx context.Context, s *services, i sale.OrderImport, before int) error {
	if i.ProblemCount <= before {
		return nil
	}
	all, err := s.sales.ProblemsOfImports(ctx, []uuid.UUID{i.ID.UUID})
	if err != nil {
		return err
	}
	problems := all[i.ID.UUID]
	for _, p := range problems[min(before, len(problems)):] {
		where := fmt.Sprintf("line %d", p.Line)
		if p.Column != "" {
			where += ", " + p.Column
		}
		fmt.Fprintf(a.Out, "%s: %s\n", where, p.Message)
	}
	if more := i.ProblemCount - max(before, len(problems)); more > 0 {
		fmt.Fprintf(a.Out, "problems not shown: %d\n", more)
	}
	return nil
}

// recordImport records the orders of an import that runs, together with a server that may do the same, and shows how far it is.
func (a App) recordImport(ctx context.Context, s *services, i sale.OrderImport) error {
	id, before := i.ID, i.ProblemCount
	look := time.NewTicker(importLook)
	defer look.Stop()
	for i.Status == sale.ImportRunning {
		ran := make(chan error, 1)
		go func() { ran <- s.sales.RunImport(ctx, sale.RunImportArgs{Import: id.UUID}) }()
		for waiting := true; waiting; {
			select {
			case err := <-ran:
				if err != nil && ctx.Err() == nil {
					return err
				}
				waiting = false
			case <-look.C:
			}
			now, err := s.sales.OrderImport(context.WithoutCancel(ctx), id)
			if err != nil {
				return err
			}
			i = now
			fmt.Fprintf(a.Err, "\rorders: %d of %d", i.OrdersDone, i.OrdersTotal)
		}
		if ctx.Err() != nil && i.Status == sale.ImportRunning {
			fmt.Fprintln(a.Err)
			return fmt.Errorf("stopped after %d of %d orders; the same command goes on from there", i.OrdersDone, i.OrdersTotal)
		}
		if i.Status == sale.ImportRunning { // a server is ahead
			<-look.C
		}
	}
	fmt.Fprintln(a.Err)
	if err := a.sayProblems(ctx, s, i, before); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%s is recorded. New: %d, known: %d, left out: %d, refunds: %d.\n", i.FileName, i.OrdersNew, i.OrdersKnown, i.OrdersRefused, i.Refunds)
	return nil
}

// inWords makes what a service refused a line for a person at a terminal.
func inWords(err error) error {
	faults := fault.All(err)
	if len(faults) == 0 {
		return err
	}
	words := make([]string, len(faults))
	for i, f := range faults {
		words[i] = f.Message
	}
	return errors.New(strings.Join(words, " "))
}
