package outreach

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entpartnership "tributary/ent/gen/partnership"
	entprospect "tributary/ent/gen/prospect"
	entaccount "tributary/ent/gen/socialaccount"
	"tributary/internal/auditlog"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
)

// joinedReason is what the story says when a partnership moved a prospect.
const joinedReason = "The creator joined the program."

// joinedMax bounds how many prospects one creator can be in one program's pipeline.
const joinedMax = 50

// MoveInput is what moveProspect takes.
type MoveInput struct {
	ProspectID    id.ID
	ToStage       Stage
	ExpectedStage *Stage // the stage that the person saw
	Reason        string // needed for a step back, to decline, and for the way back from a no
}

// Move takes a prospect to another stage. ONBOARDED needs an active partnership of the creator in the program. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT at reason, INVALID at toStage; WRONG_STATE for a move that
// the table does not have; CONFLICT when the stage is not the expected one or somebody moved it meanwhile.
func (s *Service) Move(ctx context.Context, in MoveInput) (Prospect, error) {
	row, err := s.mine(ctx, in.ProspectID, access.WriteOutreach)
	if err != nil {
		return Prospect{}, err
	}
	from := Stage(row.Stage)
	var wrong fault.List
	field.OneOf(&wrong, "toStage", in.ToStage, Stages...)
	least := 0
	if needsReason(from, in.ToStage) && MayMove(from, in.ToStage) {
		least = 1
	}
	in.Reason = field.Body(&wrong, "reason", in.Reason, least, noteMax)
	if err := wrong.Err(); err != nil {
		return Prospect{}, err
	}
	if in.ExpectedStage != nil && *in.ExpectedStage != from {
		return Prospect{}, errMoved()
	}
	now := s.clock.Now()
	var out *gen.Prospect
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var joined *gen.Partnership
		if in.ToStage == StageOnboarded {
			var err error
			if joined, err = activePartnership(ctx, tx, row); err != nil {
				return err
			}
			if joined == nil && MayMove(from, in.ToStage) {
				return fault.New(fault.Conflict, "WRONG_STATE", "A prospect is onboarded once the creator has an active partnership in the program.")
			}
		}
		var err error
		out, err = step(ctx, tx, now, row, in.ToStage, in.Reason, joined)
		return err
	})
	if err != nil {
		return Prospect{}, err
	}
	return fromRow(out), nil
}

func errMoved() error {
	return fault.New(fault.Conflict, "CONFLICT", "Somebody moved this prospect meanwhile. Look again.")
}

// step moves a prospect by the table, and keeps the move with the time spent in the stage it left.
func step(ctx context.Context, tx database.Tx, now time.Time, row *gen.Prospect, to Stage, reason string, joined *gen.Partnership) (*gen.Prospect, error) {
	from := Stage(row.Stage)
	if !MayMove(from, to) {
		return nil, fault.State("prospect", string(from), string(to))
	}
	if !now.After(row.StageSince) {
		now = row.StageSince.Add(time.Microsecond) // moves of one prospect keep their order
	}
	u := tx.Ent.Prospect.Update().Where(entprospect.ID(row.ID), entprospect.Stage(row.Stage)).
		SetStage(string(to)).SetStageSince(now).SetUpdatedAt(now)
	if joined != nil {
		u.SetPartnershipID(joined.ID).SetCreatorID(joined.CreatorID)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errMoved()
	}
	err = tell(ctx, tx, now, row, happened{kind: EventMove, from: from, to: to, body: reason, inStage: now.Sub(row.StageSince)})
	if err != nil {
		return nil, err
	}
	err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROSPECT_MOVED", ObjectKind: "PROSPECT", ObjectID: row.ID,
		BrandID: row.BrandID, Detail: map[string]any{"from": from, "to": to}})
	if err != nil {
		return nil, err
	}
	return tx.Ent.Prospect.Get(ctx, row.ID)
}

// creatorByAccount gives the one creator who has an account of this name on the platform; nil when there is none, or several say so.
func creatorByAccount(ctx context.Context, tx database.Tx, platform creator.Platform, handle string) (*uuid.UUID, error) {
	rows, err := tx.Ent.SocialAccount.Query().
		Where(entaccount.Platform(string(platform)), entaccount.Handle(handle), entaccount.RemovedAtIsNil()).Limit(2).All(ctx)
	if err != nil || len(rows) != 1 {
		return nil, err
	}
	return &rows[0].CreatorID, nil
}

// activePartnership gives the active partnership of the creator whom a prospect is, nil when there is none.
func activePartnership(ctx context.Context, tx database.Tx, row *gen.Prospect) (*gen.Partnership, error) {
	who := row.CreatorID
	if who == nil {
		var err error
		if who, err = creatorByAccount(ctx, tx, creator.Platform(row.Platform), row.Handle); err != nil || who == nil {
			return nil, err
		}
	}
	p, err := tx.Ent.Partnership.Query().Where(entpartnership.ProgramID(row.ProgramID), entpartnership.CreatorID(*who),
		entpartnership.Status(string(partnership.StatusActive))).Only(ctx)
	if database.IsMissing(err) {
		return nil, nil
	}
	return p, err
}

