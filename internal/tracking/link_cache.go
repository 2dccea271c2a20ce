package tracking

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"tributary/internal/creator"
	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
)

// Bounds of what is known about links.
const (
	// linksKept bounds the links in memory; those beyond it are looked up each time.
	linksKept = 3_000_000
	// linkShards divides them, so that a change holds few readers up.
	linkShards = 64
	// unknownKept and unknownFor bound how long a code that does not exist is not asked for again.
	unknownKept = 16_384
	unknownFor  = 2 * time.Second
	// lookUpsAtOnce bounds the statements for codes that are not in memory.
	lookUpsAtOnce = 4
	// lookUpPatience bounds how long a visitor waits for one.
	lookUpPatience = 250 * time.Millisecond
	// refreshEvery is how often changes are looked for, besides what the hub tells.
	refreshEvery = 5 * time.Second
	// refreshOverlap is how far back each look goes, because clocks of processes differ and transactions take time.
	refreshOverlap = time.Minute
	// refreshPage is how many rows one look reads at once.
	refreshPage = 5000
	// topicLinks is what the hub calls changes of links; the object is the link.
	topicLinks = "links"
)

// cachedBrand, cachedProgram and cachedPartnership are what many links share. What may change is replaced whole.
type cachedBrand struct {
	id       uuid.UUID
	fallback atomic.Pointer[string] // nil for none
}

type cachedProgram struct {
	brand *cachedBrand
	slug  string
	facts atomic.Pointer[programFacts]
}

type programFacts struct {
	active   bool
	home     string // where links lead when nothing else is said
	template utmTemplate
	stored   string // the template as stored
}

type cachedPartnership struct {
	program *cachedProgram
	facts   atomic.Pointer[partnershipFacts]
}

type partnershipFacts struct {
	earning bool // a click may earn: ACTIVE, or RETIRING until the notice is over
	creator string
}

// cachedLink is what following a link needs. It never changes; a change makes another one. There may be millions, so it is small: the
// text holds in one piece of memory the code's length, the platform's place in creator.Platforms (its highest bit tells whether the
// link is archived), the code and the destination.
type cachedLink struct {
	id          uuid.UUID
	partnership *cachedPartnership
	words       *linkWords // nil for most
	text        string
}

const (
	linkTextHead = 2
	archivedBit  = 0x80
)

func (l *cachedLink) code() string        { return l.text[linkTextHead : linkTextHead+int(l.text[0])] }
func (l *cachedLink) destination() string { return l.text[linkTextHead+int(l.text[0]):] }
func (l *cachedLink) archived() bool      { return l.text[1]&archivedBit != 0 }
func (l *cachedLink) platform() string    { return string(creator.Platforms[l.text[1]&^archivedBit]) }

// linkText makes the text of a link.
func linkText(buf []byte, code []byte, platform string, archived bool, destination []byte) []byte {
	place := slices.Index(creator.Platforms, creator.Platform(platform))
	if place < 0 {
		place = slices.Index(creator.Platforms, creator.PlatformOther)
	}
	flags := byte(place)
	if archived {
		flags |= archivedBit
	}
	buf = append(buf, byte(len(code)), flags)
	buf = append(buf, code...)
	return append(buf, destination...)
}

type linkWords struct {
	campaign, subID string
	instead         string // where it leads while out of stock and once archived, if it says so itself
	outOfStock      bool
}

func (l *cachedLink) subID() string {
	if l.words == nil {
		return ""
	}
	return l.words.subID
}

// linkShard holds links by the hash of their code. Of two codes with one hash the first is kept; the other is looked up each time.
type linkShard struct {
	mu    sync.RWMutex
	links map[uint64]*cachedLink
}

// linkCache keeps all links in memory, so that following one asks nobody. It is filled at the start, told of changes by the hub,
// looks for them by itself, and asks the database for a code that it does not know: a new link works at once also where its message
// was lost.
type linkCache struct {
	db      *database.DB
	changes *broadcast.Hub // nil hears nothing
	seed    maphash.Seed
	shards  [linkShards]linkShard
	size    atomic.Int64
	filled  atomic.Bool

	mu           sync.Mutex // of what is shared
	brands       map[uuid.UUID]*cachedBrand
	programs     map[uuid.UUID]*cachedProgram
	partnerships map[uuid.UUID]*cachedPartnership
	hosts        atomic.Pointer[map[string]*cachedBrand] // of those whose own hosts lead here
	linksAt      time.Time                               // the latest change of a link that was seen
	movesAt      time.Time
	creatorsAt   time.Time

	unknown *lru.Cache[string, time.Time]
	asking  chan struct{}
	now     func() time.Time
}

