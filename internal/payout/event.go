package payout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen/payout"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/ledger"
)

// EventJob handles one stored message of the provider. It carries names only: the object is fetched, and acted on as it is now.
type EventJob struct {
	Delivery uuid.UUID `json:"delivery"`
	Type     string    `json:"type"`
	Account  string    `json:"account"`
	Object   string    `json:"object"`
}

// Kind names the job in the queue.
func (EventJob) Kind() string { return "payout_event" }

// Receive stores a verified message once and enqueues its handling. A message of another mode is stored and never handled. The
// caller has checked the signature.
func (s *Service) Receive(ctx context.Context, e Event) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		delivery, first, err := s.StoreEventTx(ctx, tx, e)
		if err != nil || !first {
			return err
		}
		handle, err := s.Handling(delivery, e)
		if f, foreign := fault.As(err); foreign {
			return s.FinishEventTx(ctx, tx, delivery, EventIgnored, f.Message)
		}
		return s.Queue.EnqueueTx(ctx, tx, handle, nil)
	})
}

// Handling gives the job that handles a stored message. Faults: WRONG_STATE for one that these books must not hear.
func (s *Service) Handling(delivery uuid.UUID, e Event) (EventJob, error) {
	if e.Live != (s.Ledger.Mode() == ledger.ModeLive) {
		return EventJob{}, fault.New(fault.Conflict, "WRONG_STATE", "It belongs to another mode than these books.")
	}
	return EventJob{Delivery: delivery, Type: e.Type, Account: e.Account, Object: e.Object}, nil
}

// DoEvent handles a stored message: it fetches the object and brings the books to its state, so that messages may come twice and
// in any order.
func (s *Service) DoEvent(ctx context.Context, j EventJob) error {
	outcome, end, err := s.handle(ctx, j)
	if errors.Is(err, errForeignTransfer) || errors.Is(err, errNoObject) {
		s.Log.ErrorContext(ctx, "a message of the provider needs a person", "delivery", j.Delivery, "type", j.Type, "object", j.Object, "error", err)
		outcome, end = "A person has to look at this: the object does not fit the books.", EventFailed
	} else if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return s.FinishEventTx(ctx, tx, j.Delivery, end, outcome)
	})
	if fault.Is(err, fault.Conflict) { // this job ran before and has noted it
		return nil
	}
	return err
}

func (s *Service) handle(ctx context.Context, j EventJob) (outcome string, end EventEnd, err error) {
	call, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	family, _, _ := strings.Cut(j.Type, ".")
	if j.Object == "" {
		return "", "", fmt.Errorf("%w: %s", errNoObject, j.Type)
	}
	switch family {
	case "account", "capability":
		ref := j.Account
		if ref == "" {
			ref = j.Object
		}
		return "The account was read again.", EventDone, s.refresh(call, ref)
	case "transfer":
		t, err := s.Provider.TransferByRef(call, j.Object)
		if err != nil {
			return "", "", err
		}
		known, err := s.Observe(ctx, t)
		if err == nil && !known {
			return "The transfer is not of this installation.", EventIgnored, nil
		}
		return "The transfer was read again.", EventDone, err
	case "payout":
		if j.Account == "" {
			return "A movement of the platform's own balance.", EventIgnored, nil
		}
		b, err := s.Provider.BankPayout(call, j.Account, j.Object)
		if err != nil {
			return "", "", err
		}
		return "Noted where the money is, for information.", EventDone, s.noteArrival(ctx, j.Account, b)
	default:
		return "Nothing here depends on it.", EventIgnored, nil
	}
}

// arrivalLooksBack is how long after a payout a movement to the bank may still carry its money.
const arrivalLooksBack = 30 * 24 * time.Hour

// noteArrival notes for information where the money of an account's payouts is. A movement carries the whole balance, so it
// speaks of all payouts whose call came before it and that have not arrived, also of those whose outcome is not known yet; a
// refusal speaks of those that were said to have arrived.
func (s *Service) noteArrival(ctx context.Context, account string, b BankPayout) error {
	from := []string{string(BankNotKnown)}
	switch b.Arrival {
	case BankArrived:
		from = append(from, string(BankOnTheWay))
	case BankRefused:
		from = append(from, string(BankOnTheWay), string(BankArrived))
	case BankOnTheWay:
	default:
		return nil
	}
	// The provider tells whole seconds: a payout of the same second counts as before.
	until := b.CreatedAt.Add(time.Second)
	_, err := s.DB.Ent.Payout.Update().Where(payout.DestinationRef(account), payout.BankArrivalIn(from...), payout.CalledAtLT(until),
		payout.CalledAtGT(b.CreatedAt.Add(-arrivalLooksBack))).SetBankArrival(string(b.Arrival)).Save(ctx)
	if err != nil {
		return fmt.Errorf("note arrival: %w", err)
	}
	return nil
}
