package identity

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
)

// Reasons of an ended session, as the database keeps them.
const (
	endedBySignOut  = "SIGNED_OUT"
	endedByReset    = "PASSWORD_RESET"
	endedByReuse    = "REFRESH_TOKEN_REUSED"
	userAgentMax    = 300 // bytes
	sessionsKept    = 30 * 24 * time.Hour
	sessionsSweepAt = 1000 // rows a sweep deletes at most
)

// Session is what a person who signed in gets: the access token for the Authorization header, and the refresh token for an
// httpOnly cookie.
type Session struct {
	AccessToken      string
	ExpiresAt        time.Time // of the access token
	RefreshToken     string
	RefreshExpiresAt time.Time
	Viewer           viewer.Viewer
}

// openSessionTx starts a session for a person whose password was just checked.
func (s *Service) openSessionTx(ctx context.Context, tx database.Tx, user uuid.UUID, userAgent string) (Session, error) {
	now := s.clock.Now()
	sessionID := id.NewUUID(now)
	token := s.refresh.make(sessionID, 1)
	if len(userAgent) > userAgentMax {
		userAgent = userAgent[:userAgentMax]
	}
	out := Session{RefreshToken: token, RefreshExpiresAt: now.Add(refreshIdle)}
	_, err := tx.Ent.Session.Create().SetID(sessionID).SetCreatedAt(now).SetUserID(user).SetTokenHash(tokenHash(token)).
		SetExpiresAt(out.RefreshExpiresAt).SetPasswordAt(now).SetUserAgent(printable(userAgent)).Save(ctx)
	if err != nil {
		return Session{}, fmt.Errorf("open session: %w", err)
	}
	return s.completeTx(ctx, tx, out, user, sessionID)
}

// completeTx adds viewer and access token.
func (s *Service) completeTx(ctx context.Context, tx database.Tx, out Session, user, session uuid.UUID) (Session, error) {
	v, err := s.loadViewer(ctx, tx.SQL, user)
	if err != nil {
		return Session{}, err
	}
	v.SessionID, v.NetworkHash = session, viewer.From(ctx).NetworkHash
	out.Viewer = v
	out.AccessToken, out.ExpiresAt, err = s.access.sign(user, session, uuid.Nil)
	return out, err
}

// RefreshSession exchanges a refresh token for a new one and an access token. The token before the newest works for refreshOverlap
// longer and gives the newest again; any older one means that somebody copied it, so the whole session ends. Fault:
// UNAUTHENTICATED.
func (s *Service) RefreshSession(ctx context.Context, refreshToken string) (Session, error) {
	sessionID, generation, ok := s.refresh.read(refreshToken)
	if !ok {
		return Session{}, errToken()
	}
	var out Session
	var refused error // the end of a session is committed before it is answered
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		out, refused = Session{}, nil
		row, err := s.lockSessionTx(ctx, tx, sessionID)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if row.ended || !now.Before(row.expires) {
			return errToken()
		}
		hash := tokenHash(refreshToken)
		current := generation == row.generation && subtle.ConstantTimeCompare(hash, row.hash) == 1
		overlap := generation == row.generation-1 && subtle.ConstantTimeCompare(hash, row.previous) == 1 &&
			row.rotated != nil && now.Before(row.rotated.Add(refreshOverlap))
		switch {
		case current:
			row.generation++
			row.expires = earliest(now.Add(refreshIdle), row.created.Add(refreshLife))
			if err := s.rotateTx(ctx, tx, row, hash, now); err != nil {
				return err
			}
		case !overlap:
			refused = errToken()
			return s.endReusedTx(ctx, tx, row)
		}
		out = Session{RefreshToken: s.refresh.make(row.id, row.generation), RefreshExpiresAt: row.expires}
		out, err = s.completeTx(ctx, tx, out, row.user, row.id)
		if errors.Is(err, errNoViewer) {
			return errToken()
		}
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return out, refused
}

type sessionRow struct {
	id, user         uuid.UUID
	generation       int
	hash, previous   []byte
	created, expires time.Time
	rotated          *time.Time
	ended            bool
}

