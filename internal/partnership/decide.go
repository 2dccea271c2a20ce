package partnership

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entapplication "tributary/ent/gen/application"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/program"
)

// applicationMoves is the transition table of applications. What is not here is refused.
var applicationMoves = map[ApplicationStatus][]ApplicationStatus{
	ApplicationSubmitted:  {ApplicationApproved, ApplicationDeclined, ApplicationWaitlisted, ApplicationWithdrawn},
	ApplicationWaitlisted: {ApplicationApproved, ApplicationDeclined, ApplicationWithdrawn},
	ApplicationApproved:   {},
	ApplicationDeclined:   {},
	ApplicationWithdrawn:  {},
}

// MayMoveApplication reports whether an application may go from one state to another.
func MayMoveApplication(from, to ApplicationStatus) bool {
	return slices.Contains(applicationMoves[from], to)
}

var outcomes = map[ApplicationDecision]ApplicationStatus{
	DecisionApprove: ApplicationApproved, DecisionDecline: ApplicationDeclined, DecisionWaitlist: ApplicationWaitlisted,
}

// DecideInput is what decideApplication takes.
type DecideInput struct {
	ApplicationID id.ID
	Decision      ApplicationDecision
	Reason        string // the creator reads it; needed to decline
}

// Decide answers an application. Approving makes the partnership, or takes up a retired one again; it then waits for the creator
// to accept the terms. The creator is told by letter. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG,
// BAD_FORMAT at reason, INVALID at decision; WRONG_STATE when the application was decided or the program is closed; CONFLICT when
// somebody decided it meanwhile.
func (s *Service) Decide(ctx context.Context, in DecideInput) (Application, *Partnership, error) {
	row, err := s.application(ctx, in.ApplicationID)
	if err != nil {
		return Application{}, nil, err
	}
	if err := access.Noun(access.Brand(viewer.From(ctx), access.WriteCreators, row.BrandID), "application"); err != nil {
		return Application{}, nil, err
	}
	var wrong fault.List
	field.OneOf(&wrong, "decision", in.Decision, DecisionApprove, DecisionDecline, DecisionWaitlist)
	least := 0
	if in.Decision == DecisionDecline {
		least = 1
	}
	in.Reason = field.Body(&wrong, "reason", in.Reason, least, reasonMax)
	if err := wrong.Err(); err != nil {
		return Application{}, nil, err
	}
	now := s.clock.Now()
	var decided *gen.Application
	var made *gen.Partnership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockPair(ctx, tx, row.ProgramID, row.CreatorID); err != nil {
			return err
		}
		var err error
		decided, made, err = s.decideTx(ctx, tx, now, row, in.Decision, in.Reason)
		return err
	})
	if err != nil {
		return Application{}, nil, err
	}
	if made == nil {
		return applicationOf(decided), nil, nil
	}
	p := fromRow(made)
	return applicationOf(decided), &p, nil
}

// application reads one for a change by somebody who is signed in. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) application(ctx context.Context, x id.ID) (*gen.Application, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Application, "application")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Application.Query().Where(entapplication.ID(u)).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "application")
	}
	return row, nil
}

// moveApplication takes an application to another state and gives it as it is then.
func moveApplication(ctx context.Context, tx database.Tx, now time.Time, row *gen.Application, to ApplicationStatus, reason string) (*gen.Application, error) {
	if !MayMoveApplication(ApplicationStatus(row.Status), to) {
		return nil, fault.State("application", row.Status, string(to))
	}
	u := tx.Ent.Application.Update().Where(entapplication.ID(row.ID), entapplication.Status(row.Status)).
		SetStatus(string(to)).SetDecidedAt(now)
	if reason != "" {
		u.SetReason(reason)
	}
	if v := viewer.From(ctx); v.Kind == viewer.User {
		u.SetDecidedBy(v.UserID)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fault.New(fault.Conflict, "CONFLICT", "Somebody changed this application meanwhile. Look again.")
	}
	err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "APPLICATION_" + string(to), ObjectKind: "APPLICATION", ObjectID: row.ID,
		BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"reason": reason}})
	if err != nil {
		return nil, err
	}
	return tx.Ent.Application.Get(ctx, row.ID)
}

