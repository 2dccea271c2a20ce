package tracking

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/branddomain"
	"tributary/ent/gen/link"
	"tributary/ent/gen/partnership"
	"tributary/ent/gen/predicate"
	"tributary/ent/gen/program"
	"tributary/internal/auditlog"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Limits of links, in letters unless said otherwise.
const (
	labelMax           = 120
	campaignMax        = 120
	subIDMax           = 128
	vanityMin          = 3
	vanityMax          = 40
	randomCodeLength   = 7
	randomCodeAttempts = 5
	linksOfPartnership = 500 // rows; live ones
)

// codeAlphabet has no letters that are read alike (0 and o, 1, i and l).
const codeAlphabet = "23456789abcdefghjkmnpqrstuvwxyz"

// Link is a tracked address.
type Link struct {
	ID             id.ID            // id, prefix lnk.
	Code           string           // the short code in the address, in lower case.
	DestinationURL string           // where it leads, without tracking parameters.
	FallbackURL    *string          // where it leads while out of stock and once archived, if it says so itself.
	OutOfStockAt   *time.Time       // since when the product is out of stock; null while it can be bought.
	Health         Health           // whether the destination works.
	Platform       creator.Platform // where it is shared.
	Label          string           // what the creator calls it.
	Campaign       string           // campaign in the UTM parameters.
	SubID          *string          // own mark that is kept with each click.
	BrandID        id.ID            // the brand.
	ProgramID      id.ID            // the program.
	CreatorID      id.ID            // the creator.
	PartnershipID  id.ID            // its partnership.
	CreatedAt      time.Time        // when it was made.
	ArchivedAt     *time.Time       // when it was archived; null while it works.
}

// IsNode marks Link as refetchable by id.
func (Link) IsNode() {}

func linkOf(r *gen.Link) Link {
	return Link{
		ID: id.Of(id.Link, r.ID), Code: r.Code, DestinationURL: r.DestinationURL, Platform: creator.Platform(r.Platform),
		FallbackURL: r.FallbackURL, OutOfStockAt: r.OutOfStockAt,
		Health: Health{Status: HealthStatus(r.Health), CheckedAt: r.HealthCheckedAt, Detail: r.HealthDetail},
		Label:  r.Label, Campaign: r.Campaign, SubID: r.SubID,
		BrandID: id.Of(id.Brand, r.BrandID), ProgramID: id.Of(id.Program, r.ProgramID), CreatorID: id.Of(id.Creator, r.CreatorID),
		PartnershipID: id.Of(id.Partnership, r.PartnershipID), CreatedAt: r.CreatedAt.UTC(), ArchivedAt: r.ArchivedAt,
	}
}

// CreateLinkInput is what a new link is made of. An empty DestinationURL means the program's own, an empty VanityCode a random
// code, an empty Platform OTHER.
type CreateLinkInput struct {
	PartnershipID  id.ID
	Platform       creator.Platform
	DestinationURL string
	VanityCode     string
	Label          string
	Campaign       string
	SubID          *string
}

// CreateLink makes a link of an active partnership, for its creator or for members who may write tracking. Faults: NOT_FOUND,
// FORBIDDEN, UNAUTHENTICATED; WRONG_STATE (partnership not active); BAD_FORMAT, TOO_LONG, TAKEN (vanityCode, also when one is read alike);
// UNVERIFIED_DOMAIN (destinationUrl is not on a verified host of the brand); OUT_OF_RANGE (too many links).
func (s *Service) CreateLink(ctx context.Context, in CreateLinkInput) (Link, error) {
	var out Link
	p, err := s.writable(ctx, in.PartnershipID)
	if err != nil {
		return out, err
	}
	if in.Platform == "" {
		in.Platform = creator.PlatformOther
	}
	if in.DestinationURL == "" {
		prg, err := s.DB.Ent.Program.Query().Where(program.ID(p.ProgramID)).Only(ctx)
		if err != nil {
			return out, fmt.Errorf("create link: %w", err)
		}
		in.DestinationURL = prg.DefaultDestinationURL
	}
	var bad fault.List
	in.Label = field.Line(&bad, "label", in.Label, 0, labelMax)
	in.Campaign = field.Line(&bad, "campaign", in.Campaign, 0, campaignMax)
	if in.SubID != nil {
		subID := field.Line(&bad, "subId", *in.SubID, 0, subIDMax)
		in.SubID = &subID
	}
	vanity := FoldCode(in.VanityCode)
	if vanity != "" {
		bad.Add(checkVanity(vanity))
	}
	hosts, err := s.verifiedHosts(ctx, p.BrandID)
	if err != nil {
		return out, err
	}
	bad.Add(checkDestination("destinationUrl", in.DestinationURL, hosts))
	if err := bad.Err(); err != nil {
		return out, err
	}
	for attempt := 1; ; attempt++ {
		code := vanity
		if code == "" {
			code = randomCode()
		}
		err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			if err := s.roomForLinksTx(ctx, tx, p.ID, 1); err != nil {
				return err
			}
			out, err = s.insertLinkTx(ctx, tx, p, in, code, vanity != "")
			return err
		})
		switch {
		case err == nil:
			s.links.changed(ctx, p.BrandID, out.ID.UUID)
			return out, nil
		case !isTaken(err):
			return Link{}, err
		case vanity != "":
			return Link{}, fault.At("vanityCode", "TAKEN", "The code %q is taken, or one that is read alike.", vanity)
		case attempt == randomCodeAttempts:
			return Link{}, fmt.Errorf("create link: %d random codes in a row were taken: %w", attempt, err)
		}
	}
}

