package tracking

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

// way is what says where a link leads.
type way struct {
	destination string // its own
	instead     string // its own fallback; empty for none
	home        string // the program's destination
	fallback    string // the brand's fallback page; empty for none
	archived    bool
	outOfStock  bool
	closed      bool // its creator or program does not take clicks any more
}

// to gives the address that a link leads to; empty for nowhere.
func (w way) to() string {
	switch {
	case w.archived:
		return cmp.Or(w.instead, w.fallback)
	case w.closed:
		return cmp.Or(w.fallback, w.destination)
	case w.outOfStock && w.home == w.destination: // the program's own destination is what is out of stock
		return cmp.Or(w.instead, w.fallback, w.destination)
	case w.outOfStock:
		return cmp.Or(w.instead, w.home, w.fallback, w.destination)
	}
	return w.destination
}

// way gives that of a link in memory.
func (l *cachedLink) way() way {
	program := l.partnership.program
	about := program.facts.Load()
	w := way{destination: l.destination(), home: about.home, archived: l.archived(), closed: !about.active || !l.partnership.facts.Load().earning}
	if l.words != nil {
		w.instead, w.outOfStock = l.words.instead, l.words.outOfStock
	}
	if fallback := program.brand.fallback.Load(); fallback != nil {
		w.fallback = *fallback
	}
	return w
}

// target is a link with all that its visitors' arrival depends on, as the database has it now.
type target struct {
	link     uuid.UUID
	way      way
	facts    facts
	template []byte // as stored
}

// arrival gives the address that a visitor would be led to; an archived link adds nothing to it.
func (t target) arrival(tid string) string {
	to := t.way.to()
	if t.way.archived || to == "" {
		return to
	}
	return parseTemplate(t.template).arrival(to, t.facts, nil, tid)
}

// selectTarget reads targets; a condition on l, the link, follows.
const selectTarget = `
	SELECT l.id, l.destination_url, coalesce(l.fallback_url, ''), g.default_destination_url, coalesce(b.fallback_url, ''), l.archived_at IS NOT NULL,
		l.out_of_stock_at IS NOT NULL, g.status <> 'ACTIVE' OR p.status NOT IN ('ACTIVE', 'RETIRING'),
		l.platform, l.campaign, l.code, coalesce(l.sub_id, ''), c.handle, g.slug, g.utm_template
	FROM link l JOIN partnership p ON p.id = l.partnership_id JOIN program g ON g.id = l.program_id JOIN brand b ON b.id = l.brand_id
		JOIN creator c ON c.id = l.creator_id
	WHERE `

// scanTarget reads a row of selectTarget.
func scanTarget(row interface{ Scan(into ...any) error }) (t target, err error) {
	w, f := &t.way, &t.facts
	err = row.Scan(&t.link, &w.destination, &w.instead, &w.home, &w.fallback, &w.archived, &w.outOfStock, &w.closed,
		&f.platform, &f.campaign, &f.code, &f.subID, &f.creator, &f.program, &t.template)
	return t, err
}

// targetsOf gives the targets of links, in one statement.
func (s *Service) targetsOf(ctx context.Context, links []uuid.UUID) (out []target, err error) {
	rows, err := s.DB.SQL.QueryContext(ctx, selectTarget+`l.id = ANY($1::uuid[])`, database.UUIDs(links))
	if err != nil {
		return nil, fmt.Errorf("targets of links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		t, err := scanTarget(rows)
		if err != nil {
			return nil, fmt.Errorf("targets of links: %w", err)
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
