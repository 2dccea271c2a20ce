package insight

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

const (
	// rangeMax is how many days after the first the last day of a range may be.
	rangeMax = 800
	// rowsMax bounds the groups of one answer.
	rowsMax = rangeMax + 1
)

// Group is what performance is grouped by. Spelled alike in Go, SQL and GraphQL.
type Group string

// The values of Group.
const (
	ByDay      Group = "DAY"      // UTC day.
	ByCreator  Group = "CREATOR"  // Creator.
	ByPlatform Group = "PLATFORM" // Platform.
	ByLink     Group = "LINK"     // Link.
	ByProgram  Group = "PROGRAM"  // Program.
)

// Performance is performance over a range of days.
type Performance struct {
	From     clock.Date // first day.
	To       clock.Date // last day.
	Total    Figures    // figures of the whole range.
	Previous Figures    // figures of the equally long range before.
	Rows     []Row      // groups: days in their order without gaps, others by revenue. At most 801.
	AsOf     time.Time  // when this was read.
}

// Row is one group of performance.
type Row struct {
	Key       string            // key of the group: a day, an id, or a platform.
	Label     string            // name of the group for a person.
	Date      *clock.Date       // the day, when grouped by day.
	Platform  *creator.Platform // the platform, when grouped by platform.
	CreatorID id.ID             // the creator, when grouped by creator.
	LinkID    id.ID             // the link, when grouped by link.
	Figures   Figures           // figures of the group.
}

// Filter chooses figures: of a brand for its members, else the signed-in creator's own. Days are UTC days; both ends belong to the
// range. Without a currency it is the brand's, or the one in which most was earned.
type Filter struct {
	Brand, Program, Creator *id.ID
	From, To                clock.Date
	Currency                *money.Currency
}

// query is a checked filter.
type query struct {
	brand, program, creator uuid.UUID // zero = any
	from, to, previous      clock.Date
	currency                money.Currency
}

