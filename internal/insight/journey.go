package insight

import (
	"context"
	"database/sql"
	"fmt"

	"tributary/internal/attribution/model"
	"tributary/internal/kit/fault"
	"tributary/internal/rollup"
)

// lot is journeys on their way from the database to the models, many at once.
type lot struct {
	channels, seconds []int32 // of all journeys, one after the other
	ends              []int   // where each journey ends in them
	nets              []int64
}

const (
	// lotSize is how many journeys travel together.
	lotSize = 4096
	// lotsMax is how many lots there are; while they are full, nothing is read.
	lotsMax = 4
)

const journeysSQL = `
	SELECT net_minor, touches FROM journey
	WHERE brand_id = $1 AND placed_at >= $2::date::timestamp AT TIME ZONE 'UTC' AND placed_at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC' AND currency = $4
	LIMIT $5`

// divide streams the journeys of the range through the models. One goroutine reads while this one computes; nothing is kept.
func (s *Service) divide(ctx context.Context, c *comparison) (err error) {
	if c.tally, err = model.NewTally(len(c.creators)+1, c.options); err != nil {
		return fmt.Errorf("compare models: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	full, free := make(chan *lot, lotsMax), make(chan *lot, lotsMax)
	for range lotsMax {
		free <- &lot{}
	}
	failed := make(chan error, 1)
	go func() {
		defer close(full)
		failed <- s.readJourneys(ctx, c, full, free)
	}()
	for l := range full {
		c.add(l)
		free <- l
	}
	return <-failed
}

// add counts a lot of journeys.
func (c *comparison) add(l *lot) {
	begin := 0
	for i, end := range l.ends {
		if end > begin {
			c.orders++
			c.touches += end - begin
			c.revenue += l.nets[i]
			c.tally.Add(model.Journey{Channels: l.channels[begin:end], Seconds: l.seconds[begin:end], Orders: 1, Value: float64(l.nets[i])})
		}
		begin = end
	}
}

// readJourneys fills lots until there are no more journeys.
func (s *Service) readJourneys(ctx context.Context, c *comparison, full chan<- *lot, free <-chan *lot) error {
	rows, err := s.DB.SQL.QueryContext(ctx, journeysSQL, c.query.brand, c.query.from.String(), c.query.to.String(), string(c.query.currency), journeysMax+1)
	if err != nil {
		return fmt.Errorf("journeys: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var l *lot
	read := 0
	var touches sql.RawBytes
	for rows.Next() {
		if l == nil {
			l = <-free
			l.channels, l.seconds, l.ends, l.nets = l.channels[:0], l.seconds[:0], l.ends[:0], l.nets[:0]
		}
		var net int64
		if err := rows.Scan(&net, &touches); err != nil {
			return fmt.Errorf("journeys: %w", err)
		}
		if read++; read > journeysMax {
			return fault.At("filter.to", "OUT_OF_RANGE", "A comparison reads at most %d orders. Choose fewer days.", journeysMax)
		}
		c.take(l, net, touches)
		if len(l.ends) == lotSize {
			full <- l
			l = nil
		}
	}
	if l != nil {
		full <- l
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("journeys: %w", err)
	}
	return nil
}

// take adds one journey to a lot, without the touches of other programs.
func (c *comparison) take(l *lot, net int64, touches []byte) {
	for ; len(touches) >= rollup.JourneyTouchBytes; touches = touches[rollup.JourneyTouchBytes:] {
		partnership, seconds := rollup.JourneyTouch(touches)
		if channel, known := c.channels[partnership]; known {
			l.channels, l.seconds = append(l.channels, channel), append(l.seconds, seconds)
		}
	}
	l.ends, l.nets = append(l.ends, len(l.channels)), append(l.nets, net)
}
