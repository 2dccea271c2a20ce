package outreach

import (
	"context"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// EventKind is the sort of an event in a prospect's story. Spelled alike in Go, SQL and GraphQL.
type EventKind string

// The kinds of events.
const (
	EventCreated EventKind = "CREATED" // added
	EventMove    EventKind = "MOVE"    // moved to another stage
	EventNote    EventKind = "NOTE"    // a note
)

// Event is one event in a prospect's story. Events never change.
type Event struct {
	ID         id.ID // prefix pev
	ProspectID id.ID
	Kind       EventKind
	FromStage  *Stage // of a move
	ToStage    *Stage // of a move
	Body       string // note, or reason of a move
	UserID     id.ID  // who, zero for apps and the program itself
	CreatedAt  time.Time
}

// IsNode marks Event as refetchable by id.
func (Event) IsNode() {}

func eventOf(row *gen.ProspectEvent) Event {
	e := Event{ID: id.Of(id.ProspectEvent, row.ID), ProspectID: id.Of(id.Prospect, row.ProspectID), Kind: EventKind(row.Kind), Body: row.Body,
		CreatedAt: row.CreatedAt}
	if row.FromStage != "" {
		e.FromStage = (*Stage)(&row.FromStage)
	}
	if row.ToStage != "" {
		e.ToStage = (*Stage)(&row.ToStage)
	}
	if row.UserID != nil {
		e.UserID = id.Of(id.User, *row.UserID)
	}
	return e
}

// happened is an event to be written.
type happened struct {
	kind     EventKind
	from, to Stage
	body     string
	inStage  time.Duration // of a move: time spent in the stage it left
}

// tell writes an event into a prospect's story.
func tell(ctx context.Context, tx database.Tx, at time.Time, row *gen.Prospect, h happened) error {
	return tx.Ent.ProspectEvent.Create().SetID(id.NewUUID(at)).SetCreatedAt(at).SetBrandID(row.BrandID).SetProgramID(row.ProgramID).
		SetProspectID(row.ID).SetKind(string(h.kind)).SetFromStage(string(h.from)).SetToStage(string(h.to)).SetBody(h.body).
		SetNillableUserID(actor(viewer.From(ctx))).SetSecondsInStage(int64(h.inStage / time.Second)).Exec(ctx)
}

// actor is the person who acts, nil for apps and the program itself.
func actor(v viewer.Viewer) *uuid.UUID {
	if v.Kind != viewer.User {
		return nil
	}
	return &v.UserID
}

// EventsOf gives one page of events for each prospect, newest first, in one statement. Prospects of brands whose outreach the
// viewer may not read have empty pages.
func (s *Service) EventsOf(ctx context.Context, prospects []uuid.UUID, r page.Request) (map[uuid.UUID]page.Connection[Event], error) {
	brands, all := access.Brands(viewer.From(ctx), access.ReadOutreach)
	of := make(map[uuid.UUID][]Event, len(prospects))
	if all || len(brands) > 0 {
		direction := func(column string) string { return column + " DESC" }
		if r.Backward {
			direction = func(column string) string { return column }
		}
		rows, err := s.db.Ent.ProspectEvent.Query().Where(func(sel *entsql.Selector) {
			sel.Where(entsql.P(func(b *entsql.Builder) {
				b.WriteString(sel.C("id") + " IN (SELECT x.id FROM unnest(").Arg(database.Array(prospects)).
					WriteString("::uuid[]) u(id) CROSS JOIN LATERAL (SELECT e.id FROM prospect_event e WHERE e.prospect_id = u.id")
				if !all {
					b.WriteString(" AND e.brand_id = ANY(").Arg(database.Array(brands)).WriteString("::uuid[])")
				}
				if r.HasStart {
					op := " < ("
					if r.Backward {
						op = " > ("
					}
					b.WriteString(" AND (e.created_at, e.id)" + op).Arg(r.Cursor.At).WriteString("::timestamptz, ").
						Arg(r.Cursor.ID).WriteString("::uuid)")
				}
				b.WriteString(" ORDER BY " + direction("e.created_at") + ", " + direction("e.id") + " LIMIT ").Arg(r.Limit + 1).
					WriteString(") x)")
			}))
			sel.OrderBy(direction(sel.C("created_at")), direction(sel.C("id")))
		}).All(ctx)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			of[row.ProspectID] = append(of[row.ProspectID], eventOf(row))
		}
	}
	out := make(map[uuid.UUID]page.Connection[Event], len(prospects))
	for _, p := range prospects {
		out[p] = page.Build(r, of[p], func(e Event) page.Cursor { return page.Cursor{At: e.CreatedAt, ID: e.ID.UUID} })
	}
	return out, nil
}
