package identity

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/viewer"
)

const (
	// totpPeriod is how long one code is shown, in seconds.
	totpPeriod = 30
	// totpSkew is how many steps a phone's clock may be off, each way.
	totpSkew = 1
)

var totpOptions = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Enrollment is what an authenticator app needs; it is shown once.
type Enrollment struct {
	OTPAuthURL string
	Secret     string // the same, to type in by hand
}

// EnrollTOTP makes a secret for an authenticator app. It counts only once ConfirmTOTP has seen a code of it. Faults: UNAUTHENTICATED,
// FORBIDDEN (apps); on password INVALID; WRONG_STATE when codes are on already; RATE_LIMITED.
func (s *Service) EnrollTOTP(ctx context.Context, password string) (Enrollment, error) {
	v := viewer.From(ctx)
	userID, err := access.User(v)
	if err != nil {
		return Enrollment{}, err
	}
	giveBack, err := limited(try{s.byAccount, userID.String()})
	if err != nil {
		return Enrollment{}, err
	}
	row, err := s.db.Ent.User.Get(ctx, userID)
	if err != nil {
		return Enrollment{}, fmt.Errorf("enroll: %w", err)
	}
	if row.TotpConfirmedAt != nil {
		return Enrollment{}, fault.New(fault.Conflict, "WRONG_STATE", "One-time codes are on already.")
	}
	ok, err := s.passwords.matches(ctx, row.PasswordHash, password)
	if err != nil {
		return Enrollment{}, err
	}
	if !ok {
		return Enrollment{}, fault.At("password", "INVALID", "The password is wrong.")
	}
	giveBack()
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Tributary", AccountName: row.Email, Period: totpPeriod})
	if err != nil {
		return Enrollment{}, fmt.Errorf("enroll: %w", err)
	}
	done, err := s.db.SQL.ExecContext(ctx, `UPDATE "user" SET totp_secret_sealed = $2 WHERE id = $1 AND totp_confirmed_at IS NULL`,
		userID, s.totpBox.Seal([]byte(key.Secret()), userID[:]))
	if err != nil {
		return Enrollment{}, fmt.Errorf("enroll: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return Enrollment{}, fault.New(fault.Conflict, "WRONG_STATE", "One-time codes are on already.").With(err)
	}
	return Enrollment{OTPAuthURL: key.URL(), Secret: key.Secret()}, nil
}

// ConfirmTOTP turns one-time codes on, with a code of the secret that EnrollTOTP gave. Faults: UNAUTHENTICATED, FORBIDDEN (apps);
// WRONG_STATE without an enrollment or when codes are on already; on code REQUIRED, INVALID; RATE_LIMITED.
func (s *Service) ConfirmTOTP(ctx context.Context, code string) error {
	userID, err := access.User(viewer.From(ctx))
	if err != nil {
		return err
	}
	giveBack, err := limited(try{s.byAccount, userID.String()})
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.lockUserTx(ctx, tx, userID)
		if err != nil {
			return err
		}
		if row.TotpSecretSealed == nil || len(*row.TotpSecretSealed) == 0 || row.TotpConfirmedAt != nil {
			return fault.New(fault.Conflict, "WRONG_STATE", "There is no authenticator app to confirm.")
		}
		if err := s.useCodeTx(ctx, tx, userID, code); err != nil {
			return renameField(err, "totpCode", "code")
		}
		now := s.clock.Now()
		if err := tx.Ent.User.UpdateOneID(userID).SetTotpConfirmedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "TOTP_ENABLED", ObjectKind: "USER", ObjectID: userID})
	})
	if err == nil {
		giveBack()
	}
	return err
}

// ConfirmMoney checks the one-time code of a person who is about to approve or send money, and uses it up. Demo accounts in the
// sandbox need none. The caller has checked access. Faults: WRONG_STATE when the person has no authenticator app; on totpCode
// REQUIRED, INVALID; RATE_LIMITED.
func (s *Service) ConfirmMoney(ctx context.Context, userID uuid.UUID, totpCode string) error {
	var demo, on bool
	err := s.db.SQL.QueryRowContext(ctx, `SELECT demo, totp_confirmed_at IS NOT NULL FROM "user" WHERE id = $1 AND status = $2`,
		userID, statusActive).Scan(&demo, &on)
	if err != nil {
		return fmt.Errorf("confirm money: %w", err)
	}
	if demo && s.sandbox {
		return nil
	}
	if !on {
		return fault.New(fault.Conflict, "WRONG_STATE", "Turn on one-time codes in your account first: money needs them.")
	}
	giveBack, err := limited(try{s.byAccount, userID.String()})
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error { return s.useCodeTx(ctx, tx, userID, totpCode) })
	if err == nil {
		giveBack()
	}
	return err
}

// SendingNeedsTOTP reports whether a viewer has to type a one-time code to send money.
func (s *Service) SendingNeedsTOTP(ctx context.Context, v viewer.Viewer) (bool, error) {
	if v.Kind != viewer.User || !s.sandbox {
		return true, nil
	}
	var demo bool
	if err := s.db.SQL.QueryRowContext(ctx, `SELECT demo FROM "user" WHERE id = $1`, v.UserID).Scan(&demo); err != nil {
		return true, fmt.Errorf("read user: %w", err)
	}
	return !demo, nil
}

// useCodeTx checks a code and uses it up: neither it nor an earlier one works again. The caller holds back guesses. Faults: on
// totpCode REQUIRED, INVALID.
func (s *Service) useCodeTx(ctx context.Context, tx database.Tx, userID uuid.UUID, code string) error {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if code == "" {
		return fault.At("totpCode", "REQUIRED", "Type the six digits that your authenticator app shows.")
	}
	wrong := fault.At("totpCode", "INVALID", "The code is wrong or was used already. Wait for the next one.")
	var sealed []byte
	if err := tx.SQL.QueryRowContext(ctx, `SELECT totp_secret_sealed FROM "user" WHERE id = $1`, userID).Scan(&sealed); err != nil {
		return fmt.Errorf("read one-time secret: %w", err)
	}
	secret, err := s.totpBox.Open(sealed, userID[:])
	if err != nil {
		return fmt.Errorf("read one-time secret: %w", err)
	}
	step, ok, err := stepOf(string(secret), code, s.clock.Now())
	if err != nil {
		return err
	}
	if !ok {
		return wrong
	}
	done, err := tx.SQL.ExecContext(ctx, `UPDATE "user" SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2`, userID, step)
	if err != nil {
		return fmt.Errorf("use one-time code: %w", err)
	}
	n, err := done.RowsAffected()
	if err != nil {
		return fmt.Errorf("use one-time code: %w", err)
	}
	if n != 1 {
		return wrong
	}
	return nil
}

// stepOf finds the step whose code this is, among those that a phone may be showing now.
func stepOf(secret, code string, now time.Time) (step int64, ok bool, err error) {
	present := now.Unix() / totpPeriod
	for s := present - totpSkew; s <= present+totpSkew; s++ {
		want, err := totp.GenerateCodeCustom(secret, time.Unix(s*totpPeriod, 0), totpOptions)
		if err != nil {
			return 0, false, fmt.Errorf("one-time code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok, nil
}
