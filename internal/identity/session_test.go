package identity_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/seal"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

func TestAccessTokensThatAreNotGoodAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, s := h.person("ada")
	seed := seal.Derive([]byte(strings.Repeat("m", 32)), "access-token", 32)
	private := ed25519.NewKeyFromSeed(seed)
	sum := sha256.Sum256(private.Public().(ed25519.PublicKey))
	kid := hex.EncodeToString(sum[:8])
	good := func() (map[string]any, jwt.MapClaims) {
		return map[string]any{"typ": "at+jwt", "kid": kid}, jwt.MapClaims{"iss": baseURL, "aud": []string{"tributary-api"},
			"sub": s.Viewer.UserID.String(), "sid": s.Viewer.SessionID.String(), "iat": start.Unix(), "exp": start.Add(time.Minute).Unix()}
	}
	sign := func(method jwt.SigningMethod, key any, change func(header map[string]any, c jwt.MapClaims)) string {
		header, c := good()
		change(header, c)
		token := jwt.NewWithClaims(method, c)
		for k, v := range header {
			token.Header[k] = v
			if v == nil {
				delete(token.Header, k)
			}
		}
		out, err := token.SignedString(key)
		require.NoError(t, err)
		return out
	}
	eddsa := func(change func(header map[string]any, c jwt.MapClaims)) string {
		return sign(jwt.SigningMethodEdDSA, private, change)
	}
	keep := func(map[string]any, jwt.MapClaims) {}
	_, err := h.Authenticate(t.Context(), eddsa(keep), "")
	require.NoError(t, err, "the forged table starts from a good token")

	_, otherKey, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	parts := strings.Split(s.AccessToken, ".")
	for name, token := range map[string]string{
		"not a token":               "abc",
		"empty parts":               "..",
		"many dots":                 strings.Repeat(".", 2000),
		"too long":                  s.AccessToken + strings.Repeat("A", 4000),
		"alg none":                  sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, keep),
		"HS256 with the public key": sign(jwt.SigningMethodHS256, []byte(private.Public().(ed25519.PublicKey)), keep),
		"another key":               sign(jwt.SigningMethodEdDSA, otherKey, keep),
		"unknown kid":               eddsa(func(h map[string]any, _ jwt.MapClaims) { h["kid"] = "0011223344556677" }),
		"no kid":                    eddsa(func(h map[string]any, _ jwt.MapClaims) { h["kid"] = nil }),
		"another type":              eddsa(func(h map[string]any, _ jwt.MapClaims) { h["typ"] = "JWT" }),
		"another issuer":            eddsa(func(_ map[string]any, c jwt.MapClaims) { c["iss"] = "http://other.test" }),
		"no issuer":                 eddsa(func(_ map[string]any, c jwt.MapClaims) { delete(c, "iss") }),
		"another audience":          eddsa(func(_ map[string]any, c jwt.MapClaims) { c["aud"] = "other" }),
		"no audience":               eddsa(func(_ map[string]any, c jwt.MapClaims) { delete(c, "aud") }),
		"expired":                   eddsa(func(_ map[string]any, c jwt.MapClaims) { c["exp"] = start.Add(-31 * time.Second).Unix() }),
		"no end":                    eddsa(func(_ map[string]any, c jwt.MapClaims) { delete(c, "exp") }),
		"from the future":           eddsa(func(_ map[string]any, c jwt.MapClaims) { c["iat"] = start.Add(time.Hour).Unix() }),
		"no subject":                eddsa(func(_ map[string]any, c jwt.MapClaims) { delete(c, "sub") }),
		"odd subject":               eddsa(func(_ map[string]any, c jwt.MapClaims) { c["sub"] = "me" }),
		"another's session":         eddsa(func(_ map[string]any, c jwt.MapClaims) { c["sub"] = id.NewUUID(start).String() }),
		"unknown session":           eddsa(func(_ map[string]any, c jwt.MapClaims) { c["sid"] = id.NewUUID(start).String() }),
		"no session":                eddsa(func(_ map[string]any, c jwt.MapClaims) { delete(c, "sid") }),
		"session and key":           eddsa(func(_ map[string]any, c jwt.MapClaims) { c["key"] = id.NewUUID(start).String() }),
		"changed claims":            parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"x"}`)) + "." + parts[2],
		"a refresh token":           s.RefreshToken,
		"unknown API key":           "trb_" + strings.Repeat("A", 43),
		"short API key":             "trb_",
	} {
		v, err := h.Authenticate(t.Context(), token, "net")
		require.True(t, fault.Is(err, fault.Unauthenticated), "%s: %v", name, err)
		require.False(t, v.SignedIn(), name)
		require.NotContains(t, fault.All(err)[0].Message, "sign", name)
	}
	v, err := h.Authenticate(t.Context(), "", "net")
	require.NoError(t, err)
	require.Equal(t, viewer.Viewer{Kind: viewer.Anonymous, NetworkHash: "net"}, v)

	h.clock.Advance(10*time.Minute + 31*time.Second)
	_, err = h.Authenticate(t.Context(), s.AccessToken, "")
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestAuthenticatingIsOneStatement(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	h.brand("one", ctx)
	h.brand("two", ctx)
	counted, n := database.CountStatements(t.Context())
	v, err := h.Authenticate(counted, s.AccessToken, "net")
	require.NoError(t, err)
	require.EqualValues(t, 1, n.Load())
	require.Len(t, v.Memberships, 2)
	require.Equal(t, s.Viewer.SessionID, v.SessionID)
	require.Equal(t, "net", v.NetworkHash)
	require.Equal(t, start, v.Memberships[0].GrantedAt)
}

func TestThePublicKeysCheckAccessTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, s := h.person("ada")
	var set struct{ Keys []map[string]string }
	require.NoError(t, json.Unmarshal(h.JWKS(), &set))
	require.Len(t, set.Keys, 1)
	key, err := base64.RawURLEncoding.DecodeString(set.Keys[0]["x"])
	require.NoError(t, err)
	token, err := jwt.Parse(s.AccessToken, func(*jwt.Token) (any, error) { return ed25519.PublicKey(key), nil },
		jwt.WithTimeFunc(h.clock.Now))
	require.NoError(t, err)
	require.Equal(t, set.Keys[0]["kid"], token.Header["kid"])
}

func TestARefreshTokenIsExchangedForTheNext(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, first := h.person("ada")
	h.clock.Advance(10 * time.Minute)
	second, err := h.RefreshSession(nobody(t), first.RefreshToken)
	require.NoError(t, err)
	require.NotEqual(t, first.RefreshToken, second.RefreshToken)
	require.Equal(t, first.Viewer.SessionID, second.Viewer.SessionID)
	h.as(second.AccessToken)
	require.Zero(t, count(t, h.db, `SELECT count(*) FROM session WHERE encode(token_hash, 'escape') = $1`, second.RefreshToken))
}

func TestAReusedRefreshTokenEndsTheWholeSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, first := h.person("ada")
	_, other := h.person("bob")
	h.clock.Advance(10 * time.Minute)
	second, err := h.RefreshSession(nobody(t), first.RefreshToken)
	require.NoError(t, err)
	h.clock.Advance(31 * time.Second)
	_, err = h.RefreshSession(nobody(t), first.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = h.RefreshSession(nobody(t), second.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated), "the thief's token is dead too")
	_, err = h.Authenticate(t.Context(), second.AccessToken, "")
	require.True(t, fault.Is(err, fault.Unauthenticated), "and so is the access token")
	_, err = h.RefreshSession(nobody(t), other.RefreshToken)
	require.NoError(t, err)
	require.Equal(t, 1, count(t, h.db, `SELECT count(*) FROM audit_log WHERE action = 'SESSION_ENDED_AFTER_REUSE'`))
}

func TestATokenTwoGenerationsOldEndsTheSessionEvenAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, first := h.person("ada")
	second, err := h.RefreshSession(nobody(t), first.RefreshToken)
	require.NoError(t, err)
	third, err := h.RefreshSession(nobody(t), second.RefreshToken)
	require.NoError(t, err)
	_, err = h.RefreshSession(nobody(t), first.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = h.RefreshSession(nobody(t), third.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestTabsThatRefreshAtTheSameTimeAllStaySignedIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, first := h.person("ada")
	type answer struct {
		token, access string
		err           error
	}
	answers := make(chan answer, 6)
	for range cap(answers) {
		go func() {
			s, err := h.RefreshSession(nobody(t), first.RefreshToken)
			answers <- answer{s.RefreshToken, s.AccessToken, err}
		}()
	}
	tokens := map[string]bool{}
	for range cap(answers) {
		a := <-answers
		require.NoError(t, a.err)
		tokens[a.token] = true
		h.as(a.access)
	}
	require.Len(t, tokens, 1, "whichever answer comes last, the cookie is the newest")
	for token := range tokens {
		_, err := h.RefreshSession(nobody(t), token)
		require.NoError(t, err)
	}
}

func TestAnAnswerThatWasLostCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, first := h.person("ada")
	lost, err := h.RefreshSession(nobody(t), first.RefreshToken)
	require.NoError(t, err)
	h.clock.Advance(29 * time.Second)
	again, err := h.RefreshSession(nobody(t), first.RefreshToken)
	require.NoError(t, err)
	require.Equal(t, lost.RefreshToken, again.RefreshToken)
	h.clock.Advance(time.Hour)
	_, err = h.RefreshSession(nobody(t), again.RefreshToken)
	require.NoError(t, err)
}

func TestMadeUpRefreshTokensEndNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, s := h.person("ada")
	raw, err := base64.RawURLEncoding.DecodeString(s.RefreshToken)
	require.NoError(t, err)
	for i := range raw {
		bad := append([]byte{}, raw...)
		bad[i] ^= 1
		_, err := h.RefreshSession(nobody(t), base64.RawURLEncoding.EncodeToString(bad))
		require.True(t, fault.Is(err, fault.Unauthenticated))
	}
	for _, token := range []string{"", "x", s.RefreshToken + "A", s.AccessToken} {
		_, err := h.RefreshSession(nobody(t), token)
		require.True(t, fault.Is(err, fault.Unauthenticated))
	}
	_, err = h.RefreshSession(nobody(t), s.RefreshToken)
	require.NoError(t, err)
}

func TestASessionEndsWhenItIsIdleAndAtItsAge(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, idle := h.person("ada")
	h.clock.Advance(30 * 24 * time.Hour)
	_, err := h.RefreshSession(nobody(t), idle.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated))

	_, s := h.person("bob")
	token := s.RefreshToken
	for range 4 {
		h.clock.Advance(20 * 24 * time.Hour)
		next, err := h.RefreshSession(nobody(t), token)
		require.NoError(t, err)
		token = next.RefreshToken
	}
	h.clock.Advance(10 * 24 * time.Hour)
	_, err = h.RefreshSession(nobody(t), token)
	require.True(t, fault.Is(err, fault.Unauthenticated), "after 90 days the password is asked for")
}

func TestADisabledAccountIsOutAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	require.NoError(t, h.Recheck(ctx))
	_, err := h.db.SQL.ExecContext(t.Context(), `UPDATE "user" SET status = 'DISABLED'`)
	require.NoError(t, err)
	_, err = h.Authenticate(t.Context(), s.AccessToken, "")
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = h.RefreshSession(nobody(t), s.RefreshToken)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	require.True(t, fault.Is(h.Recheck(ctx), fault.Unauthenticated))
}

func TestSigningOutEndsThisSessionOrAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, one := h.person("ada")
	second := func() (string, string) {
		s, err := h.RefreshSession(nobody(t), h.signIn("ada").RefreshToken)
		require.NoError(t, err)
		return s.AccessToken, s.RefreshToken
	}
	twoAccess, twoRefresh := second()
	require.NoError(t, h.SignOut(ctx, "", false))
	_, err := h.Authenticate(t.Context(), one.AccessToken, "")
	require.True(t, fault.Is(err, fault.Unauthenticated))
	h.as(twoAccess)
	require.NoError(t, h.SignOut(nobody(t), twoRefresh, false), "the cookie alone signs out, when the access token is over")
	_, err = h.Authenticate(t.Context(), twoAccess, "")
	require.True(t, fault.Is(err, fault.Unauthenticated))

	aAccess, aRefresh := second()
	bAccess, _ := second()
	require.NoError(t, h.SignOut(nobody(t), aRefresh, true))
	for _, access := range []string{aAccess, bAccess} {
		_, err = h.Authenticate(t.Context(), access, "")
		require.True(t, fault.Is(err, fault.Unauthenticated))
	}
	require.NoError(t, h.SignOut(nobody(t), "nonsense", true))
}

func TestThePasswordsFreshnessIsKnown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, s := h.person("ada")
	h.clock.Advance(time.Hour)
	_, err := h.RefreshSession(nobody(t), s.RefreshToken)
	require.NoError(t, err)
	at, err := h.PasswordAt(ctx)
	require.NoError(t, err)
	require.Equal(t, start, at, "refreshing is not typing the password")
	_, err = h.PasswordAt(testdb.Context(t))
	require.Error(t, err)
}
