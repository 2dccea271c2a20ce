package tracking

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/rollup"
	"tributary/internal/tracking/spool"
)

// loader carries clicks from one spool into PostgreSQL.
//
// Each is stored once, by two guards: the watermark, which moves in the transaction that stores the clicks, and the click's id. A
// commit whose answer was lost is settled by the next round, which begins with what the database says. Where something in a batch
// does not fit, the batch is halved until the one record is found; it is put aside and the rest goes on.
type loader struct {
	clicks *Clicks
	spool  *spool.Spool
	limit  int // clicks of the next transaction
	made   bool
	last   atomic.Int64 // Unix seconds of the last complaint
}

func (c *Clicks) loaderOf(s *spool.Spool) *loader {
	return &loader{clicks: c, spool: s, limit: loadMax}
}

// complain logs a database that does not take clicks, once a minute.
func (l *loader) complain(ctx context.Context, err error) {
	now := l.clicks.Clock.Now().Unix()
	if last := l.last.Load(); now-last >= 60 && l.last.CompareAndSwap(last, now) {
		l.clicks.Log.WarnContext(ctx, "clicks wait on the disk", "error", err)
	}
}

// batch is what one transaction loads, a column each.
type batch struct {
	records []keptRecord
	clickRecords
}

type keptRecord struct {
	at      spool.Position // behind it
	payload []byte
}

type clickRecords struct {
	id, link, visitor, network, country, device, notCounted, referrer, subID []string
	at                                                                       []int64 // Unix ms
	returning                                                                []bool
}

func (b *batch) add(at spool.Position, payload []byte, c *clickRecord) {
	b.records = append(b.records, keptRecord{at, append([]byte(nil), payload...)})
	b.id = append(b.id, c.click.String())
	b.link = append(b.link, c.link.String())
	b.visitor = append(b.visitor, c.visitor.String())
	network := ""
	if c.network != [networkHashBytes]byte{} {
		network = hex.EncodeToString(c.network[:])
	}
	b.network = append(b.network, network)
	b.country, b.device = append(b.country, c.country), append(b.device, string(c.device))
	b.notCounted, b.referrer, b.subID = append(b.notCounted, string(c.notCounted)), append(b.referrer, c.referrer), append(b.subID, c.subID)
	b.at = append(b.at, id.TimeOf(c.click).UnixMilli())
	b.returning = append(b.returning, c.returning)
}

// once loads up to limit clicks and gives how many it carried away.
func (l *loader) once(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, loadPatience)
	defer cancel()
	for {
		n, end, hints, err := l.transaction(ctx, false)
		switch {
		case err == nil:
			l.limit = min(2*l.limit, loadMax)
			return n, l.after(end, hints)
		case !database.IsDataError(err):
			return 0, err
		case n > 1:
			l.limit = max(n/2, 1)
		default:
			// The one record that does not fit.
			n, end, hints, err = l.transaction(ctx, true)
			if err != nil {
				return 0, err
			}
			return n, l.after(end, hints)
		}
	}
}

// after tells what was committed.
func (l *loader) after(end spool.Position, hints []hint) error {
	if l == l.clicks.own {
		l.clicks.watermark.Store(&end)
	}
	if l.clicks.Changes != nil {
		for _, h := range hints {
			l.clicks.Changes.Publish(TopicClicks, h.brand, h.creator)
		}
	}
	return l.spool.Forget(end)
}

// hint says whose links were clicked.
type hint struct{ brand, creator uuid.UUID }

// lockLoading lets one process load at a time, so that the first click of a visitor is told from the next ones.
const lockLoading = "load clicks"

// transaction loads one batch. It gives how many records the batch had also when it failed. With skip, what is read is put aside
// instead.
func (l *loader) transaction(ctx context.Context, skip bool) (n int, end spool.Position, hints []hint, err error) {
	err = l.clicks.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		n, hints = 0, nil
		from, err := l.watermarkTx(ctx, tx)
		if err != nil {
			return err
		}
		var b batch
		end, err = l.spool.Read(from, l.limit, func(at spool.Position, payload []byte) {
			n++
			var c clickRecord
			if skip || c.read(payload) != nil {
				err = errors.Join(err, l.spool.KeepBad(at, payload))
				return
			}
			b.add(at, payload, &c)
		})
		if err != nil || end == from {
			return err
		}
		if len(b.records) > 0 {
			if hints, err = l.storeTx(ctx, tx, &b); err != nil {
				return err
			}
		}
		_, err = tx.SQL.ExecContext(ctx, `UPDATE click_spool SET segment = $2, at_offset = $3, loaded_at = $4 WHERE spool_id = $1`,
			l.spool.ID(), int64(end.Segment), end.Offset, l.clicks.Clock.Now())
		if err != nil {
			return fmt.Errorf("load clicks: %w", err)
		}
		return nil
	})
	return n, end, hints, err
}

// watermarkTx gives how far the database says that this spool has been loaded, and holds it.
func (l *loader) watermarkTx(ctx context.Context, tx database.Tx) (at spool.Position, err error) {
	if err := database.AdvisoryLockTx(ctx, tx, lockLoading); err != nil {
		return at, fmt.Errorf("load clicks: %w", err)
	}
	if !l.made {
		if _, err := tx.SQL.ExecContext(ctx, `INSERT INTO click_spool (spool_id, segment, at_offset, loaded_at) VALUES ($1, 0, 0, $2) ON CONFLICT DO NOTHING`,
			l.spool.ID(), l.clicks.Clock.Now()); err != nil {
			return at, fmt.Errorf("load clicks: %w", err)
		}
	}
	var segment int64
	err = tx.SQL.QueryRowContext(ctx, `SELECT segment, at_offset FROM click_spool WHERE spool_id = $1 FOR UPDATE`, l.spool.ID()).Scan(&segment, &at.Offset)
	if errors.Is(err, sql.ErrNoRows) {
		l.made = false // the database was replaced under us: begin anew in the next round
	}
	if err != nil {
		return at, fmt.Errorf("load clicks: %w", err)
	}
	at.Segment = uint64(segment)
	return at, nil
}

