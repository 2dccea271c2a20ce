package sale

import (
	"encoding/json"
	"fmt"
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/order"
)

// SurveyStatus is: what became of a customer's answer. Spelled alike in Go, SQL and GraphQL.
type SurveyStatus string

// The values of SurveyStatus.
const (
	SurveyUnclear   SurveyStatus = "UNCLEAR"   // Waits for a person.
	SurveyMatched   SurveyStatus = "MATCHED"   // Sure enough by itself.
	SurveyConfirmed SurveyStatus = "CONFIRMED" // A person said who is meant.
	SurveyNobody    SurveyStatus = "NOBODY"    // It names no creator.
)

// SurveySource is who told an answer. Spelled alike in Go and SQL.
type SurveySource string

// The values of SurveySource.
const (
	SurveyPage SurveySource = "PAGE" // the customer, on the hosted page
	SurveyAPI  SurveySource = "API"  // the brand's own program
)

// SurveyAnswer is what a customer answered when asked who sent them.
type SurveyAnswer struct {
	ID            id.ID             // id, prefix sur.
	BrandID       id.ID             // the brand.
	OrderID       id.ID             // the order.
	Answer        string            // what the customer wrote.
	AnsweredAt    time.Time         // when.
	Status        SurveyStatus      // what became of it.
	CreatorID     id.ID             // who is meant: the surest, or whom a person named; null when nobody is.
	ConfidencePpm int               // how sure that is, in parts per million.
	Candidates    []SurveyCandidate // everybody who may be meant, the surest first. At most 5.
	DecidedAt     *time.Time        // when a person looked at it.
}

// IsNode marks SurveyAnswer as refetchable by id.
func (SurveyAnswer) IsNode() {}

// SurveyCandidate is a creator whom an answer may mean.
type SurveyCandidate struct {
	PartnershipID id.ID  // the partnership that would get the credit.
	CreatorID     id.ID  // the creator.
	ConfidencePpm int    // how sure it is, in parts per million.
	Term          string // what of the creator stands in the answer.
}

// storedCandidate is a SurveyCandidate in the database.
type storedCandidate struct {
	Program     string    `json:"programId"`
	Partnership string    `json:"partnershipId"`
	Creator     string    `json:"creatorId"`
	Confidence  money.PPM `json:"confidence"`
	Term        string    `json:"term"`
}

func surveyOf(r *gen.SurveyAnswer) (SurveyAnswer, error) {
	a := SurveyAnswer{ID: id.Of(id.SurveyAnswer, r.ID), BrandID: id.Of(id.Brand, r.BrandID), OrderID: id.Of(id.Order, r.OrderID), Answer: r.Answer,
		AnsweredAt: r.AnsweredAt.UTC(), Status: SurveyStatus(r.Status), ConfidencePpm: int(r.ConfidencePpm), DecidedAt: r.DecidedAt, Candidates: []SurveyCandidate{}}
	if r.CreatorID != nil && a.Status != SurveyNobody {
		a.CreatorID = id.Of(id.Creator, *r.CreatorID)
	}
	var stored []storedCandidate
	if err := json.Unmarshal(r.Candidates, &stored); err != nil {
		return SurveyAnswer{}, fmt.Errorf("candidates of survey answer %s: %w", r.ID, err)
	}
	for _, c := range stored {
		out := SurveyCandidate{ConfidencePpm: int(c.Confidence), Term: c.Term, PartnershipID: id.ID{Kind: id.Partnership}, CreatorID: id.ID{Kind: id.Creator}}
		if err := out.PartnershipID.UUID.UnmarshalText([]byte(c.Partnership)); err != nil {
			return SurveyAnswer{}, fmt.Errorf("candidates of survey answer %s: %w", r.ID, err)
		}
		if err := out.CreatorID.UUID.UnmarshalText([]byte(c.Creator)); err != nil {
			return SurveyAnswer{}, fmt.Errorf("candidates of survey answer %s: %w", r.ID, err)
		}
		a.Candidates = append(a.Candidates, out)
	}
	return a, nil
}

// surveyOpen is how long after an order its customer may answer.
const surveyOpen = 90 * 24 * time.Hour

// askable tells whether an order may still be answered about.
func askable(o order.Order, now time.Time) bool {
	return !o.Test && now.Sub(o.PlacedAt) <= surveyOpen
}