// isTaken reports whether a link was not made because there is one with its code, or with one that is read alike.
func isTaken(err error) bool {
	return database.IsUnique(err, "link_code_key") || database.IsUnique(err, "link_looks_like_key")
}

// roomForLinksTx refuses more links than a partnership may have.
func (s *Service) roomForLinksTx(ctx context.Context, tx database.Tx, partnership uuid.UUID, more int) error {
	n, err := tx.Ent.Link.Query().Where(link.PartnershipID(partnership), link.ArchivedAtIsNil()).Count(ctx)
	if err != nil {
		return fmt.Errorf("create link: %w", err)
	}
	if n+more > linksOfPartnership {
		return fault.At("partnershipId", "OUT_OF_RANGE", "A partnership has at most %d links; archive some first.", linksOfPartnership)
	}
	return nil
}

// insertLinkTx makes a link whose parts were checked, to be looked at soon.
func (s *Service) insertLinkTx(ctx context.Context, tx database.Tx, p *gen.Partnership, in CreateLinkInput, code string, vanity bool) (Link, error) {
	now := s.Clock.Now()
	row, err := tx.Ent.Link.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetHealthDueAt(now).
		SetBrandID(p.BrandID).SetProgramID(p.ProgramID).SetPartnershipID(p.ID).SetCreatorID(p.CreatorID).
		SetCode(code).SetLooksLike(looksLike(code)).SetVanity(vanity).SetDestinationURL(in.DestinationURL).SetPlatform(string(in.Platform)).
		SetLabel(in.Label).SetCampaign(in.Campaign).SetNillableSubID(in.SubID).Save(ctx)
	if err != nil {
		return Link{}, fmt.Errorf("create link: %w", err)
	}
	return linkOf(row), auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "LINK_CREATED", ObjectKind: "LINK", ObjectID: row.ID,
		BrandID: p.BrandID, CreatorID: p.CreatorID, Detail: map[string]any{"code": code}})
}

// ArchiveLink stops a link: it leads to its own or the brand's fallback page from then on. Archiving again changes nothing. Faults:
// NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) ArchiveLink(ctx context.Context, x id.ID) (Link, error) {
	row, err := s.readLink(ctx, x, access.WriteTracking)
	if err != nil {
		return Link{}, err
	}
	now := s.Clock.Now()
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		n, err := tx.Ent.Link.Update().Where(link.ID(row.ID), link.ArchivedAtIsNil()).SetArchivedAt(now).SetUpdatedAt(now).ClearHealthDueAt().Save(ctx)
		if err != nil {
			return fmt.Errorf("archive link: %w", err)
		}
		if n == 0 {
			return nil
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "LINK_ARCHIVED", ObjectKind: "LINK", ObjectID: row.ID,
			BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"code": row.Code}})
	})
	if err != nil {
		return Link{}, err
	}
	s.links.changed(ctx, row.BrandID, row.ID)
	return s.Link(ctx, x)
}

// Link gives a link to its creator and to members who may read tracking. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) Link(ctx context.Context, x id.ID) (Link, error) {
	row, err := s.readLink(ctx, x, access.ReadTracking)
	if err != nil {
		return Link{}, err
	}
	return linkOf(row), nil
}

func (s *Service) readLink(ctx context.Context, x id.ID, a access.Action) (*gen.Link, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	key, err := id.Want(x, id.Link, "link")
	if err != nil {
		return nil, err
	}
	row, err := s.DB.Ent.Link.Get(ctx, key)
	if err != nil {
		return nil, database.OnMissing(err, "link")
	}
	return row, access.Either(v, row.CreatorID, a, row.BrandID, "link")
}