// Performance gives the figures of a range, of the range before it, and of the groups in it, all read in one statement. Groups by
// link leave out what came through codes, so they may add up to less than the total. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN, NO_CREATOR_PROFILE; OUT_OF_RANGE (filter.to), INVALID (groupBy, filter.currencyCode).
func (s *Service) Performance(ctx context.Context, f Filter, by Group) (Performance, error) {
	q, err := check(ctx, f)
	if err != nil {
		return Performance{}, err
	}
	g, known := groupings[by]
	if !known {
		return Performance{}, fault.At("groupBy", "INVALID", "Performance is not grouped by %s.", by)
	}
	if q.currency == "" {
		if q.currency, err = s.currency(ctx, q); err != nil {
			return Performance{}, err
		}
	}
	p := Performance{From: q.from, To: q.to, AsOf: s.Clock.Now()}
	if p.Total, err = (sums{}).figures(q.currency); err != nil {
		return Performance{}, err
	}
	p.Previous = p.Total
	where, args := q.scope()
	args = append(args, string(q.currency), q.previous.String(), q.from.String(), q.to.String(), rowsMax)
	n := len(args)
	// $n-4 currency, $n-3 first day of the range before, $n-2 first day, $n-1 last day, $n most rows
	where += fmt.Sprintf(" AND currency = $%d AND day BETWEEN $%d AND $%d", n-4, n-3, n-1)
	rows, err := s.DB.SQL.QueryContext(ctx, fmt.Sprintf(`
		WITH delta AS MATERIALIZED (SELECT * FROM rollup_delta WHERE %[1]s),
		whole AS (
			SELECT program_id, creator_id, platform, day, %[2]s FROM rollup_day WHERE %[1]s
			UNION ALL SELECT program_id, creator_id, platform, day, %[2]s FROM delta
		),
		linked AS (
			SELECT link_id, day, %[2]s FROM rollup_link_day WHERE %[1]s
			UNION ALL SELECT link_id, day, %[2]s FROM delta WHERE link_id IS NOT NULL
		),
		grouped AS (
			SELECT %[3]s AS key, %[4]s FROM %[5]s WHERE day >= $%[6]d GROUP BY key ORDER BY sum(revenue_minor) DESC, sum(clicks) DESC, key LIMIT $%[7]d
		)
		SELECT CASE WHEN day >= $%[6]d THEN 'total' ELSE 'previous' END, '', '', %[4]s FROM whole GROUP BY 1
		UNION ALL SELECT * FROM (SELECT 'row', g.key, %[8]s, g.n1, g.n2, g.n3, g.n4, g.n5, g.n6, g.n7 FROM grouped AS g (key, n1, n2, n3, n4, n5, n6, n7) %[9]s
			ORDER BY g.n5 DESC, g.n1 DESC, g.key) AS ordered`,
		where, columns, g.key, totals, g.source, n-2, n, g.label, g.join), args...)
	if err != nil {
		return Performance{}, fmt.Errorf("performance: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var part, key, label string
		var sum sums
		if err := rows.Scan(append([]any{&part, &key, &label}, sum.into()...)...); err != nil {
			return Performance{}, fmt.Errorf("performance: %w", err)
		}
		figures, err := sum.figures(q.currency)
		if err != nil {
			return Performance{}, err
		}
		switch part {
		case "total":
			p.Total = figures
		case "previous":
			p.Previous = figures
		default:
			row, err := rowOf(by, key, label, figures)
			if err != nil {
				return Performance{}, err
			}
			p.Rows = append(p.Rows, row)
		}
	}
	if err := rows.Err(); err != nil {
		return Performance{}, fmt.Errorf("performance: %w", err)
	}
	if by == ByDay {
		p.Rows, err = everyDay(q, p.Rows)
	}
	return p, err
}

// check is access and validity of a filter.
func check(ctx context.Context, f Filter) (q query, err error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return q, err
	}
	for _, x := range []struct {
		given *id.ID
		kind  id.Kind
		noun  string
		into  *uuid.UUID
	}{{f.Brand, id.Brand, "brand", &q.brand}, {f.Program, id.Program, "program", &q.program}, {f.Creator, id.Creator, "creator", &q.creator}} {
		if x.given == nil {
			continue
		}
		if *x.into, err = id.Want(*x.given, x.kind, x.noun); err != nil {
			return q, err
		}
	}
	if f.Brand != nil {
		if err := access.Brand(v, access.ReadPerformance, q.brand); err != nil {
			return q, err
		}
	} else {
		own, err := access.Creator(v)
		if err != nil {
			return q, err
		}
		if f.Creator != nil && q.creator != own {
			return q, fault.Missing("creator")
		}
		q.creator = own
	}
	q.from, q.to = f.From, f.To
	days := f.From.DaysUntil(f.To)
	if days < 0 || days > rangeMax {
		return q, fault.At("filter.to", "OUT_OF_RANGE", "The last day is at most %d days after the first, and not before it.", rangeMax)
	}
	q.previous = f.From.AddDays(-days - 1)
	if f.Currency != nil {
		if !f.Currency.Valid() {
			return q, fault.At("filter.currencyCode", "INVALID", "This is no currency.")
		}
		q.currency = *f.Currency
	}
	return q, nil
}

// scope is the WHERE of whose figures are read.
func (q query) scope() (where string, args []any) {
	parts := []string{}
	for _, c := range []struct {
		column string
		value  uuid.UUID
	}{{"brand_id", q.brand}, {"program_id", q.program}, {"creator_id", q.creator}} {
		if c.value != uuid.Nil {
			args = append(args, c.value)
			parts = append(parts, fmt.Sprintf("%s = $%d", c.column, len(args)))
		}
	}
	return strings.Join(parts, " AND "), args
}

// currencyDefault stands where there are neither figures nor a program that would name a currency.
const currencyDefault = money.EUR

