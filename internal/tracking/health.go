package tracking

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/outbound"
)

// HealthStatus is: what the last look at a link's destination found. Spelled alike in Go, SQL and GraphQL.
type HealthStatus string

// The values of HealthStatus.
const (
	HealthUnknown        HealthStatus = "UNKNOWN"         // Not looked at yet, or the shop does not let programs look.
	HealthOK             HealthStatus = "OK"              // It answers and keeps the tracking parameters.
	HealthFailing        HealthStatus = "FAILING"         // It does not answer, or answers that there is nothing.
	HealthParametersLost HealthStatus = "PARAMETERS_LOST" // It answers, but tracking parameters are lost on the way.
)

// Health is whether a link's destination works.
type Health struct {
	Status    HealthStatus
	CheckedAt *time.Time // when it was looked at last; nil before the first time
	Detail    string     // what was found, in words; empty before the first time
}

// Bounds of looks at destinations.
const (
	healthEvery      = 24 * time.Hour // between two looks at a link that works
	healthAgain      = time.Hour      // between two looks at one that does not
	healthSpread     = 2 * time.Hour  // by how much links of one moment are moved apart
	healthPause      = time.Minute    // between two looks that people ask for
	healthDueMax     = 500            // links that one round of the job takes, once a minute
	healthRedirects  = 5
	healthDetailMax  = 500 // characters
	healthBusy       = 5 * time.Second
	healthLostShown  = 5
	healthRoundEvery = time.Minute
)

// HealthDueArgs is the job that asks for looks at the links whose time has come.
type HealthDueArgs struct{}

// Kind names the job.
func (HealthDueArgs) Kind() string { return "tracking_link_health_due" }

// HealthArgs is the job that looks at the destination of one link.
type HealthArgs struct {
	Link uuid.UUID `json:"link"`
}

// Kind names the job.
func (HealthArgs) Kind() string { return "tracking_link_health" }

// healthJob keeps one look at a link waiting at a time, apart from work that waits for nobody outside.
func healthJob() *job.Options {
	o := job.Once()
	o.Queue, o.MaxAttempts = job.Outbound, 3
	return o
}

// registerHealth adds the jobs that look at destinations to the workers of this process.
func (s *Service) registerHealth(w *job.Workers) {
	job.Add(w, func(ctx context.Context, a HealthArgs) error { return s.LookAt(ctx, a.Link) })
	job.Add(w, func(ctx context.Context, _ HealthDueArgs) error {
		_, err := s.AskForDueHealth(ctx)
		return err
	})
	job.Every(w, healthRoundEvery, HealthDueArgs{})
}

// CheckLinkHealth asks for a look at a link's destination, for its creator or for members who may write tracking. Within a minute of the
// last look, and for an archived link, it asks for nothing. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) CheckLinkHealth(ctx context.Context, x id.ID) (Link, error) {
	row, err := s.readLink(ctx, x, access.WriteTracking)
	if err != nil {
		return Link{}, err
	}
	recent := row.HealthCheckedAt != nil && s.Clock.Now().Sub(*row.HealthCheckedAt) < healthPause
	if recent || row.ArchivedAt != nil || s.Queue == nil {
		return linkOf(row), nil
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return s.Queue.EnqueueTx(ctx, tx, HealthArgs{Link: row.ID}, healthJob())
	})
	return linkOf(row), err
}

// AskForDueHealth asks for looks at links whose time has come, and gives how many it asked for.
func (s *Service) AskForDueHealth(ctx context.Context) (n int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		due, err := s.takeDueTx(ctx, tx)
		if err != nil {
			return err
		}
		n = len(due)
		return job.EnqueueAllTx(ctx, s.Queue, tx, due, healthJob())
	})
	return n, err
}

