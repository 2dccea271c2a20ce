package partnership

import (
	"context"
	"time"

	"github.com/google/uuid"

	entcreator "tributary/ent/gen/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/mail"
	"tributary/internal/program"
)

// letter is what a creator is written, before name and address.
type letter struct{ subject, text, path string }

func letterOfDecision(p program.Program, d ApplicationDecision, reason string) letter {
	l := letter{path: "/p/" + p.Slug}
	switch d {
	case DecisionApprove:
		l.subject = "You are in: " + p.Name
		l.text = "Your application to " + p.Name + " was approved. Accept its terms to get your links and codes."
	case DecisionDecline:
		l.subject = "Your application to " + p.Name
		l.text = "Your application to " + p.Name + " was not accepted this time. You can apply again later."
	case DecisionWaitlist:
		l.subject = "Your application to " + p.Name + " is on the waiting list"
		l.text = "The brand has put your application to " + p.Name + " on its waiting list and will decide later."
	}
	if reason != "" {
		l.text += "\n\nThe brand says:\n\n" + reason
	}
	return l
}

func letterOfStatus(p program.Program, to Status, reason string) letter {
	l := letter{path: "/p/" + p.Slug}
	switch to {
	case StatusPaused:
		l.subject = "Your partnership with " + p.Name + " is paused"
		l.text = "Clicks and codes do not count while it is paused. What you have earned stays yours."
	case StatusRetiring:
		l.subject = "Your partnership with " + p.Name + " ends"
		l.text = "Your links and codes keep earning during the notice. What you have earned is paid."
	default:
		l.subject = "Your partnership with " + p.Name + " is active again"
		l.text = "Clicks and codes count from now on."
	}
	l.text += "\n\nThe brand says:\n\n" + reason
	return l
}

// tell puts a letter to a creator into the queue, with the transaction of what it tells about.
func (s *Service) tell(ctx context.Context, tx database.Tx, now time.Time, creator uuid.UUID, l letter) error {
	row, err := tx.Ent.Creator.Query().Where(entcreator.ID(creator)).Only(ctx)
	if err != nil {
		return database.OnMissing(err, "creator")
	}
	user, err := tx.Ent.User.Get(ctx, row.UserID)
	if err != nil {
		return database.OnMissing(err, "user")
	}
	return mail.EnqueueTx(ctx, tx, s.queue, now, mail.Message{To: user.Email, Subject: l.subject,
		Text: "Hello " + row.Name + ",\n\n" + l.text + "\n\n" + s.baseURL + l.path + "\n"})
}
