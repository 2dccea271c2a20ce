package auditlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Config is what a Service needs.
type Config struct{ DB *database.DB }

// Service reads the log.
type Service struct{ db *database.DB }

// New makes a Service.
func New(c Config) *Service { return &Service{db: c.DB} }

// columns reads an entry with its actor's name. Actors are stored as "user:<uuid>", "key:<uuid>", "system:<reason>" or
// "anonymous".
const columns = `
	SELECT a.id, a.brand_id, a.action, a.object_kind, a.object_id, coalesce(a.detail->>'sentence', ''), a.created_at, a.actor,
	       coalesce(u.name, k.name, '')
	FROM audit_log a
	LEFT JOIN "user" u ON u.id = CASE WHEN a.actor LIKE 'user:%' THEN substr(a.actor, 6)::uuid END
	LEFT JOIN api_key k ON k.id = CASE WHEN a.actor LIKE 'key:%' THEN substr(a.actor, 5)::uuid END`

// List gives the log of a brand, newest first. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN.
func (s *Service) List(ctx context.Context, brandID id.ID, r page.Request) (page.Connection[Entry], error) {
	var none page.Connection[Entry]
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(viewer.From(ctx), access.ReadAudit, brand); err != nil {
		return none, err
	}
	comparison, order := "<", "DESC"
	if r.Backward {
		comparison, order = ">", "ASC"
	}
	query := columns + ` WHERE a.brand_id = $1`
	args := []any{brand, r.Limit + 1}
	if r.HasStart {
		query += ` AND (a.created_at, a.id) ` + comparison + ` ($3, $4)`
		args = append(args, r.Cursor.At, r.Cursor.ID)
	}
	query += ` ORDER BY a.created_at ` + order + `, a.id ` + order + ` LIMIT $2`
	rows, err := s.db.SQL.QueryContext(ctx, query, args...)
	if err != nil {
		return none, fmt.Errorf("list audit log: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var entries []Entry
	for rows.Next() {
		e, _, err := scan(rows)
		if err != nil {
			return none, err
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return none, fmt.Errorf("list audit log: %w", err)
	}
	return page.Build(r, entries, func(e Entry) page.Cursor { return page.Cursor{At: e.CreatedAt, ID: e.ID.UUID} }), nil
}

// Get gives one entry of a brand whose log the viewer may read. Faults: UNAUTHENTICATED, NOT_FOUND (entry), FORBIDDEN.
func (s *Service) Get(ctx context.Context, entryID id.ID) (Entry, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Entry{}, err
	}
	u, err := id.Want(entryID, id.AuditEntry, "audit entry")
	if err != nil {
		return Entry{}, err
	}
	e, brand, err := scan(s.db.SQL.QueryRowContext(ctx, columns+` WHERE a.id = $1`, u))
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, fault.Missing("audit entry")
	}
	if err != nil {
		return Entry{}, err
	}
	if err := access.Noun(access.Brand(v, access.ReadAudit, brand), "audit entry"); err != nil {
		return Entry{}, err
	}
	return e, nil
}

func scan(row interface{ Scan(...any) error }) (e Entry, brand uuid.UUID, err error) {
	var (
		object      uuid.NullUUID
		owner       uuid.NullUUID
		actor, name string
	)
	e.ID.Kind = id.AuditEntry
	err = row.Scan(&e.ID.UUID, &owner, &e.Action, &e.ObjectKind, &object, &e.Sentence, &e.CreatedAt, &actor, &name)
	if errors.Is(err, sql.ErrNoRows) {
		return e, owner.UUID, err
	}
	if err != nil {
		return e, owner.UUID, fmt.Errorf("read audit entry: %w", err)
	}
	e.CreatedAt = e.CreatedAt.UTC()
	e.ActorName = actorName(actor, name)
	if e.Sentence == "" {
		e.Sentence = words(e.Action)
	}
	if kind, ok := kindsOfObjects[e.ObjectKind]; ok && object.Valid {
		of := id.Of(kind, object.UUID)
		e.ObjectID = &of
	}
	return e, owner.UUID, nil
}

func actorName(actor, name string) string {
	switch {
	case name != "":
		return name
	case strings.HasPrefix(actor, "system:"):
		return "Tributary"
	case actor == "anonymous":
		return "Somebody not signed in"
	default:
		return "Somebody who is gone"
	}
}
