// Package tracking owns links, discount codes and clicks: it makes and archives them, leads visitors on, stores each click, and
// tells a sale which clicks and codes belong to it.
package tracking

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/page"
)

// Config is what the service needs. What may be left out says so.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	// BaseURL is the public address of the server; links start with it.
	BaseURL *url.URL
	// Clicks takes what the redirect answers; nil for services that answer no redirects.
	Clicks *Clicks
	// Changes tells other processes of changed links, and hears of theirs; nil does neither.
	Changes *broadcast.Hub
	// NetworkSecret takes part in the daily keys of network hashes; at least 16 bytes, derived from the master secret.
	NetworkSecret []byte
	// ClientAddress says where a request comes from.
	ClientAddress func(*http.Request) netip.Addr
	// TrustedProxies are the networks whose country header counts; none when empty.
	TrustedProxies []netip.Prefix
	// Outbound looks at the destinations of links. Without it none is looked at.
	Outbound *outbound.Client
	// Queue takes the looks at destinations. Without it none is asked for.
	Queue *job.Queue
	// CodesChangedTx hears, in the same transaction, of codes that were made or ended. Without it nobody does.
	CodesChangedTx func(ctx context.Context, tx database.Tx, codes []uuid.UUID) error
	Log            *slog.Logger
}

// Service is the domain's operations.
type Service struct {
	Config
	links  *linkCache
	salts  networkSalts
	agents *agents
	// pictures are QR codes that were drawn.
	pictures *lru.Cache[string, []byte]
	// pace and floor are how often at most and at least figures of today are read for somebody who watches clicks.
	pace, floor time.Duration
}

// New makes the service. It panics when the secret is too short, because hashes by it could be turned back.
func New(c Config) *Service {
	if len(c.NetworkSecret) < 16 {
		panic("tracking: the secret of network hashes has fewer than 16 bytes")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	pictures, err := lru.New[string, []byte](picturesMax)
	if err != nil {
		panic("tracking: " + err.Error()) // the size is a constant
	}
	return &Service{Config: c, links: newLinkCache(c.DB, c.Changes, c.Clock.Now), agents: newAgents(),
		salts: networkSalts{db: c.DB, secret: c.NetworkSecret, log: c.Log}, pictures: pictures, pace: activityPace, floor: broadcast.Floor}
}

// Run keeps links and the keys of network hashes in memory and right until ctx ends. Without it the redirect asks the database for
// each link that it meets for the first time, and does not hear of changes that others make.
func (s *Service) Run(ctx context.Context) {
	go func() {
		tick := time.NewTicker(saltsEvery)
		defer tick.Stop()
		for {
			s.salts.prepare(ctx, clock.DateOf(s.Clock.Now()))
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	s.links.run(ctx, func(err error) { s.Log.WarnContext(ctx, "changes of links are not seen", "error", err) })
}

// RefreshLinks looks now for what changed about links, as Run does by itself every few seconds.
func (s *Service) RefreshLinks(ctx context.Context) error { return s.links.refresh(ctx) }

// LinksKnown counts the links in memory.
func (s *Service) LinksKnown() int64 { return s.links.size.Load() }

// saltsEvery is how often the salts of today and tomorrow are seen to.
const saltsEvery = time.Hour

func placeOfLink(l Link) page.Cursor { return page.Cursor{At: l.CreatedAt, ID: l.ID.UUID} }
func placeOfCode(c Code) page.Cursor { return page.Cursor{At: c.CreatedAt, ID: c.ID.UUID} }

// maybeID reads an optional id argument: none is the zero UUID, another kind finds nothing.
func maybeID(x *id.ID, kind id.Kind, noun string) (u uuid.UUID, err error) {
	if x == nil {
		return u, nil
	}
	return id.Want(*x, kind, noun)
}
