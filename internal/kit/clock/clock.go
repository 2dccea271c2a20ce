// Package clock is the only place that reads the time. Everything takes a Clock, so that tests move it by hand.
package clock

import (
	"fmt"
	"sync"
	"time"
)

// Clock tells the time in UTC, cut to microseconds so that a value equals what PostgreSQL gives back.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now gives the present in UTC, in microseconds.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fake stands still until it is moved. It is safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake starts a fake clock at t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC().Truncate(time.Microsecond)} }

// Now gives the time the clock stands at.
func (f *Fake) Now() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// Advance moves the clock by d, which may be negative.
func (f *Fake) Advance(d time.Duration) { f.mu.Lock(); f.now = f.now.Add(d); f.mu.Unlock() }

// Set puts the clock at t.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	f.now = t.UTC().Truncate(time.Microsecond)
	f.mu.Unlock()
}

// Date is a calendar day without a time zone; days of figures are UTC days.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the UTC day of t.
func DateOf(t time.Time) Date { y, m, d := t.UTC().Date(); return Date{y, m, d} }

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("not a date of the form YYYY-MM-DD")
	}
	return DateOf(t), nil
}

// String gives YYYY-MM-DD.
func (d Date) String() string { return d.Start().Format(time.DateOnly) }

// Start gives midnight UTC at the beginning of the day.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// AddDays moves by n days, which may be negative.
func (d Date) AddDays(n int) Date { return DateOf(d.Start().AddDate(0, 0, n)) }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Start().Before(o.Start()) }

// DaysUntil counts the days from d to o.
func (d Date) DaysUntil(o Date) int { return int(o.Start().Sub(d.Start()) / (24 * time.Hour)) }
