package database

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// Insert is a statement that writes any number of rows of one table. Its text does not depend on how many, so that a connection plans
// it once.
type Insert struct {
	text    string
	columns int
}

// InsertInto makes the statement. A column is its name and its type with a space between them, "id uuid".
func InsertInto(table string, columns ...string) *Insert {
	names, places := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		name, kind, found := strings.Cut(c, " ")
		if !found {
			panic("database: column " + c + " has no type")
		}
		names[i], places[i] = pq.QuoteIdentifier(name), fmt.Sprintf("$%d::%s[]", i+1, kind)
	}
	return &Insert{columns: len(columns), text: "INSERT INTO " + pq.QuoteIdentifier(table) + " (" + strings.Join(names, ", ") + ") SELECT * FROM unnest(" +
		strings.Join(places, ", ") + ")"}
}

// Once lets rows that break a unique index be left out, and the values of a column of the others be given by IDs.
func (i *Insert) Once(returning string) *Insert {
	i.text += " ON CONFLICT DO NOTHING RETURNING " + pq.QuoteIdentifier(returning)
	return i
}

// Rows begins a list of rows for the statement.
func (i *Insert) Rows() *Rows { return &Rows{insert: i, columns: make([]Column, i.columns)} }

// Rows are rows on their way into a table.
type Rows struct {
	insert  *Insert
	columns []Column
	n       int
}

// Add appends a row. Values are those that the driver takes, their pointers (nil is NULL), and json.RawMessage. It panics when there
// are not as many as columns, or on a type that it does not know.
func (r *Rows) Add(values ...any) {
	if len(values) != len(r.columns) {
		panic(fmt.Sprintf("database: %d values for %d columns", len(values), len(r.columns)))
	}
	for i, v := range values {
		r.columns[i].add(v)
	}
	r.n++
}

// ExecTx writes the rows in the caller's transaction; without any it does nothing.
func (r *Rows) ExecTx(ctx context.Context, tx Tx) error {
	if r.n == 0 {
		return nil
	}
	_, err := tx.SQL.ExecContext(ctx, r.insert.text, r.arguments()...)
	return err
}

// Queryer is a database or an open transaction.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// IDs writes the rows of an Insert with Once and gives the ids of those that were new. On a database itself it is a transaction of its own.
func (r *Rows) IDs(ctx context.Context, on Queryer) (out []uuid.UUID, err error) {
	if r.n == 0 {
		return nil, nil
	}
	rows, err := on.QueryContext(ctx, r.insert.text, r.arguments()...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var u uuid.UUID
		if err := rows.Scan(&u); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

func (r *Rows) arguments() []any {
	args := make([]any, len(r.columns))
	for i := range r.columns {
		args[i] = &r.columns[i]
	}
	return args
}

// add appends an element of whatever type.
func (c *Column) add(v any) {
	switch v := v.(type) {
	case nil:
		c.Null()
	case uuid.UUID:
		c.UUID(v)
	case uuid.NullUUID:
		if !v.Valid {
			c.Null()
			return
		}
		c.UUID(v.UUID)
	case string:
		c.Text(v)
	case time.Time:
		c.Time(v)
	case json.RawMessage:
		c.Text(string(v))
	case []byte:
		if v == nil {
			c.Null()
			return
		}
		c.Text(`\x` + hex.EncodeToString(v))
	default:
		c.reflected(reflect.ValueOf(v))
	}
}

func (c *Column) reflected(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			c.Null()
			return
		}
		c.add(v.Elem().Interface())
	case reflect.String:
		c.Text(v.String())
	case reflect.Int, reflect.Int64, reflect.Int32:
		c.Int(v.Int())
	case reflect.Bool:
		c.Bool(v.Bool())
	default:
		panic("database: no column takes a " + v.Type().String())
	}
}
