package database

import (
	"database/sql/driver"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Column is a PostgreSQL array that is written element by element, for bulk loads: a slice of strings would cost an allocation an
// element, and another to write it down. Its zero value is an empty array. The form is that of PostgreSQL's manual, section 8.15.6.
type Column struct {
	text []byte
}

// UUIDs is a uuid[] of the values.
func UUIDs(values []uuid.UUID) *Column {
	c := &Column{}
	for _, u := range values {
		c.UUID(u)
	}
	return c
}

// Reset empties the column and keeps its memory.
func (c *Column) Reset() { c.text = c.text[:0] }

func (c *Column) next() {
	if len(c.text) == 0 {
		c.text = append(c.text, '{')
	} else {
		c.text = append(c.text, ',')
	}
}

// UUID appends an element of a uuid[].
func (c *Column) UUID(u uuid.UUID) {
	c.next()
	var form [36]byte
	hex.Encode(form[:], u[:4])
	hex.Encode(form[9:], u[4:6])
	hex.Encode(form[14:], u[6:8])
	hex.Encode(form[19:], u[8:10])
	hex.Encode(form[24:], u[10:])
	form[8], form[13], form[18], form[23] = '-', '-', '-', '-'
	c.text = append(c.text, form[:]...)
}

// Int appends an element of an array of whole numbers.
func (c *Column) Int(n int64) {
	c.next()
	c.text = strconv.AppendInt(c.text, n, 10)
}

// Text appends an element of a text[], or of any other type in its text form.
func (c *Column) Text(s string) {
	c.next()
	c.text = append(c.text, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			c.text = append(c.text, '\\')
		}
		c.text = append(c.text, s[i])
	}
	c.text = append(c.text, '"')
}

// Hex appends bytes in hexadecimal digits, as decode(…, 'hex') reads them.
func (c *Column) Hex(b []byte) {
	c.next()
	c.text = append(c.text, '"')
	c.text = hex.AppendEncode(c.text, b)
	c.text = append(c.text, '"')
}

// Null appends an element that is missing.
func (c *Column) Null() {
	c.next()
	c.text = append(c.text, "NULL"...)
}

// Bool appends an element of a boolean[].
func (c *Column) Bool(b bool) {
	c.next()
	c.text = strconv.AppendBool(c.text, b)
}

// Time appends an element of a timestamptz[].
func (c *Column) Time(t time.Time) {
	c.next()
	c.text = append(c.text, '"')
	c.text = t.UTC().AppendFormat(c.text, time.RFC3339Nano)
	c.text = append(c.text, '"')
}

// Value is the array as the driver sends it.
func (c *Column) Value() (driver.Value, error) {
	if len(c.text) == 0 {
		return "{}", nil
	}
	return string(c.text) + "}", nil
}
