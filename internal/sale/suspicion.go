package sale

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/fraud"
	"tributary/internal/kit/database"
	"tributary/internal/order"
	"tributary/internal/tracking"
)

// suspicions are what an order shows that an honest sale does not, by partnership, and what people have said of it.
type suspicions struct {
	seen    map[uuid.UUID][]fraud.Evidence
	rulings map[uuid.UUID][]attribution.Finding
}

// reasons says which reason of a touch a signal stands for; those that are missing stand for FRAUD.
var reasons = map[fraud.Signal]attribution.Reason{
	fraud.SignalSelfReferral:      attribution.SelfReferral,
	fraud.SignalPausedPartnership: attribution.PartnershipInactive,
	fraud.SignalCodeLeak:          attribution.CodeLeaked,
	fraud.SignalBannedSource:      attribution.BannedSource,
}

func reasonOfSignal(s fraud.Signal) attribution.Reason {
	if r, known := reasons[s]; known {
		return r
	}
	return attribution.Fraud
}

// concerns tells whether a reason can be meant of a touch of a kind: the time and network of a click say nothing about a code, and a
// code that has leaked nothing about a click.
func concerns(reason attribution.Reason, kind attribution.Kind) bool {
	switch reason {
	case attribution.CodeLeaked:
		return kind == attribution.Code
	case attribution.BannedSource:
		return kind == attribution.Click
	}
	return true
}

// suspicionsTx looks for what an honest sale does not show.
func (s *Service) suspicionsTx(ctx context.Context, tx database.Tx, o order.Order, found []tracking.FoundTouch, ruled bool) (suspicions, error) {
	out := suspicions{seen: map[uuid.UUID][]fraud.Evidence{}, rulings: map[uuid.UUID][]attribution.Finding{}}
	if o.Test {
		return out, nil // it never earns
	}
	creators, err := s.creatorsTx(ctx, tx, o, found)
	if err != nil {
		return out, err
	}
	asked := fraud.Order{ID: o.ID.UUID, Brand: o.BrandID.UUID, PlacedAt: o.PlacedAt, Networks: map[uuid.UUID][]byte{}, CustomerID: o.CustomerExternalID}
	clicks := map[uuid.UUID][]time.Time{}
	for _, f := range found { // clicks by time, so the last one's network stays
		if f.Kind == attribution.Click && f.NotCounted == "" {
			clicks[f.Partnership] = append(clicks[f.Partnership], f.At)
			asked.Networks[f.Partnership] = f.NetworkHash
		}
	}
	for _, c := range creators {
		asked.Creators = append(asked.Creators, c.hash)
	}
	traces, err := s.holds.TraceTx(ctx, tx, asked)
	if err != nil {
		return out, err
	}
	for partnership, c := range creators {
		out.add(partnership, fraud.SelfReferral(fraud.SelfReferralFacts{SameEmail: len(o.CustomerHash) > 0 && bytes.Equal(c.hash, o.CustomerHash), EmailConfirmed: c.confirmed,
			CustomerOrders: traces.OfCustomer[string(c.hash)]})...)
		if e, fast := fraud.ClickToOrder(o.PlacedAt, clicks[partnership]); fast {
			out.add(partnership, e)
		}
		if e, many := fraud.SameNetwork(traces.OfNetwork[partnership]); many {
			out.add(partnership, e)
		}
	}
	if !ruled {
		return out, nil
	}
	rulings, err := s.holds.RulingsTx(ctx, tx, o.ID.UUID)
	if err != nil {
		return out, err
	}
	for _, r := range rulings {
		out.rulings[r.Partnership] = append(out.rulings[r.Partnership], ruling(r)...)
	}
	return out, nil
}

func (s *suspicions) add(partnership uuid.UUID, seen ...fraud.Evidence) {
	s.seen[partnership] = append(s.seen[partnership], seen...)
}

