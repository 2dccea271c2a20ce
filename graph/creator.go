package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/creator"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

func (q queryResolver) Creator(ctx context.Context, x *id.ID, handle *string) (*creator.Creator, error) {
	switch {
	case x != nil && handle == nil:
		return found(q.r.Creators.Get(ctx, *x))
	case handle != nil && x == nil:
		return found(q.r.Creators.ByHandle(ctx, *handle))
	}
	return nil, fault.At("id", "REQUIRED", "Give either id or handle.")
}

func (q queryResolver) Creators(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, search *string) (*page.Connection[creator.Creator], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Creators.List(ctx, brandID, search, r)
	return &c, err
}

func (m mutationResolver) UpdateCreatorProfile(ctx context.Context, in model.UpdateCreatorProfileInput) (*model.UpdateCreatorProfilePayload, error) {
	v, userErrors, err := outcome(m.r.Creators.UpdateProfile(ctx, creator.ProfileInput{
		Handle: in.Handle, Name: in.Name, Bio: in.Bio, Country: in.Country, Languages: in.Languages, Niches: in.Niches, Aliases: in.Aliases,
		WebsiteURL: in.WebsiteURL}))
	return &model.UpdateCreatorProfilePayload{Creator: v, UserErrors: userErrors}, err
}

func (m mutationResolver) AddSocialAccount(ctx context.Context, in model.AddSocialAccountInput) (*model.AddSocialAccountPayload, error) {
	v, userErrors, err := outcome(m.r.Creators.AddSocialAccount(ctx, creator.SocialAccountInput{
		Platform: in.Platform, Handle: in.Handle, URL: in.URL, Followers: zeroIfNil(in.Followers), Engagement: zeroIfNil(in.Engagement)}))
	return &model.AddSocialAccountPayload{SocialAccount: v, UserErrors: userErrors}, err
}

// Creator answers the fields of creators that need more than the profile.
func (r *Resolver) Creator() generated.CreatorResolver { return creatorResolver{r} }

type creatorResolver struct{ r *Resolver }

func (x creatorResolver) SocialAccounts(ctx context.Context, c *creator.Creator) ([]creator.SocialAccount, error) {
	v, err := child(ctx, "Creator.socialAccounts", nil, c.ID, x.r.Creators.AccountsOf)
	return zeroIfNil(v), err
}