// ListFilter chooses links or codes: of a brand for its members, else the signed-in creator's own; of one partnership when named.
type ListFilter struct {
	Brand           *id.ID
	Partnership     *id.ID
	IncludeArchived bool
	OnlyTroubled    bool // whose destination fails or loses tracking parameters
}

// Links lists links, newest first. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, NO_CREATOR_PROFILE.
func (s *Service) Links(ctx context.Context, f ListFilter, r page.Request) (page.Connection[Link], error) {
	var none page.Connection[Link]
	sc, err := scopeOf(ctx, f)
	if err != nil {
		return none, err
	}
	var where []predicate.Link
	if sc.brand != uuid.Nil {
		where = append(where, link.BrandID(sc.brand))
	} else {
		where = append(where, link.CreatorID(sc.creator))
	}
	if sc.partnership != uuid.Nil {
		where = append(where, link.PartnershipID(sc.partnership))
	}
	if !f.IncludeArchived {
		where = append(where, link.ArchivedAtIsNil())
	}
	if f.OnlyTroubled {
		where = append(where, link.HealthIn(string(HealthFailing), string(HealthParametersLost)))
	}
	rows, err := s.DB.Ent.Link.Query().Where(where...).Where(predicate.Link(r.Keyset(link.FieldCreatedAt))).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list links: %w", err)
	}
	c := page.Build(r, each(rows, linkOf), placeOfLink)
	c.Total = func() (int, error) { return s.DB.Ent.Link.Query().Where(where...).Count(ctx) }
	return c, nil
}

// LinksByIDs gives links that another object refers to, in one statement. The caller was allowed to see the reference.
func (s *Service) LinksByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Link, error) {
	rows, err := s.DB.Ent.Link.Query().Where(link.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("links by id: %w", err)
	}
	out := make(map[uuid.UUID]Link, len(rows))
	for _, r := range rows {
		out[r.ID] = linkOf(r)
	}
	return out, nil
}

// scope is whose rows a list shows.
type scope struct{ brand, creator, partnership uuid.UUID }

func scopeOf(ctx context.Context, f ListFilter) (sc scope, err error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return sc, err
	}
	if sc.brand, err = maybeID(f.Brand, id.Brand, "brand"); err != nil {
		return sc, err
	}
	if sc.partnership, err = maybeID(f.Partnership, id.Partnership, "partnership"); err != nil {
		return sc, err
	}
	if f.Brand != nil {
		return sc, access.Brand(v, access.ReadTracking, sc.brand)
	}
	sc.creator, err = access.Creator(v)
	return sc, err
}

// writable gives an active partnership for which the viewer may make links and codes.
func (s *Service) writable(ctx context.Context, x id.ID) (*gen.Partnership, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	key, err := id.Want(x, id.Partnership, "partnership")
	if err != nil {
		return nil, err
	}
	p, err := s.DB.Ent.Partnership.Query().Where(partnership.ID(key)).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "partnership")
	}
	if err := access.Either(v, p.CreatorID, access.WriteTracking, p.BrandID, "partnership"); err != nil {
		return nil, err
	}
	if p.Status != "ACTIVE" {
		return nil, fault.New(fault.Conflict, "WRONG_STATE", "This partnership is %s; links and codes are made while it is ACTIVE.", p.Status)
	}
	return p, nil
}

func (s *Service) verifiedHosts(ctx context.Context, brand uuid.UUID) ([]string, error) {
	rows, err := s.DB.Ent.BrandDomain.Query().Where(branddomain.BrandID(brand), branddomain.VerifiedAtNotNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("verified hosts: %w", err)
	}
	return each(rows, func(d *gen.BrandDomain) string { return d.Host }), nil
}

func randomCode() string { return randomLetters(randomCodeLength) }

// randomLetters gives letters of codeAlphabet that nobody can guess.
func randomLetters(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic("tracking: the system's random source failed: " + err.Error())
	}
	for i, x := range b {
		b[i] = codeAlphabet[int(x)%len(codeAlphabet)]
	}
	return string(b)
}

// vanityLetters are the letters that a chosen code may have.
const vanityLetters = "abcdefghijklmnopqrstuvwxyz0123456789-"

func checkVanity(code string) *fault.Fault {
	switch {
	case !vanityWellFormed(code):
		return fault.At("vanityCode", "BAD_FORMAT", "A chosen code has %d to %d letters, digits and hyphens, with no hyphen at an end.", vanityMin, vanityMax)
	case reservedCodes[looksLike(code)]:
		return fault.At("vanityCode", "TAKEN", "The code %q is kept for the server itself.", code)
	}
	return nil
}

func vanityWellFormed(code string) bool {
	return len(code) >= vanityMin && len(code) <= vanityMax && strings.Trim(code, "-") == code &&
		!strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune(vanityLetters, r) })
}

func each[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}
