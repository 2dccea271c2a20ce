package payout

import (
	"database/sql"
	"time"

	"tributary/internal/kit/money"
)

// OnStep calls f at each named step of sending a payout, in this service.
func (s *Service) OnStep(f func(name string)) { s.step = f }

// CoveredWords says what a payout covers.
func CoveredWords(sales, other int, first, last time.Time, programs []string, takenOff money.Money) string {
	c := covered{sales: sales, other: other, programs: programs, takenOff: takenOff.Minor,
		first: sql.NullTime{Time: first, Valid: sales > 0}, last: sql.NullTime{Time: last, Valid: sales > 0}}
	return c.words(takenOff.Currency)
}
