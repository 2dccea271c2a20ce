package partnership

import (
	"context"
	"slices"
	"strconv"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	entapplication "tributary/ent/gen/application"
	entpartnership "tributary/ent/gen/partnership"
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

// Limits of an application. Texts are in characters.
const (
	answerMax = 2000
	planMax   = 4000
	reasonMax = 2000
)

// ApplyInput is what applyToProgram takes.
type ApplyInput struct {
	ProgramID id.ID
	Answers   []string
	Platforms []creator.Platform
	Plan      string
}

// Apply asks for the signed-in creator to join a program; where the program says so it is approved at once. Faults:
// UNAUTHENTICATED, FORBIDDEN, NO_CREATOR_PROFILE, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT, INVALID at a field; WRONG_STATE when
// the program takes nobody now, when the creator is in it or has an open application, or when an earlier one ended too recently.
func (s *Service) Apply(ctx context.Context, in ApplyInput) (Application, error) {
	me, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return Application{}, err
	}
	p, err := s.programs.Get(ctx, in.ProgramID)
	if err != nil {
		return Application{}, err
	}
	if err := in.check(p); err != nil {
		return Application{}, err
	}
	if !p.Open() {
		return Application{}, fault.New(fault.Conflict, "WRONG_STATE", "This program is %s, so nobody can join it now.", p.Status)
	}
	now := s.clock.Now()
	var out *gen.Application
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockPair(ctx, tx, p.ID.UUID, me); err != nil {
			return err
		}
		if err := mayApply(ctx, tx, now, p, me); err != nil {
			return err
		}
		var err error
		if out, err = insertApplication(ctx, tx, now, p, me, in); err != nil {
			return database.OnUnique(err, "application_open_key", errOpen())
		}
		err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "APPLICATION_SUBMITTED", ObjectKind: "APPLICATION", ObjectID: out.ID,
			BrandID: p.BrandID.UUID, CreatorID: me})
		if err != nil || !p.AutoApprove {
			return err
		}
		out, _, err = s.decideTx(ctx, tx, now, out, DecisionApprove, "")
		return err
	})
	if err != nil {
		return Application{}, err
	}
	return applicationOf(out), nil
}

// lockPair makes everything that brings one creator into one program happen one after the other.
func lockPair(ctx context.Context, tx database.Tx, program, creator uuid.UUID) error {
	return database.AdvisoryLockTx(ctx, tx, "partnership:"+program.String()+":"+creator.String())
}

func errOpen() *fault.Fault {
	return fault.New(fault.Conflict, "WRONG_STATE", "Your application to this program is still open.")
}

func (in *ApplyInput) check(p program.Program) error {
	var wrong fault.List
	if len(in.Answers) > len(p.Questions) {
		wrong.Add(fault.At("answers", "TOO_LONG", "The program asks %d questions.", len(p.Questions)))
	} else {
		answers := make([]string, len(p.Questions))
		copy(answers, in.Answers)
		for i := range answers {
			answers[i] = field.Body(&wrong, "answers."+strconv.Itoa(i), answers[i], 1, answerMax)
		}
		in.Answers = answers
	}
	checkPlatforms(&wrong, in.Platforms)
	in.Plan = field.Body(&wrong, "plan", in.Plan, 0, planMax)
	return wrong.Err()
}

func checkPlatforms(l *fault.List, platforms []creator.Platform) {
	if len(platforms) == 0 {
		l.Add(fault.At("platforms", "REQUIRED", "Name at least one platform."))
	}
	if len(platforms) > len(creator.Platforms) {
		l.Add(fault.At("platforms", "TOO_LONG", "There are at most %d platforms.", len(creator.Platforms)))
		return
	}
	for i, p := range platforms {
		path := "platforms." + strconv.Itoa(i)
		field.OneOf(l, path, p, creator.Platforms...)
		if slices.Contains(platforms[:i], p) {
			l.Add(fault.At(path, "INVALID", "Each platform stands here once."))
		}
	}
}

// mayApply looks at what there is between the creator and the program. The caller holds the pair's lock.
func mayApply(ctx context.Context, tx database.Tx, now time.Time, p program.Program, me uuid.UUID) error {
	present, err := tx.Ent.Partnership.Query().Where(entpartnership.ProgramID(p.ID.UUID), entpartnership.CreatorID(me)).Only(ctx)
	if err != nil && !database.IsMissing(err) {
		return err
	}
	if present != nil && !MayMove(Status(present.Status), StatusAwaitingTerms) {
		return fault.New(fault.Conflict, "WRONG_STATE", "Your partnership in this program is %s.", present.Status)
	}
	last, err := tx.Ent.Application.Query().Where(entapplication.ProgramID(p.ID.UUID), entapplication.CreatorID(me)).
		Order(entapplication.ByCreatedAt(entsql.OrderDesc()), entapplication.ByID(entsql.OrderDesc())).First(ctx)
	if database.IsMissing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	switch ApplicationStatus(last.Status) {
	case ApplicationSubmitted, ApplicationWaitlisted:
		return errOpen()
	case ApplicationDeclined, ApplicationWithdrawn:
		if again := last.DecidedAt.AddDate(0, 0, p.ReapplyDays); now.Before(again) {
			return fault.New(fault.Conflict, "WRONG_STATE", "You can apply to this program again from %s.", again.Format(time.DateOnly))
		}
	}
	return nil
}

func insertApplication(ctx context.Context, tx database.Tx, now time.Time, p program.Program, me uuid.UUID, in ApplyInput) (*gen.Application, error) {
	platforms := make([]string, len(in.Platforms))
	for i, x := range in.Platforms {
		platforms[i] = string(x)
	}
	return tx.Ent.Application.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(p.BrandID.UUID).SetProgramID(p.ID.UUID).
		SetCreatorID(me).SetAnswers(in.Answers).SetPlatforms(platforms).SetPlan(in.Plan).SetStatus(string(ApplicationSubmitted)).Save(ctx)
}
