package graph

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"tributary/internal/kit/viewer"
)

// refreshCookie is the name of the cookie with the refresh token. Over https it gets the prefix that ties it to this host.
const refreshCookie = "tributary_session"

// Sizes of the network of a caller in bits: the smallest that one customer of a provider usually has.
const (
	networkBitsIPv4 = 24
	networkBitsIPv6 = 56
)

// caller is what an operation may know of the request beside its viewer.
type caller struct {
	userAgent string
	refused   error // why the bearer token was not good; nil when it was, or when there was none
}

type callerKey struct{}

func userAgent(ctx context.Context) string {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c.userAgent
}

// WithSession puts who calls into the context of each request: the viewer of its Authorization header, or nobody. A bearer token that
// is not good makes the caller nobody, and Guard refuses what is not for nobody. address gives where a request comes from; networkKey
// is the key of the hash that stands for the caller's network.
func WithSession(r *Resolver, address func(*http.Request) netip.Addr, networkKey []byte, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx := req.Context()
		v, err := r.Identity.Authenticate(ctx, bearer(req.Header.Get("Authorization")), networkHash(networkKey, address(req)))
		ctx = context.WithValue(viewer.With(ctx, v), callerKey{}, caller{userAgent: req.UserAgent(), refused: err})
		next.ServeHTTP(w, req.WithContext(ctx))
	})
}

// bearer gives the token of an Authorization header. A header of another scheme gives itself, which is no token, so that it is refused.
func bearer(header string) string {
	scheme, token, ok := strings.Cut(header, " ")
	if ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return header
}

func networkHash(key []byte, address netip.Addr) string {
	if !address.IsValid() {
		return ""
	}
	bits := networkBitsIPv6
	if address = address.Unmap().WithZone(""); address.Is4() {
		bits = networkBitsIPv4
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return ""
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte(network.String()))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// AuthenticateSocket makes the context of a WebSocket from its connection_init: {"authorization": "Bearer …"}. Without one the
// connection is nobody's.
func (r *Resolver) AuthenticateSocket(ctx context.Context, payload map[string]any) (context.Context, error) {
	for _, name := range []string{"authorization", "Authorization"} {
		if header, ok := payload[name].(string); ok && header != "" {
			v, err := r.Identity.Authenticate(ctx, bearer(header), viewer.From(ctx).NetworkHash)
			if err != nil {
				return nil, err
			}
			before, _ := ctx.Value(callerKey{}).(caller)
			before.refused = nil
			return context.WithValue(viewer.With(ctx, v), callerKey{}, before), nil
		}
	}
	return ctx, nil
}

// withoutSession are the mutations for people who are not signed in: a token that is over does not keep anybody from them.
var withoutSession = map[string]bool{"signIn": true, "signUp": true, "signOut": true, "refreshSession": true, "verifyEmail": true,
	"requestPasswordReset": true, "resetPassword": true}

// Guard is the schema as requests reach it: operations with a bearer token that is not good are UNAUTHENTICATED, but for those that
// give a new one, and each response has loaders of its own.
func (r *Resolver) Guard(schema graphql.ExecutableSchema) graphql.ExecutableSchema {
	return guarded{schema, r}
}

type guarded struct {
	graphql.ExecutableSchema
	r *Resolver
}

// Exec runs an operation, or refuses it.
func (g guarded) Exec(ctx context.Context) graphql.ResponseHandler {
	if c, _ := ctx.Value(callerKey{}).(caller); c.refused != nil && !forNobody(ctx) {
		graphql.AddError(ctx, c.refused)
		return graphql.OneShot(&graphql.Response{})
	}
	respond := g.ExecutableSchema.Exec(g.r.WithLoaders(ctx))
	return func(ctx context.Context) *graphql.Response { return respond(g.r.WithLoaders(ctx)) }
}

func forNobody(ctx context.Context) bool {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Mutation {
		return false
	}
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"}) {
		if !withoutSession[field.Name] {
			return false
		}
	}
	return true
}

func (r *Resolver) secure() bool { return strings.HasPrefix(r.Deployment.BaseURL, "https://") }

func (r *Resolver) refreshCookieName() string {
	if r.secure() {
		return "__Host-" + refreshCookie
	}
	return refreshCookie
}

func (r *Resolver) refreshCookie(token string, expires time.Time) *http.Cookie {
	return &http.Cookie{Name: r.refreshCookieName(), Value: token, Path: "/", Expires: expires, HttpOnly: true, Secure: r.secure(),
		SameSite: http.SameSiteStrictMode}
}

// noRefreshCookie takes the cookie away.
func (r *Resolver) noRefreshCookie() *http.Cookie {
	c := r.refreshCookie("", time.Time{})
	c.MaxAge = -1
	return c
}
