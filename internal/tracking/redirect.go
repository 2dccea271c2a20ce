package tracking

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/rollup"
)

const (
	redirectPrefix = "/r/"
	// visitorCookie keeps who a browser is on our host, so that later clicks are known to be of the same visitor.
	visitorCookie = "tributary_visitor"
	visitorAge    = 365 * 24 * time.Hour
	// storeTimeout bounds the storing of one click; the visitor waits for it.
	storeTimeout = 3 * time.Second
	// queryMax bounds what a visitor may bring along in the address, in bytes.
	queryMax = 4096
)

// countryHeaders are set by proxies that know where an address is; only those of trusted proxies are read.
var countryHeaders = []string{"CF-IPCountry", "CloudFront-Viewer-Country", "X-Vercel-IP-Country", "X-Country-Code"}

// target is what a link needs to be followed.
type target struct {
	link, brand, program, partnership, creator uuid.UUID
	code, destination, platform, campaign      string
	handle, programSlug                        string // of the creator, of the program
	subID                                      string
	utmTemplate                                []byte
	currency                                   money.Currency
	fallback                                   string
	archived                                   bool
}

// visit is one request for a link.
type visit struct {
	click      id.ID
	visitor    uuid.UUID
	returning  bool // the browser brought its visitor id
	notCounted NotCounted
	device     Device
	country    string
	referrer   string
	network    []byte
}

// Redirect answers GET and HEAD /r/{code}: it stores the click and leads on to the link's destination. An unknown code is a clear
// 404; an archived one leads to the brand's fallback page, where the brand has one. It leads nowhere but where the brand said.
func (s *Service) Redirect() http.Handler { return http.HandlerFunc(s.redirect) }

