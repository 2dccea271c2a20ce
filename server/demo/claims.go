package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tributary/internal/sale"
)

// dispute leaves claims at the desk: about a sale that another creator won, about an order that nobody knows, and one that was
// declined.
func (w *world) dispute(ctx context.Context) error {
	brand := w.brands["lumen-skin"].ID.UUID
	asked, err := w.exists(ctx, `SELECT FROM claim WHERE brand_id = $1`, brand)
	if asked || err != nil {
		return err
	}
	i := slices.IndexFunc(w.partners, func(p *partner) bool { return p.who.email == "creator@demo.test" && p.in.BrandID.UUID == brand })
	if i < 0 {
		return nil
	}
	me := w.partners[i]
	lost, err := w.lostOrder(ctx, brand, me.creator.ID.UUID)
	if err != nil {
		return err
	}
	ask := func(number, evidence string) (sale.Claim, error) {
		return w.Sales.Dispute(w.as(ctx, me.who.email), sale.DisputeInput{Partnership: me.in.ID, OrderNumber: number, Evidence: evidence})
	}
	declined, err := ask("39812", "A friend of mine bought the serum after my story and showed me her mail.")
	if err == nil {
		_, err = w.Sales.AnswerClaim(w.as(ctx, "brand@demo.test"), sale.AnswerClaimInput{Claim: declined.ID, Decision: sale.ClaimDecline,
			Answer: "We have no order of this number. Please look at the mail again: ours begin with 40."})
	}
	if err := w.meanwhile(ctx, err); err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	if lost != "" {
		_, err := ask(lost, "She wrote under my video that she had just ordered, ten minutes after I had posted it.")
		if err := w.meanwhile(ctx, err); err != nil {
			return fmt.Errorf("claim: %w", err)
		}
	}
	_, err = ask("#51777", "Somebody sent me a picture of the parcel with the card that names me.")
	if err := w.meanwhile(ctx, err); err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	return nil
}

// lostOrder is the name of the latest order in which a creator has a touch and no credit; "" when there is none.
func (w *world) lostOrder(ctx context.Context, brand, creator uuid.UUID) (name string, err error) {
	err = w.DB.SQL.QueryRowContext(ctx, `
		SELECT o.name FROM "order" o
		JOIN LATERAL (SELECT touches, credits FROM attribution_decision WHERE order_id = o.id ORDER BY version DESC LIMIT 1) d ON true
		WHERE o.brand_id = $1 AND d.touches @> jsonb_build_array(jsonb_build_object('creatorId', $2::text))
			AND NOT d.credits @> jsonb_build_array(jsonb_build_object('creatorId', $2::text))
		ORDER BY o.placed_at DESC, o.id LIMIT 1`, brand, creator.String()).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}
