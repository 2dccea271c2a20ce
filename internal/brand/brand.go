// Package brand knows tenants: who they are, which hosts their links may lead to, how they divide credit, and which shops they have
// connected.
package brand

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entbrand "tributary/ent/gen/brand"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Limits of what a brand writes, in characters unless a unit is named.
const (
	nameMax     = 120
	urlMax      = 2000 // bytes
	slugMin     = 3
	slugMax     = 40
	slugTries   = 20 // numbers tried behind a slug that is taken
	brandStatus = "ACTIVE"

	claimAnswerHoursMax = 720
)

// Brand is a company that runs programs.
type Brand struct {
	ID          id.ID          // prefix brd
	Slug        string         // name in addresses of the portal
	Name        string         // name as people know it
	WebsiteURL  string         // its website
	FallbackURL *string        // where links lead that are unknown or archived; nil for others than its members
	Country     string         // where it is based
	Currency    money.Currency // currency of its new programs
	CreatedAt   time.Time      // when it was made
	// ClaimAnswerHours is in how many hours it promises to answer creators who miss a sale.
	ClaimAnswerHours int
}

// IsNode marks Brand as refetchable by id.
func (Brand) IsNode() {}

func toBrand(b *gen.Brand, v viewer.Viewer) Brand {
	out := Brand{ID: id.Of(id.Brand, b.ID), Slug: b.Slug, Name: b.Name, WebsiteURL: b.WebsiteURL, Country: b.Country,
		Currency: money.Currency(b.Currency), CreatedAt: b.CreatedAt.UTC(), ClaimAnswerHours: b.ClaimAnswerHours}
	if access.Brand(v, access.ReadBrand, b.ID) == nil {
		out.FallbackURL = b.FallbackURL
	}
	return out
}

// NewBrand is a brand to make. Slug is made from the name when empty.
type NewBrand struct {
	Name, Slug, WebsiteURL, Country string
	Currency                        money.Currency
	Demo                            bool // made by the demo; in the sandbox only
}

var slugForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9]|-[a-z0-9])+$`)

// slugsReserved would be mistaken for pages.
var slugsReserved = []string{"new", "admin", "api", "www", "settings", "account", "sign-in", "sign-up", "help"}

// Create makes a brand with the caller as first owner, its first attribution policy, and its website's host as a domain. Faults:
// UNAUTHENTICATED, FORBIDDEN (apps); on name REQUIRED, TOO_LONG; on slug BAD_FORMAT, TAKEN; on websiteUrl BAD_FORMAT; on country,
// currency BAD_FORMAT; WRONG_STATE in too many brands.
func (s *Service) Create(ctx context.Context, in NewBrand) (Brand, error) {
	v := viewer.From(ctx)
	owner, err := access.User(v)
	if err != nil {
		return Brand{}, err
	}
	in.Name, in.Slug = strings.TrimSpace(in.Name), strings.TrimSpace(in.Slug)
	host, err := checkNew(in)
	if err != nil {
		return Brand{}, err
	}
	var out Brand
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		slug, err := s.freeSlugTx(ctx, tx, in)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		row, err := tx.Ent.Brand.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetSlug(slug).SetName(in.Name).SetWebsiteURL(in.WebsiteURL).
			SetCountry(in.Country).SetCurrency(string(in.Currency)).SetStatus(brandStatus).SetDemo(in.Demo && s.sandbox).Save(ctx)
		if err != nil {
			return database.OnUnique(err, "brand_slug_key", fault.At("slug", "TAKEN", "Another brand has this name in addresses."))
		}
		out = toBrand(row, v)
		if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "BRAND_CREATED", ObjectKind: "BRAND", ObjectID: row.ID, BrandID: row.ID}); err != nil {
			return err
		}
		if err := s.identity.AddOwnerTx(ctx, tx, row.ID, owner); err != nil {
			return err
		}
		if _, err := s.insertPolicyTx(ctx, tx, row.ID, firstPolicy(now)); err != nil {
			return err
		}
		_, err = s.insertDomainTx(ctx, tx, row.ID, host)
		return err
	})
	return out, err
}

func checkNew(in NewBrand) (host string, err error) {
	var faults fault.List
	faults.Add(checkName(in.Name))
	if in.Slug != "" {
		faults.Add(checkSlug(in.Slug))
	}
	host, wrong := hostOfURL("websiteUrl", in.WebsiteURL)
	faults.Add(wrong)
	if len(in.Country) != 2 || strings.ToUpper(in.Country) != in.Country {
		faults.Add(fault.At("country", "BAD_FORMAT", "A country is two capital letters like DE."))
	}
	if _, err := money.ParseCurrency(string(in.Currency)); err != nil {
		faults.Add(fault.At("currency", "BAD_FORMAT", "This is not a currency."))
	}
	return host, faults.Err()
}

func checkName(name string) *fault.Fault {
	switch {
	case name == "":
		return fault.At("name", "REQUIRED", "Give a name.")
	case utf8.RuneCountInString(name) > nameMax:
		return fault.At("name", "TOO_LONG", "A name has at most %d characters.", nameMax)
	}
	return nil
}

func checkSlug(slug string) *fault.Fault {
	if len(slug) < slugMin || len(slug) > slugMax || !slugForm.MatchString(slug) || slices.Contains(slugsReserved, slug) {
		return fault.At("slug", "BAD_FORMAT", "A name in addresses has %d to %d lower-case letters, digits and single hyphens.", slugMin, slugMax)
	}
	return nil
}

// hostOfURL gives the host of an absolute http or https address.
func hostOfURL(field, s string) (string, *fault.Fault) {
	u, err := url.Parse(s)
	if err != nil || len(s) > urlMax || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return "", fault.At(field, "BAD_FORMAT", "This is not an absolute http or https address.")
	}
	host, wrong := checkHost(field, u.Hostname())
	return host, wrong
}

// freeSlugTx gives the slug that was asked for, or makes one from the name, with a number behind it when it is taken.
func (s *Service) freeSlugTx(ctx context.Context, tx database.Tx, in NewBrand) (string, error) {
	if in.Slug != "" {
		return in.Slug, nil
	}
	base := slugFrom(in.Name)
	rows, err := tx.Ent.Brand.Query().Where(entbrand.SlugHasPrefix(base)).Limit(1000).Select(entbrand.FieldSlug).Strings(ctx)
	if err != nil {
		return "", fmt.Errorf("slug: %w", err)
	}
	for n := 1; n <= slugTries; n++ {
		slug := base
		if n > 1 {
			slug = fmt.Sprintf("%s-%d", base, n)
		}
		if !slices.Contains(rows, slug) && !slices.Contains(slugsReserved, slug) {
			return slug, nil
		}
	}
	return "", fault.At("slug", "TAKEN", "Many brands have names like this. Choose a name in addresses.")
}

// slugFrom makes a slug of a name; letters that have none become hyphens.
func slugFrom(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	slug := b.String()
	slug = strings.Trim(slug[:min(len(slug), slugMax-3)], "-")
	if len(slug) < slugMin {
		slug = strings.Trim("brand-"+slug, "-")
	}
	return slug
}

// Changes is what to change of a brand; nil stays.
type Changes struct {
	Name, WebsiteURL, FallbackURL *string
	ClaimAnswerHours              *int
}

// Update changes a brand. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN; on name REQUIRED, TOO_LONG; on websiteUrl BAD_FORMAT;
// on fallbackUrl BAD_FORMAT, INVALID (not on a verified domain); on claimAnswerHours OUT_OF_RANGE.
func (s *Service) Update(ctx context.Context, brandID id.ID, c Changes) (Brand, error) {
	v := viewer.From(ctx)
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Brand{}, err
	}
	if err := access.Brand(v, access.ManageBrand, brand); err != nil {
		return Brand{}, err
	}
	var faults fault.List
	var website, fallback string
	var wrong *fault.Fault
	if c.Name != nil {
		*c.Name = strings.TrimSpace(*c.Name)
		faults.Add(checkName(*c.Name))
	}
	if c.WebsiteURL != nil {
		website, wrong = hostOfURL("websiteUrl", *c.WebsiteURL)
		faults.Add(wrong)
	}
	if c.FallbackURL != nil {
		fallback, wrong = hostOfURL("fallbackUrl", *c.FallbackURL)
		faults.Add(wrong)
	}
	if c.ClaimAnswerHours != nil {
		field.Within(&faults, "claimAnswerHours", *c.ClaimAnswerHours, 1, claimAnswerHoursMax)
	}
	if err := faults.Err(); err != nil {
		return Brand{}, err
	}
	var out Brand
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.Brand.Query().Where(entbrand.ID(brand)).ForUpdate().Only(ctx)
		if err != nil {
			return database.OnMissing(err, "brand")
		}
		if fallback != "" {
			hosts, err := verifiedHosts(ctx, tx.Ent, brand)
			if err != nil {
				return err
			}
			if !HostAllowed(hosts, fallback) {
				return fault.At("fallbackUrl", "INVALID", "This address is not on a verified domain of the brand.")
			}
		}
		change := row.Update().SetNillableName(c.Name).SetNillableWebsiteURL(c.WebsiteURL).SetNillableFallbackURL(c.FallbackURL).
			SetNillableClaimAnswerHours(c.ClaimAnswerHours)
		saved, err := change.Save(ctx)
		if err != nil {
			return fmt.Errorf("update brand: %w", err)
		}
		if website != "" {
			if _, err := s.insertDomainTx(ctx, tx, brand, website); err != nil {
				return err
			}
		}
		out = toBrand(saved, v)
		return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "BRAND_CHANGED", ObjectKind: "BRAND", ObjectID: brand, BrandID: brand})
	})
	return out, err
}

// Get gives a brand that the viewer works in, operates, promotes, or can find by a public program. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) Get(ctx context.Context, brandID id.ID) (Brand, error) {
	u, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Brand{}, err
	}
	return s.get(ctx, s.db.Ent.Brand.Query().Where(entbrand.ID(u)))
}

// BySlug gives a brand by its name in addresses, like Get. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) BySlug(ctx context.Context, slug string) (Brand, error) {
	return s.get(ctx, s.db.Ent.Brand.Query().Where(entbrand.Slug(slug)))
}

func (s *Service) get(ctx context.Context, q *gen.BrandQuery) (Brand, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Brand{}, err
	}
	row, err := q.Only(ctx)
	if err != nil {
		return Brand{}, database.OnMissing(err, "brand")
	}
	if err := s.visible(ctx, v, row.ID); err != nil {
		return Brand{}, err
	}
	return toBrand(row, v), nil
}

// visible checks that a signed-in viewer may know that the brand exists: members, apps and operators; creators with an application or a
// partnership; everybody once it has a public program. Fault: NOT_FOUND.
func (s *Service) visible(ctx context.Context, v viewer.Viewer, brand uuid.UUID) error {
	if v.Admin || access.Brand(v, access.ReadBrand, brand) == nil {
		return nil
	}
	var known bool
	err := s.db.SQL.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT FROM program WHERE brand_id = $1 AND visibility = 'PUBLIC' AND status <> 'DRAFT')
		    OR EXISTS (SELECT FROM partnership WHERE brand_id = $1 AND creator_id = $2)
		    OR EXISTS (SELECT FROM application WHERE brand_id = $1 AND creator_id = $2)`, brand, v.CreatorID).Scan(&known)
	if err != nil {
		return fmt.Errorf("brand visible: %w", err)
	}
	if !known {
		return fault.Missing("brand")
	}
	return nil
}

// List gives all brands, newest first. Operators only. Faults: UNAUTHENTICATED, FORBIDDEN.
func (s *Service) List(ctx context.Context, r page.Request) (page.Connection[Brand], error) {
	var none page.Connection[Brand]
	v := viewer.From(ctx)
	if err := access.Admin(v); err != nil {
		return none, err
	}
	rows, err := s.db.Ent.Brand.Query().Where(r.Keyset(entbrand.FieldCreatedAt)).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list brands: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(b *gen.Brand) page.Cursor { return page.Cursor{At: b.CreatedAt, ID: b.ID} }),
		func(b *gen.Brand) Brand { return toBrand(b, v) })
	c.Total = func() (int, error) { return s.db.Ent.Brand.Query().Count(ctx) }
	return c, nil
}

// ByIDs gives brands that visible objects refer to, in one statement: the public part, and more for members.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Brand, error) {
	rows, err := s.db.Ent.Brand.Query().Where(entbrand.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("brands by ids: %w", err)
	}
	v := viewer.From(ctx)
	out := make(map[uuid.UUID]Brand, len(rows))
	for _, b := range rows {
		out[b.ID] = toBrand(b, v)
	}
	return out, nil
}
