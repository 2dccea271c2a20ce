package insight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution/model"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

const (
	// comparedMax is how many creators of a comparison stand for themselves; the rest stands together.
	comparedMax = 500
	// journeysMax bounds the orders of one comparison.
	journeysMax = 5_000_000
	// halfLifeMin and halfLifeMax bound the half-life of TIME_DECAY, in days.
	halfLifeMin, halfLifeMax = 1, 90
	// comparisonsMax is how many comparisons are computed at a time; others wait.
	comparisonsMax = 2
)

// Comparison is how models of attribution would have divided the orders of a range of days among creators, beside what was paid by.
type Comparison struct {
	From     clock.Date      // first day.
	To       clock.Date      // last day.
	Models   []model.Model   // the models, as the rows have them. 1 to 7.
	Orders   int             // orders that any creator had an eligible touch in: what every model divides.
	Touches  int             // eligible touches that led to them.
	Revenue  money.Money     // net revenue of the orders before refunds.
	Paid     Credit          // what of them was credited by the brand's policy, to be paid.
	Creators int             // creators with any credit, also those whom no row stands for.
	Rows     []ComparisonRow // creators, by paid revenue, then by revenue under the first model. At most 501.
	AsOf     time.Time       // when this was read.
}

// ComparisonRow is one creator. What is paid and what models say are never added up.
type ComparisonRow struct {
	CreatorID id.ID         // the creator; null where creators of little weight stand together.
	Creators  int           // how many creators the row stands for.
	Paid      Credit        // by the brand's policy, as decisions have it.
	Modelled  []ModelCredit // by each model, in the order of models. At most 7.
}

// Credit is a part of orders. Money is in one currency.
type Credit struct {
	Orders  float64     // orders; shared ones count by their parts.
	Revenue money.Money // net revenue before refunds.
}

// ModelCredit is what a model gives to a creator.
type ModelCredit struct {
	Model   model.Model // the model.
	Orders  float64     // orders; shared ones count by their parts.
	Revenue money.Money // net revenue before refunds.
}

// ComparisonFilter chooses a comparison: orders of a brand, and with a program only touches of that program. Without models all are
// compared, without a half-life it is 7 days, without an order of the chain 1.
type ComparisonFilter struct {
	Brand        id.ID
	Program      *id.ID
	From, To     clock.Date
	Currency     *money.Currency
	Models       []model.Model
	HalfLifeDays *int
	MarkovOrder  *int
}

// Compare reads the journeys of all orders of a range once and divides them by each model. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN; INVALID (filter.models, filter.currencyCode), OUT_OF_RANGE (filter.halfLifeDays; filter.to, also for more than five million
// orders; filter.markovOrder, also for a chain with too many states).
func (s *Service) Compare(ctx context.Context, f ComparisonFilter) (Comparison, error) {
	q, err := check(ctx, Filter{Brand: &f.Brand, Program: f.Program, From: f.From, To: f.To, Currency: f.Currency})
	if err != nil {
		return Comparison{}, err
	}
	options, err := f.options()
	if err != nil {
		return Comparison{}, err
	}
	if q.currency == "" {
		if q.currency, err = s.currency(ctx, q); err != nil {
			return Comparison{}, err
		}
	}
	release, err := s.slot(ctx)
	if err != nil {
		return Comparison{}, err
	}
	defer release()

	c := comparison{query: q, options: options}
	if err := s.parties(ctx, &c); err != nil {
		return Comparison{}, err
	}
	if err := s.divide(ctx, &c); err != nil {
		return Comparison{}, err
	}
	return c.answer(s.Clock.Now())
}

