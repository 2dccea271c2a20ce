package sale

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// ClaimStatus is: states of a claim. Spelled alike in Go, SQL and GraphQL.
type ClaimStatus string

// The values of ClaimStatus.
const (
	ClaimOpen     ClaimStatus = "OPEN"     // Waits for the brand's answer.
	ClaimAnswered ClaimStatus = "ANSWERED" // Declined with a reason; the creator may reopen it once.
	ClaimAccepted ClaimStatus = "ACCEPTED" // The sale is the creator's.
	ClaimClosed   ClaimStatus = "CLOSED"   // Over without a sale.
)

// claimMoves lists which states may follow a state. A claim that was reopened is closed by the next answer that declines it.
var claimMoves = map[ClaimStatus][]ClaimStatus{
	ClaimOpen:     {ClaimAnswered, ClaimAccepted, ClaimClosed},
	ClaimAnswered: {ClaimOpen, ClaimClosed},
}

// ClaimDecision is: what can be answered to a claim. Spelled alike in Go, SQL and GraphQL.
type ClaimDecision string

// The values of ClaimDecision.
const (
	ClaimAccept  ClaimDecision = "ACCEPT"  // The creator brought the order and is paid for it.
	ClaimDecline ClaimDecision = "DECLINE" // Nothing changes.
)

// Claim is a creator's word that a sale is missing, and what the brand says to it.
type Claim struct {
	ID            id.ID        // id, prefix clm.
	Status        ClaimStatus  // state.
	BrandID       id.ID        // the brand.
	ProgramID     id.ID        // the program.
	PartnershipID id.ID        // the partnership.
	CreatorID     id.ID        // the creator.
	OrderNumber   *string      // number of the order, as the creator wrote it.
	PlacedOn      *clock.Date  // day of the order, as the creator wrote it.
	Amount        *money.Money // amount of the order, as the creator wrote it.
	Evidence      string       // what speaks for the creator, in words.
	EvidenceURL   *string      // where it can be seen.
	Finding       string       // what could be said at once.
	OrderID       id.ID        // the order that it is about; null while unknown, and for creators without a part in it.
	CreatedAt     time.Time    // when it was made.
	AnswerDueAt   time.Time    // until when the brand promised to answer.
	Overdue       bool         // whether it waits for longer than that.
	Answer        *string      // what the brand said last.
	AnsweredAt    *time.Time   // when.
	ReopenReason  *string      // why the creator asked again.
	ReopenedAt    *time.Time   // when.
	CanReopen     bool         // whether the creator may ask again.
	ClosedAt      *time.Time   // when it was over.
}

// IsNode marks Claim as refetchable by id.
func (Claim) IsNode() {}

// claimOf gives a claim as the brand sees it, or, with creator, as the creator does.
func claimOf(r *gen.Claim, now time.Time, creator bool) Claim {
	c := Claim{ID: id.Of(id.Claim, r.ID), Status: ClaimStatus(r.Status), BrandID: id.Of(id.Brand, r.BrandID), ProgramID: id.Of(id.Program, r.ProgramID),
		PartnershipID: id.Of(id.Partnership, r.PartnershipID), CreatorID: id.Of(id.Creator, r.CreatorID), Evidence: r.Evidence, Finding: r.Finding,
		CreatedAt: r.CreatedAt.UTC(), AnswerDueAt: r.AnswerDueAt.UTC(), Answer: r.Answer, AnsweredAt: r.AnsweredAt, ReopenReason: r.ReopenReason,
		ReopenedAt: r.ReopenedAt, ClosedAt: r.ClosedAt}
	c.Overdue = c.Status == ClaimOpen && now.After(c.AnswerDueAt)
	c.CanReopen = c.Status == ClaimAnswered && r.ReopenedAt == nil
	if r.OrderNumber != "" {
		c.OrderNumber = &r.OrderNumber
	}
	if d, err := clock.ParseDate(r.PlacedOn); err == nil {
		amount := money.New(r.AmountMinor, money.Currency(r.Currency))
		c.PlacedOn, c.Amount = &d, &amount
	}
	if r.EvidenceURL != "" {
		c.EvidenceURL = &r.EvidenceURL
	}
	if r.OrderID != nil && (!creator || r.OrderKnown) {
		c.OrderID = id.Of(id.Order, *r.OrderID)
	}
	return c
}
