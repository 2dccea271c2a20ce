package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// The states of an account.
const (
	statusActive = "ACTIVE"
)

// Limits of what a person writes, in characters unless a unit is named.
const (
	nameMax     = 120
	emailMax    = 254 // bytes
	passwordMin = 10
	passwordMax = 200
)

// User is a person who signs in.
type User struct {
	ID            id.ID     // prefix usr
	Email         string    // address to sign in with; empty for viewers who share no brand with the person
	Name          string    // name as the person wrote it
	EmailVerified bool      // whether the address was confirmed
	TOTPEnabled   bool      // whether signing in asks for a one-time code; false for others than the person
	CreatedAt     time.Time // when the account was made
}

// IsNode marks User as refetchable by id.
func (User) IsNode() {}

// own is the account as its person sees it.
func own(u *gen.User) User {
	return User{ID: id.Of(id.User, u.ID), Email: u.Email, Name: u.Name, EmailVerified: u.EmailVerifiedAt != nil,
		TOTPEnabled: u.TotpConfirmedAt != nil, CreatedAt: u.CreatedAt.UTC()}
}

// UsersByIDs gives people that visible objects refer to, in one statement. Their names are for everybody who sees the object;
// addresses are for themselves, the operator and people who work in the same brand.
func (s *Service) UsersByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]User, error) {
	v := viewer.From(ctx)
	var brands []uuid.UUID
	for _, m := range v.Memberships {
		brands = append(brands, m.BrandID)
	}
	if v.Kind == viewer.App {
		brands = append(brands, v.BrandID)
	}
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT u.id, u.email, u.name, u.email_verified_at IS NOT NULL, u.totp_confirmed_at IS NOT NULL, u.created_at,
		       EXISTS (SELECT FROM membership m WHERE m.user_id = u.id AND m.removed_at IS NULL AND m.brand_id = ANY($2))
		FROM "user" u WHERE u.id = ANY($1)`, database.Array(ids), database.Array(brands))
	if err != nil {
		return nil, fmt.Errorf("users by ids: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[uuid.UUID]User, len(ids))
	for rows.Next() {
		u := User{ID: id.ID{Kind: id.User}}
		var colleague bool
		if err := rows.Scan(&u.ID.UUID, &u.Email, &u.Name, &u.EmailVerified, &u.TOTPEnabled, &u.CreatedAt, &colleague); err != nil {
			return nil, fmt.Errorf("users by ids: %w", err)
		}
		u.CreatedAt = u.CreatedAt.UTC()
		self := v.Kind == viewer.User && v.UserID == u.ID.UUID
		if !self && !colleague && !v.Admin && !v.IsSystem() {
			u.Email = ""
		}
		if !self && !v.IsSystem() {
			u.TOTPEnabled = false
		}
		out[u.ID.UUID] = u
	}
	return out, rows.Err()
}

// GetUser gives a person: oneself, or somebody of a brand one works in. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) GetUser(ctx context.Context, userID id.ID) (User, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return User{}, err
	}
	u, err := id.Want(userID, id.User, "user")
	if err != nil {
		return User{}, err
	}
	found, err := s.UsersByIDs(ctx, []uuid.UUID{u})
	if err != nil {
		return User{}, err
	}
	user, ok := found[u]
	if !ok || user.Email == "" {
		return User{}, fault.Missing("user")
	}
	return user, nil
}

// NewUser is an account to make by the program itself: from the command line or for the demo.
type NewUser struct {
	Email, Name, Password string
	Admin                 bool
	Demo                  bool // only in the sandbox
	Verified              bool // the address counts as confirmed
}

// CreateUser makes an account without a session. Only the program itself may. Faults: FORBIDDEN; on email BAD_FORMAT, TOO_LONG,
// TAKEN; on name REQUIRED, TOO_LONG; on password OUT_OF_RANGE; INVALID for demo accounts outside the sandbox.
func (s *Service) CreateUser(ctx context.Context, in NewUser) (User, error) {
	if !viewer.From(ctx).IsSystem() {
		return User{}, errProgramOnly()
	}
	if in.Demo && !s.sandbox {
		return User{}, fault.New(fault.Invalid, "INVALID", "Demo accounts exist in the sandbox only.")
	}
	in.Email, in.Name = foldEmail(in.Email), strings.TrimSpace(in.Name)
	var faults fault.List
	faults.Add(checkEmail("email", in.Email))
	faults.Add(checkName("name", in.Name))
	faults.Add(checkPassword("password", in.Password))
	if err := faults.Err(); err != nil {
		return User{}, err
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return User{}, err
	}
	var out User
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.insertUserTx(ctx, tx, in, hash)
		if err != nil {
			return err
		}
		out = own(row)
		return auditlog.WriteTx(ctx, tx, row.CreatedAt, auditlog.Deed{Action: "USER_CREATED", ObjectKind: "USER", ObjectID: row.ID})
	})
	return out, err
}

func (s *Service) insertUserTx(ctx context.Context, tx database.Tx, in NewUser, hash string) (*gen.User, error) {
	now := s.clock.Now()
	create := tx.Ent.User.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetEmail(in.Email).SetName(in.Name).SetPasswordHash(hash).
		SetPasswordChangedAt(now).SetAdmin(in.Admin).SetDemo(in.Demo)
	if in.Verified {
		create.SetEmailVerifiedAt(now)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, database.OnUnique(err, "user_email_key", fault.At("email", "TAKEN", "An account with this address exists already. Sign in instead."))
	}
	return row, nil
}

// ViewerOf gives a person as a viewer without a session, so that the demo and the command line do what people do, through the same
// checks. Only the program itself may. Faults: FORBIDDEN, NOT_FOUND.
func (s *Service) ViewerOf(ctx context.Context, userID id.ID) (viewer.Viewer, error) {
	if !viewer.From(ctx).IsSystem() {
		return viewer.Viewer{}, errProgramOnly()
	}
	u, err := id.Want(userID, id.User, "user")
	if err != nil {
		return viewer.Viewer{}, err
	}
	v, err := s.loadViewer(ctx, s.db.SQL, u)
	if errors.Is(err, errNoViewer) {
		return viewer.Viewer{}, fault.Missing("user")
	}
	return v, err
}

// UserByEmail finds an account by its address. Only the program itself may. Faults: FORBIDDEN, NOT_FOUND.
func (s *Service) UserByEmail(ctx context.Context, email string) (User, error) {
	if !viewer.From(ctx).IsSystem() {
		return User{}, errProgramOnly()
	}
	row, err := s.userByEmail(ctx, s.db.Ent, email)
	if err != nil {
		return User{}, database.OnMissing(err, "user")
	}
	return own(row), nil
}

func errProgramOnly() error {
	return fault.New(fault.Forbidden, "FORBIDDEN", "Only the program itself does this.")
}

// foldEmail brings an address into the form in which it is stored and compared.
func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func checkEmail(field, s string) *fault.Fault {
	local, domain, ok := strings.Cut(s, "@")
	switch {
	case s == "":
		return fault.At(field, "REQUIRED", "Give an e-mail address.")
	case len(s) > emailMax:
		return fault.At(field, "TOO_LONG", "An e-mail address has at most %d characters.", emailMax)
	case !ok || local == "" || domain == "" || strings.ContainsAny(s, " \t\r\n<>,;\"\\") || strings.Contains(domain, "@"):
		return fault.At(field, "BAD_FORMAT", "This is not an e-mail address.")
	}
	return nil
}

func checkName(field, s string) *fault.Fault {
	switch {
	case s == "":
		return fault.At(field, "REQUIRED", "Give a name.")
	case utf8.RuneCountInString(s) > nameMax:
		return fault.At(field, "TOO_LONG", "A name has at most %d characters.", nameMax)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fault.At(field, "BAD_FORMAT", "A name is one line.")
	}
	return nil
}

func checkPassword(field, s string) *fault.Fault {
	if n := utf8.RuneCountInString(s); n < passwordMin || n > passwordMax {
		return fault.At(field, "OUT_OF_RANGE", "A password has %d to %d characters.", passwordMin, passwordMax)
	}
	return nil
}