func newLinkCache(db *database.DB, changes *broadcast.Hub, now func() time.Time) *linkCache {
	unknown, err := lru.New[string, time.Time](unknownKept)
	if err != nil {
		panic("tracking: " + err.Error()) // the size is a constant
	}
	c := &linkCache{db: db, changes: changes, seed: maphash.MakeSeed(), brands: map[uuid.UUID]*cachedBrand{}, programs: map[uuid.UUID]*cachedProgram{},
		partnerships: map[uuid.UUID]*cachedPartnership{}, unknown: unknown, asking: make(chan struct{}, lookUpsAtOnce), now: now}
	for i := range c.shards {
		c.shards[i].links = map[uint64]*cachedLink{}
	}
	return c
}

// shard gives the part that a code belongs to, and its hash.
func (c *linkCache) shard(code string) (*linkShard, uint64) {
	h := maphash.String(c.seed, code)
	return &c.shards[h%linkShards], h
}

var (
	errNoLink   = errors.New("tracking: no such link")
	errLinkAway = errors.New("tracking: the database does not say whether there is such a link")
)

// find gives a link by its folded code. Faults: errNoLink, errLinkAway.
func (c *linkCache) find(ctx context.Context, code string) (*cachedLink, error) {
	s, hash := c.shard(code)
	s.mu.RLock()
	l := s.links[hash]
	s.mu.RUnlock()
	if l != nil && l.code() == code {
		return l, nil
	}
	if at, ok := c.unknown.Get(code); ok && c.now().Sub(at).Abs() < unknownFor {
		return nil, errNoLink
	}
	return c.ask(ctx, code)
}

// ask looks a code up that is not in memory.
func (c *linkCache) ask(ctx context.Context, code string) (*cachedLink, error) {
	ctx, cancel := context.WithTimeout(ctx, lookUpPatience)
	defer cancel()
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return nil, errLinkAway
	}
	found, _, err := c.read(ctx, `l.code = $1`, code)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errLinkAway, err)
	case found == nil:
		c.unknown.Add(strings.Clone(code), c.now())
		return nil, errNoLink
	}
	return found, nil
}

// put keeps a link.
func (c *linkCache) put(l *cachedLink) {
	code := l.code()
	s, hash := c.shard(code)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch known := s.links[hash]; {
	case known == nil && c.size.Load() >= linksKept, known != nil && known.code() != code:
		return
	case known == nil:
		c.size.Add(1)
	}
	s.links[hash] = l
	c.unknown.Remove(code)
}

const linkColumns = `SELECT l.code, l.id, l.partnership_id, l.destination_url, l.platform, l.campaign, coalesce(l.sub_id, ''), l.archived_at IS NOT NULL, l.updated_at,
	coalesce(l.fallback_url, ''), l.out_of_stock_at IS NOT NULL
	FROM link l WHERE `

// linkPlace is where a read of many links ended.
type linkPlace struct {
	changed time.Time
	id      uuid.UUID
	rows    int
}

