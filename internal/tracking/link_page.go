package tracking

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	entcreator "tributary/ent/gen/creator"
	"tributary/internal/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
)

// Bounds of a page of links, in rows.
const (
	pagePrograms = 50
	pageLinks    = 50 // of a program
	pageCodes    = 50 // of a program
)

// LinkPage is a creator's public page of links.
type LinkPage struct {
	Handle, Name, Bio string
	Programs          []LinkPageProgram
}

// LinkPageProgram is a program that a creator promotes.
type LinkPageProgram struct {
	Slug, Name, BrandName string
	Links                 []LinkPageLink
	Codes                 []LinkPageCode

	partnership, brand uuid.UUID
}

// LinkPageLink is a link that works.
type LinkPageLink struct {
	URL, Label string
	Platform   creator.Platform
	OutOfStock bool
}

// LinkPageCode is a code that works now.
type LinkPageCode struct {
	Code     string
	Discount money.BasisPoints
	Words    string // what shoppers save; empty when the brand does not say
	EndsAt   *time.Time
}

// LinkPage gives a creator's public page, of one program where its slug is not empty, to anybody. It shows programs that are not over and
// in which the creator is now, and nothing that the creator does not publish anyway. Faults: NOT_FOUND, also when there is none such.
func (s *Service) LinkPage(ctx context.Context, handle, programSlug string) (LinkPage, error) {
	row, err := s.DB.Ent.Creator.Query().Where(entcreator.Handle(creator.FoldHandle(handle))).Only(ctx)
	if err != nil {
		return LinkPage{}, database.OnMissing(err, "page")
	}
	out := LinkPage{Handle: row.Handle, Name: row.Name, Bio: row.Bio}
	if out.Programs, err = s.programsOfPage(ctx, row.ID, programSlug); err != nil {
		return LinkPage{}, err
	}
	if len(out.Programs) == 0 {
		return LinkPage{}, fault.Missing("page")
	}
	return out, s.fillPage(ctx, out.Programs)
}

// programsOfPage gives the programs in which a creator is now, the latest first.
func (s *Service) programsOfPage(ctx context.Context, creator uuid.UUID, slug string) (out []LinkPageProgram, err error) {
	rows, err := s.DB.SQL.QueryContext(ctx, `
		SELECT s.id, s.brand_id, p.slug, p.name, b.name FROM partnership s JOIN program p ON p.id = s.program_id JOIN brand b ON b.id = s.brand_id
		WHERE s.creator_id = $1 AND s.status IN ('ACTIVE', 'RETIRING') AND p.status IN ('ACTIVE', 'PAUSED') AND b.status = 'ACTIVE'
			AND ($2 = '' OR p.slug = $2)
		ORDER BY s.created_at DESC, s.id DESC LIMIT $3`, creator, slug, pagePrograms)
	if err != nil {
		return nil, fmt.Errorf("page of links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p LinkPageProgram
		if err := rows.Scan(&p.partnership, &p.brand, &p.Slug, &p.Name, &p.BrandName); err != nil {
			return nil, fmt.Errorf("page of links: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// fillPage puts links and codes into their programs, in three statements for all.
func (s *Service) fillPage(ctx context.Context, programs []LinkPageProgram) error {
	var partnerships, brands []uuid.UUID
	for _, p := range programs {
		partnerships, brands = append(partnerships, p.partnership), append(brands, p.brand)
	}
	hosts, err := s.TrackingHosts(ctx, brands)
	if err != nil {
		return err
	}
	links, err := s.LinksOfPartnerships(ctx, partnerships, page.All(pageLinks))
	if err != nil {
		return err
	}
	codes, err := s.CodesOfPartnerships(ctx, partnerships)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	for i := range programs {
		p := &programs[i]
		for _, l := range links[p.partnership].Nodes() {
			p.Links = append(p.Links, LinkPageLink{URL: s.LinkURL(l, hosts[p.brand]), Label: l.Label, Platform: l.Platform, OutOfStock: l.OutOfStockAt != nil})
		}
		for _, c := range codes[p.partnership] {
			if len(p.Codes) < pageCodes && !c.StartsAt.After(now) && (c.EndsAt == nil || c.EndsAt.After(now)) {
				p.Codes = append(p.Codes, LinkPageCode{Code: c.Code, Discount: c.Discount, Words: savings(c.Discount), EndsAt: c.EndsAt})
			}
		}
	}
	return nil
}

// savings says what shoppers save with a code.
func savings(d money.BasisPoints) string {
	if d <= 0 {
		return ""
	}
	percent := strconv.Itoa(int(d / 100))
	if rest := int(d % 100); rest > 0 {
		percent += "." + strings.TrimRight(fmt.Sprintf("%02d", rest), "0")
	}
	return percent + "% off"
}
