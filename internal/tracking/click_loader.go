package tracking

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
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
	limit  int          // clicks of the next transaction
	batch  batch        // its memory is used again
	last   atomic.Int64 // Unix seconds of the last complaint

	estimates    bool // whether any program allowed estimated matches at estimatingAt
	estimatingAt time.Time
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

// batch is what one transaction loads, a column each, and the figures that it makes.
type batch struct {
	places    []spool.Position // behind each record
	payloads  []byte           // one after the other
	ends      []int            // of payloads
	visits    []visitKey       // of records that count, empty for others
	returning []bool

	id, at, link, visitor, network, country, device, notCounted, referrer, subID database.Column // at in Unix ms
}

// reset empties a batch and keeps its memory.
func (b *batch) reset() {
	b.places, b.payloads, b.ends, b.visits, b.returning = b.places[:0], b.payloads[:0], b.ends[:0], b.visits[:0], b.returning[:0]
	for _, c := range []*database.Column{&b.id, &b.at, &b.link, &b.visitor, &b.network, &b.country, &b.device, &b.notCounted, &b.referrer, &b.subID} {
		c.Reset()
	}
}

// visitKey is what a click is unique by: the first of its visitor on a link on a UTC day.
type visitKey struct {
	visitor, link uuid.UUID
	day           clock.Date
}

func (b *batch) add(at spool.Position, payload []byte, c *clickRecord) {
	b.places = append(b.places, at)
	b.payloads = append(b.payloads, payload...)
	b.ends = append(b.ends, len(b.payloads))
	when := id.TimeOf(c.click)
	b.id.UUID(c.click)
	b.at.Int(when.UnixMilli())
	b.link.UUID(c.link)
	b.visitor.UUID(c.visitor)
	if c.network == [networkHashBytes]byte{} {
		b.network.Hex(nil)
	} else {
		b.network.Hex(c.network[:])
	}
	b.country.Text(c.country)
	b.device.Text(string(c.device))
	b.notCounted.Text(string(c.notCounted))
	b.referrer.Text(c.referrer)
	b.subID.Text(c.subID)
	key := visitKey{}
	if c.notCounted == "" {
		key = visitKey{c.visitor, c.link, clock.DateOf(when)}
	}
	b.visits = append(b.visits, key)
	b.returning = append(b.returning, c.returning)
}

// payload gives a record as it lies in the spool.
func (b *batch) payload(i int) []byte {
	from := 0
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.payloads[from:b.ends[i]]
}

// clickFigures are the sums of a batch, a row for each link and day.
type clickFigures struct {
	links          []uuid.UUID
	days           []clock.Date
	clicks, unique []int64
}

// columns gives the figures as PostgreSQL takes them.
func (f *clickFigures) columns() (link, day, clicks, unique database.Column) {
	for i := range f.links {
		link.UUID(f.links[i])
		day.Text(f.days[i].String())
		clicks.Int(f.clicks[i])
		unique.Int(f.unique[i])
	}
	return link, day, clicks, unique
}

// figures sums a batch up. seen are the visits that earlier batches hold.
func (b *batch) figures(seen map[visitKey]bool) clickFigures {
	type place struct {
		link uuid.UUID
		day  clock.Date
	}
	var out clickFigures
	places := make(map[place]int, len(b.visits))
	for _, v := range b.visits {
		if v == (visitKey{}) {
			continue
		}
		at, known := places[place{v.link, v.day}]
		if !known {
			at = len(out.links)
			places[place{v.link, v.day}] = at
			out.links, out.days = append(out.links, v.link), append(out.days, v.day)
			out.clicks, out.unique = append(out.clicks, 0), append(out.unique, 0)
		}
		out.clicks[at]++
		if !seen[v] {
			seen[v] = true
			out.unique[at]++
		}
	}
	return out
}

// once loads up to limit clicks and gives how many it carried away.
func (l *loader) once(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, loadPatience)
	defer cancel()
	how := plain
	for {
		n, end, links, err := l.transaction(ctx, how)
		switch {
		case err == nil:
			l.limit = min(2*l.limit, loadMax)
			return n, l.after(ctx, end, links)
		case errors.Is(err, errSift) && how == plain:
			how = sift
		case !database.IsDataError(err) || how == skip:
			return 0, err
		case n > 1:
			l.limit = max(n/2, 1)
		default:
			how = skip // the one record that does not fit
		}
	}
}

// manner is how a batch is loaded.
type manner int

const (
	plain manner = iota
	sift         // what is there already, and what has no link, is looked for and left out first
	skip         // what is read is put aside
)

