package program

import (
	"context"
	"time"

	"tributary/ent/gen"
	entprogram "tributary/ent/gen/program"
	entresource "tributary/ent/gen/resource"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// ResourceKind is the sort of a resource. Spelled alike in Go, SQL and GraphQL.
type ResourceKind string

// The kinds of resources.
const (
	ResourceGuideline ResourceKind = "GUIDELINE" // rules of the brand: names, looks, words to use and to avoid
	ResourceEducation ResourceKind = "EDUCATION" // what there is to know about products
	ResourceExample   ResourceKind = "EXAMPLE"   // examples of content that worked
)

// Limits of a resource, in characters.
const (
	resourceTitleMax = 200
	resourceBodyMax  = 20_000
)

// Resource is something that helps creators.
type Resource struct {
	ID        id.ID // prefix res
	ProgramID id.ID
	Kind      ResourceKind
	Title     string
	Body      string    // the text, in Markdown
	URL       *string   // a page to open, if any
	Version   int       // grows with each change
	UpdatedAt time.Time // when it was last changed
	CreatedAt time.Time
}

// IsNode marks Resource as refetchable by id.
func (Resource) IsNode() {}

func resourceOf(row *gen.Resource) Resource {
	return Resource{ID: id.Of(id.Resource, row.ID), ProgramID: id.Of(id.Program, row.ProgramID), Kind: ResourceKind(row.Kind),
		Title: row.Title, Body: row.Body, URL: row.URL, Version: row.Version, UpdatedAt: row.UpdatedAt, CreatedAt: row.CreatedAt}
}

// AddResourceInput is what addResource takes.
type AddResourceInput struct {
	ProgramID id.ID
	Kind      ResourceKind
	Title     string
	Body      string
	URL       *string
}

// AddResource adds a resource to a program. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT,
// INVALID at a field; WRONG_STATE when the program is closed.
func (s *Service) AddResource(ctx context.Context, in AddResourceInput) (Resource, error) {
	row, err := s.mine(ctx, in.ProgramID, access.WritePrograms)
	if err != nil {
		return Resource{}, err
	}
	var wrong fault.List
	field.OneOf(&wrong, "kind", in.Kind, ResourceGuideline, ResourceEducation, ResourceExample)
	in.Title = field.Line(&wrong, "title", in.Title, 1, resourceTitleMax)
	in.Body = field.Body(&wrong, "body", in.Body, 0, resourceBodyMax)
	if in.URL != nil {
		*in.URL = field.URL(&wrong, "url", *in.URL)
	}
	if err := wrong.Err(); err != nil {
		return Resource{}, err
	}
	if Status(row.Status) == StatusClosed {
		return Resource{}, errClosed()
	}
	now := s.clock.Now()
	var made *gen.Resource
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		made, err = tx.Ent.Resource.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).
			SetBrandID(row.BrandID).SetProgramID(row.ID).SetKind(string(in.Kind)).SetTitle(in.Title).SetBody(in.Body).
			SetNillableURL(in.URL).Save(ctx)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "RESOURCE_ADDED", ObjectKind: "RESOURCE", ObjectID: made.ID,
			BrandID: row.BrandID, Detail: map[string]any{"program": row.ID, "title": in.Title}})
	})
	if err != nil {
		return Resource{}, err
	}
	return resourceOf(made), nil
}

// Resources gives a page of a program's resources, newest first. Whoever may see the program may read them. Faults: NOT_FOUND.
func (s *Service) Resources(ctx context.Context, program id.ID, r page.Request) (page.Connection[Resource], error) {
	p, err := s.Get(ctx, program)
	if err != nil {
		return page.Connection[Resource]{}, err
	}
	q := s.db.Ent.Resource.Query().Where(entresource.ProgramID(p.ID.UUID), entresource.ArchivedAtIsNil())
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return page.Connection[Resource]{}, err
	}
	out := make([]Resource, len(rows))
	for i, row := range rows {
		out[i] = resourceOf(row)
	}
	c := page.Build(r, out, func(x Resource) page.Cursor { return page.Cursor{At: x.CreatedAt, ID: x.ID.UUID} })
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

// Resource gives one resource of a program that the viewer may see. Faults: NOT_FOUND.
func (s *Service) Resource(ctx context.Context, x id.ID) (Resource, error) {
	u, err := id.Want(x, id.Resource, "resource")
	if err != nil {
		return Resource{}, err
	}
	row, err := s.db.Ent.Resource.Query().Where(entresource.ID(u), entresource.ArchivedAtIsNil()).Only(ctx)
	if err != nil {
		return Resource{}, database.OnMissing(err, "resource")
	}
	if _, err := s.db.Ent.Program.Query().Where(entprogram.ID(row.ProgramID), visible(viewer.From(ctx))).OnlyID(ctx); err != nil {
		return Resource{}, database.OnMissing(err, "resource")
	}
	return resourceOf(row), nil
}