// Joined moves the prospects that a creator was in a program's pipeline to ONBOARDED, once an application was approved, and gives
// how many it moved. A prospect is the creator when it was linked to the profile, or has the name of one of its accounts, or its
// confirmed mail address. It is for the program itself; doing it again changes nothing.
func (s *Service) Joined(ctx context.Context, joined uuid.UUID) (int, error) {
	now := s.clock.Now()
	moved := 0
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		moved = 0
		p, err := tx.Ent.Partnership.Get(ctx, joined)
		if err != nil {
			return database.OnMissing(err, "partnership")
		}
		rows, err := prospectsOf(ctx, tx, p)
		if err != nil {
			return err
		}
		for _, row := range rows {
			for _, to := range wayIn(Stage(row.Stage)) {
				var link *gen.Partnership
				if to == StageOnboarded {
					link = p
				}
				if row, err = step(ctx, tx, now, row, to, joinedReason, link); err != nil {
					return err
				}
			}
			moved++
		}
		return nil
	})
	return moved, err
}

// wayIn is how a prospect comes into the program from a stage by the table's moves.
func wayIn(from Stage) []Stage {
	switch {
	case slices.Contains(moves[from], StageOnboarded):
		return []Stage{StageOnboarded}
	case from == StageDeclined:
		return []Stage{StageIdentified, StageOnboarded}
	default: // UNRESPONSIVE
		return []Stage{StageReplied, StageOnboarded}
	}
}

// prospectsOf finds who the creator of a partnership was in the program's pipeline and is not onboarded yet, and holds the rows.
func prospectsOf(ctx context.Context, tx database.Tx, p *gen.Partnership) ([]*gen.Prospect, error) {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT x.id FROM prospect x
		WHERE x.program_id = $1 AND x.brand_id = $2 AND x.stage <> 'ONBOARDED' AND (
			x.creator_id = $3
			OR x.creator_id IS NULL AND (
				EXISTS (SELECT 1 FROM social_account a WHERE a.creator_id = $3 AND a.removed_at IS NULL AND a.platform = x.platform AND a.handle = x.handle)
				OR EXISTS (SELECT 1 FROM creator c JOIN "user" u ON u.id = c.user_id
					WHERE c.id = $3 AND u.email_verified_at IS NOT NULL AND u.email = x.email)))
		ORDER BY x.id LIMIT $4 FOR UPDATE`, p.ProgramID, p.BrandID, p.CreatorID, joinedMax)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []uuid.UUID
	for rows.Next() {
		var u uuid.UUID
		if err := rows.Scan(&u); err != nil {
			return nil, err
		}
		ids = append(ids, u)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return nil, err
	}
	return tx.Ent.Prospect.Query().Where(entprospect.IDIn(ids...)).Order(entprospect.ByID()).All(ctx)
}

// AllowedMovesOf gives the stages to which each prospect may be moved now, in the board's order and in one statement. ONBOARDED is
// among them only when the creator has an active partnership. Prospects that the viewer may not read have none.
func (s *Service) AllowedMovesOf(ctx context.Context, prospects []uuid.UUID) (map[uuid.UUID][]Stage, error) {
	brands, all := access.Brands(viewer.From(ctx), access.ReadOutreach)
	out := make(map[uuid.UUID][]Stage, len(prospects))
	if !all && len(brands) == 0 {
		return out, nil
	}
	rows, err := s.db.SQL.QueryContext(ctx, `
		SELECT x.id, x.stage, EXISTS (
			SELECT 1 FROM partnership p WHERE p.program_id = x.program_id AND p.status = 'ACTIVE' AND (
				p.creator_id = x.creator_id
				OR x.creator_id IS NULL AND 1 = (SELECT count(*) FROM social_account a WHERE a.removed_at IS NULL AND a.platform = x.platform AND a.handle = x.handle)
					AND EXISTS (SELECT 1 FROM social_account a WHERE a.creator_id = p.creator_id AND a.removed_at IS NULL AND a.platform = x.platform AND a.handle = x.handle)))
		FROM prospect x WHERE x.id = ANY($1) AND ($2 OR x.brand_id = ANY($3))`,
		database.Array(prospects), all, database.Array(brands))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var u uuid.UUID
		var from Stage
		var joined bool
		if err := rows.Scan(&u, &from, &joined); err != nil {
			return nil, err
		}
		allowed := []Stage{}
		for _, to := range Stages {
			if MayMove(from, to) && (to != StageOnboarded || joined) {
				allowed = append(allowed, to)
			}
		}
		out[u] = allowed
	}
	return out, rows.Err()
}