// decideTx decides and, on approval, makes the partnership. The caller holds the pair's lock and has checked access.
func (s *Service) decideTx(ctx context.Context, tx database.Tx, now time.Time, row *gen.Application, d ApplicationDecision, reason string) (
	*gen.Application, *gen.Partnership, error) {
	p, err := s.programs.OneTx(ctx, tx, row.ProgramID)
	if err != nil {
		return nil, nil, err
	}
	if d == DecisionApprove && p.Status == program.StatusClosed {
		return nil, nil, fault.New(fault.Conflict, "WRONG_STATE", "The program is closed, so nobody can join it.")
	}
	out, err := moveApplication(ctx, tx, now, row, outcomes[d], reason)
	if err != nil {
		return nil, nil, err
	}
	var made *gen.Partnership
	if d == DecisionApprove {
		if made, err = s.bringIn(ctx, tx, now, out); err != nil {
			return nil, nil, err
		}
	}
	return out, made, s.tell(ctx, tx, now, out.CreatorID, letterOfDecision(p, d, reason))
}

// bringIn makes the partnership of an approved application, or takes up the one that there is, and tells other domains by a job.
func (s *Service) bringIn(ctx context.Context, tx database.Tx, now time.Time, a *gen.Application) (*gen.Partnership, error) {
	row, err := tx.Ent.Partnership.Query().Where(entpartnership.ProgramID(a.ProgramID), entpartnership.CreatorID(a.CreatorID)).Only(ctx)
	switch {
	case database.IsMissing(err):
		row, err = insertPartnership(ctx, tx, now, a)
	case err == nil:
		row, err = s.move(ctx, tx, now, row, step{to: StatusAwaitingTerms, also: func(u *gen.PartnershipUpdate) {
			u.SetApplicationID(a.ID).SetStage(string(StageTrial)).SetAcceptedTermsVersion(0).ClearTermsAcceptedAt()
		}})
	}
	if err != nil {
		return nil, err
	}
	return row, s.queue.EnqueueTx(ctx, tx, JoinedArgs{PartnershipID: row.ID}, nil)
}

func insertPartnership(ctx context.Context, tx database.Tx, now time.Time, a *gen.Application) (*gen.Partnership, error) {
	row, err := tx.Ent.Partnership.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(a.BrandID).SetProgramID(a.ProgramID).
		SetCreatorID(a.CreatorID).SetApplicationID(a.ID).SetStatus(string(StatusAwaitingTerms)).SetStage(string(StageTrial)).
		SetStatusSince(now).Save(ctx)
	if err != nil {
		return nil, err
	}
	return row, record(ctx, tx, now, row, "", step{to: StatusAwaitingTerms})
}

// JoinedArgs is the job that a creator came into a program: outreach moves the prospect whom the creator was.
type JoinedArgs struct {
	PartnershipID uuid.UUID `json:"partnershipId"`
}

// Kind names the job.
func (JoinedArgs) Kind() string { return "partnership_joined" }

// Withdraw takes an application of the signed-in creator back. Faults: UNAUTHENTICATED, NOT_FOUND; WRONG_STATE when it was decided;
// CONFLICT when somebody decided it meanwhile.
func (s *Service) Withdraw(ctx context.Context, application id.ID) (Application, error) {
	row, err := s.application(ctx, application)
	if err != nil {
		return Application{}, err
	}
	if err := ownCreator(viewer.From(ctx), row.CreatorID, "application"); err != nil {
		return Application{}, err
	}
	now := s.clock.Now()
	var out *gen.Application
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		out, err = moveApplication(ctx, tx, now, row, ApplicationWithdrawn, "")
		return err
	})
	if err != nil {
		return Application{}, err
	}
	return applicationOf(out), nil
}

// ownCreator lets the creator concerned in; everybody else, apps too, reads NOT_FOUND.
func ownCreator(v viewer.Viewer, creator uuid.UUID, noun string) error {
	if v.Kind == viewer.App {
		return fault.Missing(noun)
	}
	return access.OwnCreator(v, creator, noun)
}
