package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/mail"
)

// The letters that this package sends.
const (
	letterVerify     = "VERIFY_EMAIL"
	letterReset      = "RESET_PASSWORD"
	letterInvitation = "INVITATION"
)

// How long the links in letters work.
const (
	verifyLife     = 7 * 24 * time.Hour
	resetLife      = time.Hour
	invitationLife = 14 * 24 * time.Hour
)

const letterTokenBytes = 16 + 8 + 32 + 32

// letterTokens makes the tokens of links in letters: the account, the end, what the token is bound to, and a code that only the
// server can make. Nothing is stored; a token stops working when what it is bound to changes (the address, the password).
type letterTokens struct {
	key   []byte
	clock clock.Clock
}

type letterToken struct {
	user  uuid.UUID
	bound []byte // hash of what the token is bound to
}

func (l *letterTokens) make(letter string, user uuid.UUID, bound string, life time.Duration) string {
	b := make([]byte, 24, letterTokenBytes)
	copy(b, user[:])
	binary.BigEndian.PutUint64(b[16:], uint64(l.clock.Now().Add(life).Unix()))
	b = append(b, l.code("bound", []byte(bound))...)
	return base64.RawURLEncoding.EncodeToString(append(b, l.code(letter, b)...))
}

func (l *letterTokens) code(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, l.key)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write(data)
	return m.Sum(nil)
}

func (l *letterTokens) read(letter, token string) (letterToken, bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(letterTokenBytes) {
		return letterToken{}, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || !hmac.Equal(b[56:], l.code(letter, b[:56])) {
		return letterToken{}, false
	}
	if l.clock.Now().Unix() >= int64(binary.BigEndian.Uint64(b[16:24])) {
		return letterToken{}, false
	}
	t := letterToken{bound: b[24:56]}
	copy(t.user[:], b)
	return t, true
}

// binds reports whether the token was made for this state.
func (l *letterTokens) binds(t letterToken, state string) bool {
	return hmac.Equal(t.bound, l.code("bound", []byte(state)))
}

// invitation makes the token of an invitation. The invitation's row keeps its hash and its end.
func (l *letterTokens) invitation(invitation uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(l.code(letterInvitation, invitation[:]))
}

func errLetterToken() error {
	return fault.At("token", "INVALID", "This link is over or was used already. Ask for a new one.")
}

// letterArgs is the job that writes and sends one letter. It holds no token: the worker makes it, so that none lies in the queue.
type letterArgs struct {
	Letter     string    `json:"letter"`
	User       uuid.UUID `json:"user,omitzero"`
	Email      string    `json:"email,omitempty"`
	Invitation uuid.UUID `json:"invitation,omitzero"`
	MessageID  string    `json:"messageId"`
}

// Kind names the job.
func (letterArgs) Kind() string { return "identity_letter" }

func (s *Service) enqueueLetterTx(ctx context.Context, tx database.Tx, a letterArgs) error {
	a.MessageID = uuid.NewString()
	return s.queue.EnqueueTx(ctx, tx, a, nil)
}

// sendLetter does the job. A letter whose reason is gone meanwhile is not sent.
func (s *Service) sendLetter(ctx context.Context, a letterArgs) error {
	var m mail.Message
	var err error
	switch a.Letter {
	case letterVerify:
		m, err = s.verifyLetter(ctx, a.User)
	case letterReset:
		m, err = s.resetLetter(ctx, a.Email)
	case letterInvitation:
		m, err = s.invitationLetter(ctx, a.Invitation)
	default:
		err = fmt.Errorf("unknown letter %q", a.Letter)
	}
	if err != nil || m.To == "" {
		return err
	}
	return s.mail.Send(ctx, a.MessageID, m)
}

func (s *Service) verifyLetter(ctx context.Context, userID uuid.UUID) (mail.Message, error) {
	row, err := s.db.Ent.User.Get(ctx, userID)
	if database.IsMissing(err) || err == nil && (row.EmailVerifiedAt != nil || row.Status != statusActive) {
		return mail.Message{}, nil
	}
	if err != nil {
		return mail.Message{}, fmt.Errorf("letter: %w", err)
	}
	link := s.baseURL + "/verify-email?token=" + s.letters.make(letterVerify, row.ID, row.Email, verifyLife)
	return mail.Message{To: row.Email, Subject: "Confirm your e-mail address", Text: "Hello " + row.Name + ",\n\n" +
		"please confirm that this is your e-mail address:\n\n" + link + "\n\n" +
		"The link works for 7 days. If you did not sign up, ignore this letter.\n"}, nil
}

func (s *Service) resetLetter(ctx context.Context, email string) (mail.Message, error) {
	row, err := s.userByEmail(ctx, s.db.Ent, email)
	if database.IsMissing(err) || err == nil && row.Status != statusActive {
		return mail.Message{}, nil
	}
	if err != nil {
		return mail.Message{}, err
	}
	link := s.baseURL + "/reset-password?token=" + s.letters.make(letterReset, row.ID, passwordState(row), resetLife)
	return mail.Message{To: row.Email, Subject: "Choose a new password", Text: "Hello " + row.Name + ",\n\n" +
		"somebody asked for a new password for this account. Choose it here:\n\n" + link + "\n\n" +
		"The link works once, for one hour. If it was not you, ignore this letter: nothing has changed.\n"}, nil
}
