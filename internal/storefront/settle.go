package storefront

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/outbound"
)

// CodeArgs is the job that makes a code stand in a shop as it should.
type CodeArgs struct {
	ShopCode uuid.UUID `json:"shop_code"`
	Revision int64     `json:"revision"` // of the change that asked for it
}

// Kind names the job.
func (CodeArgs) Kind() string { return "storefront_code" }

func (s *Service) enqueueTx(ctx context.Context, tx database.Tx, jobs []CodeArgs) error {
	return job.EnqueueAllTx(ctx, s.Queue, tx, jobs, outside())
}

// settled is how a code stands in a shop after it was looked at.
type settled struct {
	state State
	known string // the shop's id; empty for none
}

// SettleCode makes a code stand in a shop as it should now, whichever change asked for it. It is run by a job and may run twice at once:
// what it did is kept only while nothing has changed meanwhile, and else it begins anew, so that the last change wins.
func (s *Service) SettleCode(ctx context.Context, a CodeArgs) error {
	for range roundsMax {
		w, there, err := s.readWanted(ctx, a.ShopCode)
		if err != nil || !there {
			return err
		}
		shop, err := s.open(w.kind, w.store, w.integration, w.sealed)
		if err != nil {
			return err
		}
		done, err := s.settle(ctx, shop, w)
		if errors.Is(err, outbound.ErrBusy) {
			return job.Snooze(waitBusy)
		}
		p, failed := problemOf(err)
		if err != nil && !failed {
			return err
		}
		if failed {
			s.Log.WarnContext(ctx, "a code was not settled in a shop", "code", w.discount.Code, "integration", w.integration, "error", p)
		}
		current, err := s.keepSettled(ctx, w, done, p)
		if err != nil {
			return err
		}
		switch {
		case !current:
			continue
		case !failed:
			return nil
		case p.Trouble == Unauthorized:
			return s.refused(ctx, w.integration, w.access, p)
		case p.Trouble == Later && w.attempts+1 < attemptsMax:
			return job.Snooze(again(w.attempts))
		}
		return nil
	}
	return job.Snooze(time.Second)
}

// settle looks what the shop has and does what is missing.
func (s *Service) settle(ctx context.Context, shop Shop, w wanted) (settled, error) {
	if w.succeeded && !w.works {
		return settled{state: StateDisabled}, nil // the shop's code belongs to the one that took its place
	}
	found, there, err := shop.Find(ctx, w.discount.Code)
	if err != nil {
		return settled{}, err
	}
	usable := there && found.Active && (found.EndsAt == nil || found.EndsAt.After(s.Clock.Now()))
	ours := there && (found.ID == w.known || found.Percent == w.discount.Percent)
	switch {
	case !w.works && usable && ours:
		return settled{StateDisabled, found.ID}, shop.SetActive(ctx, found.ID, w.discount, false)
	case !w.works && ours:
		return settled{StateDisabled, found.ID}, nil
	case !w.works:
		return settled{state: StateDisabled}, nil
	case there && found.Percent != w.discount.Percent:
		return settled{}, differs(w)
	case usable:
		return settled{StateActive, found.ID}, nil
	case there:
		return settled{StateActive, found.ID}, shop.SetActive(ctx, found.ID, w.discount, true)
	}
	made, err := shop.Create(ctx, w.discount)
	if p, ok := problemOf(err); ok && p.Trouble == Refused {
		// Somebody may have made it in the meantime: the same job in another process, whose answer was lost.
		if again, there, err := shop.Find(ctx, w.discount.Code); err == nil && there && again.Active && again.Percent == w.discount.Percent {
			return settled{StateActive, again.ID}, nil
		}
	}
	return settled{StateActive, made.ID}, err
}

// keepSettled keeps how a code stands, unless something has changed since w was read; it tells whether nothing had.
func (s *Service) keepSettled(ctx context.Context, w wanted, done settled, p *Problem) (bool, error) {
	var reason string
	state, known, attempts := string(done.state), done.known, 0
	if p != nil {
		reason, known, attempts = cut(p.Words), w.known, w.attempts+1
		state = string(StateFailed)
		if p.Trouble == Later && attempts < attemptsMax {
			state, reason = "", cut(p.Words+" It is tried again.")
		}
	}
	result, err := s.DB.SQL.ExecContext(ctx, `UPDATE shop_code SET state = coalesce(nullif($3, ''), state), reason = $4, external_id = nullif($5, ''), attempts = $6, updated_at = $7
		WHERE id = $1 AND revision = $2`, w.row, w.revision, state, reason, known, attempts, s.Clock.Now())
	if err != nil {
		return false, fmt.Errorf("keep a code in a shop: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