// errSift says that not all of a batch was new.
var errSift = errors.New("tracking: some clicks of the batch are stored already, or their links are unknown")

// after tells what was committed.
func (l *loader) after(ctx context.Context, end spool.Position, links []uuid.UUID) error {
	if l == l.clicks.own {
		l.clicks.watermark.Store(&end)
	}
	if l.clicks.Changes != nil && len(links) > 0 {
		if err := l.tell(ctx, links); err != nil {
			l.clicks.Log.DebugContext(ctx, "nobody was told of new clicks", "error", err)
		}
	}
	if !l.spool.Forgets(end) {
		return nil
	}
	// The commits of loads do not wait for the disk, because the spool still has what they hold. From here on it has not.
	if err := l.clicks.DB.Sync(ctx); err != nil {
		return fmt.Errorf("load clicks: %w", err)
	}
	return l.spool.Forget(end)
}

// hintsMax bounds how many links one batch tells of; who is not told looks by himself.
const hintsMax = 100

// tell tells those whose links were clicked.
func (l *loader) tell(ctx context.Context, links []uuid.UUID) error {
	var few database.Column
	for _, link := range links[:min(len(links), hintsMax)] {
		few.UUID(link)
	}
	rows, err := l.clicks.DB.SQL.QueryContext(ctx, `SELECT DISTINCT brand_id, creator_id FROM link WHERE id = ANY($1::uuid[])`, &few)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var brand, creator uuid.UUID
		if err := rows.Scan(&brand, &creator); err != nil {
			return err
		}
		l.clicks.Changes.Publish(TopicClicks, brand, creator)
	}
	return rows.Err()
}

// lockLoading lets one process load at a time, so that the first click of a visitor is told from the next ones.
const lockLoading = "load clicks"

// transaction loads one batch. It gives how many records the batch had, also when it failed, and the links that were clicked. Its
// commit may be forgotten by a PostgreSQL that crashes, all of it: then the watermark is back, too.
func (l *loader) transaction(ctx context.Context, how manner) (n int, end spool.Position, links []uuid.UUID, err error) {
	err = l.clicks.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		n, links = 0, nil
		if err := database.LazilyTx(ctx, tx); err != nil {
			return fmt.Errorf("load clicks: %w", err)
		}
		from, err := l.watermarkTx(ctx, tx)
		if err != nil {
			return err
		}
		b := &l.batch
		b.reset()
		var kept error
		end, err = l.spool.Read(from, l.limit, func(at spool.Position, payload []byte) {
			n++
			var c clickRecord
			if how == skip || c.read(payload) != nil {
				kept = errors.Join(kept, l.spool.KeepBad(at, payload))
				return
			}
			b.add(at, payload, &c)
		})
		if err = errors.Join(err, kept); err != nil || end == from {
			return err
		}
		if how == sift {
			if err := l.siftTx(ctx, tx, b); err != nil {
				return err
			}
		}
		if len(b.ends) > 0 {
			if links, err = storeTx(ctx, tx, b); err != nil {
				return err
			}
			if estimating, err := l.estimating(ctx, tx); err != nil {
				return err
			} else if estimating {
				if err := keepNetworksTx(ctx, tx, b); err != nil {
					return err
				}
			}
		}
		if _, err := tx.SQL.ExecContext(ctx, `UPDATE click_spool SET segment = $2, at_offset = $3, loaded_at = $4 WHERE spool_id = $1`,
			l.spool.ID(), int64(end.Segment), end.Offset, l.clicks.Clock.Now()); err != nil {
			return fmt.Errorf("load clicks: %w", err)
		}
		return nil
	})
	return n, end, links, err
}

// watermarkTx gives how far the database says that this spool has been loaded, and holds it.
func (l *loader) watermarkTx(ctx context.Context, tx database.Tx) (at spool.Position, err error) {
	if err := database.AdvisoryLockTx(ctx, tx, lockLoading); err != nil {
		return at, fmt.Errorf("load clicks: %w", err)
	}
	const read = `SELECT segment, at_offset FROM click_spool WHERE spool_id = $1 FOR UPDATE`
	var segment int64
	err = tx.SQL.QueryRowContext(ctx, read, l.spool.ID()).Scan(&segment, &at.Offset)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = tx.SQL.ExecContext(ctx, `INSERT INTO click_spool (spool_id, segment, at_offset, loaded_at) VALUES ($1, 0, 0, $2)`,
			l.spool.ID(), l.clicks.Clock.Now())
	}
	if err != nil {
		return at, fmt.Errorf("load clicks: %w", err)
	}
	at.Segment = uint64(segment)
	return at, nil
}

