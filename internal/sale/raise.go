package sale

import (
	"cmp"
	"context"
	"slices"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
)

// weight puts the signals that may be seen together in the order in which they name the hold.
var weight = []fraud.Signal{fraud.SignalSelfReferral, fraud.SignalPausedPartnership, fraud.SignalCodeLeak, fraud.SignalBannedSource,
	fraud.SignalClickToOrderTime, fraud.SignalSameNetwork, fraud.SignalClickFlood, fraud.SignalRefundRate, fraud.SignalPerson}

// raised says in the creator's words why the credit waits.
var raised = map[fraud.Signal]string{
	fraud.SignalSelfReferral:      "The buyer may be you. A person looks at it before it can be paid.",
	fraud.SignalPausedPartnership: "Your partnership was paused when the order came. A person looks at it before it can be paid.",
	fraud.SignalCodeLeak:          "Your code was seen in public places. A person looks at it before it can be paid.",
	fraud.SignalBannedSource:      "The visit came from a place that the program does not allow. A person looks at it before it can be paid.",
	fraud.SignalClickToOrderTime:  "The order came within seconds of the first click on your link. A person looks at it before it can be paid.",
	fraud.SignalSameNetwork:       "Many orders by your links came from one network. A person looks at it before it can be paid.",
	fraud.SignalPerson:            "Only a browser said that your click led to this order. A person looks at it before it can be paid.",
}

// raiseTx opens a hold for each commission whose credit waits for a person, with all that was seen.
func (s *Service) raiseTx(ctx context.Context, tx database.Tx, d decision, commissions []commission.Commission) error {
	for _, credit := range d.credits {
		if len(credit.Holds) == 0 {
			continue
		}
		a := d.alarm(credit)
		for _, c := range commissions {
			if c.PartnershipID.UUID.String() != credit.PartnershipID {
				continue
			}
			if err := s.holds.RaiseTx(ctx, tx, c, a); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
		}
	}
	return nil
}

// alarm is why a credit waits: the weightiest signal names the hold, and the rest is shown beside it.
func (d decision) alarm(credit attribution.Credit) fraud.Alarm {
	var a fraud.Alarm
	for _, t := range d.touches {
		if t.PartnershipID != credit.PartnershipID || t.Result != attribution.CountedHeld {
			continue
		}
		for _, e := range t.Evidence {
			if !slices.ContainsFunc(a.Evidence, func(other fraud.Evidence) bool { return other.Kind == e.Kind && name(other) == name(e) }) {
				a.Evidence = append(a.Evidence, e)
			}
		}
	}
	if len(a.Evidence) > 0 {
		slices.SortStableFunc(a.Evidence, func(x, y fraud.Evidence) int {
			return cmp.Compare(slices.Index(weight, x.Signal), slices.Index(weight, y.Signal))
		})
		a.Signal, a.Reason = a.Evidence[0].Signal, raised[a.Evidence[0].Signal]
		return a
	}
	// A decision from before evidence was kept with it.
	a.Signal, a.Reason = fraud.SignalPerson, "A person looks at it before it can be paid."
	for signal, reason := range reasons {
		if reason == credit.Holds[0] {
			a.Signal, a.Reason = signal, raised[signal]
		}
	}
	return a
}

func name(e fraud.Evidence) string {
	if e.Name == nil {
		return ""
	}
	return *e.Name
}
