package sale

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	entcreator "tributary/ent/gen/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/viewer"
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
	_, err := s.tellMembersTx(ctx, tx, brand, []viewer.Role{viewer.Owner, viewer.Manager}, l)
	return err
}

// tellMembersTx puts letters to members of a brand who have one of the roles, but not to the viewer, into the queue and gives how many.
func (s *Service) tellMembersTx(ctx context.Context, tx database.Tx, brand uuid.UUID, roles []viewer.Role, l letter) (told int, err error) {
	var names database.Column
	for _, r := range roles {
		names.Text(string(r))
	}
	rows, err := tx.SQL.QueryContext(ctx, `SELECT u.name, u.email FROM membership m JOIN "user" u ON u.id = m.user_id
WHERE m.brand_id = $1 AND m.removed_at IS NULL AND m.roles ?| $2::text[] AND m.user_id <> $3 ORDER BY m.created_at, m.id LIMIT $4`, brand, &names, viewer.From(ctx).UserID, deskMax)
	if err != nil {
		return 0, fmt.Errorf("members of a brand: %w", err)
	}
	var to [][2]string
	for rows.Next() {
		var name, email string
		if err := rows.Scan(&name, &email); err != nil {
			_ = rows.Close()
			return 0, fmt.Errorf("members of a brand: %w", err)
		}
		to = append(to, [2]string{name, email})
	}
	_ = rows.Close()
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("members of a brand: %w", err)
	}
	for _, person := range to {
		if err := s.sendTx(ctx, tx, person[1], person[0], l); err != nil {
			return 0, err
		}
	}
	return len(to), nil
}

func (s *Service) sendTx(ctx context.Context, tx database.Tx, email, name string, l letter) error {
	return mail.EnqueueTx(ctx, tx, s.queue, s.clock.Now(), mail.Message{To: email, Subject: l.subject,
		Text: "Hello " + name + ",\n\n" + l.text + "\n\n" + s.baseURL + l.path + "\n"})
}
