package sale

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/program"
	"tributary/internal/rollup"
	"tributary/internal/tracking"
)

// award is a person's word that one partnership brought an order.
type award struct {
	program, partnership, creator uuid.UUID
	cause                         Cause
	words                         string // what the person said; kept with the touch
	gains, loses                  string // what creators read whose commission it raises and lowers
	reference                     string // of the posting when it can be paid at once; "" for the commission's own
}

// errTaken is the answer where nothing would change.
func errTaken() error {
	return fault.New(fault.Conflict, "WRONG_STATE", "This creator has all of the credit for the order already.")
}

// awardTx gives the whole credit of an order to one partnership, by the way of every decision: a new version, its commissions,
// postings, holds and figures. While nothing can be paid yet, what others had goes to the new creator; after that they keep it and
// the new one is paid at once. The caller holds the lock of the order's row. Faults: WRONG_STATE for a test order, one that is not
// decided yet, or a creator who has all of the credit; INVALID where fraud was confirmed or the program had no offer then.
func (s *Service) awardTx(ctx context.Context, tx database.Tx, place uuid.UUID, a award) (o order.Order, err error) {
	err = rollup.AroundOrderTx(ctx, tx, place, func() error {
		var lines []order.Line
		var before decision
		if o, lines, before, err = s.awardableTx(ctx, tx, place); err != nil {
			return err
		}
		e, made, err := s.judgeAwardTx(ctx, tx, o, lines, before, a, lookAgain)
		if err != nil {
			return err
		}
		d, err := s.storeOneTx(ctx, tx, o, e, made, before.row.Version+1, a.cause)
		if err != nil {
			return err
		}
		final, err := finalTx(ctx, tx, place)
		if err != nil {
			return err
		}
		if err := s.settleTx(ctx, tx, o, lines, d, event{cause: fmt.Sprintf("decision:%d", d.row.Version), reason: a.loses, occurred: s.clock.Now(),
			award: &commission.Award{Reason: a.gains, AtOnce: final, Reference: a.reference}}); err != nil {
			return err
		}
		if err := s.overtakeTx(ctx, tx, place, proposalsToo); err != nil {
			return err
		}
		return s.logTx(ctx, tx, o, "ATTRIBUTION_"+string(a.cause), map[string]any{"name": o.Name, "version": d.row.Version, "reason": a.words,
			"partnership": id.Of(id.Partnership, a.partnership).String(), "paidBeside": final})
	})
	return o, err
}

// awardableTx gives an order that a person may give to somebody, and its decision.
func (s *Service) awardableTx(ctx context.Context, tx database.Tx, place uuid.UUID) (o order.Order, lines []order.Line, before decision, err error) {
	if o, lines, err = s.orders.ReadTx(ctx, tx, place); err != nil {
		return o, lines, before, err
	}
	if o.Test {
		return o, lines, before, fault.New(fault.Conflict, "WRONG_STATE", "This is a test order. Test orders never earn.")
	}
	before, found, err := currentTx(ctx, tx, place)
	if err == nil && !found {
		err = fault.New(fault.Conflict, "WRONG_STATE", "This order is not decided yet.")
	}
	return o, lines, before, err
}

// judgeAwardTx decides anew with a person's word; it does not store the decision.
func (s *Service) judgeAwardTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, before decision, a award, why look) (e evidence, made attribution.Decision, err error) {
	if len(before.credits) == 1 && before.credits[0].PartnershipID == a.partnership.String() {
		return e, made, errTaken()
	}
	offers, err := s.programs.OffersAtTx(ctx, tx, []program.Moment{{Program: a.program, Partnership: a.partnership, At: o.PlacedAt}})
	if err != nil {
		return e, made, err
	}
	if len(offers) == 0 {
		return e, made, fault.New(fault.Invalid, "INVALID", "The program had no offer when the order was placed, so there is no rate to pay by.")
	}
	words, err := s.saidTx(ctx, tx, o, before)
	if err != nil {
		return e, made, err
	}
	now := s.clock.Now()
	for _, p := range words { // the last word counts, also when a clock stands still or steps back
		if p.Kind == attribution.Person && !p.At.Before(now) {
			now = p.At.Add(time.Microsecond)
		}
	}
	word := tracking.FoundTouch{Kind: attribution.Person, ID: id.NewUUID(now), Program: a.program, Partnership: a.partnership, Creator: a.creator,
		At: now, Label: a.words}
	if e, err = s.evidenceTx(ctx, tx, o, lines, why, append(words, said{FoundTouch: word})...); err != nil {
		return e, made, err
	}
	made = attribution.Decide(e.input)
	if len(made.Credits) != 1 || made.Credits[0].PartnershipID != a.partnership.String() {
		return e, made, fault.New(fault.Invalid, "INVALID", "Fraud was confirmed for this creator and order, so it cannot earn.")
	}
	e.place(word)
	return e, made, nil
}

// place gives a person's word the link and platform of the latest that was found of the same partnership, so that figures by
// platform and link show the sale where it most likely came from.
func (e evidence) place(word tracking.FoundTouch) {
	var latest tracking.FoundTouch
	for _, f := range e.found {
		if f.Partnership == word.Partnership && f.Kind != attribution.Person && f.Kind != attribution.Survey && (latest.ID == uuid.Nil || f.At.After(latest.At)) {
			latest = f
		}
	}
	word.Link, word.Platform = latest.Link, latest.Platform
	e.found[word.ID.String()] = word
}

// kept are the touches that only the decision itself still knows: the words of persons and the estimated matches that it rests on.
func (d decision) kept() ([]tracking.FoundTouch, error) {
	var out []tracking.FoundTouch
	for _, t := range d.touches {
		if t.Kind != attribution.Person && t.Kind != attribution.Modelled {
			continue
		}
		f := tracking.FoundTouch{Kind: t.Kind, At: t.At, Label: t.Label, Platform: creator.Platform(t.Platform), Confidence: t.Facts.Confidence}
		for text, to := range map[string]*uuid.UUID{t.TouchID: &f.ID, t.ProgramID: &f.Program, t.PartnershipID: &f.Partnership, t.CreatorID: &f.Creator} {
			u, err := uuid.Parse(text)
			if err != nil {
				return nil, fmt.Errorf("touch of a decision: %w", err)
			}
			*to = u
		}
		if u, err := uuid.Parse(t.LinkID); err == nil {
			f.Link = uuid.NullUUID{UUID: u, Valid: true}
		}
		out = append(out, f)
	}
	return out, nil
}

// disinterestedTx refuses somebody who would decide about own earnings: as the creator who gains, or as one who has credit now.
func disinterestedTx(ctx context.Context, tx database.Tx, place, gains uuid.UUID) error {
	me := viewer.From(ctx).CreatorID
	if me == uuid.Nil {
		return nil
	}
	own := me == gains
	if place != uuid.Nil && !own {
		d, found, err := currentTx(ctx, tx, place)
		if err != nil {
			return err
		}
		for _, c := range d.credits {
			own = own || found && c.CreatorID == me.String()
		}
	}
	if own {
		return fault.New(fault.Forbidden, "OWN_EARNINGS", "Somebody else has to decide about your own earnings.")
	}
	return nil
}
