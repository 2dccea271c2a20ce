package identity

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
)

const (
	// accessLife is how long an access token works; with the leeway less than 15 minutes.
	accessLife = 10 * time.Minute
	// accessLeeway is how much the clocks of two processes may differ.
	accessLeeway = 30 * time.Second
	// accessAudience and accessType are what tokens are for; a token of another sort is refused.
	accessAudience = "tributary-api"
	accessType     = "at+jwt"
	// accessTokenMax is the longest token that is looked at, in bytes.
	accessTokenMax = 2048
)

// claims is what an access token says: a user with a session, or an API key.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid,omitempty"`
	Key     string `json:"key,omitempty"`
}

// accessTokens signs with EdDSA and reads tokens signed by any key of its own map, named by kid.
type accessTokens struct {
	private ed25519.PrivateKey
	kid     string
	known   map[string]ed25519.PublicKey
	issuer  string
	parser  *jwt.Parser
	clock   clock.Clock
}

func newAccessTokens(seed []byte, issuer string, c clock.Clock) *accessTokens {
	private := ed25519.NewKeyFromSeed(seed)
	public := private.Public().(ed25519.PublicKey)
	sum := sha256.Sum256(public)
	kid := hex.EncodeToString(sum[:8])
	return &accessTokens{private: private, kid: kid, known: map[string]ed25519.PublicKey{kid: public}, issuer: issuer, clock: c,
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer),
			jwt.WithAudience(accessAudience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(accessLeeway),
			jwt.WithTimeFunc(c.Now))}
}

func (a *accessTokens) sign(subject uuid.UUID, session, key uuid.UUID) (token string, expires time.Time, err error) {
	now := a.clock.Now()
	expires = now.Add(accessLife).Truncate(time.Second)
	c := claims{RegisteredClaims: jwt.RegisteredClaims{Issuer: a.issuer, Subject: subject.String(), Audience: jwt.ClaimStrings{accessAudience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires)}}
	if session != uuid.Nil {
		c.Session = session.String()
	}
	if key != uuid.Nil {
		c.Key = key.String()
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	t.Header["typ"], t.Header["kid"] = accessType, a.kid
	token, err = t.SignedString(a.private)
	if err != nil {
		return "", expires, fmt.Errorf("sign access token: %w", err)
	}
	return token, expires, nil
}

// ticket is what a good access token stands for: a user with a session, or a key, whose subject is the person who made it.
type ticket struct{ user, session, key uuid.UUID }

// errToken is the one answer to every token that is not good, whatever is wrong with it.
func errToken() *fault.Fault {
	return fault.New(fault.Unauthenticated, "UNAUTHENTICATED", "Your session has ended. Sign in again.")
}

func (a *accessTokens) read(token string) (ticket, error) {
	if len(token) > accessTokenMax {
		return ticket{}, errToken()
	}
	var c claims
	t, err := a.parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		key, ok := a.known[kid]
		if !ok || t.Header["typ"] != accessType {
			return nil, errors.New("unknown key or type")
		}
		return key, nil
	})
	if err != nil || !t.Valid {
		return ticket{}, errToken().With(err)
	}
	var out ticket
	for _, part := range []struct {
		text string
		into *uuid.UUID
	}{{c.Subject, &out.user}, {c.Session, &out.session}, {c.Key, &out.key}} {
		if part.text == "" {
			continue
		}
		if *part.into, err = uuid.Parse(part.text); err != nil {
			return ticket{}, errToken().With(err)
		}
	}
	if out.user == uuid.Nil || (out.session == uuid.Nil) == (out.key == uuid.Nil) {
		return ticket{}, errToken()
	}
	return out, nil
}

// SecondsUntil gives how many seconds a token lives that ends at an instant.
func (s *Service) SecondsUntil(expires time.Time) int64 {
	return int64(expires.Sub(s.clock.Now()) / time.Second)
}

// JWKS gives the public keys of access tokens as a JSON Web Key Set (RFC 7517), so that others can check tokens.
func (s *Service) JWKS() []byte {
	type jwk struct {
		Kty string `json:"kty"`
		Crv string `json:"crv"`
		Use string `json:"use"`
		Alg string `json:"alg"`
		Kid string `json:"kid"`
		X   string `json:"x"`
	}
	var set struct {
		Keys []jwk `json:"keys"`
	}
	for kid, key := range s.access.known {
		set.Keys = append(set.Keys, jwk{"OKP", "Ed25519", "sig", "EdDSA", kid, base64.RawURLEncoding.EncodeToString(key)})
	}
	out, err := json.Marshal(set)
	if err != nil {
		panic("identity: " + err.Error()) // strings always marshal
	}
	return out
}
