package tracking

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

// hostsKept bounds how many hosts of brands are known, in rows; a brand has one.
const hostsKept = 100_000

// brandOf tells whose own host a request was made to; nil for the server's own and for one that is not known yet.
func (c *linkCache) brandOf(host string) *cachedBrand {
	hosts := c.hosts.Load()
	if hosts == nil || len(*hosts) == 0 {
		return nil
	}
	if port := strings.LastIndexByte(host, ':'); port > 0 && strings.IndexByte(host[port:], ']') < 0 {
		host = host[:port]
	}
	return (*hosts)[strings.ToLower(strings.TrimSuffix(host, "."))]
}

// readHosts reads the hosts that brands share their links under.
func (c *linkCache) readHosts(ctx context.Context) error {
	rows, err := c.db.SQL.QueryContext(ctx, `
		SELECT d.host, b.id, b.fallback_url FROM brand_domain d JOIN brand b ON b.id = d.brand_id WHERE d.tracking LIMIT $1`, hostsKept)
	if err != nil {
		return fmt.Errorf("read hosts of brands: %w", err)
	}
	defer func() { _ = rows.Close() }()
	hosts := map[string]*cachedBrand{}
	for rows.Next() {
		var host string
		var brand uuid.UUID
		var fallback sql.NullString
		if err := rows.Scan(&host, &brand, &fallback); err != nil {
			return fmt.Errorf("read hosts of brands: %w", err)
		}
		c.mu.Lock()
		hosts[host] = c.keepBrand(brand, fallback)
		c.mu.Unlock()
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read hosts of brands: %w", err)
	}
	c.hosts.Store(&hosts)
	return nil
}

// unknown answers for a code that the host does not know. A page is no picture, so those who asked for one get none.
func unknown(w http.ResponseWriter, r *http.Request, brand *cachedBrand, picture string) {
	if brand != nil && picture == "" {
		if fallback := brand.fallback.Load(); fallback != nil {
			w.Header()["Location"] = []string{*fallback}
			w.WriteHeader(http.StatusFound)
			return
		}
	}
	notFound(w, r)
}

// TrackingHosts gives the hosts that brands share their links under, in one statement; brands without one are left out. The caller was
// allowed to see the brands' links.
func (s *Service) TrackingHosts(ctx context.Context, brands []uuid.UUID) (map[uuid.UUID]string, error) {
	rows, err := s.DB.SQL.QueryContext(ctx, `SELECT brand_id, host FROM brand_domain WHERE tracking AND brand_id = ANY($1::uuid[])`,
		database.UUIDs(brands))
	if err != nil {
		return nil, fmt.Errorf("hosts of links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[uuid.UUID]string, len(brands))
	for rows.Next() {
		var brand uuid.UUID
		var host string
		if err := rows.Scan(&brand, &host); err != nil {
			return nil, fmt.Errorf("hosts of links: %w", err)
		}
		out[brand] = host
	}
	return out, rows.Err()
}

// LinkURL gives the address of a link to share, under the brand's own host or, where that is empty, under the server's.
func (s *Service) LinkURL(l Link, host string) string { return s.linkURL(l.Code, host) }

func (s *Service) linkURL(code, host string) string {
	if host != "" {
		return "https://" + host + redirectPrefix + code
	}
	return s.BaseURL.JoinPath("r", code).String()
}
