package identity

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/apikey"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

const (
	// apiKeyPrefix begins every secret, so that scanners for leaked secrets find it.
	apiKeyPrefix = "trb_"
	apiKeyBytes  = 32
	// apiKeyShown is how many letters of the secret are kept to tell keys apart.
	apiKeyShown   = 12
	apiKeyNameMax = 100
	apiKeysMax    = 50 // working keys of one brand
	// lastUsedEvery is how exactly the last use is kept.
	lastUsedEvery = time.Minute
)

// APIKey is a key of a brand's own program. The secret is shown once, when the key is made.
type APIKey struct {
	ID         id.ID          // prefix key
	Name       string         // what the brand calls it
	Prefix     string         // first letters of the secret, to tell keys apart
	Scopes     []viewer.Scope // what it may do, at most 9
	CreatedAt  time.Time      // when it was made
	LastUsedAt *time.Time     // when it was last used, to the minute
	RevokedAt  *time.Time     // when it was revoked; nil while it works
}

// IsNode marks APIKey as refetchable by id.
func (APIKey) IsNode() {}

func toAPIKey(k *gen.APIKey) APIKey {
	scopes := make([]viewer.Scope, len(k.Scopes))
	for i, w := range k.Scopes {
		scopes[i] = viewer.Scope(w)
	}
	return APIKey{ID: id.Of(id.APIKey, k.ID), Name: k.Name, Prefix: k.Prefix, Scopes: scopes, CreatedAt: k.CreatedAt.UTC(),
		LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt}
}

// scopeNeeds says what the maker of a key has to be allowed to do, so that nobody gives a program more than they have.
var scopeNeeds = map[viewer.Scope]access.Action{
	viewer.ReadPrograms: access.ReadPrograms, viewer.WritePrograms: access.WritePrograms, viewer.WriteCreators: access.WriteCreators,
	viewer.WriteTracking: access.WriteTracking, viewer.ReadOrders: access.ReadCustomers, viewer.WriteOrders: access.WriteOrders,
	viewer.ReadLedger: access.ReadLedger, viewer.WriteOutreach: access.WriteOutreach, viewer.ReadPerformance: access.ReadPerformance,
}

// CreateAPIKey makes a key and gives its secret, which is stored as a hash only. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN; on
// name REQUIRED, TOO_LONG; on scopes REQUIRED, BAD_FORMAT, INVALID (more than the maker's own roles allow); WRONG_STATE with too
// many keys.
func (s *Service) CreateAPIKey(ctx context.Context, brandID id.ID, name string, scopes []viewer.Scope) (APIKey, string, error) {
	v := viewer.From(ctx)
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return APIKey{}, "", err
	}
	if err := access.Brand(v, access.ManageKeys, brand); err != nil {
		return APIKey{}, "", err
	}
	maker, err := access.User(v)
	if err != nil {
		return APIKey{}, "", err
	}
	name = strings.TrimSpace(name)
	if err := checkKey(v, brand, name, scopes).Err(); err != nil {
		return APIKey{}, "", err
	}
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	random := make([]byte, apiKeyBytes)
	if _, err := rand.Read(random); err != nil {
		return APIKey{}, "", fmt.Errorf("make key: %w", err)
	}
	secret := apiKeyPrefix + base64.RawURLEncoding.EncodeToString(random)
	var out APIKey
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, "keys:"+brand.String()); err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		n, err := tx.Ent.APIKey.Query().Where(apikey.BrandID(brand), apikey.RevokedAtIsNil()).Count(ctx)
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		if n >= apiKeysMax {
			return fault.New(fault.Conflict, "WRONG_STATE", "A brand has at most %d working keys. Revoke one first.", apiKeysMax)
		}
		now := s.clock.Now()
		row, err := tx.Ent.APIKey.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(brand).SetCreatedBy(maker).SetName(name).
			SetPrefix(secret[:apiKeyShown]).SetSecretHash(tokenHash(secret)).SetScopes(wordsOf(scopes)).Save(ctx)
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		out = toAPIKey(row)
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "API_KEY_CREATED", ObjectKind: "API_KEY", ObjectID: row.ID, BrandID: brand,
			Detail: map[string]any{"name": name, "scopes": scopes}})
	})
	return out, secret, err
}

func checkKey(v viewer.Viewer, brand uuid.UUID, name string, scopes []viewer.Scope) (faults fault.List) {
	switch {
	case name == "":
		faults.Add(fault.At("name", "REQUIRED", "Give the key a name."))
	case utf8.RuneCountInString(name) > apiKeyNameMax:
		faults.Add(fault.At("name", "TOO_LONG", "A name has at most %d characters.", apiKeyNameMax))
	}
	if len(scopes) == 0 {
		faults.Add(fault.At("scopes", "REQUIRED", "Choose at least one thing that the key may do."))
	}
	for i, scope := range scopes {
		field := fmt.Sprintf("scopes.%d", i)
		action, known := scopeNeeds[scope]
		switch {
		case !known:
			faults.Add(fault.At(field, "BAD_FORMAT", "There is no such scope."))
		case access.Brand(v, action, brand) != nil:
			faults.Add(fault.At(field, "INVALID", "Your own roles do not allow %s, so a key of yours cannot.", scope))
		}
	}
	return faults
}

