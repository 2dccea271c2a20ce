package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/content"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/program"
	"tributary/internal/tracking"
)

func (q queryResolver) Posts(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID) (*page.Connection[content.Post], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Content.List(ctx, zeroIfNil(brandID), r)
	return &c, err
}

func (m mutationResolver) SubmitPost(ctx context.Context, in model.SubmitPostInput) (*model.SubmitPostPayload, error) {
	v, userErrors, err := outcome(m.r.Content.Submit(ctx, content.SubmitInput{
		PartnershipID: in.PartnershipID, Platform: in.Platform, URL: in.URL, Title: in.Title, PublishedAt: in.PublishedAt,
		Disclosed: in.Disclosed, LinkID: in.LinkID}))
	return &model.SubmitPostPayload{Post: v, UserErrors: userErrors}, err
}

// Post answers the fields of posts that need more than the post.
func (r *Resolver) Post() generated.PostResolver { return postResolver{} }

type postResolver struct{}

func (postResolver) Creator(ctx context.Context, p *content.Post) (*creator.Creator, error) {
	return creatorOf(ctx, p.CreatorID)
}

func (postResolver) Program(ctx context.Context, p *content.Post) (*program.Program, error) {
	return programOf(ctx, p.ProgramID)
}

func (postResolver) Link(ctx context.Context, p *content.Post) (*tracking.Link, error) {
	return maybe(ctx, from(ctx).links, p.LinkID)
}
