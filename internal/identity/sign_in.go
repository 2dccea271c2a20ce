package identity

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/user"
	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/viewer"
)

// SignIn is what a person types to sign in.
type SignIn struct {
	Email, Password, TOTPCode string
	UserAgent                 string // of the device, kept with the session
}

// errWrongSignIn is the one answer to an unknown account, a wrong password and a disabled account.
func errWrongSignIn() error {
	return fault.New(fault.Invalid, "INVALID", "The e-mail address or the password is wrong.")
}

// SignIn starts a session. An unknown account and a wrong password take the same time and read the same. Faults: INVALID (wrong),
// on totpCode REQUIRED and INVALID, RATE_LIMITED.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Session, error) {
	email := foldEmail(in.Email)
	giveBack, err := limited(try{s.byNetwork, viewer.From(ctx).NetworkHash}, try{s.byAccount, email})
	if err != nil {
		return Session{}, err
	}
	if len(in.Password) > 4*passwordMax {
		return Session{}, errWrongSignIn()
	}
	row, err := s.userByEmail(ctx, s.db.Ent, email)
	if err != nil && !database.IsMissing(err) {
		return Session{}, err
	}
	stored := ""
	if row != nil && row.Status == statusActive {
		stored = row.PasswordHash
	}
	ok, err := s.passwords.matches(ctx, stored, in.Password)
	if err != nil {
		return Session{}, err
	}
	if !ok {
		return Session{}, errWrongSignIn()
	}
	var out Session
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if row.TotpConfirmedAt != nil {
			if err := s.useCodeTx(ctx, tx, row.ID, in.TOTPCode); err != nil {
				return err
			}
		}
		out, err = s.openSessionTx(ctx, tx, row.ID, in.UserAgent)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(viewer.With(ctx, out.Viewer), tx, s.clock.Now(),
			auditlog.Deed{Action: "SIGNED_IN", ObjectKind: "SESSION", ObjectID: out.Viewer.SessionID})
	})
	if err == nil || strings.TrimSpace(in.TOTPCode) == "" {
		giveBack() // asking for the code is a step of signing in, not a guess
	}
	if err != nil {
		return Session{}, err
	}
	return out, nil
}

func (s *Service) userByEmail(ctx context.Context, c *gen.Client, email string) (*gen.User, error) {
	row, err := c.User.Query().Where(user.Email(foldEmail(email))).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("user by address: %w", err)
	}
	return row, nil
}

// SignUp is what a new person fills in. A handle makes a creator profile too.
type SignUp struct {
	Email, Password, Name string
	CreatorHandle         string
	Country               string
	UserAgent             string
}

// handleForm is the form of a creator's handle.
var handleForm = regexp.MustCompile(`^[A-Za-z0-9._]{3,30}$`)

// SignUp makes an account, its creator profile where asked for, a session, and the letter that confirms the address. Faults: on
// email BAD_FORMAT, TOO_LONG, TAKEN; on name REQUIRED, TOO_LONG, BAD_FORMAT; on password OUT_OF_RANGE; on creatorHandle
// BAD_FORMAT, TAKEN, INVALID; on country REQUIRED; RATE_LIMITED.
func (s *Service) SignUp(ctx context.Context, in SignUp) (Session, error) {
	in.Email, in.Name, in.CreatorHandle = foldEmail(in.Email), strings.TrimSpace(in.Name), strings.TrimSpace(in.CreatorHandle)
	if _, err := limited(try{s.byNetwork, viewer.From(ctx).NetworkHash}); err != nil {
		return Session{}, err
	}
	var faults fault.List
	faults.Add(checkEmail("email", in.Email))
	faults.Add(checkName("name", in.Name))
	faults.Add(checkPassword("password", in.Password))
	if in.CreatorHandle != "" {
		if s.newCreatorTx == nil {
			faults.Add(fault.At("creatorHandle", "INVALID", "Creator profiles cannot be made here."))
		} else if !handleForm.MatchString(in.CreatorHandle) {
			faults.Add(fault.At("creatorHandle", "BAD_FORMAT", "A handle has 3 to 30 letters, digits, dots or underscores."))
		}
		if in.Country == "" {
			faults.Add(fault.At("country", "REQUIRED", "Choose the country you live in."))
		}
	}
	if err := faults.Err(); err != nil {
		return Session{}, err
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return Session{}, err
	}
	var out Session
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.insertUserTx(ctx, tx, NewUser{Email: in.Email, Name: in.Name}, hash)
		if err != nil {
			return err
		}
		if in.CreatorHandle != "" {
			if err := s.newCreatorTx(ctx, tx, row.ID, in.CreatorHandle, in.Name, in.Country); err != nil {
				return renameField(err, "handle", "creatorHandle")
			}
		}
		if err := s.enqueueLetterTx(ctx, tx, letterArgs{Letter: letterVerify, User: row.ID}); err != nil {
			return err
		}
		if out, err = s.openSessionTx(ctx, tx, row.ID, in.UserAgent); err != nil {
			return err
		}
		return auditlog.WriteTx(viewer.With(ctx, out.Viewer), tx, row.CreatedAt,
			auditlog.Deed{Action: "SIGNED_UP", ObjectKind: "USER", ObjectID: row.ID})
	})
	return out, err
}

