package creator

import (
	"context"
	"strings"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	entcreator "tributary/ent/gen/creator"
	entaccount "tributary/ent/gen/socialaccount"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// Limits of accounts on platforms.
const (
	accountsMax      = 20 // of one creator
	accountHandleMax = 100
	followersMax     = 2_000_000_000
)

// SocialAccount is an account of a creator on a platform.
type SocialAccount struct {
	ID         id.ID // prefix soc
	CreatorID  id.ID
	Platform   Platform
	Handle     string // name on the platform, without @, in lower case
	URL        string // address of the account
	Followers  int    // as the creator said
	Engagement money.BasisPoints
	VerifiedAt *time.Time // when ownership was shown; nil until then
}

// IsNode marks SocialAccount as refetchable by id.
func (SocialAccount) IsNode() {}

func accountOf(row *gen.SocialAccount) SocialAccount {
	return SocialAccount{ID: id.Of(id.SocialAccount, row.ID), CreatorID: id.Of(id.Creator, row.CreatorID), Platform: Platform(row.Platform),
		Handle: row.Handle, URL: row.URL, Followers: int(row.Followers), Engagement: money.BasisPoints(row.EngagementBp),
		VerifiedAt: row.VerifiedAt}
}

// SocialAccountInput is what addSocialAccount takes.
type SocialAccountInput struct {
	Platform   Platform
	Handle     string // with or without @
	URL        string
	Followers  int
	Engagement money.BasisPoints
}

// FoldHandle gives a name on a platform in the form in which it is stored and compared.
func FoldHandle(handle string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(handle), "@"))
}

// AddSocialAccount adds an account to the signed-in creator's profile. Faults: UNAUTHENTICATED, FORBIDDEN, NO_CREATOR_PROFILE;
// REQUIRED, TOO_LONG, OUT_OF_RANGE, BAD_FORMAT, INVALID at a field; TAKEN at handle; TOO_LONG for the whole input when the profile
// has all the accounts it may have.
func (s *Service) AddSocialAccount(ctx context.Context, in SocialAccountInput) (SocialAccount, error) {
	creator, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return SocialAccount{}, err
	}
	var wrong fault.List
	field.OneOf(&wrong, "platform", in.Platform, Platforms...)
	in.Handle = field.Line(&wrong, "handle", FoldHandle(in.Handle), 1, accountHandleMax)
	in.URL = field.URL(&wrong, "url", in.URL)
	field.Within(&wrong, "followers", in.Followers, 0, followersMax)
	field.Within(&wrong, "engagement", int(in.Engagement), 0, int(money.OneHundredPercent))
	if err := wrong.Err(); err != nil {
		return SocialAccount{}, err
	}
	now := s.clock.Now()
	var made *gen.SocialAccount
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if _, err := tx.Ent.Creator.Query().Where(entcreator.ID(creator)).ForUpdate().OnlyID(ctx); err != nil {
			return database.OnMissing(err, "creator")
		}
		n, err := tx.Ent.SocialAccount.Query().Where(entaccount.CreatorID(creator), entaccount.RemovedAtIsNil()).Count(ctx)
		if err != nil {
			return err
		}
		if n >= accountsMax {
			return fault.New(fault.Invalid, "TOO_LONG", "A profile has at most %d accounts.", accountsMax)
		}
		secret := id.NewUUID(now)
		made, err = tx.Ent.SocialAccount.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetCreatorID(creator).
			SetPlatform(string(in.Platform)).SetHandle(in.Handle).SetURL(in.URL).SetFollowers(int64(in.Followers)).
			SetEngagementBp(int32(in.Engagement)).SetVerificationCode("tributary-" + secret.String()[24:]).Save(ctx)
		if err != nil {
			return database.OnUnique(err, "social_account_key", fault.At("handle", "TAKEN", "This account is in your profile already."))
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "SOCIAL_ACCOUNT_ADDED", ObjectKind: "SOCIAL_ACCOUNT", ObjectID: made.ID,
			CreatorID: creator, Detail: map[string]any{"platform": in.Platform, "handle": in.Handle}})
	})
	if err != nil {
		return SocialAccount{}, err
	}
	return accountOf(made), nil
}

// AccountsOf gives the accounts of creators, oldest first, at most 20 of each, in one statement. The caller could see the creators.
func (s *Service) AccountsOf(ctx context.Context, creators []uuid.UUID) (map[uuid.UUID][]SocialAccount, error) {
	rows, err := s.db.Ent.SocialAccount.Query().Where(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id") + " IN (SELECT x.id FROM unnest(").Arg(database.Array(creators)).
				WriteString(`::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id FROM social_account
					WHERE creator_id = u.id AND removed_at IS NULL ORDER BY created_at, id LIMIT `).Arg(accountsMax).WriteString(") x)")
		}))
	}).Order(entaccount.ByCreatedAt(), entaccount.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]SocialAccount, len(creators))
	for _, row := range rows {
		out[row.CreatorID] = append(out[row.CreatorID], accountOf(row))
	}
	return out, nil
}

// SocialAccount gives one account of a creator whom the viewer may see. Faults: NOT_FOUND.
func (s *Service) SocialAccount(ctx context.Context, x id.ID) (SocialAccount, error) {
	u, err := id.Want(x, id.SocialAccount, "social account")
	if err != nil {
		return SocialAccount{}, err
	}
	row, err := s.db.Ent.SocialAccount.Query().Where(entaccount.ID(u), entaccount.RemovedAtIsNil()).Only(ctx)
	if err != nil {
		return SocialAccount{}, database.OnMissing(err, "social account")
	}
	if !visible(viewer.From(ctx), row.CreatorID) {
		return SocialAccount{}, fault.Missing("social account")
	}
	return accountOf(row), nil
}
