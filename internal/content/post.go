// Package content keeps what creators published for a program.
package content

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entlink "tributary/ent/gen/link"
	entpartnership "tributary/ent/gen/partnership"
	entpost "tributary/ent/gen/post"
	"tributary/internal/auditlog"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
)

// titleMax bounds the title of a post, in characters.
const titleMax = 200

// Post is content that a creator published.
type Post struct {
	ID            id.ID // prefix pst
	BrandID       id.ID
	ProgramID     id.ID
	PartnershipID id.ID
	CreatorID     id.ID
	LinkID        id.ID // the link used in it, zero without one
	Platform      creator.Platform
	URL           string
	Title         string
	PublishedAt   time.Time
	Disclosed     bool // whether the creator says that it is marked as advertising
	CreatedAt     time.Time
}

// IsNode marks Post as refetchable by id.
func (Post) IsNode() {}

func fromRow(row *gen.Post) Post {
	p := Post{ID: id.Of(id.Post, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		PartnershipID: id.Of(id.Partnership, row.PartnershipID), CreatorID: id.Of(id.Creator, row.CreatorID),
		Platform: creator.Platform(row.Platform), URL: row.URL, Title: row.Title, PublishedAt: row.PublishedAt, Disclosed: row.Disclosed,
		CreatedAt: row.CreatedAt}
	if row.LinkID != nil {
		p.LinkID = id.Of(id.Link, *row.LinkID)
	}
	return p
}

// Config is what the service needs; every field is required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service is the operations on content.
type Service struct {
	db    *database.DB
	clock clock.Clock
}

// New makes the service.
func New(c Config) *Service { return &Service{db: c.DB, clock: c.Clock} }

// SubmitInput is what submitPost takes.
type SubmitInput struct {
	PartnershipID id.ID
	Platform      creator.Platform
	URL           string
	Title         string
	PublishedAt   time.Time
	Disclosed     bool
	LinkID        *id.ID
}

// Submit records a post of a creator, sent in by the creator or the brand. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED,
// TOO_LONG, BAD_FORMAT, INVALID, OUT_OF_RANGE at a field; NOT_FOUND at linkId for a link that is not the partnership's; TAKEN at url;
// WRONG_STATE when the partnership has not begun or is over.
func (s *Service) Submit(ctx context.Context, in SubmitInput) (Post, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Post{}, err
	}
	u, err := id.Want(in.PartnershipID, id.Partnership, "partnership")
	if err != nil {
		return Post{}, err
	}
	row, err := s.db.Ent.Partnership.Query().Where(entpartnership.ID(u)).Only(ctx)
	if err != nil {
		return Post{}, database.OnMissing(err, "partnership")
	}
	if err := access.Either(v, row.CreatorID, access.WriteOutreach, row.BrandID, "partnership"); err != nil {
		return Post{}, err
	}
	now := s.clock.Now()
	var wrong fault.List
	field.OneOf(&wrong, "platform", in.Platform, creator.Platforms...)
	in.URL = field.URL(&wrong, "url", in.URL)
	in.Title = field.Line(&wrong, "title", in.Title, 1, titleMax)
	switch {
	case in.PublishedAt.IsZero():
		wrong.Add(fault.At("publishedAt", "REQUIRED", "Say when it was published."))
	case in.PublishedAt.After(now):
		wrong.Add(fault.At("publishedAt", "OUT_OF_RANGE", "This lies in the future."))
	}
	link, err := s.link(ctx, &wrong, in.LinkID, row.ID)
	if err != nil {
		return Post{}, err
	}
	if err := wrong.Err(); err != nil {
		return Post{}, err
	}
	switch partnership.Status(row.Status) {
	case partnership.StatusActive, partnership.StatusPaused, partnership.StatusRetiring:
	default:
		return Post{}, fault.New(fault.Conflict, "WRONG_STATE", "This partnership is %s, so posts cannot be added.", row.Status)
	}
	var made *gen.Post
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		made, err = tx.Ent.Post.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(row.BrandID).SetProgramID(row.ProgramID).
			SetPartnershipID(row.ID).SetCreatorID(row.CreatorID).SetNillableLinkID(link).SetPlatform(string(in.Platform)).SetURL(in.URL).
			SetTitle(in.Title).SetPublishedAt(in.PublishedAt).SetDisclosed(in.Disclosed).Save(ctx)
		if err != nil {
			return database.OnUnique(err, "post_url_key", fault.At("url", "TAKEN", "This post is recorded already."))
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "POST_SUBMITTED", ObjectKind: "POST", ObjectID: made.ID,
			BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"disclosed": in.Disclosed}})
	})
	if err != nil {
		return Post{}, err
	}
	return fromRow(made), nil
}

// link checks that a link belongs to the partnership.
func (s *Service) link(ctx context.Context, wrong *fault.List, x *id.ID, partnership uuid.UUID) (*uuid.UUID, error) {
	if x == nil {
		return nil, nil
	}
	u, err := id.Want(*x, id.Link, "link")
	known := false
	if err == nil {
		known, err = s.db.Ent.Link.Query().Where(entlink.ID(u), entlink.PartnershipID(partnership)).Exist(ctx)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if !known {
		wrong.Add(fault.At("linkId", "NOT_FOUND", "There is no such link of this partnership."))
	}
	return &u, nil
}

// Get gives a post to its creator or the brand's staff. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Get(ctx context.Context, x id.ID) (Post, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Post{}, err
	}
	u, err := id.Want(x, id.Post, "post")
	if err != nil {
		return Post{}, err
	}
	row, err := s.db.Ent.Post.Query().Where(entpost.ID(u)).Only(ctx)
	if err != nil {
		return Post{}, database.OnMissing(err, "post")
	}
	if err := access.Either(v, row.CreatorID, access.ReadOutreach, row.BrandID, "post"); err != nil {
		return Post{}, err
	}
	return fromRow(row), nil
}

// List gives a page of a brand's posts, or of the signed-in creator's own when brand is zero, latest published first. Faults:
// UNAUTHENTICATED, FORBIDDEN, NO_CREATOR_PROFILE, NOT_FOUND for the brand.
func (s *Service) List(ctx context.Context, brand id.ID, r page.Request) (page.Connection[Post], error) {
	var none page.Connection[Post]
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return none, err
	}
	q := s.db.Ent.Post.Query()
	if brand == (id.ID{}) {
		me, err := access.Creator(v)
		if err != nil {
			return none, err
		}
		q.Where(entpost.CreatorID(me))
	} else {
		b, err := id.Want(brand, id.Brand, "brand")
		if err != nil {
			return none, err
		}
		if err := access.Brand(v, access.ReadOutreach, b); err != nil {
			return none, err
		}
		q.Where(entpost.BrandID(b))
	}
	rows, err := q.Clone().Where(r.Keyset("published_at")).All(ctx)
	if err != nil {
		return none, err
	}
	out := make([]Post, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	c := page.Build(r, out, func(p Post) page.Cursor { return page.Cursor{At: p.PublishedAt, ID: p.ID.UUID} })
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}