// lockSessionTx reads a session and holds it until the transaction ends. Fault: UNAUTHENTICATED when there is none.
func (s *Service) lockSessionTx(ctx context.Context, tx database.Tx, sessionID uuid.UUID) (sessionRow, error) {
	r := sessionRow{id: sessionID}
	err := tx.SQL.QueryRowContext(ctx, `
		SELECT user_id, generation, token_hash, previous_token_hash, created_at, expires_at, rotated_at, revoked_at IS NOT NULL
		FROM session WHERE id = $1 FOR UPDATE`, sessionID).
		Scan(&r.user, &r.generation, &r.hash, &r.previous, &r.created, &r.expires, &r.rotated, &r.ended)
	if errors.Is(err, sql.ErrNoRows) {
		return r, errToken()
	}
	if err != nil {
		return r, fmt.Errorf("read session: %w", err)
	}
	return r, nil
}

func (s *Service) rotateTx(ctx context.Context, tx database.Tx, r sessionRow, previous []byte, now time.Time) error {
	_, err := tx.SQL.ExecContext(ctx, `
		UPDATE session SET generation = $2, token_hash = $3, previous_token_hash = $4, rotated_at = $5, expires_at = $6 WHERE id = $1`,
		r.id, r.generation, tokenHash(s.refresh.make(r.id, r.generation)), previous, now, r.expires)
	if err != nil {
		return fmt.Errorf("rotate session: %w", err)
	}
	return nil
}

func (s *Service) endReusedTx(ctx context.Context, tx database.Tx, r sessionRow) error {
	now := s.clock.Now()
	if err := endSessionsTx(ctx, tx, now, endedByReuse, `id = $3`, r.id); err != nil {
		return err
	}
	s.log.WarnContext(ctx, "an old refresh token was used again; its session was ended", "user", r.user, "session", r.id)
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "SESSION_ENDED_AFTER_REUSE", ObjectKind: "SESSION", ObjectID: r.id,
		Detail: map[string]any{"user": r.user}})
}

// endSessionsTx revokes the sessions of a condition on $3.
func endSessionsTx(ctx context.Context, tx database.Tx, now time.Time, reason, condition string, arg any) error {
	_, err := tx.SQL.ExecContext(ctx, `UPDATE session SET revoked_at = $1, revoked_reason = $2 WHERE revoked_at IS NULL AND `+condition,
		now, reason, arg)
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// SignOut ends the session of the viewer or, when the access token is over already, of the refresh token; with everywhere, all
// sessions of the person. Who has no session is signed out already, so there is no fault for that.
func (s *Service) SignOut(ctx context.Context, refreshToken string, everywhere bool) error {
	v := viewer.From(ctx)
	session, user := v.SessionID, v.UserID
	if session == uuid.Nil {
		read, _, ok := s.refresh.read(refreshToken)
		if !ok {
			return nil
		}
		session = read
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		if user == uuid.Nil {
			row, err := s.lockSessionTx(ctx, tx, session)
			if fault.Is(err, fault.Unauthenticated) || err == nil && row.ended {
				return nil
			}
			if err != nil {
				return err
			}
			user = row.user
		}
		if everywhere {
			return endSessionsTx(ctx, tx, now, endedBySignOut, `user_id = $3`, user)
		}
		return endSessionsTx(ctx, tx, now, endedBySignOut, `id = $3`, session)
	})
}

// PasswordAt gives when the person last typed the password in the present session, for deeds that want it fresh. Faults:
// UNAUTHENTICATED, FORBIDDEN (apps).
func (s *Service) PasswordAt(ctx context.Context) (time.Time, error) {
	v := viewer.From(ctx)
	if _, err := access.User(v); err != nil {
		return time.Time{}, err
	}
	var at time.Time
	err := s.db.SQL.QueryRowContext(ctx, `SELECT password_at FROM session WHERE id = $1 AND user_id = $2`, v.SessionID, v.UserID).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, errToken()
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read session: %w", err)
	}
	return at.UTC(), nil
}

// sweepArgs is the job that forgets sessions long over.
type sweepArgs struct{}

// Kind names the job.
func (sweepArgs) Kind() string { return "identity_sweep" }

func (s *Service) sweep(ctx context.Context, _ sweepArgs) error {
	for {
		done, err := s.db.SQL.ExecContext(ctx, `
			DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at < $1 LIMIT $2)`,
			s.clock.Now().Add(-sessionsKept), sessionsSweepAt)
		if err != nil {
			return fmt.Errorf("sweep sessions: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n < sessionsSweepAt {
			return err
		}
	}
}

// Register lets workers do the jobs of this package: letters, and forgetting old sessions.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, s.sendLetter)
	job.Add(w, s.sweep)
	job.Every(w, 24*time.Hour, sweepArgs{})
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// printable replaces what is not printable ASCII, so that any header can be stored.
func printable(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' || c > '~' {
			b[i] = '?'
		}
	}
	return string(b)
}
