package outreach

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entmembership "tributary/ent/gen/membership"
	"tributary/internal/auditlog"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/program"
)

// Limits of a prospect. Texts are in characters.
const (
	nameMax      = 120
	handleMax    = 100
	sourceMax    = 200
	wordsMax     = 20 // niches, tags
	wordMax      = 40
	nextStepMax  = 300
	noteMax      = 5000
	followersMax = 2_000_000_000
	fitMax       = 100
)

// CreateInput is what createProspect takes.
type CreateInput struct {
	ProgramID  id.ID
	Name       string
	Platform   creator.Platform
	Handle     string // with or without @
	Email      *string
	ProfileURL *string
	Followers  int
	Source     string
	Niches     []string
	Tags       []string
	FitScore   int // 0 to 100; the API leaves it at 0
}

func (in *CreateInput) check() error {
	var wrong fault.List
	in.Name = field.Line(&wrong, "name", in.Name, 1, nameMax)
	field.OneOf(&wrong, "platform", in.Platform, creator.Platforms...)
	in.Handle = field.Line(&wrong, "handle", creator.FoldHandle(in.Handle), 1, handleMax)
	if in.Email != nil {
		e := field.Email(&wrong, "email", *in.Email)
		in.Email = &e
	}
	if in.ProfileURL != nil {
		u := field.URL(&wrong, "profileUrl", *in.ProfileURL)
		in.ProfileURL = &u
	}
	field.Within(&wrong, "followers", in.Followers, 0, followersMax)
	in.Source = field.Line(&wrong, "source", in.Source, 0, sourceMax)
	in.Niches = field.Lines(&wrong, "niches", in.Niches, wordsMax, 1, wordMax)
	in.Tags = field.Lines(&wrong, "tags", in.Tags, wordsMax, 1, wordMax)
	field.Within(&wrong, "fitScore", in.FitScore, 0, fitMax)
	return wrong.Err()
}

// Create adds a prospect to a program's pipeline, in IDENTIFIED; whoever adds it looks after it. A profile with an account of the
// same name on the platform is linked. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, OUT_OF_RANGE,
// BAD_FORMAT, INVALID at a field; TAKEN at handle; WRONG_STATE when the program is closed.
func (s *Service) Create(ctx context.Context, in CreateInput) (Prospect, error) {
	p, err := s.programs.Owned(ctx, in.ProgramID, access.WriteOutreach)
	if err != nil {
		return Prospect{}, err
	}
	if err := in.check(); err != nil {
		return Prospect{}, err
	}
	if p.Status == program.StatusClosed {
		return Prospect{}, fault.New(fault.Conflict, "WRONG_STATE", "This program is closed.")
	}
	now := s.clock.Now()
	var made *gen.Prospect
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		known, err := creatorByAccount(ctx, tx, in.Platform, in.Handle)
		if err != nil {
			return err
		}
		made, err = tx.Ent.Prospect.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetStageSince(now).
			SetBrandID(p.BrandID.UUID).SetProgramID(p.ID.UUID).SetNillableCreatorID(known).SetNillableOwnerUserID(actor(viewer.From(ctx))).
			SetName(in.Name).SetPlatform(string(in.Platform)).SetHandle(in.Handle).SetNillableEmail(in.Email).
			SetNillableProfileURL(in.ProfileURL).SetFollowers(int64(in.Followers)).SetSource(in.Source).SetNiches(in.Niches).
			SetTags(in.Tags).SetStage(string(StageIdentified)).SetFitScore(in.FitScore).SetVetting([]string{}).Save(ctx)
		if err != nil {
			return database.OnUnique(err, "prospect_handle_key", fault.At("handle", "TAKEN", "This account is in the pipeline already."))
		}
		if err := tell(ctx, tx, now, made, happened{kind: EventCreated}); err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROSPECT_CREATED", ObjectKind: "PROSPECT", ObjectID: made.ID,
			BrandID: made.BrandID, Detail: map[string]any{"name": made.Name}})
	})
	if err != nil {
		return Prospect{}, err
	}
	return fromRow(made), nil
}

// Change is a new value for a field that may also be cleared: not given keeps what there is, given nil clears.
type Change[T any] struct {
	Given bool
	Value *T
}