func (s *Service) redirect(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store, max-age=0")
	h.Set("Pragma", "no-cache")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		answer(w, r, http.StatusMethodNotAllowed, "This address is opened with GET.")
		return
	}
	code := strings.ToLower(strings.TrimPrefix(r.URL.Path, redirectPrefix))
	if code == "" || len(code) > vanityMax || strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune(vanityLetters, r) }) {
		notFound(w, r)
		return
	}
	// The click is stored also when the browser has gone on.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), storeTimeout)
	defer cancel()
	t, err := s.lookUp(ctx, code)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		notFound(w, r)
		return
	case err != nil:
		s.Log.ErrorContext(ctx, "link not looked up", "error", err)
		h.Set("Retry-After", "5")
		answer(w, r, http.StatusServiceUnavailable, "This link cannot be opened right now. Please try again in a moment.")
		return
	case t.archived && t.fallback != "":
		http.Redirect(w, r, t.fallback, http.StatusFound)
		return
	case t.archived:
		notFound(w, r)
		return
	}
	v := s.visitOf(r)
	var query url.Values
	if len(r.URL.RawQuery) <= queryMax {
		query = r.URL.Query() // what cannot be read is left out
	}
	address, err := arrival(t, query, v.click.String())
	if err != nil {
		s.Log.ErrorContext(ctx, "link leads to no address", "link", t.link, "error", err)
		notFound(w, r)
		return
	}
	if err := s.store(ctx, t, v); err != nil {
		// The shopper goes on all the same; the shop's sale matters more than our count.
		s.Log.ErrorContext(ctx, "click lost", "link", t.link, "click", v.click.String(), "error", err)
	}
	if v.notCounted == "" {
		http.SetCookie(w, &http.Cookie{Name: visitorCookie, Value: v.visitor.String(), Path: redirectPrefix, MaxAge: int(visitorAge / time.Second),
			HttpOnly: true, Secure: s.BaseURL.Scheme == "https", SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, address, http.StatusFound)
}

// lookUp finds a link by its code, in one statement by its unique index.
func (s *Service) lookUp(ctx context.Context, code string) (t target, err error) {
	var subID, fallback sql.NullString
	var utm sql.Null[[]byte]
	t.code = code
	err = s.DB.SQL.QueryRowContext(ctx, `
		SELECT l.id, l.brand_id, l.program_id, l.partnership_id, l.creator_id, l.destination_url, l.platform, l.campaign, l.sub_id,
			l.archived_at IS NOT NULL, p.currency, p.utm_template, b.fallback_url, c.handle, p.slug
		FROM link l JOIN program p ON p.id = l.program_id JOIN brand b ON b.id = l.brand_id JOIN creator c ON c.id = l.creator_id
		WHERE l.code = $1`, code).Scan(&t.link, &t.brand, &t.program, &t.partnership, &t.creator, &t.destination, &t.platform, &t.campaign,
		&subID, &t.archived, &t.currency, &utm, &fallback, &t.handle, &t.programSlug)
	t.subID, t.utmTemplate, t.fallback = subID.String, utm.V, fallback.String
	return t, err
}

func (s *Service) visitOf(r *http.Request) visit {
	now := s.Clock.Now()
	v := visit{
		click: id.New(id.Click, now), notCounted: reasonNotCounted(r), device: deviceOf(r), country: s.country(r), referrer: referrerHost(r),
		network: NetworkHash(s.NetworkSecret, clock.DateOf(now), s.ClientAddress(r)),
	}
	if c, err := r.Cookie(visitorCookie); err == nil {
		if u, err := uuid.Parse(c.Value); err == nil && u != uuid.Nil {
			v.visitor, v.returning = u, true
		}
	}
	if !v.returning {
		v.visitor = id.NewUUID(now)
	}
	return v
}

// store writes the click and, when it counts, its figures, in one transaction.
func (s *Service) store(ctx context.Context, t target, v visit) error {
	at := id.TimeOf(v.click.UUID)
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		day := clock.DateOf(at)
		unique := v.notCounted == ""
		if unique && v.returning {
			// Two clicks of one visitor at the same time are told apart, so that only one is the day's first.
			if err := database.AdvisoryLockTx(ctx, tx, "visitor:"+v.visitor.String()+t.link.String()); err != nil {
				return fmt.Errorf("store click: %w", err)
			}
			err := tx.SQL.QueryRowContext(ctx, `
				SELECT NOT EXISTS (SELECT 1 FROM click WHERE visitor_id = $1 AND link_id = $2 AND not_counted = ''
					AND clicked_at >= $3 AND clicked_at < $4)`, v.visitor, t.link, day.Start(), day.AddDays(1).Start()).Scan(&unique)
			if err != nil {
				return fmt.Errorf("store click: %w", err)
			}
		}
		_, err := tx.SQL.ExecContext(ctx, `
			INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id,
				network_hash, country, device, not_counted, referrer_host, sub_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, ''), $12, $13, $14, $15)`,
			v.click.UUID, at, t.link, t.brand, t.program, t.partnership, t.creator, t.platform, v.visitor,
			v.network, v.country, string(v.device), string(v.notCounted), v.referrer, t.subID)
		if err != nil {
			return fmt.Errorf("store click: %w", err)
		}
		if v.notCounted != "" {
			return nil
		}
		d := rollup.Delta{Brand: t.brand, Program: t.program, Creator: t.creator, Partnership: t.partnership,
			Link: uuid.NullUUID{UUID: t.link, Valid: true}, Platform: t.platform, Day: day, Currency: t.currency, Clicks: 1}
		if unique {
			d.UniqueClicks = 1
		}
		return rollup.AddTx(ctx, tx, d)
	})
}

// country reads the country that a trusted proxy tells, empty otherwise.
func (s *Service) country(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := peer.Addr().Unmap().WithZone("")
	for _, p := range s.TrustedProxies {
		if !p.Contains(addr) {
			continue
		}
		for _, h := range countryHeaders {
			c := strings.ToUpper(r.Header.Get(h))
			// XX and T1 are what some proxies say for "unknown" and for an anonymity network.
			if len(c) == 2 && c[0] >= 'A' && c[0] <= 'Z' && c[1] >= 'A' && c[1] <= 'Z' && c != "XX" {
				return c
			}
		}
		return ""
	}
	return ""
}

// NetworkHash gives a keyed hash of the network that an address belongs to (IPv4 whole, IPv6 its /64), by a key that is another
// one each day: within a day equal networks are seen to be equal, beyond it nothing is. No address is kept. An unknown address
// gives an empty hash.
func NetworkHash(secret []byte, day clock.Date, addr netip.Addr) []byte {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() {
		return []byte{}
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return []byte{}
	}
	daily := hmac.New(sha256.New, secret)
	daily.Write([]byte("network of " + day.String()))
	of := hmac.New(sha256.New, daily.Sum(nil))
	of.Write([]byte(network.String()))
	return of.Sum(nil)[:16]
}

func notFound(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusNotFound, "This link does not exist or is no longer in use.")
}

// answer writes a short page for a person.
func answer(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>"+
			http.StatusText(status)+"</title><main><h1>"+http.StatusText(status)+"</h1><p>"+sentence+"</p></main></html>")
	}
}