// read reads links, keeps them and gives the last one and where it stood. Partnerships that are new are read after the links.
func (c *linkCache) read(ctx context.Context, where string, args ...any) (last *cachedLink, at linkPlace, err error) {
	rows, err := c.db.SQL.QueryContext(ctx, linkColumns+where, args...)
	if err != nil {
		return nil, at, fmt.Errorf("read links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	type found struct {
		link        *cachedLink
		partnership uuid.UUID
	}
	var waiting []found // for their partnerships
	var latest time.Time
	var letters block
	var text []byte
	for rows.Next() {
		var (
			f                              found
			code, destination              sql.RawBytes
			platform, campaign, sub, other string
			archived, outOfStock           bool
		)
		f.link = &cachedLink{}
		if err := rows.Scan(&code, &f.link.id, &f.partnership, &destination, &platform, &campaign, &sub, &archived, &at.changed, &other, &outOfStock); err != nil {
			return nil, at, fmt.Errorf("read links: %w", err)
		}
		last, at.id = f.link, f.link.id
		at.rows++
		text = linkText(text[:0], code, platform, archived, destination)
		f.link.text = letters.keep(text)
		if campaign != "" || sub != "" || other != "" || outOfStock {
			f.link.words = &linkWords{campaign, sub, other, outOfStock}
		}
		if at.changed.After(latest) {
			latest = at.changed
		}
		c.mu.Lock()
		f.link.partnership = c.partnerships[f.partnership]
		c.mu.Unlock()
		if f.link.partnership == nil {
			waiting = append(waiting, f)
			continue
		}
		c.put(f.link)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, at, fmt.Errorf("read links: %w", err)
	}
	if len(waiting) > 0 {
		ids := make([]string, 0, len(waiting))
		for _, f := range waiting {
			ids = append(ids, f.partnership.String())
		}
		if err := c.readPartnerships(ctx, `p.id = ANY($1::uuid[])`, database.Array(ids)); err != nil {
			return nil, at, err
		}
		for _, f := range waiting {
			c.mu.Lock()
			f.link.partnership = c.partnerships[f.partnership]
			c.mu.Unlock()
			c.put(f.link)
		}
	}
	c.mu.Lock()
	if latest.After(c.linksAt) {
		c.linksAt = latest
	}
	c.mu.Unlock()
	return last, at, nil
}

// block lets many strings share one piece of memory, so that each costs its letters and no more.
type block struct {
	text  strings.Builder
	count int
}

// The first strings of a block are kept alone: one alone must not keep a whole block.
const (
	blockBytes = 16 << 10
	blockFrom  = 64
)

func (b *block) keep(s []byte) string {
	if b.count++; b.count <= blockFrom {
		return string(s)
	}
	if b.text.Len()+len(s) > b.text.Cap() {
		b.text = strings.Builder{}
		b.text.Grow(max(blockBytes, len(s)))
	}
	at := b.text.Len()
	b.text.Write(s)
	return b.text.String()[at:]
}

// readPartnerships reads partnerships and what they need of program and brand.
func (c *linkCache) readPartnerships(ctx context.Context, where string, args ...any) error {
	rows, err := c.db.SQL.QueryContext(ctx, `
		SELECT p.id, p.status IN ('ACTIVE', 'RETIRING'), c.handle, g.id, g.slug, g.status = 'ACTIVE', g.default_destination_url, g.utm_template, b.id, b.fallback_url
		FROM partnership p JOIN creator c ON c.id = p.creator_id JOIN program g ON g.id = p.program_id JOIN brand b ON b.id = p.brand_id
		WHERE `+where, args...)
	if err != nil {
		return fmt.Errorf("read partnerships of links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			partnership, program, brand uuid.UUID
			facts                       partnershipFacts
			slug, home                  string
			active                      bool
			stored                      []byte
			fallback                    sql.NullString
		)
		if err := rows.Scan(&partnership, &facts.earning, &facts.creator, &program, &slug, &active, &home, &stored, &brand, &fallback); err != nil {
			return fmt.Errorf("read partnerships of links: %w", err)
		}
		c.mu.Lock()
		g := c.keepProgram(program, slug, active, home, stored, brand, fallback)
		p := c.partnerships[partnership]
		if p == nil {
			p = &cachedPartnership{program: g}
			c.partnerships[partnership] = p
		}
		p.facts.Store(&facts)
		c.mu.Unlock()
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read partnerships of links: %w", err)
	}
	return nil
}

// keepProgram keeps what is known of a program and its brand. The caller holds mu.
func (c *linkCache) keepProgram(program uuid.UUID, slug string, active bool, home string, stored []byte, brand uuid.UUID, fallback sql.NullString) *cachedProgram {
	b := c.keepBrand(brand, fallback)
	g := c.programs[program]
	if g == nil {
		g = &cachedProgram{brand: b, slug: slug}
		c.programs[program] = g
	}
	had := g.facts.Load()
	if had != nil && had.active == active && had.home == home && had.stored == string(stored) {
		return g
	}
	next := &programFacts{active: active, home: home, stored: string(stored)}
	if had != nil && had.stored == next.stored {
		next.template = had.template
	} else {
		next.template = parseTemplate(stored)
	}
	g.facts.Store(next)
	return g
}

// keepBrand keeps what is known of a brand. The caller holds mu.
func (c *linkCache) keepBrand(brand uuid.UUID, fallback sql.NullString) *cachedBrand {
	b := c.brands[brand]
	if b == nil {
		b = &cachedBrand{id: brand}
		c.brands[brand] = b
	}
	switch had := b.fallback.Load(); {
	case !fallback.Valid || fallback.String == "":
		b.fallback.Store(nil)
	case had == nil || *had != fallback.String:
		b.fallback.Store(&fallback.String)
	}
	return b
}

// fill reads everything, once.
func (c *linkCache) fill(ctx context.Context) error {
	began := c.now()
	if err := c.readPartnerships(ctx, `true`); err != nil {
		return err
	}
	if err := c.readHosts(ctx); err != nil {
		return err
	}
	after := uuid.Nil
	for {
		_, at, err := c.read(ctx, `l.id > $1 ORDER BY l.id LIMIT $2`, after, fillPage)
		if err != nil {
			return err
		}
		if at.rows < fillPage || c.size.Load() >= linksKept {
			break
		}
		after = at.id
	}
	c.mu.Lock()
	c.movesAt, c.creatorsAt = began, began
	c.mu.Unlock()
	c.filled.Store(true)
	return nil
}

// fillPage is how many links one statement of fill reads; none may run long.
const fillPage = 50_000

// refresh looks for what changed since the last look.
func (c *linkCache) refresh(ctx context.Context) error {
	if !c.filled.Load() {
		return c.fill(ctx)
	}
	c.mu.Lock()
	links, moves, creators := c.linksAt.Add(-refreshOverlap), c.movesAt.Add(-refreshOverlap), c.creatorsAt.Add(-refreshOverlap)
	c.mu.Unlock()
	now := c.now()
	for from := (linkPlace{changed: links}); ; {
		// Rows come in the order of the index link_changed; those of one moment are told apart by their id.
		_, at, err := c.read(ctx, `(l.updated_at, l.id) > ($1, $2) ORDER BY l.updated_at, l.id LIMIT $3`, from.changed, from.id, refreshPage)
		if err != nil {
			return err
		}
		if at.rows < refreshPage {
			break
		}
		from = at
	}
	if err := c.readPartnerships(ctx, `p.id IN (SELECT partnership_id FROM partnership_move WHERE id > $1
		UNION SELECT q.id FROM partnership q JOIN creator r ON r.id = q.creator_id WHERE r.updated_at > $2)`, id.FirstAt(moves), creators); err != nil {
		return err
	}
	if err := c.readPrograms(ctx); err != nil {
		return err
	}
	if err := c.readHosts(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	c.movesAt, c.creatorsAt = now, now
	c.mu.Unlock()
	return nil
}

// readPrograms reads all programs that links are known of; they are few.
func (c *linkCache) readPrograms(ctx context.Context) error {
	rows, err := c.db.SQL.QueryContext(ctx, `
		SELECT g.id, g.slug, g.status = 'ACTIVE', g.default_destination_url, g.utm_template, b.id, b.fallback_url FROM program g JOIN brand b ON b.id = g.brand_id`)
	if err != nil {
		return fmt.Errorf("read programs of links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			program, brand uuid.UUID
			slug, home     string
			active         bool
			stored         []byte
			fallback       sql.NullString
		)
		if err := rows.Scan(&program, &slug, &active, &home, &stored, &brand, &fallback); err != nil {
			return fmt.Errorf("read programs of links: %w", err)
		}
		c.mu.Lock()
		c.keepProgram(program, slug, active, home, stored, brand, fallback)
		c.mu.Unlock()
	}
	return rows.Err()
}

// changed reads one link again and tells the other processes. It is called after the commit; what goes wrong is mended by refresh.
func (c *linkCache) changed(ctx context.Context, brand, link uuid.UUID) {
	_, _, _ = c.read(ctx, `l.id = $1`, link)
	if c.changes != nil {
		c.changes.Publish(topicLinks, brand, link)
	}
}

// run keeps the cache right until ctx ends. trouble hears of looks that failed.
func (c *linkCache) run(ctx context.Context, trouble func(error)) {
	var told <-chan broadcast.Change
	if c.changes != nil {
		told = c.changes.Watch(ctx, topicLinks, uuid.Nil)
	}
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	look := func(err error) {
		if err != nil && ctx.Err() == nil {
			trouble(err)
		}
	}
	look(c.refresh(ctx))
	for {
		select {
		case <-ctx.Done():
			return
		case change, open := <-told:
			switch {
			case !open:
				return
			case change.Resync:
				look(c.refresh(ctx))
			default:
				_, _, err := c.read(ctx, `l.id = $1`, change.Object)
				look(err)
			}
		case <-tick.C:
			look(c.refresh(ctx))
		}
	}
}