// To is a change to a value.
func To[T any](v T) Change[T] { return Change[T]{true, &v} }

// Clear is a change to nothing.
func Clear[T any]() Change[T] { return Change[T]{Given: true} }

// UpdateInput is what updateProspect takes.
type UpdateInput struct {
	ProspectID id.ID
	Name       Change[string]
	Email      Change[string]
	NextStep   Change[string]
	DueAt      Change[time.Time]
	OwnerID    Change[id.ID] // a member of the brand
	Tags       Change[[]string]
}

func (in *UpdateInput) check() error {
	var wrong fault.List
	if in.Name.Given {
		name := ""
		if in.Name.Value != nil {
			name = *in.Name.Value
		}
		in.Name = To(field.Line(&wrong, "name", name, 1, nameMax))
	}
	if in.Email.Value != nil {
		in.Email = To(field.Email(&wrong, "email", *in.Email.Value))
	}
	if in.NextStep.Value != nil {
		in.NextStep = To(field.Line(&wrong, "nextStep", *in.NextStep.Value, 0, nextStepMax))
	}
	if in.Tags.Given {
		var tags []string
		if in.Tags.Value != nil {
			tags = *in.Tags.Value
		}
		in.Tags = To(field.Lines(&wrong, "tags", tags, wordsMax, 1, wordMax))
	}
	return wrong.Err()
}

// Update changes a prospect. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT at a field; NOT_FOUND at
// ownerId for somebody who is no member of the brand.
func (s *Service) Update(ctx context.Context, in UpdateInput) (Prospect, error) {
	row, err := s.mine(ctx, in.ProspectID, access.WriteOutreach)
	if err != nil {
		return Prospect{}, err
	}
	if err := in.check(); err != nil {
		return Prospect{}, err
	}
	now := s.clock.Now()
	var out *gen.Prospect
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		u := tx.Ent.Prospect.UpdateOneID(row.ID).SetUpdatedAt(now)
		change(in.Name, u.SetName, nil)
		change(in.Email, u.SetEmail, u.ClearEmail)
		change(in.NextStep, u.SetNextStep, u.ClearNextStep)
		change(in.DueAt, u.SetDueAt, u.ClearDueAt)
		change(in.Tags, u.SetTags, nil)
		if in.OwnerID.Given {
			if err := setOwner(ctx, tx, u, row.BrandID, in.OwnerID.Value); err != nil {
				return err
			}
		}
		var err error
		if out, err = u.Save(ctx); err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROSPECT_UPDATED", ObjectKind: "PROSPECT", ObjectID: row.ID,
			BrandID: row.BrandID})
	})
	if err != nil {
		return Prospect{}, err
	}
	return fromRow(out), nil
}

// change passes a given value to set, or calls clear for nothing.
func change[T any](c Change[T], set func(T) *gen.ProspectUpdateOne, clear func() *gen.ProspectUpdateOne) {
	switch {
	case !c.Given:
	case c.Value != nil:
		set(*c.Value)
	case clear != nil:
		clear()
	}
}

func setOwner(ctx context.Context, tx database.Tx, u *gen.ProspectUpdateOne, brand uuid.UUID, owner *id.ID) error {
	if owner == nil {
		u.ClearOwnerUserID()
		return nil
	}
	user, err := id.Want(*owner, id.User, "user")
	if err == nil {
		var member bool
		member, err = tx.Ent.Membership.Query().Where(entmembership.BrandID(brand), entmembership.UserID(user)).Exist(ctx)
		if err == nil && member {
			u.SetOwnerUserID(user)
			return nil
		}
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return fault.At("ownerId", "NOT_FOUND", "There is no such member of the brand.")
}

// AddNote writes a note into a prospect's story. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT at
// body.
func (s *Service) AddNote(ctx context.Context, prospect id.ID, body string) (Prospect, error) {
	row, err := s.mine(ctx, prospect, access.WriteOutreach)
	if err != nil {
		return Prospect{}, err
	}
	var wrong fault.List
	body = field.Body(&wrong, "body", body, 1, noteMax)
	if err := wrong.Err(); err != nil {
		return Prospect{}, err
	}
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return tell(ctx, tx, now, row, happened{kind: EventNote, body: body})
	})
	if err != nil {
		return Prospect{}, err
	}
	return fromRow(row), nil
}
