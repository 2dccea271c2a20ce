package tracking

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Click is one visit through a tracked link. No address of a person is kept.
type Click struct {
	ID           id.ID       // id, prefix clk; it travels to the shop as tid.
	ClickedAt    time.Time   // when.
	LinkID       id.ID       // through which link.
	ReferrerHost *string     // host that the visitor came from, if told.
	Country      *string     // country, where a trusted proxy tells it.
	Device       Device      // device.
	NotCounted   *NotCounted // why it was not counted; null when it was.
}

// IsNode marks Click as refetchable by id.
func (Click) IsNode() {}

// Click gives a click to the link's creator and to members who may read tracking. The partition is known from the time inside the
// id. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) Click(ctx context.Context, x id.ID) (Click, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Click{}, err
	}
	key, err := id.Want(x, id.Click, "click")
	if err != nil {
		return Click{}, err
	}
	var (
		link, brand, creator uuid.UUID
		referrer, notCounted string
		country              sql.NullString
	)
	c := Click{ID: x}
	err = s.DB.SQL.QueryRowContext(ctx, `
		SELECT clicked_at, link_id, brand_id, creator_id, referrer_host, country, device, not_counted
		FROM click WHERE id = $1 AND clicked_at = $2`, key, id.TimeOf(key)).
		Scan(&c.ClickedAt, &link, &brand, &creator, &referrer, &country, &c.Device, &notCounted)
	if errors.Is(err, sql.ErrNoRows) {
		return Click{}, fault.Missing("click")
	}
	if err != nil {
		return Click{}, fmt.Errorf("read click: %w", err)
	}
	c.ClickedAt, c.LinkID = c.ClickedAt.UTC(), id.Of(id.Link, link)
	if referrer != "" {
		c.ReferrerHost = &referrer
	}
	if country.Valid {
		c.Country = &country.String
	}
	if notCounted != "" {
		why := NotCounted(notCounted)
		c.NotCounted = &why
	}
	return c, access.Either(v, creator, access.ReadTracking, brand, "click")
}
