package identity_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

const (
	password = "correct horse battery"
	baseURL  = "http://tributary.test"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var cheap = identity.PasswordCost{MemoryKiB: 1024, Passes: 1, Threads: 1, Parallel: 4}

// house is a service with a database, a clock moved by hand and an outbox.
type house struct {
	*identity.Service
	t      *testing.T
	db     *database.DB
	clock  *clock.Fake
	outbox string
	runner *job.Runner
}

func newHouse(t *testing.T, change ...func(*identity.Config)) *house {
	t.Helper()
	h := &house{t: t, db: testdb.New(t), clock: clock.NewFake(start), outbox: t.TempDir()}
	queue, err := job.NewQueue(h.db)
	require.NoError(t, err)
	quiet := slog.New(slog.DiscardHandler)
	sender, err := mail.New(mail.Config{Outbox: h.outbox, From: "no-reply@tributary.test", Clock: h.clock, Log: quiet})
	require.NoError(t, err)
	c := identity.Config{DB: h.db, Clock: h.clock, Queue: queue, Mail: sender, Log: quiet, MasterSecret: []byte(strings.Repeat("m", 32)),
		BaseURL: baseURL, Sandbox: true, Password: cheap}
	for _, f := range change {
		f(&c)
	}
	h.Service, err = identity.New(c)
	require.NoError(t, err)
	return h
}

// nobody is a context of a caller who is not signed in.
func nobody(t testing.TB) context.Context {
	return viewer.With(t.Context(), viewer.Viewer{Kind: viewer.Anonymous, NetworkHash: "net"})
}

// person makes an account and signs it in.
func (h *house) person(name string) (context.Context, identity.Session) {
	h.t.Helper()
	s, err := h.SignUp(nobody(h.t), identity.SignUp{Email: name + "@people.test", Password: password, Name: name})
	require.NoError(h.t, err)
	return h.as(s.AccessToken), s
}

// as authenticates a bearer token.
func (h *house) as(bearer string) context.Context {
	h.t.Helper()
	v, err := h.Authenticate(h.t.Context(), bearer, "net")
	require.NoError(h.t, err)
	return viewer.With(h.t.Context(), v)
}

func (h *house) brand(slug string, owner context.Context) id.ID {
	h.t.Helper()
	brand := id.New(id.Brand, start)
	err := h.db.InTx(testdb.Context(h.t), func(ctx context.Context, tx database.Tx) error {
		_, err := tx.Ent.Brand.Create().SetID(brand.UUID).SetCreatedAt(start).SetSlug(slug).SetName("Brand " + slug).
			SetWebsiteURL("https://shop.test").SetCountry("DE").SetCurrency("EUR").Save(ctx)
		require.NoError(h.t, err)
		return h.AddOwnerTx(ctx, tx, brand.UUID, viewer.From(owner).UserID)
	})
	require.NoError(h.t, err)
	return brand
}

// letters runs the queue until n letters lie in the outbox, and gives the newest to the address.
func (h *house) letter(to string, n int) string {
	h.t.Helper()
	if h.runner == nil {
		workers := job.NewWorkers()
		h.Register(workers)
		runner, err := job.NewRunner(h.db, workers, slog.New(slog.DiscardHandler))
		require.NoError(h.t, err)
		require.NoError(h.t, runner.Start(testdb.Context(h.t)))
		h.t.Cleanup(func() { _ = runner.Stop(testdb.Context(h.t)) })
		h.runner = runner
	}
	var files []string
	require.Eventually(h.t, func() bool {
		files, _ = filepath.Glob(filepath.Join(h.outbox, "*"+to+"*.eml"))
		return len(files) >= n
	}, 20*time.Second, 20*time.Millisecond, "no letter to "+to)
	require.Len(h.t, files, n)
	text, err := os.ReadFile(files[len(files)-1])
	require.NoError(h.t, err)
	return string(text)
}

var linkForm = regexp.MustCompile(regexp.QuoteMeta(baseURL) + `/(?:verify-email\?token=|reset-password\?token=|join/)([A-Za-z0-9_-]+)`)

func tokenIn(t *testing.T, letter string) string {
	t.Helper()
	m := linkForm.FindStringSubmatch(letter)
	require.NotNil(t, m, letter)
	return m[1]
}

func requireFault(t *testing.T, err error, kind fault.Kind, code, field string) {
	t.Helper()
	all := fault.All(err)
	require.NotEmpty(t, all, "%v", err)
	require.Equal(t, kind, all[0].Kind, err)
	require.Equal(t, code, all[0].Code, err)
	require.Equal(t, field, strings.Join(all[0].Field, "."), err)
}

func count(t *testing.T, db *database.DB, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, db.SQL.QueryRowContext(t.Context(), query, args...).Scan(&n))
	return n
}

