package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/sale"
)

// surveyAnswers are what customers of the demo write when they are asked who sent them.
var surveyAnswers = []string{"maya okafor", "@maya.okafor on insta", "Maya?", "google", "the one with the red hair and two cats", "Maya Okafro", "a friend", "Tom, the bathroom shelf guy"}

// survey lets some customers answer who sent them: the latest that did, and some stay unclear.
func (w *world) survey(ctx context.Context) error {
	brand := w.brands["lumen-skin"].ID.UUID
	asked, err := w.exists(ctx, `SELECT FROM survey_answer WHERE brand_id = $1`, brand)
	if asked || err != nil {
		return err
	}
	var orders []string
	if err := w.DB.SQL.QueryRowContext(ctx, `SELECT coalesce(array_agg(id::text), '{}') FROM (
		SELECT id FROM "order" WHERE brand_id = $1 AND NOT test ORDER BY placed_at DESC, id LIMIT $2) o`, brand, len(surveyAnswers)).Scan(database.Array(&orders)); err != nil {
		return fmt.Errorf("latest orders: %w", err)
	}
	staff := w.as(ctx, "brand@demo.test")
	for i, text := range orders {
		o, err := uuid.Parse(text)
		if err != nil {
			return err
		}
		_, err = w.Sales.RecordSurvey(staff, sale.SurveyInput{Order: id.Of(id.Order, o), Answer: surveyAnswers[i]})
		if err := w.meanwhile(ctx, err); err != nil {
			return fmt.Errorf("survey: %w", err)
		}
	}
	return nil
}