// ruling is what a person's decision means for the touches of a partnership. Who released a hold has looked at all that was seen; who
// rejected it named what raised it.
func ruling(r fraud.Ruling) []attribution.Finding {
	if r.Status != fraud.HoldReleased {
		return []attribution.Finding{{Reason: confirmed(r.Signals[0]), State: attribution.Confirmed}}
	}
	if !r.ByPerson {
		return nil
	}
	var out []attribution.Finding
	for _, signal := range r.Signals {
		out = append(out, attribution.Finding{Reason: reasonOfSignal(signal), State: attribution.Cleared})
		if signal == fraud.SignalPerson { // who looked at the order has seen how it was tied to the click
			out = append(out, attribution.Finding{Reason: attribution.BelowConfidence, State: attribution.Cleared})
		}
	}
	return out
}

// confirmed is the reason that a touch does not count once a person has rejected a hold.
func confirmed(signal fraud.Signal) attribution.Reason {
	if r := reasonOfSignal(signal); r != attribution.PartnershipInactive {
		return r
	}
	return attribution.Fraud
}

// of gives what a decision has to know about a touch.
func (s suspicions) of(f tracking.FoundTouch) (out []attribution.Finding) {
	for _, e := range s.seen[f.Partnership] {
		if reason := reasonOfSignal(e.Signal); speaksOf(e.Kind, f.Kind) {
			out = append(out, attribution.Finding{Reason: reason, State: attribution.Suspected})
		}
	}
	for _, r := range s.rulings[f.Partnership] {
		if concerns(r.Reason, f.Kind) {
			out = append(out, r)
		}
	}
	return out
}

// speaksOf tells whether evidence says something about a touch of a kind: when and from where somebody clicked is nothing to a code.
func speaksOf(seen fraud.EvidenceKind, kind attribution.Kind) bool {
	switch seen {
	case fraud.EvidenceFastOrder, fraud.EvidenceOrdersOfNetwork:
		return kind == attribution.Click
	}
	return true
}

// against gives what speaks against a touch whose credit is held.
func (s suspicions) against(f tracking.FoundTouch, held attribution.Outcome) (out []fraud.Evidence) {
	for _, reason := range held.Holds {
		known := len(out)
		for _, e := range s.seen[f.Partnership] {
			if reasonOfSignal(e.Signal) == reason && speaksOf(e.Kind, f.Kind) {
				out = append(out, e)
			}
		}
		if len(out) > known {
			continue
		}
		switch reason {
		case attribution.PartnershipInactive:
			out = append(out, fraud.Evidence{Kind: fraud.EvidencePaused, Signal: fraud.SignalPausedPartnership})
		case attribution.CodeLeaked:
			out = append(out, fraud.Named(fraud.EvidenceLeakedCode, fraud.SignalCodeLeak, f.Label))
		case attribution.BannedSource:
			out = append(out, fraud.Named(fraud.EvidenceBannedSource, fraud.SignalBannedSource, f.ReferrerHost))
		case attribution.BelowConfidence:
			out = append(out, fraud.Evidence{Kind: fraud.EvidenceOnlyBrowser, Signal: fraud.SignalPerson})
		}
	}
	return out
}

// buyer is what is known of a creator that a buyer may be.
type buyer struct {
	hash      []byte // of the address that the creator signs in with, as the brand's orders have it
	confirmed bool   // whether the creator has confirmed the address
}

// creatorsTx gives the creators of the touches by partnership.
func (s *Service) creatorsTx(ctx context.Context, tx database.Tx, o order.Order, found []tracking.FoundTouch) (map[uuid.UUID]buyer, error) {
	out := map[uuid.UUID]buyer{}
	var ids []string
	for _, f := range found {
		if _, known := out[f.Partnership]; !known {
			out[f.Partnership] = buyer{}
			ids = append(ids, f.Partnership.String())
		}
	}
	rows, err := tx.SQL.QueryContext(ctx, `SELECT p.id, u.email, u.email_verified_at IS NOT NULL
FROM partnership p JOIN creator c ON c.id = p.creator_id JOIN "user" u ON u.id = c.user_id WHERE p.id = ANY($1::uuid[])`, database.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("creators of an order: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var partnership uuid.UUID
		var email string
		var b buyer
		if err := rows.Scan(&partnership, &email, &b.confirmed); err != nil {
			return nil, fmt.Errorf("creators of an order: %w", err)
		}
		b.hash = s.orders.HashEmail(o.BrandID.UUID, email)
		out[partnership] = b
	}
	return out, rows.Err()
}
