package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"golang.org/x/crypto/argon2"

	"tributary/internal/kit/fault"
)

// PasswordCost is the cost of an argon2id hash. Stored hashes name their own cost, so it may change.
type PasswordCost struct {
	MemoryKiB uint32 // of one hash
	Passes    uint32
	Threads   uint8
	// Parallel bounds how many hashes run at once in this process; more wait. The product with MemoryKiB bounds the memory.
	Parallel int
}

// DefaultPasswordCost is for real use: 64 MiB and three passes take about a tenth of a second.
func DefaultPasswordCost() PasswordCost {
	return PasswordCost{MemoryKiB: 64 << 10, Passes: 3, Threads: 2, Parallel: 2}
}

// Bounds of stored hashes and of waiting for a turn.
const (
	saltBytes     = 16
	hashBytes     = 32
	memoryMaxKiB  = 1 << 20
	passesMax     = 64
	hashQueueWait = 10 * time.Second
)

// passwords hashes with a bounded number of hashes at once.
type passwords struct {
	cost  PasswordCost
	turn  chan struct{}
	dummy string // compared for unknown accounts, so that they take as long as known ones
}

func newPasswords(c PasswordCost) *passwords {
	c.Parallel, c.Threads = max(c.Parallel, 1), max(c.Threads, 1)
	c.Passes = max(c.Passes, 1)
	c.MemoryKiB = max(c.MemoryKiB, 8*uint32(c.Threads))
	p := &passwords{cost: c, turn: make(chan struct{}, c.Parallel)}
	p.dummy = p.encode(make([]byte, saltBytes), make([]byte, hashBytes))
	return p
}

func (p *passwords) encode(salt, sum []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.MemoryKiB, p.cost.Passes, p.cost.Threads,
		b.EncodeToString(salt), b.EncodeToString(sum))
}

// wait takes a turn. Fault: RATE_LIMITED when none comes free in hashQueueWait.
func (p *passwords) wait(ctx context.Context) (done func(), err error) {
	timer := time.NewTimer(hashQueueWait)
	defer timer.Stop()
	select {
	case p.turn <- struct{}{}:
		return func() { <-p.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, fault.New(fault.RateLimited, "RATE_LIMITED", "Many people are signing in right now. Try again in a moment.")
	}
}

// hash makes the PHC string of a password.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	done, err := p.wait(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	return p.encode(salt, argon2.IDKey([]byte(password), salt, p.cost.Passes, p.cost.MemoryKiB, p.cost.Threads, hashBytes)), nil
}

// matches reports whether the password belongs to the PHC string. An empty stored string stands for an unknown account: it takes
// as long and never matches.
func (p *passwords) matches(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = p.dummy
	}
	cost, salt, want, err := decodeHash(stored)
	if err != nil {
		return false, err
	}
	done, err := p.wait(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	got := argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, cost.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func decodeHash(stored string) (cost PasswordCost, salt, sum []byte, err error) {
	var version int
	var rest string
	n, _ := fmt.Sscanf(stored, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &cost.MemoryKiB, &cost.Passes, &cost.Threads, &rest)
	broken := fmt.Errorf("a stored password hash is damaged")
	if n != 5 || version != argon2.Version || cost.MemoryKiB < 8 || cost.MemoryKiB > memoryMaxKiB || cost.Passes < 1 ||
		cost.Passes > passesMax || cost.Threads < 1 {
		return cost, nil, nil, broken
	}
	b := base64.RawStdEncoding
	at := len(rest) - b.EncodedLen(hashBytes)
	if at < 2 || rest[at-1] != '$' {
		return cost, nil, nil, broken
	}
	if salt, err = b.DecodeString(rest[:at-1]); err != nil {
		return cost, nil, nil, broken
	}
	if sum, err = b.DecodeString(rest[at:]); err != nil {
		return cost, nil, nil, broken
	}
	return cost, salt, sum, nil
}
