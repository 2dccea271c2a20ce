package sale

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	entorder "tributary/ent/gen/order"
	entsurvey "tributary/ent/gen/surveyanswer"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

const (
	// proofBytes is how much of the keyed hash a survey's token holds.
	proofBytes = 16
	// checkoutMin is the fewest letters of a checkout token that leads to a survey: shorter ones could be guessed.
	checkoutMin = 16
)

// Survey is the question that a customer is asked after an order. It says nothing of order or customer.
type Survey struct {
	Brand    string // name
	Answered bool   // an answer is known, and the first one counts
	Closed   bool   // the order is a test or too old
}

// SurveyToken is what the address of an order's survey ends with: the order's id and a keyed hash of it, so that nobody answers for
// orders whose address they were not given.
func (s *Service) SurveyToken(o uuid.UUID) string {
	return strings.TrimPrefix(id.Of(id.Order, o).String(), string(id.Order)+"_") + "-" + hex.EncodeToString(s.surveyProof(o))
}

func (s *Service) surveyProof(o uuid.UUID) []byte {
	h := hmac.New(sha256.New, s.surveySecret)
	h.Write([]byte("survey of an order"))
	h.Write(o[:])
	return h.Sum(nil)[:proofBytes]
}

// orderOfToken reads a token. Anything that this server did not write is NOT_FOUND.
func (s *Service) orderOfToken(token string) (uuid.UUID, error) {
	body, proof, _ := strings.Cut(token, "-")
	x, err := id.Parse(string(id.Order) + "_" + body)
	if err != nil {
		return uuid.Nil, fault.Missing("survey")
	}
	given, err := hex.DecodeString(proof)
	if err != nil || !hmac.Equal(given, s.surveyProof(x.UUID)) {
		return uuid.Nil, fault.Missing("survey")
	}
	return x.UUID, nil
}

// Survey gives the survey that a token leads to. Fault: NOT_FOUND.
func (s *Service) Survey(ctx context.Context, token string) (Survey, error) {
	place, err := s.orderOfToken(token)
	if err != nil {
		return Survey{}, err
	}
	ctx = viewer.WithSystem(ctx, "survey")
	row, err := s.db.Ent.Order.Query().Where(entorder.ID(place)).WithBrand().Only(ctx)
	if err != nil {
		return Survey{}, database.OnMissing(err, "survey")
	}
	answered, err := s.db.Ent.SurveyAnswer.Query().Where(entsurvey.OrderID(place)).Exist(ctx)
	if err != nil {
		return Survey{}, fmt.Errorf("answer of an order: %w", err)
	}
	return Survey{Brand: row.Edges.Brand.Name, Answered: answered, Closed: !askable(order.Order{Test: row.Test, PlacedAt: row.PlacedAt}, s.clock.Now())}, nil
}

// AnswerSurvey records what a customer wrote on the page of a token. Faults: NOT_FOUND; REQUIRED, TOO_LONG or BAD_FORMAT of answer;
// CONFLICT when another answer is known; WRONG_STATE of a test order or an old one.
func (s *Service) AnswerSurvey(ctx context.Context, token, answer string) error {
	place, err := s.orderOfToken(token)
	if err != nil {
		return err
	}
	var wrong fault.List
	answer = field.Body(&wrong, "answer", answer, 1, answerMax)
	if err := wrong.Err(); err != nil {
		return err
	}
	ctx = viewer.WithSystem(ctx, "survey")
	o, err := s.orders.Order(ctx, id.Of(id.Order, place))
	if err != nil {
		return err
	}
	_, err = s.survey(ctx, o, answer, s.clock.Now(), SurveyPage)
	return err
}

// SurveyOfCheckout gives the token of the order that came of a checkout, by its token of 16 letters or more, which only the customer's
// browser and the shop know. Fault: NOT_FOUND, also while the order has not come.
func (s *Service) SurveyOfCheckout(ctx context.Context, brand id.ID, checkout string) (string, error) {
	u, err := id.Want(brand, id.Brand, "survey")
	if err != nil || len(checkout) < checkoutMin {
		return "", fault.Missing("survey")
	}
	row, err := s.db.Ent.Order.Query().Where(entorder.BrandID(u), entorder.CheckoutToken(checkout)).Order(entorder.ByPlacedAt(newestFirst)).
		First(viewer.WithSystem(ctx, "survey"))
	if err != nil {
		return "", database.OnMissing(err, "survey")
	}
	return s.SurveyToken(row.ID), nil
}

// SurveyURL is the address of an order's survey, for the brand; empty for others.
func (s *Service) SurveyURL(ctx context.Context, o order.Order) string {
	if access.Brand(viewer.From(ctx), access.ReadOrders, o.BrandID.UUID) != nil {
		return ""
	}
	return s.baseURL + "/s/" + s.SurveyToken(o.ID.UUID)
}
