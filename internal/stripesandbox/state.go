package stripesandbox

import (
	"encoding/json"
	"net/http"
	"time"
)

// Bounds of what one sandbox keeps.
const (
	maxObjects = 250_000 // accounts, transfers, top-ups and bank payouts, each
	maxEvents  = 100_000 // older events are forgotten
	eventsLeft = 90_000  // events kept when the bound is reached
)

var errFull = &apiError{status: http.StatusBadRequest, kind: typeInvalidRequest,
	message: "This sandbox is full. Delete its state file to start again."}

// onboardingLink is an account link and the page session that it opens.
type onboardingLink struct {
	Token      string `json:"token"`
	Account    string `json:"account"`
	RefreshURL string `json:"refresh_url"`
	ReturnURL  string `json:"return_url"`
	ExpiresAt  int64  `json:"expires_at"` // unix seconds
	Session    string `json:"session,omitempty"`
	Finished   bool   `json:"finished,omitempty"`
}

func (l *onboardingLink) id() string { return l.Token }

// rememberedAnswer is what an idempotency key replays.
type rememberedAnswer struct {
	Key         string          `json:"key"` // Stripe-Account header and key
	Fingerprint string          `json:"fingerprint"`
	Request     string          `json:"request"`
	Created     int64           `json:"created"` // unix seconds
	Status      int             `json:"status"`
	Body        json.RawMessage `json:"body"`
}

// movement is a balance transaction and whose balance it moves: "" is the
// platform, else the id of a connected account.
type movement struct {
	Owner       string              `json:"owner,omitempty"`
	Transaction *balanceTransaction `json:"transaction"`
}

func (m *movement) id() string { return m.Transaction.ID }

type ownedPayout struct {
	Owner  string      `json:"owner,omitempty"`
	Payout *bankPayout `json:"payout"`
}

func (p *ownedPayout) id() string { return p.Payout.ID }

type ownedCharge struct {
	Owner  string  `json:"owner"`
	Charge *charge `json:"charge"`
}

func (c *ownedCharge) id() string { return c.Charge.ID }

// record is all that one request changed. It is one line of the journal, so that
// an effect, its events and the remembered answer are kept together or not at all.
type record struct {
	Platform  *account            `json:"platform,omitempty"`
	Accounts  []*account          `json:"accounts,omitempty"`
	Deleted   []string            `json:"deleted,omitempty"`
	Links     []*onboardingLink   `json:"links,omitempty"`
	Transfers []*transfer         `json:"transfers,omitempty"`
	Reversals []*reversal         `json:"reversals,omitempty"`
	Charges   []*ownedCharge      `json:"charges,omitempty"`
	Topups    []*topup            `json:"topups,omitempty"`
	Payouts   []*ownedPayout      `json:"payouts,omitempty"`
	Movements []*movement         `json:"movements,omitempty"`
	Events    []*event            `json:"events,omitempty"`
	Delivered []string            `json:"delivered,omitempty"`
	Answers   []*rememberedAnswer `json:"answers,omitempty"`
}

func (r *record) empty() bool {
	return r.Platform == nil && len(r.Accounts)+len(r.Deleted)+len(r.Links)+len(r.Transfers)+len(r.Reversals)+len(r.Charges)+
		len(r.Topups)+len(r.Payouts)+len(r.Movements)+len(r.Events)+len(r.Delivered)+len(r.Answers) == 0
}

// state is everything the sandbox knows. It changes only by apply, so that a
// replayed journal gives the same state.
type state struct {
	platform      *account
	accounts      *collection[*account]
	deleted       map[string]bool
	links         *collection[*onboardingLink]
	transfers     *collection[*transfer]
	byGroup       map[string][]int
	byDestination map[string][]int
	reversals     *collection[*reversal]
	byTransfer    map[string][]int
	charges       *collection[*ownedCharge]
	topups        *collection[*topup]
	payouts       *collection[*ownedPayout]
	movements     *collection[*movement]
	byOwner       map[string][]int
	balances      map[string]map[string]int64 // owner, currency: smallest units
	events        *collection[*event]
	delivered     map[string]bool
	answers       map[string]*rememberedAnswer
	answerOrder   []*rememberedAnswer // oldest first
	keyLifetime   time.Duration
}

func newState(keyLifetime time.Duration) *state {
	return &state{
		accounts: newCollection[*account](), deleted: map[string]bool{}, links: newCollection[*onboardingLink](),
		transfers: newCollection[*transfer](), byGroup: map[string][]int{}, byDestination: map[string][]int{},
		reversals: newCollection[*reversal](), byTransfer: map[string][]int{}, charges: newCollection[*ownedCharge](),
		topups: newCollection[*topup](), payouts: newCollection[*ownedPayout](), movements: newCollection[*movement](),
		byOwner: map[string][]int{}, balances: map[string]map[string]int64{}, events: newCollection[*event](),
		delivered: map[string]bool{}, answers: map[string]*rememberedAnswer{}, keyLifetime: keyLifetime,
	}
}

