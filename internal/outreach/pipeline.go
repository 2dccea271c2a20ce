package outreach

import (
	"context"
	"database/sql"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entprospect "tributary/ent/gen/prospect"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// boardMax bounds the prospects that one column of the board shows.
const boardMax = 50

// PipelineStage is one column of the pipeline.
type PipelineStage struct {
	Stage Stage
	Count int // prospects in it now
	// MedianDays is the median time that prospects spent in it before they moved on, in days; nil while nobody has.
	MedianDays *float64
	// Conversion is the share of those who were ever in it that came further on the way to ONBOARDED, rounded down. It is nil while
	// nobody was, and for the stages from which there is no further: ONBOARDED, DECLINED, UNRESPONSIVE.
	Conversion *money.BasisPoints
	Prospects  []Prospect // the first prospects in it, longest waiting first, at most 50
}

// Pipeline is a program's outreach pipeline.
type Pipeline struct {
	ProgramID id.ID
	Stages    []PipelineStage // all stages in the board's order
	Total     int             // prospects in all stages
}

// Pipeline gives the board of a program with counts, median times and conversions. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Pipeline(ctx context.Context, program id.ID) (Pipeline, error) {
	p, err := s.programs.Owned(ctx, program, access.ReadOutreach)
	if err != nil {
		return Pipeline{}, err
	}
	out := Pipeline{ProgramID: p.ID, Stages: make([]PipelineStage, len(Stages))}
	at := make(map[Stage]*PipelineStage, len(Stages))
	for i, stage := range Stages {
		out.Stages[i] = PipelineStage{Stage: stage, Prospects: []Prospect{}}
		at[stage] = &out.Stages[i]
	}
	if err := s.figures(ctx, p.ID.UUID, at); err != nil {
		return Pipeline{}, err
	}
	for _, stage := range out.Stages {
		out.Total += stage.Count
	}
	return out, s.board(ctx, p.ID.UUID, at)
}

// figures fills in counts, medians and conversions, in one statement. The time in a stage is read from the moves that left it.
func (s *Service) figures(ctx context.Context, program uuid.UUID, at map[Stage]*PipelineStage) error {
	rows, err := s.db.SQL.QueryContext(ctx, `
		WITH was AS (
			SELECT id AS prospect, 'IDENTIFIED' AS stage FROM prospect WHERE program_id = $1
			UNION
			SELECT prospect_id, to_stage FROM prospect_event WHERE program_id = $1 AND kind = 'MOVE'
		), ranked AS (
			SELECT prospect, stage, array_position($2::text[], stage) AS rank FROM was
		), furthest AS (
			SELECT prospect, max(rank) AS rank FROM ranked GROUP BY prospect
		), reached AS (
			SELECT r.stage, count(*) AS reached, count(*) FILTER (WHERE f.rank > r.rank) AS further
			FROM ranked r JOIN furthest f USING (prospect) WHERE r.rank IS NOT NULL GROUP BY r.stage
		), spent AS (
			SELECT from_stage AS stage, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_in_stage) / 86400.0 AS days
			FROM prospect_event WHERE program_id = $1 AND kind = 'MOVE' GROUP BY from_stage
		), present AS (
			SELECT stage, count(*) AS n FROM prospect WHERE program_id = $1 GROUP BY stage
		)
		SELECT s.stage, coalesce(p.n, 0), t.days, r.reached, r.further
		FROM unnest($3::text[]) s(stage) LEFT JOIN present p USING (stage) LEFT JOIN spent t USING (stage) LEFT JOIN reached r USING (stage)`,
		program, database.Array(names(path)), database.Array(names(Stages)))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var stage Stage
		var count int
		var days sql.NullFloat64
		var reached, further sql.NullInt64
		if err := rows.Scan(&stage, &count, &days, &reached, &further); err != nil {
			return err
		}
		column := at[stage]
		column.Count = count
		if days.Valid {
			column.MedianDays = &days.Float64
		}
		if reached.Valid && reached.Int64 > 0 && stage != StageOnboarded {
			share := money.BasisPoints(further.Int64 * int64(money.OneHundredPercent) / reached.Int64)
			column.Conversion = &share
		}
	}
	return rows.Err()
}

// board fills in the first prospects of each column, in one statement.
func (s *Service) board(ctx context.Context, program uuid.UUID, at map[Stage]*PipelineStage) error {
	rows, err := s.db.Ent.Prospect.Query().Where(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id") + " IN (SELECT x.id FROM unnest(").Arg(database.Array(names(Stages))).
				WriteString("::text[]) u(stage) CROSS JOIN LATERAL (SELECT id FROM prospect WHERE program_id = ").Arg(program).
				WriteString(" AND stage = u.stage ORDER BY stage_since, id LIMIT ").Arg(boardMax).WriteString(") x)")
		}))
	}).Order(entprospect.ByStageSince(), entprospect.ByID()).All(ctx)
	if err != nil {
		return err
	}
	for _, p := range fromRows(rows) {
		at[p.Stage].Prospects = append(at[p.Stage].Prospects, p)
	}
	return nil
}

func names(stages []Stage) []string {
	out := make([]string, len(stages))
	for i, s := range stages {
		out[i] = string(s)
	}
	return out
}
