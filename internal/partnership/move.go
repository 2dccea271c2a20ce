package partnership

import (
	"context"
	"slices"
	"time"

	"tributary/ent/gen"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// moves is the transition table. What is not here is refused.
var moves = map[Status][]Status{
	StatusInvited:       {StatusAwaitingTerms, StatusExpired, StatusDeclined},
	StatusAwaitingTerms: {StatusActive, StatusExpired},
	StatusActive:        {StatusPaused, StatusRetiring},
	StatusPaused:        {StatusActive, StatusRetiring},
	StatusRetiring:      {StatusActive, StatusRetired},
	StatusRetired:       {StatusAwaitingTerms},
	StatusExpired:       {},
	StatusDeclined:      {},
}

// MayMove reports whether a partnership may go from one state to another.
func MayMove(from, to Status) bool { return slices.Contains(moves[from], to) }

// codesCount reports whether the links and codes of a partnership earn in a state.
func codesCount(s Status) bool { return s == StatusActive || s == StatusRetiring }

// step is one move of a partnership.
type step struct {
	to     Status
	pause  *PauseKind // of PAUSED
	reason string     // what the creator reads; empty leaves nothing to read
	also   func(*gen.PartnershipUpdate)
}

// move takes a partnership from the state in row to another, keeps the move, and writes the deed into the log. Moves of one
// partnership never share a moment, so that a touch is judged by one state: one that would is put a microsecond after the last.
// Faults: WRONG_STATE for a move that the table does not have; CONFLICT when somebody moved it meanwhile.
func (s *Service) move(ctx context.Context, tx database.Tx, now time.Time, row *gen.Partnership, next step) (*gen.Partnership, error) {
	from := Status(row.Status)
	if !MayMove(from, next.to) {
		return nil, fault.State("partnership", string(from), string(next.to))
	}
	if !now.After(row.StatusSince) {
		now = row.StatusSince.Add(time.Microsecond)
	}
	u := tx.Ent.Partnership.Update().Where(entpartnership.ID(row.ID), entpartnership.Status(row.Status)).
		SetStatus(string(next.to)).SetStatusSince(now)
	if next.pause != nil {
		u.SetPauseKind(string(*next.pause))
	} else {
		u.ClearPauseKind()
	}
	if next.reason != "" {
		u.SetStatusReason(next.reason)
	} else {
		u.ClearStatusReason()
	}
	if next.to == StatusRetiring {
		u.SetRetireAt(now.Add(RetireNotice))
	} else {
		u.ClearRetireAt()
	}
	if next.also != nil {
		next.also(u)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fault.New(fault.Conflict, "CONFLICT", "Somebody changed this partnership meanwhile. Look again.")
	}
	if err := record(ctx, tx, now, row, string(from), next); err != nil {
		return nil, err
	}
	if s.codesMovedTx != nil && codesCount(from) != codesCount(next.to) {
		if err := s.codesMovedTx(ctx, tx, row.ID); err != nil {
			return nil, err
		}
	}
	return tx.Ent.Partnership.Get(ctx, row.ID)
}

// record keeps a move and writes it into the log.
func record(ctx context.Context, tx database.Tx, at time.Time, row *gen.Partnership, from string, s step) error {
	pause := ""
	if s.pause != nil {
		pause = string(*s.pause)
	}
	err := tx.Ent.PartnershipMove.Create().SetID(id.NewUUID(at)).SetCreatedAt(at).SetPartnershipID(row.ID).SetFromStatus(from).
		SetToStatus(string(s.to)).SetPauseKind(pause).SetReason(s.reason).SetActor(viewer.From(ctx).Actor()).SetMovedAt(at).Exec(ctx)
	if err != nil {
		return err
	}
	return auditlog.WriteTx(ctx, tx, at, auditlog.Deed{Action: "PARTNERSHIP_STATUS_CHANGED", ObjectKind: "PARTNERSHIP", ObjectID: row.ID,
		BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"from": from, "to": s.to, "pause": pause, "reason": s.reason}})
}