// takeDueTx takes links out whose time has come. The next time is set here too, so that a look that never ends keeps no link for ever.
func (s *Service) takeDueTx(ctx context.Context, tx database.Tx) (out []HealthArgs, err error) {
	now := s.Clock.Now()
	rows, err := tx.SQL.QueryContext(ctx, `
		UPDATE link SET health_due_at = $2 WHERE id IN (
			SELECT id FROM link WHERE health_due_at <= $1 ORDER BY health_due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
		RETURNING id`, now, now.Add(healthEvery), healthDueMax)
	if err != nil {
		return nil, fmt.Errorf("links to look at: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a HealthArgs
		if err := rows.Scan(&a.Link); err != nil {
			return nil, fmt.Errorf("links to look at: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// LookAt looks at where a link leads and keeps what it found, unless the link leads elsewhere by then. It is run by a job and comes
// again later while enough looks at the same host are under way.
func (s *Service) LookAt(ctx context.Context, link uuid.UUID) error {
	targets, err := s.targetsOf(ctx, []uuid.UUID{link})
	if err != nil {
		return err
	}
	if len(targets) == 0 || targets[0].way.archived || s.Outbound == nil {
		return nil
	}
	t := targets[0]
	status, detail, err := s.look(ctx, t)
	if errors.Is(err, outbound.ErrBusy) {
		return job.Snooze(healthBusy)
	}
	if err != nil {
		return err
	}
	return s.keepHealth(ctx, t, status, detail)
}

// keepHealth writes down what was found at the target's destination.
func (s *Service) keepHealth(ctx context.Context, t target, status HealthStatus, detail string) error {
	now := s.Clock.Now()
	wait := healthEvery
	if status == HealthFailing || status == HealthParametersLost {
		wait = healthAgain
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		present, err := scanTarget(tx.SQL.QueryRowContext(ctx, selectTarget+`l.id = $1 FOR UPDATE OF l`, t.link))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("keep health of link: %w", err)
		}
		if present.way.archived || present.way.to() != t.way.to() {
			return nil // it was asked about something that is no more; the change has asked for a new look
		}
		_, err = tx.SQL.ExecContext(ctx, `UPDATE link SET health = $2, health_detail = $3, health_checked_at = $4, health_due_at = $5 WHERE id = $1`,
			t.link, string(status), cut(detail, healthDetailMax), now, now.Add(wait+spread(t.link, wait)))
		if err != nil {
			return fmt.Errorf("keep health of link: %w", err)
		}
		return nil
	})
}

// spread moves links of one moment apart, each always by the same.
func spread(link uuid.UUID, wait time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write(link[:])
	return time.Duration(h.Sum32()) % min(healthSpread, wait)
}

// look asks for the destination as a visitor's browser would and says what it found.
func (s *Service) look(ctx context.Context, t target) (HealthStatus, string, error) {
	// A click that nobody made: nothing is stored under it.
	address := t.arrival(id.New(id.Click, s.Clock.Now()).String())
	wanted, err := url.Parse(address)
	if err != nil {
		return HealthFailing, "The destination is no address.", nil
	}
	if outbound.Reserved(wanted.Hostname()) {
		return HealthUnknown, wanted.Hostname() + " is a name for tests and examples, so it is not looked at.", nil
	}
	got, err := s.Outbound.Do(ctx, outbound.Request{URL: address, Follow: healthRedirects,
		Header: http.Header{"Accept": {"text/html,*/*;q=0.5"}, "Accept-Language": {"en"}}})
	var failure *outbound.Failure
	switch {
	case errors.As(err, &failure) && failure.Ours():
		return HealthUnknown, failure.Sentence(), nil
	case errors.As(err, &failure):
		return HealthFailing, failure.Sentence(), nil
	case err != nil:
		return "", "", err
	}
	status, detail := judge(wanted, got)
	return status, detail, nil
}

// judge says what an answer means for a link.
func judge(wanted *url.URL, got outbound.Answer) (HealthStatus, string) {
	arrived, err := url.Parse(got.URL)
	if err != nil {
		return HealthFailing, "The destination leads on to something that is no address."
	}
	host := arrived.Hostname()
	switch got.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusTooManyRequests:
		return HealthUnknown, fmt.Sprintf("%s does not let programs look (it answers %d), so open the link yourself to be sure.", host, got.Status)
	case http.StatusNotFound, http.StatusGone:
		return HealthFailing, fmt.Sprintf("%s answers that there is no such page (%d).", host, got.Status)
	}
	switch {
	case got.Status >= 500:
		return HealthFailing, fmt.Sprintf("%s answers that something is broken there (%d).", host, got.Status)
	case got.Status < 200 || got.Status > 299:
		return HealthFailing, fmt.Sprintf("%s answers %d instead of a page.", host, got.Status)
	case wanted.Scheme == "https" && arrived.Scheme == "http":
		return HealthFailing, fmt.Sprintf("The destination leads on to http://%s, without encryption, which browsers warn of.", host)
	}
	if lost := lostParameters(wanted.Query(), arrived.Query()); len(lost) > 0 {
		return HealthParametersLost, fmt.Sprintf("The page answers, but on the way to %s this is lost: %s. Sales may not be seen to come from this link.",
			host, strings.Join(lost, ", "))
	}
	return HealthOK, "The page answers and keeps all parameters."
}

// lostParameters names which of those that tell where a visitor came from did not arrive, the click's id first.
func lostParameters(sent, arrived url.Values) []string {
	var lost []string
	for name := range sent {
		if strings.HasPrefix(name, "utm_") && arrived.Get(name) != sent.Get(name) {
			lost = append(lost, name)
		}
	}
	slices.Sort(lost)
	if arrived.Get(tidParameter) != sent.Get(tidParameter) {
		lost = slices.Insert(lost, 0, tidParameter)
	}
	if more := len(lost) - healthLostShown; more > 0 {
		lost = append(lost[:healthLostShown], fmt.Sprintf("and %d more", more))
	}
	return lost
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}
