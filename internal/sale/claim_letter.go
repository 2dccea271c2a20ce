package sale

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	entcreator "tributary/ent/gen/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/mail"
)

// deskMax bounds the members of a brand that a letter goes to.
const deskMax = 20

// letter is what somebody is written, before name and address.
type letter struct{ subject, text, path string }

// tellCreatorTx puts a letter to a creator into the queue, with the transaction of what it tells about.
func (s *Service) tellCreatorTx(ctx context.Context, tx database.Tx, creator uuid.UUID, l letter) error {
	row, err := tx.Ent.Creator.Query().Where(entcreator.ID(creator)).Only(ctx)
	if err != nil {
		return database.OnMissing(err, "creator")
	}
	user, err := tx.Ent.User.Get(ctx, row.UserID)
	if err != nil {
		return database.OnMissing(err, "user")
	}
	return s.sendTx(ctx, tx, user.Email, row.Name, l)
}

// tellDeskTx puts letters to those who answer claims of a brand into the queue.
func (s *Service) tellDeskTx(ctx context.Context, tx database.Tx, brand uuid.UUID, l letter) error {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT u.name, u.email FROM membership m JOIN "user" u ON u.id = m.user_id
WHERE m.brand_id = $1 AND m.removed_at IS NULL AND (m.roles @> '["OWNER"]' OR m.roles @> '["MANAGER"]') ORDER BY m.created_at, m.id LIMIT $2`, brand, deskMax)
	if err != nil {
		return fmt.Errorf("members of a brand: %w", err)
	}
	var to [][2]string
	for rows.Next() {
		var name, email string
		if err := rows.Scan(&name, &email); err != nil {
			_ = rows.Close()
			return fmt.Errorf("members of a brand: %w", err)
		}
		to = append(to, [2]string{name, email})
	}
	_ = rows.Close()
	if err := rows.Err(); err != nil {
		return fmt.Errorf("members of a brand: %w", err)
	}
	for _, person := range to {
		if err := s.sendTx(ctx, tx, person[1], person[0], l); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sendTx(ctx context.Context, tx database.Tx, email, name string, l letter) error {
	return mail.EnqueueTx(ctx, tx, s.queue, s.clock.Now(), mail.Message{To: email, Subject: l.subject,
		Text: "Hello " + name + ",\n\n" + l.text + "\n\n" + s.baseURL + l.path + "\n"})
}
