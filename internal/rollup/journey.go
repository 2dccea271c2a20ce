package rollup

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// A journey is the eligible touches that led to an order, whether or not they were paid: what models of attribution are compared by. It
// exists while the order has figures, follows the latest decision, and is written by the statement that writes their difference.
type journey struct {
	brand, order uuid.UUID
	placed       time.Time
	currency     money.Currency
	net          int64
	touches      []byte // as JourneyTouch reads them
}

func (j journey) equal(o journey) bool {
	return j.order == o.order && j.currency == o.currency && j.net == o.net && bytes.Equal(j.touches, o.touches)
}

// JourneyTouchBytes is how many bytes of journey.touches one touch takes, the earliest touch first.
const JourneyTouchBytes = 20

// JourneyTouch reads the first touch of journey.touches: whose it was, and how many seconds before the order.
func JourneyTouch(touches []byte) (partnership uuid.UUID, seconds int32) {
	return uuid.UUID(touches[:16]), int32(binary.BigEndian.Uint32(touches[16:JourneyTouchBytes]))
}

// secondsMax is the longest age of a touch that a journey keeps: no window is longer.
const secondsMax = 1 << 30

// journeyOf takes the eligible touches of a decision, which stand by time.
func journeyOf(j journey, touches []touch) journey {
	for _, t := range touches {
		if t.eligible() {
			whose, age := anyID(t.Partnership), min(max(int64(j.placed.Sub(t.At)/time.Second), 0), secondsMax)
			j.touches = binary.BigEndian.AppendUint32(append(j.touches, whose[:]...), uint32(age))
		}
	}
	return j
}

// eligible tells whether a touch could have earned: it counted, or only lost to another one.
func (t touch) eligible() bool {
	switch t.Result {
	case attribution.Counted, attribution.CountedHeld:
		return true
	case attribution.NotCounted:
		return t.Reason == attribution.LostToLaterTouch || t.Reason == attribution.LostToPrecedence && !t.Facts.KindNotPaid
	}
	return false
}

// journeyChanges are the journeys to write and those to take away.
func journeyChanges(before, after []journey) (write, gone []journey) {
	for _, a := range after {
		if !slices.ContainsFunc(before, a.equal) {
			write = append(write, a)
		}
	}
	for _, b := range before {
		if !slices.ContainsFunc(after, func(a journey) bool { return a.order == b.order }) {
			gone = append(gone, b)
		}
	}
	return write, gone
}

// journeyKeys gives the keys of journeys as one list a column: brand, time, order.
func journeyKeys(journeys []journey) (brands, placed, orders []string) {
	for _, j := range journeys {
		brands, placed, orders = append(brands, j.brand.String()), append(placed, j.placed.UTC().Format(time.RFC3339Nano)), append(orders, j.order.String())
	}
	return brands, placed, orders
}

// journeyArguments are the arguments of changeJourneys after those of addFigures.
func journeyArguments(write, gone []journey) []any {
	brands, placed, orders := journeyKeys(write)
	var currencies []string
	var nets []int64
	var touches [][]byte
	for _, j := range write {
		currencies, nets, touches = append(currencies, string(j.currency)), append(nets, j.net), append(touches, j.touches)
	}
	goneBrands, gonePlaced, goneOrders := journeyKeys(gone)
	a := database.Array
	return []any{a(brands), a(placed), a(orders), a(currencies), a(nets), a(touches), a(goneBrands), a(gonePlaced), a(goneOrders)}
}

// changeJourneys is what goes before addFigures where journeys change with the figures: $22 to $27 are those to write, $28 to $30 those to
// take away.
const changeJourneys = `
	WITH gone AS (
		DELETE FROM journey j USING unnest($28::uuid[], $29::timestamptz[], $30::uuid[]) AS g (b, at, o)
		WHERE j.brand_id = g.b AND j.placed_at = g.at AND j.order_id = g.o
	), told AS (
		INSERT INTO journey (brand_id, placed_at, order_id, currency, net_minor, touches)
		SELECT b, at, o, y, n, t FROM unnest($22::uuid[], $23::timestamptz[], $24::uuid[], $25::text[], $26::bigint[], $27::bytea[]) AS x (b, at, o, y, n, t)
		ON CONFLICT (brand_id, placed_at, order_id) DO UPDATE SET currency = excluded.currency, net_minor = excluded.net_minor, touches = excluded.touches
	)`
