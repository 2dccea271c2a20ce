package payout

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

// programsNamed is how many programs a letter names.
const programsNamed = 3

// covered is what a payout pays, as its letter tells it.
type covered struct {
	sales, other int          // orders, and earnings that belong to no order
	first, last  sql.NullTime // when the first and the last of the sales were
	programs     []string
	takenOff     int64 // minor units
}

// tellPaidTx writes to the creator that a payout was paid, in the transaction that settles it, which happens once.
func (s *Service) tellPaidTx(ctx context.Context, tx database.Tx, p *gen.Payout, now time.Time) error {
	var name, email, brand string
	var toBank bool
	var c covered
	err := tx.SQL.QueryRowContext(ctx, `
		SELECT c.name, u.email, b.name, coalesce(a.payouts_enabled, true), x.sales, x.other, x.first, x.last, x.taken_off, x.programs
		FROM creator c JOIN "user" u ON u.id = c.user_id JOIN brand b ON b.id = $2 LEFT JOIN payout_account a ON a.id = $3
		CROSS JOIN (
			SELECT count(DISTINCT m.order_id) FILTER (WHERE l.amount_minor > 0) AS sales,
				count(*) FILTER (WHERE l.amount_minor > 0 AND m.order_id IS NULL) AS other,
				min(m.occurred_at) FILTER (WHERE l.amount_minor > 0 AND m.order_id IS NOT NULL) AS first,
				max(m.occurred_at) FILTER (WHERE l.amount_minor > 0 AND m.order_id IS NOT NULL) AS last,
				coalesce(-sum(l.amount_minor) FILTER (WHERE l.amount_minor < 0), 0)::bigint AS taken_off,
				coalesce(array_agg(DISTINCT p.name) FILTER (WHERE l.amount_minor > 0 AND p.name IS NOT NULL), '{}') AS programs
			FROM payout_line l LEFT JOIN commission m ON m.id = l.commission_id LEFT JOIN program p ON p.id = m.program_id
			WHERE l.payout_id = $4 AND l.live) x
		WHERE c.id = $1`, p.CreatorID, p.BrandID, p.PayoutAccountID, p.ID).
		Scan(&name, &email, &brand, &toBank, &c.sales, &c.other, &c.first, &c.last, &c.takenOff, database.Array(&c.programs))
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Missing("creator")
	}
	if err != nil {
		return fmt.Errorf("letter of payout: %w", err)
	}
	amount := money.New(p.AmountMinor, money.Currency(p.Currency))
	text := fmt.Sprintf("Hello %s,\n\n%s has paid you %s. ", name, brand, amount)
	if toBank {
		text += "The money is on its way by Stripe to your bank account."
	} else {
		text += "The money is in your Stripe account. Stripe sends nothing on to your bank at the moment; it says there what it needs from you."
	}
	if words := c.words(amount.Currency); words != "" {
		text += "\n\n" + words
	}
	subject := brand + " has paid you " + amount.String()
	if mark, unreal := unrealMarks[s.Ledger.Mode()]; unreal {
		subject = mark + ": " + subject
		text += "\n\n" + mark + " – no real money moves."
	}
	return mail.EnqueueTx(ctx, tx, s.Queue, now, mail.Message{To: email, Subject: subject, Text: text + "\n\n" + s.BaseURL() + "/creator/payouts\n"})
}

// unrealMarks mark what is paid without real money.
var unrealMarks = map[ledger.Mode]string{ledger.ModeSandbox: "Sandbox", ledger.ModeTest: "Test"}

// words says what a payout covers; "" for one that covers nothing that can be told.
func (c covered) words(currency money.Currency) string {
	var parts []string
	if c.sales > 0 {
		parts = append(parts, count(c.sales, "sale", "sales")+c.ofPrograms()+between(c.first.Time.UTC(), c.last.Time.UTC()))
	}
	if c.other > 0 {
		parts = append(parts, count(c.other, "earning beside sales", "earnings beside sales"))
	}
	words := ""
	if len(parts) > 0 {
		words = "It covers " + strings.Join(parts, " and ") + "."
	}
	if c.takenOff > 0 {
		words += fmt.Sprintf(" %s was taken off for refunds and corrections.", money.New(c.takenOff, currency))
	}
	return strings.TrimSpace(words)
}

func (c covered) ofPrograms() string {
	switch n := len(c.programs); {
	case n == 0:
		return ""
	case n == 1:
		return " of " + c.programs[0]
	case n <= programsNamed:
		return " of " + strings.Join(c.programs[:n-1], ", ") + " and " + c.programs[n-1]
	default:
		return " of " + strings.Join(c.programs[:programsNamed], ", ") + " and " + count(n-programsNamed, "more program", "more programs")
	}
}

// between writes a span of days.
func between(first, last time.Time) string {
	const day, inYear = "2 January 2006", "2 January"
	switch {
	case first.Format(day) == last.Format(day):
		return " on " + last.Format(day)
	case first.Year() == last.Year():
		return " from " + first.Format(inYear) + " to " + last.Format(day)
	default:
		return " from " + first.Format(day) + " to " + last.Format(day)
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
