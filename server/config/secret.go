package config

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
)

const redacted = "[redacted]"

// KeyBytes is the length of a derived key in bytes.
const KeyBytes = 32

// Secret is a value that no log line, format verb or JSON shows. Reveal gives it.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal gives the value, for the one place that uses it.
func (s Secret) Reveal() string { return s.value }

// IsSet reports whether there is a value.
func (s Secret) IsSet() bool { return s.value != "" }

// Key derives a key of KeyBytes bytes for one purpose ("jwt", "cookie", "network-hash"). The same secret and purpose give the
// same key for ever; keys of different purposes tell nothing of each other. It panics without a value, because a key derived
// from nothing is known to everybody.
func (s Secret) Key(purpose string) []byte {
	if !s.IsSet() || purpose == "" {
		panic("config: a key needs a secret and a purpose")
	}
	key, err := hkdf.Key(sha256.New, []byte(s.value), nil, "tributary/"+purpose, KeyBytes)
	if err != nil { // only lengths above 255 hashes fail
		panic(err)
	}
	return key
}

// String hides the value.
func (s Secret) String() string { return redacted }

// Format hides the value from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue hides the value from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON hides the value.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// MarshalText hides the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
