package graph

import (
	"context"

	"github.com/google/uuid"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/graph/transport"
	"tributary/internal/brand"
	"tributary/internal/creator"
	"tributary/internal/identity"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

type (
	viewerResolver     struct{ r *Resolver }
	membershipResolver struct{ r *Resolver }
)

// Viewer answers the fields of Viewer.
func (r *Resolver) Viewer() generated.ViewerResolver { return viewerResolver{r} }

// Membership answers the fields of Membership.
func (r *Resolver) Membership() generated.MembershipResolver { return membershipResolver{r} }

func (queryResolver) Viewer(ctx context.Context) (*viewer.Viewer, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return nil, nil
	}
	return &v, nil
}

// User asks as the viewer of the object, not of the request: right after signing in the request itself is still nobody's.
func (x viewerResolver) User(ctx context.Context, v *viewer.Viewer) (*identity.User, error) {
	if v.Kind != viewer.User {
		return nil, nil
	}
	return found(x.r.Identity.GetUser(viewer.With(ctx, *v), id.Of(id.User, v.UserID)))
}

func (x viewerResolver) Creator(ctx context.Context, v *viewer.Viewer) (*creator.Creator, error) {
	if v.CreatorID == uuid.Nil {
		return nil, nil
	}
	own, err := x.r.Creators.ByIDs(viewer.With(ctx, *v), []uuid.UUID{v.CreatorID})
	if err != nil {
		return nil, err
	}
	if c, ok := own[v.CreatorID]; ok {
		return &c, nil
	}
	return nil, nil
}

func (x viewerResolver) Memberships(ctx context.Context, v *viewer.Viewer) ([]identity.Membership, error) {
	return x.r.Identity.MembershipsOf(ctx, *v)
}

func (x viewerResolver) SendingNeedsTotp(ctx context.Context, v *viewer.Viewer) (bool, error) {
	return x.r.Identity.SendingNeedsTOTP(ctx, *v)
}

func (membershipResolver) User(ctx context.Context, m *identity.Membership) (*identity.User, error) {
	return user(ctx, m.UserID)
}

func (membershipResolver) Brand(ctx context.Context, m *identity.Membership) (*brand.Brand, error) {
	return brandOf(ctx, m.BrandID)
}

// begun hands a new session to the client: the refresh token as a cookie, the rest as the payload.
func (m mutationResolver) begun(ctx context.Context, s identity.Session, err error) (*model.SessionPayload, error) {
	session, userErrors, err := outcome(s, err)
	if err != nil {
		return nil, err
	}
	if session == nil {
		return &model.SessionPayload{UserErrors: userErrors}, nil
	}
	if exchange, ok := transport.ExchangeFrom(ctx); ok {
		exchange.SetCookie(m.r.refreshCookie(session.RefreshToken, session.RefreshExpiresAt))
	}
	return &model.SessionPayload{AccessToken: &session.AccessToken, ExpiresAt: &session.ExpiresAt, Viewer: &session.Viewer,
		UserErrors: userErrors}, nil
}

func done(err error) (*model.DonePayload, error) {
	ok, userErrors, err := outcome(true, err)
	return &model.DonePayload{Done: ok != nil, UserErrors: userErrors}, err
}

func (m mutationResolver) SignUp(ctx context.Context, input model.SignUpInput) (*model.SessionPayload, error) {
	s, err := m.r.Identity.SignUp(ctx, identity.SignUp{Email: input.Email, Password: input.Password, Name: input.Name,
		CreatorHandle: text(input.CreatorHandle), Country: text(input.Country), UserAgent: userAgent(ctx)})
	return m.begun(ctx, s, err)
}

func (m mutationResolver) SignIn(ctx context.Context, input model.SignInInput) (*model.SessionPayload, error) {
	s, err := m.r.Identity.SignIn(ctx, identity.SignIn{Email: input.Email, Password: input.Password, TOTPCode: text(input.TotpCode),
		UserAgent: userAgent(ctx)})
	return m.begun(ctx, s, err)
}

// RefreshSession trusts a cookie, so it answers pages of this server only.
func (m mutationResolver) RefreshSession(ctx context.Context) (*model.SessionPayload, error) {
	exchange, ok := transport.ExchangeFrom(ctx)
	if !ok || !exchange.SameOrigin() {
		return nil, fault.New(fault.Forbidden, "FORBIDDEN", "A session is refreshed by this server's own pages only.")
	}
	s, err := m.r.Identity.RefreshSession(ctx, exchange.Cookie(m.r.refreshCookieName()))
	if fault.Is(err, fault.Unauthenticated) {
		exchange.SetCookie(m.r.noRefreshCookie())
	}
	return m.begun(ctx, s, err)
}