// options checks what is to be computed.
func (f ComparisonFilter) options() (o model.Options, err error) {
	var wrong fault.List
	o = model.Options{Models: f.Models, Order: 1, HalfLife: model.DefaultHalfLife}
	if len(o.Models) == 0 {
		o.Models = model.Models
	}
	for i, m := range o.Models {
		if !slices.Contains(model.Models, m) || slices.Contains(o.Models[:i], m) {
			wrong.Add(fault.At(fmt.Sprintf("filter.models.%d", i), "INVALID", "Name each model once, of those that there are."))
		}
	}
	if d := f.HalfLifeDays; d != nil {
		if *d < halfLifeMin || *d > halfLifeMax {
			wrong.Add(fault.At("filter.halfLifeDays", "OUT_OF_RANGE", "The half-life is %d to %d days.", halfLifeMin, halfLifeMax))
		}
		o.HalfLife = time.Duration(*d) * 24 * time.Hour
	}
	if n := f.MarkovOrder; n != nil {
		if *n < 1 || *n > model.OrderMax {
			wrong.Add(fault.At("filter.markovOrder", "OUT_OF_RANGE", "A chain looks back 1 to %d touches.", model.OrderMax))
		}
		o.Order = *n
	}
	return o, wrong.Err()
}

// slot waits until few enough others compare.
func (s *Service) slot(ctx context.Context) (release func(), err error) {
	select {
	case s.comparing <- struct{}{}:
		return func() { <-s.comparing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("compare models: %w", ctx.Err())
	}
}

// comparison is one under way.
type comparison struct {
	query   query
	options model.Options
	// creators that have a channel of their own, by channel; the channel after them is for all others.
	creators []uuid.UUID
	paid     []sums              // by channel
	channels map[uuid.UUID]int32 // by partnership; those of other programs are not in it
	seen     map[uuid.UUID]bool  // creators of the last channel
	tally    *model.Tally
	orders   int
	touches  int
	revenue  int64
}

func (c *comparison) others() int { return len(c.creators) }

// parties reads who takes part: what creators were paid for in the range, and whose each partnership is.
func (s *Service) parties(ctx context.Context, c *comparison) error {
	where, args := c.query.scope()
	args = append(args, string(c.query.currency), c.query.from.String(), c.query.to.String())
	n := len(args)
	rows, err := s.DB.SQL.QueryContext(ctx, fmt.Sprintf(`
		WITH f AS (
			SELECT creator_id, %[2]s FROM (
				SELECT creator_id, %[3]s FROM rollup_day WHERE %[1]s AND currency = $%[4]d AND day BETWEEN $%[5]d AND $%[6]d
				UNION ALL SELECT creator_id, %[3]s FROM rollup_delta WHERE %[1]s AND currency = $%[4]d AND day BETWEEN $%[5]d AND $%[6]d) x
			GROUP BY creator_id
		)
		SELECT p.id, p.creator_id, coalesce(f.n3, 0), coalesce(f.n5, 0)
		FROM partnership p JOIN program g ON g.id = p.program_id LEFT JOIN f AS f (creator_id, n1, n2, n3, n4, n5, n6, n7) ON f.creator_id = p.creator_id
		WHERE g.brand_id = $1 AND ($%[7]d::uuid IS NULL OR g.id = $%[7]d)
		ORDER BY coalesce(f.n5, 0) DESC, coalesce(f.n3, 0) DESC, coalesce(f.n1, 0) DESC, p.creator_id`,
		where, totals, columns, n-2, n-1, n, n+1), append(args, uuid.NullUUID{UUID: c.query.program, Valid: c.query.program != uuid.Nil})...)
	if err != nil {
		return fmt.Errorf("compare models: %w", err)
	}
	defer func() { _ = rows.Close() }()
	c.channels, c.paid, c.seen = map[uuid.UUID]int32{}, make([]sums, 1), map[uuid.UUID]bool{}
	byCreator := map[uuid.UUID]int32{}
	for rows.Next() {
		var partnership, creator uuid.UUID
		var sum sums
		if err := rows.Scan(&partnership, &creator, &sum.ordersPPM, &sum.revenue); err != nil {
			return fmt.Errorf("compare models: %w", err)
		}
		channel, known := byCreator[creator]
		if !known {
			channel = int32(min(len(c.creators), comparedMax))
			byCreator[creator] = channel
			if channel < comparedMax {
				c.creators = append(c.creators, creator)
				c.paid = append(c.paid, sums{})
			}
			c.paid[channel].ordersPPM += sum.ordersPPM
			c.paid[channel].revenue += sum.revenue
		}
		if channel == comparedMax {
			c.seen[creator] = true
		}
		c.channels[partnership] = channel
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("compare models: %w", err)
	}
	return nil
}

// answer puts credits of channels into rows of creators.
func (c *comparison) answer(now time.Time) (Comparison, error) {
	currency := c.query.currency
	out := Comparison{From: c.query.from, To: c.query.to, Models: c.options.Models, Orders: c.orders, Touches: c.touches,
		Revenue: money.New(c.revenue, currency), Paid: Credit{Revenue: money.Zero(currency)}, Rows: []ComparisonRow{}, AsOf: now}
	rows := make([]ComparisonRow, len(c.creators)+1)
	for i := range rows {
		rows[i] = ComparisonRow{Creators: 1, Paid: Credit{Orders: float64(c.paid[i].ordersPPM) / float64(money.One), Revenue: money.New(c.paid[i].revenue, currency)}}
		if i < len(c.creators) {
			rows[i].CreatorID = id.Of(id.Creator, c.creators[i])
		}
		out.Paid.Orders += rows[i].Paid.Orders
		out.Paid.Revenue.Minor += c.paid[i].revenue
	}
	rows[c.others()].Creators = len(c.seen)
	for _, m := range c.options.Models {
		credit, err := c.tally.Credit(m)
		if errors.Is(err, model.ErrTooManyStates) {
			return Comparison{}, fault.At("filter.markovOrder", "OUT_OF_RANGE", "So many different ways lead to orders that a chain of this order has more than %d states. Choose a lower order, fewer days or one program.", model.StatesMax).With(err)
		}
		if err != nil {
			return Comparison{}, err
		}
		revenue, err := whole(c.revenue, credit.Value)
		if err != nil {
			return Comparison{}, err
		}
		for i := range rows {
			rows[i].Modelled = append(rows[i].Modelled, ModelCredit{Model: m, Orders: credit.Orders[i], Revenue: money.New(revenue[i], currency)})
		}
	}
	for _, r := range rows {
		if r.empty() {
			continue
		}
		out.Rows = append(out.Rows, r)
		out.Creators += r.Creators
	}
	slices.SortStableFunc(out.Rows, func(a, b ComparisonRow) int {
		if a.CreatorID.IsZero() != b.CreatorID.IsZero() { // who stand together stand last
			return map[bool]int{true: 1, false: -1}[a.CreatorID.IsZero()]
		}
		return byRevenue(b, a)
	})
	return out, nil
}

func byRevenue(a, b ComparisonRow) int {
	if a.Paid.Revenue.Minor != b.Paid.Revenue.Minor {
		return int(max(-1, min(1, a.Paid.Revenue.Minor-b.Paid.Revenue.Minor)))
	}
	return int(max(-1, min(1, a.Modelled[0].Revenue.Minor-b.Modelled[0].Revenue.Minor)))
}

func (r ComparisonRow) empty() bool {
	return r.Paid.Orders == 0 && r.Paid.Revenue.IsZero() && !slices.ContainsFunc(r.Modelled, func(m ModelCredit) bool { return m.Orders != 0 || !m.Revenue.IsZero() })
}

// wholeBits is how finely parts are weighed when an amount is divided by them.
const wholeBits = 40

// whole divides an amount in proportion to parts, in minor units that add up to it.
func whole(amount int64, parts []float64) ([]int64, error) {
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	weights := make([]int64, len(parts))
	if sum <= 0 {
		return weights, nil
	}
	for i, p := range parts {
		weights[i] = int64(math.Round(max(p, 0) / sum * (1 << wholeBits)))
	}
	out, err := money.SplitInteger(amount, weights)
	if err != nil {
		return nil, fmt.Errorf("compare models: %w", err)
	}
	return out, nil
}
