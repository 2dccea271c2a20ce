package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/viewer"
)

// viewerColumns reads all that a viewer needs of a user in one row.
const viewerColumns = `u.id, u.admin,
	(SELECT c.id FROM creator c WHERE c.user_id = u.id),
	coalesce((SELECT jsonb_agg(jsonb_build_object('BrandID', m.brand_id, 'Roles', m.roles, 'GrantedAt', m.roles_granted_at,
	                 'GrantedBy', m.roles_granted_by) ORDER BY m.created_at, m.id)
	          FROM membership m WHERE m.user_id = u.id AND m.removed_at IS NULL), '[]')`

// errNoViewer says that the row of a viewer is not there: gone, disabled, ended.
var errNoViewer = errors.New("no such viewer")

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Service) loadViewer(ctx context.Context, q querier, user uuid.UUID) (viewer.Viewer, error) {
	return scanViewer(q.QueryRowContext(ctx, `SELECT `+viewerColumns+` FROM "user" u WHERE u.id = $1 AND u.status = $2`, user, statusActive))
}

func scanViewer(row *sql.Row) (viewer.Viewer, error) {
	v := viewer.Viewer{Kind: viewer.User}
	var creator uuid.NullUUID
	var raw []byte
	err := row.Scan(&v.UserID, &v.Admin, &creator, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return viewer.Viewer{}, errNoViewer
	}
	if err != nil {
		return viewer.Viewer{}, fmt.Errorf("read viewer: %w", err)
	}
	v.CreatorID = creator.UUID
	var memberships []struct {
		BrandID   uuid.UUID
		Roles     []viewer.Role
		GrantedAt time.Time
		GrantedBy *uuid.UUID
	}
	if err := json.Unmarshal(raw, &memberships); err != nil {
		return viewer.Viewer{}, fmt.Errorf("read viewer's memberships: %w", err)
	}
	for _, m := range memberships {
		one := viewer.Membership{BrandID: m.BrandID, Roles: m.Roles, GrantedAt: m.GrantedAt.UTC()}
		if m.GrantedBy != nil {
			one.GrantedBy = *m.GrantedBy
		}
		v.Memberships = append(v.Memberships, one)
	}
	return v, nil
}

// Authenticate gives who a bearer token stands for: nobody for the empty one, a person for an access token whose session still
// stands, an app for an API key or an access token made from one. It reads one row. networkHash is the keyed hash of the
// caller's network. Fault: UNAUTHENTICATED.
func (s *Service) Authenticate(ctx context.Context, bearer, networkHash string) (viewer.Viewer, error) {
	nobody := viewer.Viewer{Kind: viewer.Anonymous, NetworkHash: networkHash}
	if bearer == "" {
		return nobody, nil
	}
	var v viewer.Viewer
	var err error
	if strings.HasPrefix(bearer, apiKeyPrefix) {
		v, err = s.appBySecret(ctx, bearer)
	} else {
		v, err = s.byAccessToken(ctx, bearer)
	}
	if errors.Is(err, errNoViewer) {
		err = errToken()
	}
	if err != nil {
		return nobody, err
	}
	v.NetworkHash = networkHash
	return v, nil
}

func (s *Service) byAccessToken(ctx context.Context, token string) (viewer.Viewer, error) {
	t, err := s.access.read(token)
	if err != nil {
		return viewer.Viewer{}, err
	}
	if t.key != uuid.Nil {
		return s.appByID(ctx, t.key)
	}
	v, err := scanViewer(s.db.SQL.QueryRowContext(ctx, `SELECT `+viewerColumns+`
		FROM session se JOIN "user" u ON u.id = se.user_id
		WHERE se.id = $1 AND se.user_id = $2 AND se.revoked_at IS NULL AND se.expires_at > $3 AND u.status = $4`,
		t.session, t.user, s.clock.Now(), statusActive))
	v.SessionID = t.session
	return v, err
}

// Recheck reports whether the viewer of a long-lived connection is still allowed in: the session stands, the key is not revoked.
// Fault: UNAUTHENTICATED.
func (s *Service) Recheck(ctx context.Context) error {
	v := viewer.From(ctx)
	var err error
	switch v.Kind {
	case viewer.User:
		var one int
		err = s.db.SQL.QueryRowContext(ctx, `
			SELECT 1 FROM session se JOIN "user" u ON u.id = se.user_id
			WHERE se.id = $1 AND se.revoked_at IS NULL AND se.expires_at > $2 AND u.status = $3`, v.SessionID, s.clock.Now(), statusActive).Scan(&one)
	case viewer.App:
		_, err = s.appByID(ctx, v.KeyID)
	}
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, errNoViewer) {
		return errToken()
	}
	return err
}