func (m mutationResolver) SignOut(ctx context.Context, input *model.SignOutInput) (*model.DonePayload, error) {
	token := ""
	if exchange, ok := transport.ExchangeFrom(ctx); ok {
		if exchange.SameOrigin() {
			token = exchange.Cookie(m.r.refreshCookieName())
		}
		exchange.SetCookie(m.r.noRefreshCookie())
	}
	everywhere := input != nil && input.Everywhere != nil && *input.Everywhere
	return done(m.r.Identity.SignOut(ctx, token, everywhere))
}

func (m mutationResolver) VerifyEmail(ctx context.Context, input model.VerifyEmailInput) (*model.DonePayload, error) {
	return done(m.r.Identity.VerifyEmail(ctx, input.Token))
}

func (m mutationResolver) RequestPasswordReset(ctx context.Context, input model.RequestPasswordResetInput) (*model.DonePayload, error) {
	return done(m.r.Identity.RequestPasswordReset(ctx, input.Email))
}

func (m mutationResolver) ResetPassword(ctx context.Context, input model.ResetPasswordInput) (*model.DonePayload, error) {
	return done(m.r.Identity.ResetPassword(ctx, input.Token, input.Password))
}

func (m mutationResolver) EnrollTotp(ctx context.Context, input model.EnrollTotpInput) (*model.EnrollTotpPayload, error) {
	e, userErrors, err := outcome(m.r.Identity.EnrollTOTP(ctx, input.Password))
	if e == nil {
		return &model.EnrollTotpPayload{UserErrors: userErrors}, err
	}
	return &model.EnrollTotpPayload{OtpauthURL: &e.OTPAuthURL, Secret: &e.Secret, UserErrors: userErrors}, err
}

func (m mutationResolver) ConfirmTotp(ctx context.Context, input model.ConfirmTotpInput) (*model.DonePayload, error) {
	return done(m.r.Identity.ConfirmTOTP(ctx, input.Code))
}

func (m mutationResolver) InviteMember(ctx context.Context, input model.InviteMemberInput) (*model.InviteMemberPayload, error) {
	v, userErrors, err := outcome(m.r.Identity.InviteMember(ctx, input.BrandID, input.Email, input.Roles))
	return &model.InviteMemberPayload{Invitation: v, UserErrors: userErrors}, err
}

func (m mutationResolver) AcceptInvitation(ctx context.Context, input model.AcceptInvitationInput) (*model.AcceptInvitationPayload, error) {
	v, userErrors, err := outcome(m.r.Identity.AcceptInvitation(ctx, input.Token))
	return &model.AcceptInvitationPayload{Membership: v, UserErrors: userErrors}, err
}

func (m mutationResolver) UpdateMember(ctx context.Context, input model.UpdateMemberInput) (*model.UpdateMemberPayload, error) {
	v, userErrors, err := outcome(m.r.Identity.UpdateMember(ctx, input.MembershipID, input.Roles))
	return &model.UpdateMemberPayload{Membership: v, UserErrors: userErrors}, err
}

func (m mutationResolver) RemoveMember(ctx context.Context, input model.RemoveMemberInput) (*model.DonePayload, error) {
	return done(m.r.Identity.RemoveMember(ctx, input.MembershipID))
}

func (m mutationResolver) CreateAPIKey(ctx context.Context, input model.CreateAPIKeyInput) (*model.CreateAPIKeyPayload, error) {
	key, secret, err := m.r.Identity.CreateAPIKey(ctx, input.BrandID, input.Name, input.Scopes)
	v, userErrors, err := outcome(key, err)
	if v == nil {
		return &model.CreateAPIKeyPayload{UserErrors: userErrors}, err
	}
	return &model.CreateAPIKeyPayload{APIKey: v, Secret: &secret, UserErrors: userErrors}, err
}

func (m mutationResolver) RevokeAPIKey(ctx context.Context, input model.RevokeAPIKeyInput) (*model.RevokeAPIKeyPayload, error) {
	v, userErrors, err := outcome(m.r.Identity.RevokeAPIKey(ctx, input.APIKeyID))
	return &model.RevokeAPIKeyPayload{APIKey: v, UserErrors: userErrors}, err
}

// text is an optional input, empty when it was left out.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