// RevokeAPIKey ends a key at once. Revoking it again changes nothing. Faults: UNAUTHENTICATED, NOT_FOUND (key), FORBIDDEN.
func (s *Service) RevokeAPIKey(ctx context.Context, keyID id.ID) (APIKey, error) {
	row, err := s.keyFor(ctx, keyID)
	if err != nil {
		return APIKey{}, err
	}
	out := toAPIKey(row)
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		n, err := tx.Ent.APIKey.Update().Where(apikey.ID(row.ID), apikey.RevokedAtIsNil()).SetRevokedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("revoke key: %w", err)
		}
		if n == 0 {
			return nil
		}
		out.RevokedAt = &now
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "API_KEY_REVOKED", ObjectKind: "API_KEY", ObjectID: row.ID, BrandID: row.BrandID,
			Detail: map[string]any{"name": row.Name}})
	})
	return out, err
}

// GetAPIKey gives a key of a brand whose keys the viewer manages. Faults: UNAUTHENTICATED, NOT_FOUND (key), FORBIDDEN.
func (s *Service) GetAPIKey(ctx context.Context, keyID id.ID) (APIKey, error) {
	row, err := s.keyFor(ctx, keyID)
	if err != nil {
		return APIKey{}, err
	}
	return toAPIKey(row), nil
}

func (s *Service) keyFor(ctx context.Context, keyID id.ID) (*gen.APIKey, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(keyID, id.APIKey, "API key")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.APIKey.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "API key")
	}
	if err := access.Noun(access.Brand(v, access.ManageKeys, row.BrandID), "API key"); err != nil {
		return nil, err
	}
	return row, nil
}

// APIKeysOf lists the keys of a brand, newest first, revoked ones too. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN.
func (s *Service) APIKeysOf(ctx context.Context, brandID id.ID, r page.Request) (page.Connection[APIKey], error) {
	var none page.Connection[APIKey]
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(viewer.From(ctx), access.ManageKeys, brand); err != nil {
		return none, err
	}
	query := func() *gen.APIKeyQuery { return s.db.Ent.APIKey.Query().Where(apikey.BrandID(brand)) }
	rows, err := query().Where(r.Keyset(apikey.FieldCreatedAt)).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list keys: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(k *gen.APIKey) page.Cursor { return page.Cursor{At: k.CreatedAt, ID: k.ID} }), toAPIKey)
	c.Total = func() (int, error) { return query().Count(ctx) }
	return c, nil
}

// appBySecret gives the app of a key's secret and keeps when it was used.
func (s *Service) appBySecret(ctx context.Context, secret string) (viewer.Viewer, error) {
	if len(secret) != len(apiKeyPrefix)+base64.RawURLEncoding.EncodedLen(apiKeyBytes) {
		return viewer.Viewer{}, errNoViewer
	}
	return s.app(ctx, `k.secret_hash = $1`, tokenHash(secret))
}

func (s *Service) appByID(ctx context.Context, key uuid.UUID) (viewer.Viewer, error) {
	return s.app(ctx, `k.id = $1`, key)
}

func (s *Service) app(ctx context.Context, condition string, arg any) (viewer.Viewer, error) {
	v := viewer.Viewer{Kind: viewer.App}
	now := s.clock.Now()
	var raw []byte
	var used *time.Time
	err := s.db.SQL.QueryRowContext(ctx, `
		SELECT k.id, k.brand_id, k.scopes, k.last_used_at FROM api_key k
		WHERE `+condition+` AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)`, arg, now).
		Scan(&v.KeyID, &v.BrandID, &raw, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return viewer.Viewer{}, errNoViewer
	}
	if err != nil {
		return viewer.Viewer{}, fmt.Errorf("read key: %w", err)
	}
	if err := json.Unmarshal(raw, &v.Scopes); err != nil {
		return viewer.Viewer{}, fmt.Errorf("read key's scopes: %w", err)
	}
	if used == nil || now.Sub(*used) >= lastUsedEvery {
		if _, err := s.db.SQL.ExecContext(ctx, `UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
			v.KeyID, now.Truncate(lastUsedEvery)); err != nil {
			return viewer.Viewer{}, fmt.Errorf("keep key's use: %w", err)
		}
	}
	return v, nil
}

// ExchangeKey gives a short access token for an API key's secret, for programs that want to keep the secret out of most requests. Faults:
// UNAUTHENTICATED, RATE_LIMITED.
func (s *Service) ExchangeKey(ctx context.Context, secret string) (token string, expires time.Time, err error) {
	giveBack, err := limited(try{s.byNetwork, viewer.From(ctx).NetworkHash})
	if err != nil {
		return "", time.Time{}, err
	}
	v, err := s.appBySecret(ctx, secret)
	if errors.Is(err, errNoViewer) {
		return "", time.Time{}, fault.New(fault.Unauthenticated, "UNAUTHENTICATED", "This API key does not work.")
	}
	if err != nil {
		return "", time.Time{}, err
	}
	giveBack()
	return s.access.sign(v.KeyID, uuid.Nil, v.KeyID)
}
