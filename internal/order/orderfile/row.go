package orderfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
	"tributary/internal/order/wire"
)

// row is one line of a file. Its readers note what is wrong and give the zero value then.
type row struct {
	table    *table
	how      layout
	line     int
	cells    []string
	problems *[]Problem
}

func (r row) problem(column, code, message string) {
	*r.problems = append(*r.problems, Problem{Line: r.line, Column: r.how.title(column), Code: code, Message: message})
}

func (r row) empty() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func (r row) raw(column string) string {
	if i := r.table.column(column); i >= 0 && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// text reads a cell. One that a spreadsheet would take for a formula is refused: it would be run by whoever opens an export of it.
func (r row) text(column string) string {
	s := r.raw(column)
	switch {
	case len(s) > cellMax:
		r.problem(column, "TOO_LONG", fmt.Sprintf("A cell has at most %d bytes.", cellMax))
		return ""
	case formula(s):
		r.problem(column, "FORMULA", "This cell begins like a formula. Put the text without the sign at its start.")
		return ""
	}
	return strings.TrimSpace(s)
}

// formula reports whether spreadsheets would compute a cell: it starts with =, @, a tab or a carriage return, or with a sign that no
// number follows.
func formula(s string) bool {
	trimmed := strings.TrimLeft(s, " ")
	if trimmed == "" {
		return false
	}
	switch trimmed[0] {
	case '=', '@', '\t', '\r':
		return true
	case '+', '-':
		rest := strings.TrimLeft(trimmed[1:], " ")
		if rest == "" {
			return false
		}
		if rest[0] >= '0' && rest[0] <= '9' || rest[0] == '.' {
			// A number, or an expression that begins with one.
			_, err := strconv.ParseFloat(strings.ReplaceAll(rest, " ", ""), 64)
			return err != nil && strings.ContainsAny(rest, "(!|")
		}
		return true
	}
	return false
}

// list reads a cell of several values.
func (r row) list(column, separators string) (out []string) {
	for _, part := range strings.FieldsFunc(r.text(column), func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (r row) currency(column string) money.Currency {
	c, err := money.ParseCurrency(r.text(column))
	if err != nil {
		r.problem(column, "INVALID", "This is no currency.")
	}
	return c
}

// amount reads a decimal; an empty cell is zero.
func (r row) amount(column string, c money.Currency) money.Money {
	text := strings.TrimSpace(r.raw(column))
	if text == "" || c == "" {
		return money.Zero(c)
	}
	if len(text) > 100 {
		text = text[:100]
	}
	m, err := money.ParseDecimal(text, c)
	switch {
	case errors.Is(err, money.ErrTooPrecise):
		r.problem(column, "BAD_FORMAT", fmt.Sprintf("An amount in %s has at most %d decimals.", c, c.Exponent()))
	case errors.Is(err, money.ErrOverflow):
		r.problem(column, "OUT_OF_RANGE", "This amount is too large.")
	case err != nil:
		r.problem(column, "BAD_FORMAT", "Write an amount like 12.34.")
	case m.Sign() < 0:
		r.problem(column, "OUT_OF_RANGE", "An amount is not negative.")
	default:
		return m
	}
	return money.Zero(c)
}

func (r row) required(column string) string {
	s := r.text(column)
	if s == "" && strings.TrimSpace(r.raw(column)) == "" {
		r.problem(column, "REQUIRED", "Fill this in.")
	}
	return s
}

// count reads a whole number; an empty cell is otherwise.
func (r row) count(column string, otherwise int) int {
	text := strings.TrimSpace(r.raw(column))
	if text == "" {
		return otherwise
	}
	whole, part, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > 1<<30 || strings.Trim(part, "0") != "" {
		r.problem(column, "BAD_FORMAT", "Write a whole number.")
		return otherwise
	}
	return n
}

// moments are the ways to write a time; what names no zone is UTC.
var moments = []string{time.RFC3339Nano, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"}

// moment reads a time; an empty cell is the zero time.
func (r row) moment(column string) time.Time {
	text := strings.TrimSpace(r.raw(column))
	if text == "" {
		return time.Time{}
	}
	for _, m := range moments {
		if at, err := time.Parse(m, text); err == nil {
			return at.UTC()
		}
	}
	r.problem(column, "BAD_FORMAT", "Write a time like 2026-11-01T10:00:00Z or 2026-11-01 10:00:00 +0100.")
	return time.Time{}
}

// truth reads yes or no; nil for an empty cell.
func (r row) truth(column string) *bool {
	var is bool
	switch strings.ToLower(strings.TrimSpace(r.raw(column))) {
	case "":
		return nil
	case "true", "yes", "1":
		is = true
	case "false", "no", "0":
	default:
		r.problem(column, "BAD_FORMAT", "This is true or false.")
		return nil
	}
	return &is
}

// click reads a click id; what is none is refused, because it was meant to be one.
func (r row) click(column string) uuid.UUID {
	text := r.text(column)
	if text == "" {
		return uuid.Nil
	}
	u := wire.Click(text)
	if u == uuid.Nil {
		r.problem(column, "BAD_FORMAT", "This is no tid of a click.")
	}
	return u
}
