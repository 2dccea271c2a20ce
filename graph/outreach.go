package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/creator"
	"tributary/internal/identity"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/outreach"
	"tributary/internal/program"
)

func (q queryResolver) OutreachPipeline(ctx context.Context, programID id.ID) (*outreach.Pipeline, error) {
	p, err := q.r.Outreach.Pipeline(ctx, programID)
	return &p, err
}

func (q queryResolver) Prospect(ctx context.Context, x id.ID) (*outreach.Prospect, error) {
	return found(q.r.Outreach.Get(ctx, x))
}

func (q queryResolver) Prospects(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, programID *id.ID, stage *outreach.Stage, search *string) (*page.Connection[outreach.Prospect], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Outreach.List(ctx, outreach.Filter{BrandID: brandID, ProgramID: zeroIfNil(programID), Stage: stage, Search: search}, r)
	return &c, err
}

func (m mutationResolver) CreateProspect(ctx context.Context, in model.CreateProspectInput) (*model.CreateProspectPayload, error) {
	v, userErrors, err := outcome(m.r.Outreach.Create(ctx, outreach.CreateInput{
		ProgramID: in.ProgramID, Name: in.Name, Platform: in.Platform, Handle: in.Handle, Email: in.Email, ProfileURL: in.ProfileURL,
		Followers: zeroIfNil(in.Followers), Source: zeroIfNil(in.Source), Niches: in.Niches, Tags: in.Tags}))
	return &model.CreateProspectPayload{Prospect: v, UserErrors: userErrors}, err
}

func (m mutationResolver) MoveProspect(ctx context.Context, in model.MoveProspectInput) (*model.MoveProspectPayload, error) {
	v, userErrors, err := outcome(m.r.Outreach.Move(ctx, outreach.MoveInput{
		ProspectID: in.ProspectID, ToStage: in.ToStage, ExpectedStage: in.ExpectedStage, Reason: zeroIfNil(in.Reason)}))
	return &model.MoveProspectPayload{Prospect: v, UserErrors: userErrors}, err
}

func (m mutationResolver) UpdateProspect(ctx context.Context, in model.UpdateProspectInput) (*model.UpdateProspectPayload, error) {
	tags := outreach.Change[[]string]{}
	if given, ok := in.Tags.ValueOK(); ok {
		tags = outreach.To(given)
	}
	v, userErrors, err := outcome(m.r.Outreach.Update(ctx, outreach.UpdateInput{
		ProspectID: in.ProspectID, Name: changeOf(in.Name), Email: changeOf(in.Email), NextStep: changeOf(in.NextStep),
		DueAt: changeOf(in.DueAt), OwnerID: changeOf(in.OwnerID), Tags: tags}))
	return &model.UpdateProspectPayload{Prospect: v, UserErrors: userErrors}, err
}

func changeOf[T any](o graphql.Omittable[*T]) outreach.Change[T] {
	v, given := o.ValueOK()
	return outreach.Change[T]{Given: given, Value: v}
}

func (m mutationResolver) AddProspectNote(ctx context.Context, in model.AddProspectNoteInput) (*model.AddProspectNotePayload, error) {
	v, userErrors, err := outcome(m.r.Outreach.AddNote(ctx, in.ProspectID, in.Body))
	return &model.AddProspectNotePayload{Prospect: v, UserErrors: userErrors}, err
}

// OutreachPipeline answers the fields of pipelines that need more than the figures.
func (r *Resolver) OutreachPipeline() generated.OutreachPipelineResolver { return pipelineResolver{} }

type pipelineResolver struct{}

func (pipelineResolver) Program(ctx context.Context, p *outreach.Pipeline) (*program.Program, error) {
	return programOf(ctx, p.ProgramID)
}

// Prospect answers the fields of prospects that need more than the prospect.
func (r *Resolver) Prospect() generated.ProspectResolver { return prospectResolver{r} }

type prospectResolver struct{ r *Resolver }

func (prospectResolver) Owner(ctx context.Context, p *outreach.Prospect) (*identity.User, error) {
	return maybe(ctx, from(ctx).users, p.OwnerID)
}

func (prospectResolver) Program(ctx context.Context, p *outreach.Prospect) (*program.Program, error) {
	return programOf(ctx, p.ProgramID)
}

func (prospectResolver) Creator(ctx context.Context, p *outreach.Prospect) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, p.CreatorID)
}

func (x prospectResolver) AllowedMoves(ctx context.Context, p *outreach.Prospect) ([]outreach.Stage, error) {
	v, err := child(ctx, "Prospect.allowedMoves", nil, p.ID, x.r.Outreach.AllowedMovesOf)
	return zeroIfNil(v), err
}

func (x prospectResolver) Events(ctx context.Context, p *outreach.Prospect, first *int, after *string, last *int, before *string) (*page.Connection[outreach.Event], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	return child(ctx, "Prospect.events", r, p.ID, func(ctx context.Context, prospects []uuid.UUID) (map[uuid.UUID]page.Connection[outreach.Event], error) {
		return x.r.Outreach.EventsOf(ctx, prospects, r)
	})
}

// ProspectEvent answers who made an event.
func (r *Resolver) ProspectEvent() generated.ProspectEventResolver { return prospectEventResolver{} }

type prospectEventResolver struct{}

func (prospectEventResolver) User(ctx context.Context, e *outreach.Event) (*identity.User, error) {
	return maybe(ctx, from(ctx).users, e.UserID)
}
