// Package identity knows who people are: accounts, sessions and their tokens, one-time codes, members of brands with their roles,
// invitations, and API keys.
package identity

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/ratelimit"
	"tributary/internal/kit/seal"
)

// Limits of tries. A sign-in with the right password is given back, so only failures count.
const (
	accountBurst = 10               // failed sign-ins or codes of one account at once
	accountEvery = 30 * time.Second // until one more
	networkBurst = 60               // failed sign-ins, sign-ups and mails of one network at once
	networkEvery = 5 * time.Second
	letterBurst  = 3 // letters asked for by strangers, for one address
	letterEvery  = 5 * time.Minute
)

// Config is what a Service needs. All fields are required but NewCreatorTx.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	Queue *job.Queue
	Mail  *mail.Sender
	Log   *slog.Logger
	// MasterSecret is what all keys are derived from: at least 32 bytes.
	MasterSecret []byte
	// BaseURL is the public URL without a slash at the end: issuer of tokens and start of links in letters.
	BaseURL string
	// Sandbox reports that no real money can move: demo accounts exist and need no one-time code.
	Sandbox bool
	// Password is the cost of a password hash.
	Password PasswordCost
	// NewCreatorTx makes the creator profile that a sign-up asks for, in the sign-up's transaction. Its faults name the fields
	// "handle" and "country". Without it such sign-ups are refused.
	NewCreatorTx func(ctx context.Context, tx database.Tx, userID uuid.UUID, handle, name, country string) error
}

// Service answers all questions about identity.
type Service struct {
	db           *database.DB
	clock        clock.Clock
	queue        *job.Queue
	mail         *mail.Sender
	log          *slog.Logger
	baseURL      string
	sandbox      bool
	newCreatorTx func(ctx context.Context, tx database.Tx, userID uuid.UUID, handle, name, country string) error

	passwords *passwords
	access    *accessTokens
	refresh   *refreshTokens
	letters   *letterTokens
	totpBox   *seal.Box

	byAccount, byNetwork, byAddress *ratelimit.Limiter
}

// masterSecretMin is the least length of a master secret in bytes.
const masterSecretMin = 32

// New makes a Service, or says which setting is wrong.
func New(c Config) (*Service, error) {
	if len(c.MasterSecret) < masterSecretMin {
		return nil, fmt.Errorf("identity: the master secret has %d bytes, fewer than %d", len(c.MasterSecret), masterSecretMin)
	}
	s := &Service{
		db: c.DB, clock: c.Clock, queue: c.Queue, mail: c.Mail, log: c.Log, sandbox: c.Sandbox, newCreatorTx: c.NewCreatorTx,
		baseURL:   strings.TrimSuffix(c.BaseURL, "/"),
		passwords: newPasswords(c.Password),
		refresh:   &refreshTokens{key: seal.Derive(c.MasterSecret, "refresh-token", 32)},
		letters:   &letterTokens{key: seal.Derive(c.MasterSecret, "letter-token", 32), clock: c.Clock},
		totpBox:   seal.NewBox(c.MasterSecret, "totp-secret"),
		byAccount: ratelimit.New(ratelimit.Config{Clock: c.Clock, Burst: accountBurst, Every: accountEvery}),
		byNetwork: ratelimit.New(ratelimit.Config{Clock: c.Clock, Burst: networkBurst, Every: networkEvery}),
		byAddress: ratelimit.New(ratelimit.Config{Clock: c.Clock, Burst: letterBurst, Every: letterEvery}),
	}
	s.access = newAccessTokens(seal.Derive(c.MasterSecret, "access-token", 32), s.baseURL, c.Clock)
	return s, nil
}

// limited uses up a try for each key and fails with RATE_LIMITED when one has none left. Empty keys are not counted. back returns
// the tries.
func limited(tries ...try) (back func(), err error) {
	var used []try
	back = func() {
		for _, t := range used {
			t.limiter.GiveBack(t.key)
		}
	}
	for _, t := range tries {
		if t.key == "" {
			continue
		}
		if wait, ok := t.limiter.Take(t.key); !ok {
			back()
			return func() {}, ratelimit.Err(wait)
		}
		used = append(used, t)
	}
	return back, nil
}

type try struct {
	limiter *ratelimit.Limiter
	key     string
}
