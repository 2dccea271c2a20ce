package brand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/branddomain"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/outbound"
)

// healthMax bounds what is read of a server's answer about itself, in bytes.
const healthMax = 4 << 10

// SetTracking has the links of a brand shared under one of its hosts, or no longer. The host was verified before, and leads to this
// server by https with its name kept: that is tried out. The brand's host of before is turned off. Links that were shared under a host
// work as long as it leads here. Faults: UNAUTHENTICATED, NOT_FOUND (domain), FORBIDDEN; WRONG_STATE when the host is not verified or does
// not lead here yet; TAKEN when it is the server's own or another brand's.
func (s *Service) SetTracking(ctx context.Context, domainID id.ID, enabled bool) (Domain, error) {
	row, err := s.domainFor(ctx, domainID, access.ManageBrand)
	if err != nil {
		return Domain{}, err
	}
	if row.Tracking == enabled {
		return toDomain(row), nil
	}
	if enabled {
		if err := s.mayTrack(ctx, row); err != nil {
			return Domain{}, err
		}
	}
	var out Domain
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		out, err = s.setTrackingTx(ctx, tx, row, enabled)
		return err
	})
	if err != nil {
		return Domain{}, database.OnUnique(err, "brand_domain_tracking_host_key", fault.At("brandDomainId", "TAKEN", "Another brand shares its links under this host."))
	}
	return out, nil
}

// mayTrack checks that links of a brand can be shared under a host.
func (s *Service) mayTrack(ctx context.Context, row *gen.BrandDomain) error {
	if row.VerifiedAt == nil {
		return fault.New(fault.Conflict, "WRONG_STATE", "Verify %s first.", row.Host)
	}
	if own, err := url.Parse(s.baseURL); err == nil && own.Hostname() == row.Host {
		return fault.At("brandDomainId", "TAKEN", "%s is this server's own address; links are shared under it anyway.", row.Host)
	}
	if s.sandbox && outbound.Reserved(row.Host) {
		return nil // a name that leads nowhere, for trying out
	}
	return s.leadsHere(ctx, row.Host)
}

// leadsHere asks a host, from outside, whether it is this server and sees by which name it was asked.
func (s *Service) leadsHere(ctx context.Context, host string) error {
	notHere := func(format string, args ...any) error {
		return fault.New(fault.Conflict, "WRONG_STATE", "https://%s does not lead to this server yet: "+format, append([]any{host}, args...)...)
	}
	answer, err := s.outbound.Do(ctx, outbound.Request{URL: "https://" + host + "/healthz", Keep: healthMax})
	var failure *outbound.Failure
	switch {
	case errors.As(err, &failure):
		return notHere("%s", failure.Sentence())
	case errors.Is(err, outbound.ErrBusy):
		return fault.New(fault.Conflict, "CONFLICT", "%s is being asked already. Try again in some seconds.", host)
	case err != nil:
		return err
	}
	var about struct{ Deployment, Host string }
	switch {
	case answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &about) != nil || about.Deployment == "":
		return notHere("another server answers there.")
	case about.Deployment != s.deployment:
		return notHere("another installation of Tributary answers there.")
	case about.Host != host:
		return notHere("it does, but the proxy before it hands on another name than %s. Have it keep the Host header.", host)
	}
	return nil
}

// setTrackingTx turns a host on, and the brand's other one off, or turns it off.
func (s *Service) setTrackingTx(ctx context.Context, tx database.Tx, row *gen.BrandDomain, enabled bool) (Domain, error) {
	if err := database.AdvisoryLockTx(ctx, tx, "domains:"+row.BrandID.String()); err != nil {
		return Domain{}, fmt.Errorf("set tracking domain: %w", err)
	}
	if enabled {
		if err := s.endTrackingTx(ctx, tx, row.BrandID); err != nil {
			return Domain{}, err
		}
	}
	after, err := tx.Ent.BrandDomain.UpdateOneID(row.ID).SetTracking(enabled).Save(ctx)
	if err != nil {
		return Domain{}, fmt.Errorf("set tracking domain: %w", err)
	}
	return toDomain(after), s.noteTrackingTx(ctx, tx, after)
}

// endTrackingTx turns off the host that a brand's links are shared under.
func (s *Service) endTrackingTx(ctx context.Context, tx database.Tx, brand uuid.UUID) error {
	rows, err := tx.Ent.BrandDomain.Query().Where(branddomain.BrandID(brand), branddomain.Tracking(true)).All(ctx)
	if err != nil {
		return fmt.Errorf("set tracking domain: %w", err)
	}
	for _, d := range rows {
		after, err := d.Update().SetTracking(false).Save(ctx)
		if err != nil {
			return fmt.Errorf("set tracking domain: %w", err)
		}
		if err := s.noteTrackingTx(ctx, tx, after); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) noteTrackingTx(ctx context.Context, tx database.Tx, d *gen.BrandDomain) error {
	action := "TRACKING_DOMAIN_ENDED"
	if d.Tracking {
		action = "TRACKING_DOMAIN_SET"
	}
	return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: action, ObjectKind: "BRAND_DOMAIN", ObjectID: d.ID, BrandID: d.BrandID,
		Detail: map[string]any{"host": d.Host}})
}