func TestSigningUpGivesASessionAndALetterThatConfirmsTheAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("Ada")
	require.Equal(t, viewer.User, s.Viewer.Kind)
	require.Equal(t, start.Add(10*time.Minute), s.ExpiresAt)
	me, err := h.GetUser(ctx, id.Of(id.User, s.Viewer.UserID))
	require.NoError(t, err)
	require.Equal(t, "ada@people.test", me.Email)
	require.False(t, me.EmailVerified)

	token := tokenIn(t, h.letter("ada@people.test", 1))
	require.NoError(t, h.VerifyEmail(nobody(t), token))
	require.NoError(t, h.VerifyEmail(nobody(t), token), "a second press is no error")
	me, err = h.GetUser(ctx, me.ID)
	require.NoError(t, err)
	require.True(t, me.EmailVerified)
	requireFault(t, h.VerifyEmail(nobody(t), token[:len(token)-2]+"AA"), fault.Invalid, "INVALID", "token")
	requireFault(t, h.ResetPassword(nobody(t), token, password), fault.Invalid, "INVALID", "token")
}

func TestSigningUpNamesEveryWrongField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.SignUp(nobody(t), identity.SignUp{Email: "nobody", Password: "short", Name: " ", CreatorHandle: "a b", Country: ""})
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, f.Code+" "+strings.Join(f.Field, "."))
	}
	require.Equal(t, []string{"BAD_FORMAT email", "REQUIRED name", "OUT_OF_RANGE password", "INVALID creatorHandle", "REQUIRED country"}, fields)

	h.person("ada")
	_, err = h.SignUp(nobody(t), identity.SignUp{Email: " ADA@people.test", Password: password, Name: "Ada"})
	requireFault(t, err, fault.Invalid, "TAKEN", "email")
}

func TestACreatorProfileIsMadeWithTheAccountOrNeither(t *testing.T) {
	t.Parallel()
	refuse := true
	var made []string
	h := newHouse(t, func(c *identity.Config) {
		c.NewCreatorTx = func(_ context.Context, _ database.Tx, _ uuid.UUID, handle, name, country string) error {
			if refuse {
				return fault.At("handle", "TAKEN", "This handle is taken.")
			}
			made = append(made, handle+name+country)
			return nil
		}
	})
	in := identity.SignUp{Email: "zoe@people.test", Password: password, Name: "Zoe", CreatorHandle: "zoe", Country: "FR"}
	_, err := h.SignUp(nobody(t), in)
	requireFault(t, err, fault.Invalid, "TAKEN", "creatorHandle")
	require.Zero(t, count(t, h.db, `SELECT count(*) FROM "user"`))
	refuse = false
	_, err = h.SignUp(nobody(t), in)
	require.NoError(t, err)
	require.Equal(t, []string{"zoeZoeFR"}, made)
}