func (s *state) apply(r *record) {
	if r.Platform != nil {
		s.platform = r.Platform
	}
	for _, item := range r.Accounts {
		s.accounts.put(item)
	}
	for _, id := range r.Deleted {
		s.deleted[id] = true
	}
	for _, item := range r.Links {
		s.links.put(item)
	}
	for _, item := range r.Transfers {
		if index, added := s.transfers.put(item); added {
			s.byDestination[item.Destination] = append(s.byDestination[item.Destination], index)
			if item.TransferGroup != nil {
				s.byGroup[*item.TransferGroup] = append(s.byGroup[*item.TransferGroup], index)
			}
		}
	}
	for _, item := range r.Reversals {
		if index, added := s.reversals.put(item); added {
			s.byTransfer[item.Transfer] = append(s.byTransfer[item.Transfer], index)
		}
	}
	for _, item := range r.Charges {
		s.charges.put(item)
	}
	for _, item := range r.Topups {
		s.topups.put(item)
	}
	for _, item := range r.Payouts {
		s.payouts.put(item)
	}
	for _, item := range r.Movements {
		if index, added := s.movements.put(item); added {
			s.byOwner[item.Owner] = append(s.byOwner[item.Owner], index)
			if s.balances[item.Owner] == nil {
				s.balances[item.Owner] = map[string]int64{}
			}
			s.balances[item.Owner][item.Transaction.Currency] += item.Transaction.Net
		}
	}
	for _, item := range r.Events {
		s.events.put(item)
	}
	for _, id := range r.Delivered {
		if _, known := s.events.get(id); known {
			s.delivered[id] = true
		}
	}
	if len(s.events.items) > maxEvents {
		for _, old := range s.events.items[:len(s.events.items)-eventsLeft] {
			delete(s.delivered, old.ID)
		}
		s.events.keepNewest(eventsLeft)
	}
	for _, answer := range r.Answers {
		s.remember(answer)
	}
}

// remember stores an answer and forgets those that are past the lifetime of a key.
func (s *state) remember(answer *rememberedAnswer) {
	s.answers[answer.Key] = answer
	s.answerOrder = append(s.answerOrder, answer)
	forget := 0
	for forget < len(s.answerOrder) && s.expired(s.answerOrder[forget], answer.Created) {
		if old := s.answerOrder[forget]; s.answers[old.Key] == old {
			delete(s.answers, old.Key)
		}
		forget++
	}
	s.answerOrder = s.answerOrder[forget:]
}

func (s *state) expired(answer *rememberedAnswer, now int64) bool {
	return now-answer.Created >= int64(s.keyLifetime/time.Second)
}

// snapshot gives records, one object each, from which the same state is built.
func (s *state) snapshot(write func(*record) error) error {
	var records []*record
	records = append(records, &record{Platform: s.platform})
	for _, item := range s.accounts.items {
		records = append(records, &record{Accounts: []*account{item}})
	}
	for id := range s.deleted {
		records = append(records, &record{Deleted: []string{id}})
	}
	for _, item := range s.links.items {
		records = append(records, &record{Links: []*onboardingLink{item}})
	}
	for _, item := range s.transfers.items {
		records = append(records, &record{Transfers: []*transfer{item}})
	}
	for _, item := range s.reversals.items {
		records = append(records, &record{Reversals: []*reversal{item}})
	}
	for _, item := range s.charges.items {
		records = append(records, &record{Charges: []*ownedCharge{item}})
	}
	for _, item := range s.topups.items {
		records = append(records, &record{Topups: []*topup{item}})
	}
	for _, item := range s.payouts.items {
		records = append(records, &record{Payouts: []*ownedPayout{item}})
	}
	for _, item := range s.movements.items {
		records = append(records, &record{Movements: []*movement{item}})
	}
	for _, item := range s.events.items {
		one := &record{Events: []*event{item}}
		if s.delivered[item.ID] {
			one.Delivered = []string{item.ID}
		}
		records = append(records, one)
	}
	for _, item := range s.answerOrder {
		if s.answers[item.Key] == item {
			records = append(records, &record{Answers: []*rememberedAnswer{item}})
		}
	}
	for _, one := range records {
		if err := write(one); err != nil {
			return err
		}
	}
	return nil
}

// size is about how many records a snapshot has.
func (s *state) size() int {
	return len(s.accounts.items) + len(s.deleted) + len(s.links.items) + len(s.transfers.items) + len(s.reversals.items) +
		len(s.charges.items) + len(s.topups.items) + len(s.payouts.items) + len(s.movements.items) + len(s.events.items) + len(s.answers)
}
