// Package auditlog keeps, append-only, who did what. Services write a row in the transaction of the deed, so that the row exists
// exactly when the deed does; the database refuses to change or delete one.
package auditlog

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/telemetry"
	"tributary/internal/kit/viewer"
)

// detailMax bounds the stored detail of one deed, in bytes.
const detailMax = 16 << 10

// Deed is what somebody did. The actor is the viewer of the context. Action is UPPER_SNAKE in the past tense, ObjectKind the
// upper-snake name of the object's type. BrandID and CreatorID say whose log shows it; zero means nobody's. Detail holds no
// secrets; a string under "sentence" replaces the sentence made from the action.
type Deed struct {
	Action     string
	ObjectKind string
	ObjectID   uuid.UUID
	BrandID    uuid.UUID
	CreatorID  uuid.UUID
	Detail     map[string]any
}

var insertDeeds = database.InsertInto("audit_log", "id uuid", "brand_id uuid", "creator_id uuid", "actor text", "action text", "object_kind text", "object_id uuid",
	"detail jsonb", "request_id text", "created_at timestamptz")

// WriteTx appends deeds in the caller's transaction, many in one statement. The caller has checked access.
func WriteTx(ctx context.Context, tx database.Tx, at time.Time, deeds ...Deed) error {
	rows := insertDeeds.Rows()
	for _, d := range deeds {
		detail := []byte("{}")
		if len(d.Detail) > 0 {
			var err error
			if detail, err = json.Marshal(d.Detail); err != nil {
				return fmt.Errorf("audit %s: %w", d.Action, err)
			}
			if len(detail) > detailMax {
				return fmt.Errorf("audit %s: the detail has %d bytes, more than %d", d.Action, len(detail), detailMax)
			}
		}
		rows.Add(id.NewUUID(at), nullable(d.BrandID), nullable(d.CreatorID), viewer.From(ctx).Actor(), d.Action, strings.ToUpper(d.ObjectKind), nullable(d.ObjectID),
			json.RawMessage(detail), telemetry.RequestID(ctx), at)
	}
	if err := rows.ExecTx(ctx, tx); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

func nullable(u uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: u, Valid: u != uuid.Nil} }