func TestAWrongPasswordAndAnUnknownAccountReadTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("ada")
	_, err := h.SignIn(nobody(t), identity.SignIn{Email: "Ada@people.test", Password: password})
	require.NoError(t, err)
	_, wrong := h.SignIn(nobody(t), identity.SignIn{Email: "ada@people.test", Password: "not the password"})
	requireFault(t, wrong, fault.Invalid, "INVALID", "")
	_, unknown := h.SignIn(nobody(t), identity.SignIn{Email: "eve@people.test", Password: password})
	require.Equal(t, wrong, unknown)
	_, long := h.SignIn(nobody(t), identity.SignIn{Email: "ada@people.test", Password: strings.Repeat("x", 5000)})
	require.Equal(t, wrong, long)
	_, err = h.db.SQL.ExecContext(t.Context(), `UPDATE "user" SET status = 'DISABLED'`)
	require.NoError(t, err)
	_, disabled := h.SignIn(nobody(t), identity.SignIn{Email: "ada@people.test", Password: password})
	require.Equal(t, wrong, disabled)
}

func TestGuessesRunOutByAccountAndRightPasswordsDoNotCount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("ada")
	h.person("bob")
	in := identity.SignIn{Email: "ada@people.test", Password: password}
	for range 30 {
		_, err := h.SignIn(nobody(t), in)
		require.NoError(t, err)
	}
	in.Password = "not the password"
	for range 10 {
		_, err := h.SignIn(nobody(t), in)
		requireFault(t, err, fault.Invalid, "INVALID", "")
	}
	in.Password = password
	_, err := h.SignIn(nobody(t), in)
	require.True(t, fault.Is(err, fault.RateLimited), "%v", err)
	_, err = h.SignIn(nobody(t), identity.SignIn{Email: "bob@people.test", Password: password})
	require.NoError(t, err)
	h.clock.Advance(30 * time.Second)
	_, err = h.SignIn(nobody(t), in)
	require.NoError(t, err)
}

func TestGuessesRunOutByNetwork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("ada")
	var err error
	for i := range 61 {
		_, err = h.SignIn(nobody(t), identity.SignIn{Email: strings.Repeat("x", i+1) + "@people.test", Password: password})
	}
	require.True(t, fault.Is(err, fault.RateLimited), "%v", err)
	elsewhere := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.Anonymous, NetworkHash: "other"})
	_, err = h.SignIn(elsewhere, identity.SignIn{Email: "ada@people.test", Password: password})
	require.NoError(t, err)
}

func TestAResetTokenWorksOnceAndEndsAllSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, s := h.person("ada")
	h.letter("ada@people.test", 1)
	h.clock.Advance(time.Second)
	require.NoError(t, h.RequestPasswordReset(nobody(t), "Ada@people.test"))
	require.NoError(t, h.RequestPasswordReset(nobody(t), "unknown@people.test"), "the answer does not tell")
	token := tokenIn(t, h.letter("ada@people.test", 2))
	require.Zero(t, count(t, h.db, `SELECT count(*) FROM river_job WHERE args::text LIKE '%' || $1 || '%'`, token), "no token lies in the queue")

	requireFault(t, h.ResetPassword(nobody(t), token, "short"), fault.Invalid, "OUT_OF_RANGE", "password")
	const next = "another long password"
	require.NoError(t, h.ResetPassword(nobody(t), token, next))
	requireFault(t, h.ResetPassword(nobody(t), token, password), fault.Invalid, "INVALID", "token")
	_, err := h.Authenticate(t.Context(), s.AccessToken, "")
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = h.RefreshSession(nobody(t), s.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = h.SignIn(nobody(t), identity.SignIn{Email: "ada@people.test", Password: password})
	requireFault(t, err, fault.Invalid, "INVALID", "")
	_, err = h.SignIn(nobody(t), identity.SignIn{Email: "ada@people.test", Password: next})
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(h.outbox, "*unknown*"))
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestAResetTokenIsOverAfterAnHour(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("ada")
	h.letter("ada@people.test", 1)
	h.clock.Advance(time.Second)
	require.NoError(t, h.RequestPasswordReset(nobody(t), "ada@people.test"))
	token := tokenIn(t, h.letter("ada@people.test", 2))
	h.clock.Advance(time.Hour)
	requireFault(t, h.ResetPassword(nobody(t), token, password), fault.Invalid, "INVALID", "token")
}

func TestLettersToOneAddressAreLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 3 {
		require.NoError(t, h.RequestPasswordReset(nobody(t), "ada@people.test"))
	}
	require.True(t, fault.Is(h.RequestPasswordReset(nobody(t), "ada@people.test"), fault.RateLimited))
	require.NoError(t, h.RequestPasswordReset(nobody(t), "bob@people.test"))
}

// enroll turns one-time codes on and gives the secret.
func (h *house) enroll(ctx context.Context) string {
	h.t.Helper()
	e, err := h.EnrollTOTP(ctx, password)
	require.NoError(h.t, err)
	require.Contains(h.t, e.OTPAuthURL, "otpauth://totp/Tributary:")
	require.NoError(h.t, h.ConfirmTOTP(ctx, code(h.t, e.Secret, h.clock.Now())))
	return e.Secret
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	require.NoError(t, err)
	return c
}

func TestAOneTimeCodeWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	_, err := h.EnrollTOTP(ctx, "not the password")
	requireFault(t, err, fault.Invalid, "INVALID", "password")
	requireFault(t, h.ConfirmTOTP(ctx, "000000"), fault.Conflict, "WRONG_STATE", "")
	secret := h.enroll(ctx)
	_, err = h.EnrollTOTP(ctx, password)
	requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
	require.Zero(t, count(t, h.db, `SELECT count(*) FROM "user" WHERE position($1 in encode(totp_secret_sealed, 'escape')) > 0`, secret))

	in := identity.SignIn{Email: "ada@people.test", Password: password}
	_, err = h.SignIn(nobody(t), in)
	requireFault(t, err, fault.Invalid, "REQUIRED", "totpCode")
	in.TOTPCode = code(t, secret, h.clock.Now())
	_, err = h.SignIn(nobody(t), in)
	requireFault(t, err, fault.Invalid, "INVALID", "totpCode") // enrolling used it up

	h.clock.Advance(30 * time.Second)
	in.TOTPCode = code(t, secret, h.clock.Now())
	in.TOTPCode = in.TOTPCode[:3] + " " + in.TOTPCode[3:]
	_, err = h.SignIn(nobody(t), in)
	require.NoError(t, err)
	_, err = h.SignIn(nobody(t), in)
	requireFault(t, err, fault.Invalid, "INVALID", "totpCode")
	require.Error(t, h.ConfirmMoney(ctx, s.Viewer.UserID, in.TOTPCode), "the code of a sign-in does not send money")

	h.clock.Advance(60 * time.Second)
	in.TOTPCode = code(t, secret, h.clock.Now())
	require.NoError(t, h.ConfirmMoney(ctx, s.Viewer.UserID, in.TOTPCode))
	earlier := code(t, secret, h.clock.Now().Add(-30*time.Second))
	requireFault(t, h.ConfirmMoney(ctx, s.Viewer.UserID, earlier), fault.Invalid, "INVALID", "totpCode")
}

func TestACodeUsedTwiceAtOnceWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	secret := h.enroll(ctx)
	h.clock.Advance(time.Minute)
	c := code(t, secret, h.clock.Now())
	results := make(chan error, 8)
	for range cap(results) {
		go func() { results <- h.ConfirmMoney(ctx, s.Viewer.UserID, c) }()
	}
	good := 0
	for range cap(results) {
		if <-results == nil {
			good++
		}
	}
	require.Equal(t, 1, good)
}

