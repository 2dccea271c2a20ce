// Package orderfile reads files of orders (CSV): our own columns, those of Shopify's export of orders, and those of WooCommerce's. It is
// pure: no database, no clock, no network. What is wrong is told with the line and the column in which it stands.
package orderfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tributary/internal/kit/fault"
	"tributary/internal/order"
)

// Format is the set of columns of a file. Spelled alike in Go, SQL and GraphQL.
type Format string

// The values of Format.
const (
	Tributary   Format = "TRIBUTARY"   // Our own columns.
	Shopify     Format = "SHOPIFY"     // Shopify's export of orders.
	Woocommerce Format = "WOOCOMMERCE" // The columns that exports of WooCommerce share.
)

// Bounds of a file.
const (
	BytesMax   = 32 << 20
	OrdersMax  = 200_000
	columnsMax = 200
	cellMax    = 20_000 // bytes
)

// Problem is what is wrong in a cell, or in a whole line when Column is empty. Lines count from 1, the header's.
type Problem struct {
	Line    int
	Column  string
	Code    string
	Message string
}

// Entry is one order of a file. Order is nil when there are problems, or when Skipped says why it is left out.
type Entry struct {
	Line     int
	Order    *order.Incoming
	Refund   *order.IncomingRefund
	Skipped  string
	Problems []Problem
}

// Broken is why a file cannot be read at all.
type Broken struct {
	Line    int // 0 where no line is meant
	Message string
}

// Error gives the line and the reason.
func (b *Broken) Error() string {
	if b.Line == 0 {
		return b.Message
	}
	return fmt.Sprintf("Line %d: %s", b.Line, b.Message)
}

// Read gives the orders of a file, the oldest first, so that a customer's first order is recorded before the later ones; an empty
// format is found by the header. now is when orders may have been placed at the latest. It fails with *Broken.
func Read(body []byte, format Format, now time.Time) (Format, []Entry, error) {
	table, err := open(body)
	if err != nil {
		return format, nil, err
	}
	if format == "" {
		if format = table.detect(); format == "" {
			return format, nil, &Broken{1, "The columns are none of those that are known: see the documentation of imports."}
		}
	}
	how, known := formats[format]
	if !known {
		return format, nil, &Broken{0, "There is no such format."}
	}
	for _, name := range how.required {
		if table.column(name) < 0 {
			return format, nil, &Broken{1, fmt.Sprintf("The column %s is missing.", how.title(name))}
		}
	}
	entries, err := table.entries(how, now)
	if err != nil {
		return format, nil, err
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return placed(a).Compare(placed(b)) })
	return format, entries, nil
}

func placed(e Entry) time.Time {
	if e.Order == nil {
		return time.Time{}
	}
	return e.Order.PlacedAt
}

// layout is how a format is read.
type layout struct {
	required []string
	key      string                 // the column that the rows of one order share
	read     func(rows []row) Entry // rows of one order
	columns  map[string]string      // the column of a field of recordOrder
	titles   map[string]string      // how a column is written
}

var formats = map[Format]layout{Tributary: ownLayout, Shopify: shopifyLayout, Woocommerce: wooLayout}

func (l layout) title(name string) string {
	if t := l.titles[name]; t != "" {
		return t
	}
	return name
}

// table is an open file.
type table struct {
	reader *csv.Reader
	header []string // normalized names
}

