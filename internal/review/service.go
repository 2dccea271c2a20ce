package review

import (
	"context"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entreview "tributary/ent/gen/review"
	"tributary/internal/auditlog"
	"tributary/internal/insight"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/program"
)

// wordsMax bounds what a brand writes to a creator, in characters.
const wordsMax = 2000

// Config is what the service needs; every field is required.
type Config struct {
	DB           *database.DB
	Clock        clock.Clock
	Programs     *program.Service
	Partnerships *partnership.Service
	Insight      *insight.Service
}

// Service is the operations on reviews and experiments.
type Service struct {
	db           *database.DB
	clock        clock.Clock
	programs     *program.Service
	partnerships *partnership.Service
	figures      *insight.Service
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, clock: c.Clock, programs: c.Programs, partnerships: c.Partnerships, figures: c.Insight}
}

// visible reports whether the creator concerned may read a review: once it was decided.
func visible(status string) bool { return Status(status) != StatusDue }

// Get gives a review to the brand's staff, or to the creator once it was decided. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Get(ctx context.Context, x id.ID) (Review, error) {
	v := viewer.From(ctx)
	row, err := s.one(ctx, x)
	if err != nil {
		return Review{}, err
	}
	if visible(row.Status) {
		err = access.Either(v, row.CreatorID, access.ReadOutreach, row.BrandID, "review")
	} else {
		err = access.Noun(access.Brand(v, access.ReadOutreach, row.BrandID), "review")
	}
	if err != nil {
		return Review{}, err
	}
	return fromRow(row)
}

// one reads a review for somebody who is signed in. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) one(ctx context.Context, x id.ID) (*gen.Review, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Review, "review")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Review.Query().Where(entreview.ID(u)).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "review")
	}
	return row, nil
}

// Filter selects reviews.
type Filter struct {
	BrandID id.ID // zero asks for the signed-in creator's own that were decided
	Status  *Status
}

// List gives a page of a brand's reviews, or of the signed-in creator's own that were decided, newest first. Faults:
// UNAUTHENTICATED, FORBIDDEN, NO_CREATOR_PROFILE, NOT_FOUND for the brand.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Connection[Review], error) {
	var none page.Connection[Review]
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return none, err
	}
	q := s.db.Ent.Review.Query()
	if f.BrandID == (id.ID{}) {
		me, err := access.Creator(v)
		if err != nil {
			return none, err
		}
		q.Where(entreview.CreatorID(me), entreview.StatusNEQ(string(StatusDue)))
	} else {
		b, err := id.Want(f.BrandID, id.Brand, "brand")
		if err != nil {
			return none, err
		}
		if err := access.Brand(v, access.ReadOutreach, b); err != nil {
			return none, err
		}
		q.Where(entreview.BrandID(b))
	}
	if f.Status != nil {
		q.Where(entreview.Status(string(*f.Status)))
	}
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	out := make([]Review, len(rows))
	for i, row := range rows {
		if out[i], err = fromRow(row); err != nil {
			return none, err
		}
	}
	c := page.Build(r, out, place)
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

// DecideInput is what decideReview takes.
type DecideInput struct {
	ReviewID id.ID
	Decision Action
	Words    string // what the creator reads
}

// Decide answers a review. PROMOTE takes the partnership to its next stage, KEEP ends a trial, RETIRE begins the notice, COACH
// changes nothing; the creator is told by letter. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT at
// words, INVALID at decision; WRONG_STATE when it was decided; CONFLICT when somebody decided it meanwhile.
func (s *Service) Decide(ctx context.Context, in DecideInput) (Review, error) {
	row, err := s.one(ctx, in.ReviewID)
	if err != nil {
		return Review{}, err
	}
	v := viewer.From(ctx)
	if err := access.Noun(access.Brand(v, access.WriteOutreach, row.BrandID), "review"); err != nil {
		return Review{}, err
	}
	var wrong fault.List
	field.OneOf(&wrong, "decision", in.Decision, ActionPromote, ActionKeep, ActionCoach, ActionRetire)
	in.Words = field.Body(&wrong, "words", in.Words, 1, wordsMax)
	if err := wrong.Err(); err != nil {
		return Review{}, err
	}
	if Status(row.Status) != StatusDue {
		return Review{}, fault.State("review", row.Status, string(StatusDecided))
	}
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		u := tx.Ent.Review.Update().Where(entreview.ID(row.ID), entreview.Status(string(StatusDue))).SetStatus(string(StatusDecided)).
			SetDecision(string(in.Decision)).SetDecisionWords(in.Words).SetDecidedAt(now)
		if v.Kind == viewer.User {
			u.SetDecidedBy(v.UserID)
		}
		n, err := u.Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "CONFLICT", "Somebody decided this review meanwhile. Look again.")
		}
		if err := s.carryOut(ctx, tx, row, in); err != nil {
			return err
		}
		err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "REVIEW_DECIDED", ObjectKind: "REVIEW", ObjectID: row.ID,
			BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"decision": in.Decision}})
		if err != nil {
			return err
		}
		row, err = tx.Ent.Review.Get(ctx, row.ID)
		return err
	})
	if err != nil {
		return Review{}, err
	}
	return fromRow(row)
}

// carryOut does what was decided and tells the creator.
func (s *Service) carryOut(ctx context.Context, tx database.Tx, row *gen.Review, in DecideInput) error {
	var err error
	switch in.Decision {
	case ActionPromote:
		err = s.partnerships.PromoteTx(ctx, tx, row.PartnershipID)
	case ActionKeep:
		err = s.partnerships.SettleTx(ctx, tx, row.PartnershipID)
	case ActionRetire:
		err = s.partnerships.RetireTx(ctx, tx, row.PartnershipID, in.Words)
	}
	if err != nil {
		return err
	}
	p, err := s.programs.OneTx(ctx, tx, row.ProgramID)
	if err != nil {
		return err
	}
	text := "The brand has looked at how " + p.Name + " went and writes:\n\n" + in.Words
	if in.Decision == ActionRetire {
		text += "\n\nYour links and codes keep earning during the notice, and what you have earned is paid."
	}
	return s.partnerships.TellTx(ctx, tx, row.CreatorID, "Your review for "+p.Name, text, "/p/"+p.Slug)
}

// owned checks the brand of a list. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func owned(ctx context.Context, brand id.ID) (uuid.UUID, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return uuid.Nil, err
	}
	b, err := id.Want(brand, id.Brand, "brand")
	if err != nil {
		return uuid.Nil, err
	}
	return b, access.Brand(v, access.ReadOutreach, b)
}