// renameField says in the words of this input what another package found wrong with its own.
func renameField(err error, from, to string) error {
	var out fault.List
	for _, f := range fault.All(err) {
		c := *f
		if len(c.Field) == 1 && c.Field[0] == from {
			c.Field = []string{to}
		}
		out.Add(&c)
	}
	if len(out) == 0 {
		return err
	}
	return out
}

// VerifyEmail confirms the address that a letter went to. It may be done twice. Fault: on token INVALID.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	t, ok := s.letters.read(letterVerify, token)
	if !ok {
		return errLetterToken()
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.lockUserTx(ctx, tx, t.user)
		if database.IsMissing(err) || err == nil && !s.letters.binds(t, row.Email) {
			return errLetterToken()
		}
		if err != nil || row.EmailVerifiedAt != nil {
			return err
		}
		now := s.clock.Now()
		if err := tx.Ent.User.UpdateOneID(row.ID).SetEmailVerifiedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("verify e-mail: %w", err)
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "EMAIL_VERIFIED", ObjectKind: "USER", ObjectID: row.ID})
	})
}

// RequestPasswordReset sends a letter with a link to choose a new password. The answer and its time are the same whether the account
// exists or not: a job looks it up. Faults: on email BAD_FORMAT, TOO_LONG, REQUIRED; RATE_LIMITED.
func (s *Service) RequestPasswordReset(ctx context.Context, email string) error {
	email = foldEmail(email)
	var faults fault.List
	faults.Add(checkEmail("email", email))
	if err := faults.Err(); err != nil {
		return err
	}
	if _, err := limited(try{s.byNetwork, viewer.From(ctx).NetworkHash}, try{s.byAddress, email}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return s.enqueueLetterTx(ctx, tx, letterArgs{Letter: letterReset, Email: email})
	})
}

// ResetPassword sets a new password with the token of a letter, which works once, and ends all sessions of the account. Faults: on
// token INVALID; on password OUT_OF_RANGE; RATE_LIMITED.
func (s *Service) ResetPassword(ctx context.Context, token, password string) error {
	if _, err := limited(try{s.byNetwork, viewer.From(ctx).NetworkHash}); err != nil {
		return err
	}
	var faults fault.List
	t, ok := s.letters.read(letterReset, token)
	if !ok {
		return errLetterToken()
	}
	faults.Add(checkPassword("password", password))
	if err := faults.Err(); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.lockUserTx(ctx, tx, t.user)
		if database.IsMissing(err) || err == nil && (row.Status != statusActive || !s.letters.binds(t, passwordState(row))) {
			return errLetterToken()
		}
		if err != nil {
			return err
		}
		now := s.clock.Now()
		change := tx.Ent.User.UpdateOneID(row.ID).SetPasswordHash(hash).SetPasswordChangedAt(now)
		if row.EmailVerifiedAt == nil {
			change.SetEmailVerifiedAt(now) // the token came by letter to the address
		}
		if err := change.Exec(ctx); err != nil {
			return fmt.Errorf("reset password: %w", err)
		}
		if err := endSessionsTx(ctx, tx, now, endedByReset, `user_id = $3`, row.ID); err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PASSWORD_RESET", ObjectKind: "USER", ObjectID: row.ID})
	})
}

// passwordState changes with every change of the password, so that a reset token works once.
func passwordState(u *gen.User) string {
	at := ""
	if u.PasswordChangedAt != nil {
		at = u.PasswordChangedAt.UTC().Format("20060102150405.000000")
	}
	return at + u.PasswordHash
}

// lockUserTx reads a user and holds the row until the transaction ends.
func (s *Service) lockUserTx(ctx context.Context, tx database.Tx, userID uuid.UUID) (*gen.User, error) {
	row, err := tx.Ent.User.Query().Where(user.ID(userID)).ForUpdate().Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("read user: %w", err)
	}
	return row, nil
}