// open checks encoding and size and reads the header.
func open(body []byte) (*table, error) {
	if len(body) > BytesMax {
		return nil, &Broken{0, "A file has at most 32 MiB; cut it into several."}
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(body) {
		good := 0
		for good < len(body) {
			r, size := utf8.DecodeRune(body[good:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			good += size
		}
		return nil, &Broken{1 + bytes.Count(body[:good], []byte("\n")), "This is no text in UTF-8. Save the file as CSV UTF-8."}
	}
	if bytes.IndexByte(body, 0) >= 0 {
		return nil, &Broken{1 + bytes.Count(body[:bytes.IndexByte(body, 0)], []byte("\n")), "There is a zero byte in this line."}
	}
	first, _, _ := bytes.Cut(body, []byte("\n"))
	t := &table{reader: csv.NewReader(bytes.NewReader(body))}
	if !bytes.ContainsRune(first, ',') {
		for _, comma := range []rune{';', '\t'} {
			if bytes.ContainsRune(first, comma) {
				t.reader.Comma = comma
			}
		}
	}
	t.reader.FieldsPerRecord = -1
	header, err := t.reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, &Broken{1, "The file is empty."}
	}
	if err != nil {
		return nil, broken(err)
	}
	if len(header) > columnsMax {
		return nil, &Broken{1, fmt.Sprintf("A file has at most %d columns.", columnsMax)}
	}
	for _, name := range header {
		t.header = append(t.header, normal(name))
	}
	return t, nil
}

// normal makes the name of a column comparable: "Lineitem quantity" and "lineitem_quantity" are one.
func normal(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.Trim(b.String(), "_")
}

func broken(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &Broken{p.Line, "The quotes of this line do not pair up, so that nothing after it can be read."}
	}
	return &Broken{0, "The file cannot be read."}
}

// column gives the place of a column, -1 without one.
func (t *table) column(name string) int { return slices.Index(t.header, name) }

func (t *table) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return t.column(n) < 0 })
}

func (t *table) detect() Format {
	switch {
	case t.has("order_id", "placed_at", "net"):
		return Tributary
	case t.has("name", "financial_status", "lineitem_name"):
		return Shopify
	case t.any(wooNames["id"]) && t.any(wooNames["status"]) && t.any(wooNames["total"]):
		return Woocommerce
	}
	return ""
}

func (t *table) any(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return t.column(n) >= 0 })
}

// entries groups the rows by their order and reads each group.
func (t *table) entries(how layout, now time.Time) ([]Entry, error) {
	var out []Entry
	var group []row
	seen := map[string]int{}
	finish := func() {
		if len(group) == 0 {
			return
		}
		e := how.read(group)
		e.Line = group[0].line
		for i := range group {
			e.Problems = append(e.Problems, *group[i].problems...)
		}
		e.check(how, group, now)
		out = append(out, e)
		group = nil
	}
	keys := how.keys(t)
	last := ""
	for {
		cells, err := t.reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, broken(err)
		}
		line, _ := t.reader.FieldPos(0)
		r := row{table: t, how: how, line: line, cells: cells, problems: &[]Problem{}}
		if r.empty() {
			continue
		}
		if len(cells) != len(t.header) {
			r.problem("", "BAD_FORMAT", fmt.Sprintf("This line has %d cells, the header %d.", len(cells), len(t.header)))
		}
		key := ""
		for _, column := range keys {
			if key = strings.TrimSpace(r.raw(column)); key != "" {
				break
			}
		}
		if key == last && key != "" {
			group = append(group, r)
			continue
		}
		finish()
		if len(out) >= OrdersMax {
			return nil, &Broken{line, fmt.Sprintf("A file has at most %d orders; cut it into several.", OrdersMax)}
		}
		if before, again := seen[key]; again && key != "" {
			r.problem(keys[0], "TAKEN", fmt.Sprintf("This order stands in line %d already; the lines of an order stand together.", before))
		}
		seen[key], last, group = line, key, []row{r}
	}
	finish()
	return out, nil
}

func (l layout) keys(t *table) []string {
	if names := wooNames[l.key]; l.key == "id" && len(names) > 0 {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return t.column(n) < 0 })
	}
	return []string{l.key}
}

// check adds what recording would refuse.
func (e *Entry) check(how layout, rows []row, now time.Time) {
	if e.Order != nil && len(e.Problems) == 0 {
		news := order.News{Order: e.Order}
		for _, f := range fault.All(news.Check(now)) {
			p := Problem{Line: rows[0].line, Code: f.Code, Message: f.Message}
			name := strings.Join(f.Field, ".")
			if len(f.Field) >= 3 && f.Field[0] == "lines" {
				name = "lines." + f.Field[2]
				var i int
				if _, err := fmt.Sscanf(f.Field[1], "%d", &i); err == nil && i < len(rows) {
					p.Line = rows[i].line
				}
			}
			p.Column = how.title(how.columns[name])
			e.Problems = append(e.Problems, p)
		}
	}
	if len(e.Problems) > 0 {
		e.Order, e.Refund = nil, nil
	}
	if e.Skipped != "" {
		e.Order, e.Refund, e.Problems = nil, nil, nil
	}
}