// hintsMax bounds how many people one batch tells of their clicks; the others look by themselves.
const hintsMax = 100

// loadSQL stores a batch and adds its figures. A click counts as unique when its visitor has not clicked the same link on the same
// UTC day before. Rows that a statement stores are not visible to itself, so the look for earlier ones finds those of former batches,
// and first tells the rows of this one apart. Only visitors who brought their id can have been here.
var loadSQL = `
WITH come AS (
	SELECT c.id, timestamptz 'epoch' + c.at * interval '1 millisecond' AS clicked_at, c.link_id, c.visitor_id, decode(c.network, 'hex') AS network_hash,
		nullif(c.country, '') AS country, c.device, c.not_counted, c.referrer_host, c.sub_id, c.known
	FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[])
		AS c (id, at, link_id, visitor_id, network, country, device, not_counted, referrer_host, sub_id, known)
), put AS (
	INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id,
		network_hash, country, device, not_counted, referrer_host, sub_id)
	SELECT c.id, c.clicked_at, l.id, l.brand_id, l.program_id, l.partnership_id, l.creator_id, l.platform, c.visitor_id,
		c.network_hash, c.country, c.device, c.not_counted, c.referrer_host, c.sub_id
	FROM come c JOIN link l ON l.id = c.link_id
	ON CONFLICT (id, clicked_at) DO NOTHING
	RETURNING id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id, not_counted
), counted AS (
	SELECT p.*, (p.clicked_at AT TIME ZONE 'UTC')::date AS day, c.known,
		row_number() OVER (PARTITION BY p.visitor_id, p.link_id, (p.clicked_at AT TIME ZONE 'UTC')::date ORDER BY p.clicked_at, p.id) = 1 AS first
	FROM put p JOIN come c ON c.id = p.id
	WHERE p.not_counted = ''
), figures AS (
	SELECT f.brand_id, f.program_id, f.creator_id, f.partnership_id, f.link_id, f.platform, f.day, count(*) AS clicks,
		count(*) FILTER (WHERE f.first AND NOT (f.known AND EXISTS (
			SELECT 1 FROM click e WHERE e.visitor_id = f.visitor_id AND e.link_id = f.link_id AND e.not_counted = ''
				AND e.clicked_at >= f.day::timestamp AT TIME ZONE 'UTC' AND e.clicked_at < (f.day + 1)::timestamp AT TIME ZONE 'UTC'))) AS unique_clicks
	FROM counted f
	GROUP BY f.brand_id, f.program_id, f.creator_id, f.partnership_id, f.link_id, f.platform, f.day
), added AS (` + rollup.InsertClicks + `)
SELECT (SELECT count(*) FROM put), (SELECT coalesce(array_agg(h.brand_id::text || h.creator_id::text), '{}')
	FROM (SELECT DISTINCT brand_id, creator_id FROM figures LIMIT $12) h)`

// storeTx stores a batch with its figures.
func (l *loader) storeTx(ctx context.Context, tx database.Tx, b *batch) ([]hint, error) {
	var stored int
	var pairs []string
	err := tx.SQL.QueryRowContext(ctx, loadSQL, database.Array(b.id), database.Array(b.at), database.Array(b.link), database.Array(b.visitor),
		database.Array(b.network), database.Array(b.country), database.Array(b.device), database.Array(b.notCounted), database.Array(b.referrer),
		database.Array(b.subID), database.Array(b.returning), hintsMax).Scan(&stored, database.Array(&pairs))
	if err != nil {
		return nil, fmt.Errorf("load clicks: %w", err)
	}
	l.made = true
	if stored < len(b.records) {
		if err := l.keepUnknownTx(ctx, tx, b); err != nil {
			return nil, err
		}
	}
	var hints []hint
	for _, p := range pairs {
		brand, err := uuid.Parse(p[:len(p)/2])
		if err != nil {
			return nil, fmt.Errorf("load clicks: %w", err)
		}
		creator, err := uuid.Parse(p[len(p)/2:])
		if err != nil {
			return nil, fmt.Errorf("load clicks: %w", err)
		}
		hints = append(hints, hint{brand, creator})
	}
	return hints, nil
}

// keepUnknownTx puts aside the clicks whose link the database does not have, as after a restore of an older backup. The others that
// were not stored were there already.
func (l *loader) keepUnknownTx(ctx context.Context, tx database.Tx, b *batch) error {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT c.place FROM unnest($1::uuid[]) WITH ORDINALITY AS c (link_id, place) WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.id = c.link_id)`, database.Array(b.link))
	if err != nil {
		return fmt.Errorf("load clicks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var place int
		if err := rows.Scan(&place); err != nil {
			return fmt.Errorf("load clicks: %w", err)
		}
		r := b.records[place-1]
		if err := l.spool.KeepBad(r.at, r.payload); err != nil {
			return err
		}
	}
	return rows.Err()
}