// currency chooses the currency of figures: the program's, else the brand's where anything is in it, else that in which most was
// earned.
func (s *Service) currency(ctx context.Context, q query) (c money.Currency, err error) {
	where, args := q.scope()
	args = append(args, q.brand, q.program, q.creator)
	n := len(args)
	err = s.DB.SQL.QueryRowContext(ctx, fmt.Sprintf(`
		SELECT currency FROM (
			SELECT currency, 1 AS rank, sum(commission_minor) AS earned FROM (
				SELECT currency, commission_minor FROM rollup_day WHERE %[1]s
				UNION ALL SELECT currency, commission_minor FROM rollup_delta WHERE %[1]s) f GROUP BY currency
			UNION ALL SELECT currency, 2, 0 FROM program WHERE id = $%[3]d
			UNION ALL SELECT currency, 3, 0 FROM brand WHERE id = $%[2]d
			UNION ALL (SELECT p.currency, 4, 0 FROM partnership s JOIN program p ON p.id = s.program_id WHERE s.creator_id = $%[4]d ORDER BY s.created_at LIMIT 1)
		) c ORDER BY rank, (rank = 1 AND currency = coalesce((SELECT currency FROM program WHERE id = $%[3]d), (SELECT currency FROM brand WHERE id = $%[2]d))) DESC NULLS LAST,
			earned DESC, currency LIMIT 1`, where, n-2, n-1, n), args...).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return currencyDefault, nil
	}
	if err != nil {
		return "", fmt.Errorf("currency of figures: %w", err)
	}
	return c, nil
}

// grouping is how a statement groups.
type grouping struct{ source, key, label, join string }

var groupings = map[Group]grouping{
	ByDay:      {"whole", "day::text", "g.key", ""},
	ByPlatform: {"whole", "platform", "g.key", ""},
	ByCreator:  {"whole", "creator_id::text", "coalesce(c.name, '')", "LEFT JOIN creator c ON c.id = g.key::uuid"},
	ByProgram:  {"whole", "program_id::text", "coalesce(p.name, '')", "LEFT JOIN program p ON p.id = g.key::uuid"},
	ByLink:     {"linked", "link_id::text", "coalesce(nullif(l.label, ''), l.code, '')", "LEFT JOIN link l ON l.id = g.key::uuid"},
}

// platformNames are how people write the platforms.
var platformNames = map[creator.Platform]string{
	creator.PlatformInstagram: "Instagram", creator.PlatformTiktok: "TikTok", creator.PlatformYoutube: "YouTube", creator.PlatformTwitch: "Twitch",
	creator.PlatformPinterest: "Pinterest", creator.PlatformX: "X", creator.PlatformFacebook: "Facebook", creator.PlatformSnapchat: "Snapchat",
	creator.PlatformBlog: "Blog", creator.PlatformNewsletter: "Newsletter", creator.PlatformPodcast: "Podcast", creator.PlatformOther: "Other",
}

func rowOf(by Group, key, label string, f Figures) (Row, error) {
	r := Row{Key: key, Label: label, Figures: f}
	switch by {
	case ByDay:
		day, err := clock.ParseDate(key)
		if err != nil {
			return r, fmt.Errorf("performance: %w", err)
		}
		r.Date = &day
		return r, nil
	case ByPlatform:
		p := creator.Platform(key)
		r.Platform, r.Label = &p, platformNames[p]
		return r, nil
	}
	u, err := uuid.Parse(key)
	if err != nil {
		return r, fmt.Errorf("performance: %w", err)
	}
	switch by {
	case ByCreator:
		r.CreatorID = id.Of(id.Creator, u)
		r.Key = r.CreatorID.String()
	case ByLink:
		r.LinkID = id.Of(id.Link, u)
		r.Key = r.LinkID.String()
	default:
		r.Key = id.Of(id.Program, u).String()
	}
	return r, nil
}

// everyDay puts days in their order and fills the ones without figures in.
func everyDay(q query, have []Row) ([]Row, error) {
	byKey := make(map[string]Row, len(have))
	for _, r := range have {
		byKey[r.Key] = r
	}
	out := make([]Row, 0, q.from.DaysUntil(q.to)+1)
	for day := q.from; !q.to.Before(day); day = day.AddDays(1) {
		r, known := byKey[day.String()]
		if !known {
			none, err := (sums{}).figures(q.currency)
			if err != nil {
				return nil, err
			}
			r = Row{Key: day.String(), Label: day.String(), Date: &day, Figures: none}
		}
		out = append(out, r)
	}
	return out, nil
}