func TestMoneyNeedsACodeButForDemoAccountsInTheSandbox(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	requireFault(t, h.ConfirmMoney(ctx, s.Viewer.UserID, "123456"), fault.Conflict, "WRONG_STATE", "")
	needs, err := h.SendingNeedsTOTP(ctx, s.Viewer)
	require.NoError(t, err)
	require.True(t, needs)

	demo, err := h.CreateUser(testdb.Context(t), identity.NewUser{Email: "finance@demo.test", Name: "Finn", Password: "tributary-demo", Demo: true})
	require.NoError(t, err)
	require.NoError(t, h.ConfirmMoney(ctx, demo.ID.UUID, ""))
	needs, err = h.SendingNeedsTOTP(ctx, viewer.Viewer{Kind: viewer.User, UserID: demo.ID.UUID})
	require.NoError(t, err)
	require.False(t, needs)

	live := newHouse(t, func(c *identity.Config) { c.Sandbox = false })
	_, err = live.CreateUser(testdb.Context(t), identity.NewUser{Email: "finance@demo.test", Name: "Finn", Password: "tributary-demo", Demo: true})
	requireFault(t, err, fault.Invalid, "INVALID", "")
	_, err = live.db.SQL.ExecContext(t.Context(), `INSERT INTO "user" (id, created_at, email, name, password_hash, demo, status, admin, totp_last_step)
		VALUES ($1, now(), 'finance@demo.test', 'Finn', 'x', true, 'ACTIVE', false, 0)`, demo.ID.UUID)
	require.NoError(t, err)
	requireFault(t, live.ConfirmMoney(ctx, demo.ID.UUID, ""), fault.Conflict, "WRONG_STATE", "")
}

func TestOnlyTheProgramMakesAccountsAndViewers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	_, err := h.CreateUser(ctx, identity.NewUser{Email: "x@people.test", Name: "X", Password: password, Admin: true})
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = h.ViewerOf(ctx, id.Of(id.User, s.Viewer.UserID))
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = h.UserByEmail(ctx, "ada@people.test")
	require.True(t, fault.Is(err, fault.Forbidden))
	_, _, err = h.TokenFor(ctx, "ada@people.test")
	require.True(t, fault.Is(err, fault.Forbidden))
	token, _, err := h.TokenFor(testdb.Context(t), "ada@people.test")
	require.NoError(t, err)
	require.Equal(t, s.Viewer.UserID, viewer.From(h.as(token)).UserID)
	brand := h.brand("one", ctx)
	bob, _ := h.person("bob")
	who := id.Of(id.User, viewer.From(bob).UserID)
	_, err = h.Enrol(ctx, brand, who, []viewer.Role{viewer.Finance})
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = h.Enrol(testdb.Context(t), brand, who, nil)
	requireFault(t, err, fault.Invalid, "REQUIRED", "roles")
	m, err := h.Enrol(testdb.Context(t), brand, who, []viewer.Role{viewer.Finance})
	require.NoError(t, err)
	require.Equal(t, []viewer.Role{viewer.Finance}, m.Roles)
	v, err := h.ViewerOf(testdb.Context(t), id.Of(id.User, s.Viewer.UserID))
	require.NoError(t, err)
	require.Equal(t, s.Viewer.UserID, v.UserID)
	_, err = h.ViewerOf(testdb.Context(t), id.New(id.User, start))
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestTheRealPasswordCostHashesAndMatches(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *identity.Config) { c.Password = identity.DefaultPasswordCost() })
	h.person("ada")
	_, err := h.SignIn(nobody(t), identity.SignIn{Email: "ada@people.test", Password: password})
	require.NoError(t, err)
	var stored string
	require.NoError(t, h.db.SQL.QueryRowContext(t.Context(), `SELECT password_hash FROM "user"`).Scan(&stored))
	require.True(t, strings.HasPrefix(stored, "$argon2id$v=19$m=65536,t=3,p=2$"), stored)
	require.NotContains(t, stored, password)
}
