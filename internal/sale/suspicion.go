package sale

import (
	"bytes"
	"context"
	"slices"
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
	parties map[uuid.UUID]fraud.Party
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

// suspicionsTx looks for what honest sales do not show, in two statements for all, and adds it to the evidence.
func (s *Service) suspicionsTx(ctx context.Context, tx database.Tx, all []evidence, orders []order.Order, found [][]tracking.FoundTouch, why look) error {
	var at []int // test orders never earn
	var involved []fraud.Involved
	for i, o := range orders {
		all[i].suspicions = suspicions{seen: map[uuid.UUID][]fraud.Evidence{}, rulings: map[uuid.UUID][]attribution.Finding{}}
		if !o.Test && len(found[i]) > 0 {
			at, involved = append(at, i), append(involved, involvedIn(o, found[i]))
		}
	}
	if len(at) == 0 {
		return nil
	}
	parties, err := s.holds.PartiesTx(ctx, tx, involved)
	if err != nil {
		return err
	}
	traced := make([]fraud.Order, len(at))
	for k, i := range at {
		all[i].parties = parties[k]
		traced[k] = tracedOf(orders[i], found[i])
		traced[k].Keep = why != lookOnly
		for _, p := range parties[k] {
			traced[k].Creators = append(traced[k].Creators, s.orders.HashEmail(orders[i].BrandID.UUID, p.Email))
		}
	}
	traces, err := s.holds.TraceTx(ctx, tx, traced)
	if err != nil {
		return err
	}
	for k, i := range at {
		o := orders[i]
		for partnership, p := range parties[k] {
			hash := s.orders.HashEmail(o.BrandID.UUID, p.Email)
			all[i].suspect(partnership, p, o, found[i], traces[k], hash)
		}
		if why == lookFirst {
			continue
		}
		rulings, err := s.holds.RulingsTx(ctx, tx, o.ID.UUID)
		if err != nil {
			return err
		}
		for _, r := range rulings {
			all[i].rulings[r.Partnership] = append(all[i].rulings[r.Partnership], ruling(r)...)
		}
	}
	return nil
}

// suspect adds what an order shows against one partnership; hash is its creator's address as customers' are kept.
func (s *suspicions) suspect(partnership uuid.UUID, p fraud.Party, o order.Order, found []tracking.FoundTouch, traces fraud.Traces, hash []byte) {
	s.add(partnership, fraud.SelfReferral(fraud.SelfReferralFacts{SameEmail: len(o.CustomerHash) > 0 && bytes.Equal(hash, o.CustomerHash),
		EmailConfirmed: p.EmailConfirmed, CustomerOrders: traces.OfCustomer[string(hash)], SameNetwork: p.SameNetwork, Allowed: p.OwnPurchases})...)
	if e, fast := fraud.ClickToOrder(o.PlacedAt, clicksOf(found, partnership)); fast {
		s.add(partnership, e)
	}
	if e, many := fraud.SameNetwork(traces.OfNetwork[partnership]); many {
		s.add(partnership, e)
	}
}

// involvedIn gives whom and what an order involves.
func involvedIn(o order.Order, found []tracking.FoundTouch) fraud.Involved {
	out := fraud.Involved{PlacedAt: o.PlacedAt, Networks: networksOf(found)}
	for _, f := range found {
		if !slices.Contains(out.Partnerships, f.Partnership) {
			out.Partnerships = append(out.Partnerships, f.Partnership)
		}
		if f.Kind == attribution.Code {
			out.Codes = append(out.Codes, f.ID)
		}
	}
	return out
}

// tracedOf is what the traces of an order rest on.
func tracedOf(o order.Order, found []tracking.FoundTouch) fraud.Order {
	out := fraud.Order{ID: o.ID.UUID, Brand: o.BrandID.UUID, PlacedAt: o.PlacedAt, NewCustomer: o.NewCustomer, Networks: map[uuid.UUID][]byte{},
		CustomerID: o.CustomerExternalID}
	site := ""
	for _, f := range found { // clicks by time, so the last one's network stays; codes come after them
		switch {
		case f.Kind == attribution.Code:
			_, clicked := out.Networks[f.Partnership]
			out.Codes = append(out.Codes, fraud.UsedCode{Code: f.ID, Program: f.Program, Clicked: clicked, CouponSite: site})
		case f.Kind == attribution.Click && f.NotCounted == "":
			out.Networks[f.Partnership] = f.NetworkHash
			if fraud.CouponSite(f.ReferrerHost) {
				site = f.ReferrerHost
			}
		}
	}
	return out
}

// networksOf gives the networks that the buyer clicked from.
func networksOf(found []tracking.FoundTouch) (out [][]byte) {
	for _, f := range found {
		if f.NotCounted == "" && fraud.KnownNetwork(f.NetworkHash) && !slices.ContainsFunc(out, func(n []byte) bool { return bytes.Equal(n, f.NetworkHash) }) {
			out = append(out, f.NetworkHash)
		}
	}
	return out
}

// clicksOf gives the times of a partnership's counted clicks.
func clicksOf(found []tracking.FoundTouch, partnership uuid.UUID) (out []time.Time) {
	for _, f := range found {
		if f.Kind == attribution.Click && f.Partnership == partnership && f.NotCounted == "" {
			out = append(out, f.At)
		}
	}
	return out
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

// treatments say what a program's modes mean for a touch.
var treatments = map[string]attribution.Treatment{
	string(fraud.LeakObserve): attribution.Observe, string(fraud.LeakHold): attribution.Hold, string(fraud.LeakPayOnlyWithClick): attribution.Refuse,
	string(fraud.BannedRefuse): attribution.Refuse,
}

// mark says on a touch how its program treats a code that has leaked, or the place that the click came from.
func (s suspicions) mark(t *attribution.Touch, f tracking.FoundTouch) {
	party := s.parties[f.Partnership]
	switch f.Kind {
	case attribution.Code:
		t.Leak = treatments[string(party.Leak(f.ID))]
	case attribution.Click:
		t.BannedSource = treatments[string(party.Banned(f.ReferrerHost))]
	}
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