// seenTx finds the visits of a batch that earlier ones hold. Only visitors who brought their id can have been here.
func seenTx(ctx context.Context, tx database.Tx, b *batch) (map[visitKey]bool, error) {
	seen := map[visitKey]bool{}
	var visitor, link, day database.Column
	var keys []visitKey
	for i, v := range b.visits {
		if b.returning[i] && v != (visitKey{}) {
			keys = append(keys, v)
			visitor.UUID(v.visitor)
			link.UUID(v.link)
			day.Text(v.day.String())
		}
	}
	if len(keys) == 0 {
		return seen, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT v.place FROM unnest($1::uuid[], $2::uuid[], $3::date[]) WITH ORDINALITY AS v (visitor_id, link_id, day, place)
		WHERE EXISTS (SELECT 1 FROM click e WHERE e.visitor_id = v.visitor_id AND e.link_id = v.link_id AND e.not_counted = ''
			AND e.clicked_at >= v.day::timestamp AT TIME ZONE 'UTC' AND e.clicked_at < (v.day + 1)::timestamp AT TIME ZONE 'UTC')`,
		&visitor, &link, &day)
	if err != nil {
		return nil, fmt.Errorf("load clicks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var place int
		if err := rows.Scan(&place); err != nil {
			return nil, fmt.Errorf("load clicks: %w", err)
		}
		seen[keys[place-1]] = true
	}
	return seen, rows.Err()
}

// storeSQL stores a batch and its figures.
const storeSQL = `
WITH figures AS (
	SELECT l.brand_id, l.program_id, l.creator_id, l.partnership_id, f.link_id, l.platform, f.day, f.clicks, f.unique_clicks
	FROM unnest($11::uuid[], $12::date[], $13::bigint[], $14::bigint[]) AS f (link_id, day, clicks, unique_clicks) JOIN link l ON l.id = f.link_id
), added AS (` + rollup.InsertClicks + `)
INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id,
	network_hash, country, device, not_counted, referrer_host, sub_id)
SELECT c.id, timestamptz 'epoch' + c.at * interval '1 millisecond', l.id, l.brand_id, l.program_id, l.partnership_id, l.creator_id, l.platform, c.visitor_id,
	decode(c.network, 'hex'), nullif(c.country, ''), c.device, c.not_counted, c.referrer_host, c.sub_id
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
	AS c (id, at, link_id, visitor_id, network, country, device, not_counted, referrer_host, sub_id)
JOIN link l ON l.id = c.link_id
ON CONFLICT (id, clicked_at) DO NOTHING`

// storeTx stores a batch with its figures and gives the links that were clicked. It fails with errSift where not all are new.
func storeTx(ctx context.Context, tx database.Tx, b *batch) ([]uuid.UUID, error) {
	seen, err := seenTx(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	f := b.figures(seen)
	link, day, clicks, unique := f.columns()
	result, err := tx.SQL.ExecContext(ctx, storeSQL, &b.id, &b.at, &b.link, &b.visitor, &b.network, &b.country, &b.device, &b.notCounted,
		&b.referrer, &b.subID, &link, &day, &clicks, &unique)
	if err != nil {
		return nil, fmt.Errorf("load clicks: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return nil, fmt.Errorf("load clicks: %w", err)
	}
	if int(n) < len(b.ends) {
		return nil, errSift
	}
	return f.links, nil
}

// siftTx leaves out of a batch what is stored already, as after a disk that failed between writing and saying so, and puts aside what
// belongs to no link, as after a restore of an older backup.
func (l *loader) siftTx(ctx context.Context, tx database.Tx, b *batch) error {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM click k WHERE k.id = c.id AND k.clicked_at = timestamptz 'epoch' + c.at * interval '1 millisecond'),
			EXISTS (SELECT 1 FROM link l WHERE l.id = c.link_id)
		FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS c (id, at, link_id, place) ORDER BY c.place`,
		&b.id, &b.at, &b.link)
	if err != nil {
		return fmt.Errorf("load clicks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var fresh batch
	within := map[uuid.UUID]bool{}
	for i := 0; rows.Next(); i++ {
		var stored, linked bool
		if err := rows.Scan(&stored, &linked); err != nil {
			return fmt.Errorf("load clicks: %w", err)
		}
		var c clickRecord
		if err := c.read(b.payload(i)); err != nil {
			return err
		}
		switch {
		case stored || within[c.click]:
		case !linked:
			if err := l.spool.KeepBad(b.places[i], b.payload(i)); err != nil {
				return err
			}
		default:
			within[c.click] = true
			fresh.add(b.places[i], b.payload(i), &c)
		}
	}
	*b = fresh
	return rows.Err()
}
