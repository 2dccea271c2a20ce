package brand

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/branddomain"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/viewer"
)

const (
	domainsMax = 100
	hostMax    = 253 // bytes
	// recordPrefix stands before the host in the name of the DNS record, valuePrefix before the token in its value.
	recordPrefix = "_tributary."
	valuePrefix  = "tributary-verify="
)

// Domain is a host that links of a brand may lead to.
type Domain struct {
	ID          id.ID      // prefix dom
	Host        string     // the host, for example shop.example; hosts below it are meant too
	VerifiedAt  *time.Time // when the brand showed that it owns the host; nil until then
	RecordName  string     // name of the DNS TXT record that shows it
	RecordValue string     // value of the DNS TXT record that shows it
	Tracking    bool       // whether it points to this server and links are shared under it
}

// IsNode marks Domain as refetchable by id.
func (Domain) IsNode() {}

func toDomain(d *gen.BrandDomain) Domain {
	return Domain{ID: id.Of(id.BrandDomain, d.ID), Host: d.Host, VerifiedAt: d.VerifiedAt, RecordName: recordPrefix + d.Host,
		RecordValue: valuePrefix + d.Token, Tracking: d.Tracking}
}

var hostForm = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// checkHost folds a host to lower case and checks its form. Addresses in numbers are no hosts that anybody owns.
func checkHost(field, host string) (string, *fault.Fault) {
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), "."))
	if host == "" || len(host) > hostMax || !hostForm.MatchString(host) || net.ParseIP(host) != nil || !strings.Contains(host, ".") && host != "localhost" {
		return "", fault.At(field, "BAD_FORMAT", "This is not the name of a host, for example shop.example.")
	}
	return host, nil
}

// HostAllowed reports whether a host is one of the verified ones or below one. Both are lower case.
func HostAllowed(verified []string, host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.ContainsFunc(verified, func(v string) bool { return host == v || strings.HasSuffix(host, "."+v) })
}

// VerifiedHosts gives the hosts that links of a brand may lead to; see HostAllowed. It checks no access: the caller has.
func (s *Service) VerifiedHosts(ctx context.Context, brand uuid.UUID) ([]string, error) {
	return verifiedHosts(ctx, s.db.Ent, brand)
}

func verifiedHosts(ctx context.Context, c *gen.Client, brand uuid.UUID) ([]string, error) {
	hosts, err := c.BrandDomain.Query().Where(branddomain.BrandID(brand), branddomain.VerifiedAtNotNil()).Limit(domainsMax).
		Select(branddomain.FieldHost).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("verified hosts: %w", err)
	}
	return hosts, nil
}

// Domains lists the hosts of a brand, oldest first. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN.
func (s *Service) Domains(ctx context.Context, brandID id.ID) ([]Domain, error) {
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	if err := access.Brand(viewer.From(ctx), access.ReadBrand, brand); err != nil {
		return nil, err
	}
	rows, err := s.db.Ent.BrandDomain.Query().Where(branddomain.BrandID(brand)).
		Order(branddomain.ByCreatedAt(), branddomain.ByID()).Limit(domainsMax).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	out := make([]Domain, len(rows))
	for i, d := range rows {
		out[i] = toDomain(d)
	}
	return out, nil
}

// GetDomain gives a host of a brand that the viewer works in. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) GetDomain(ctx context.Context, domainID id.ID) (Domain, error) {
	row, err := s.domainFor(ctx, domainID, access.ReadBrand)
	if err != nil {
		return Domain{}, err
	}
	return toDomain(row), nil
}

func (s *Service) domainFor(ctx context.Context, domainID id.ID, a access.Action) (*gen.BrandDomain, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(domainID, id.BrandDomain, "domain")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.BrandDomain.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "domain")
	}
	if err := access.Noun(access.Brand(v, a, row.BrandID), "domain"); err != nil {
		return nil, err
	}
	return row, nil
}

// AddDomain adds a host; adding one again gives it as it is. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN; on host BAD_FORMAT;
// WRONG_STATE with too many.
func (s *Service) AddDomain(ctx context.Context, brandID id.ID, host string) (Domain, error) {
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Domain{}, err
	}
	if err := access.Brand(viewer.From(ctx), access.ManageBrand, brand); err != nil {
		return Domain{}, err
	}
	host, wrong := checkHost("host", host)
	if wrong != nil {
		return Domain{}, wrong
	}
	var out Domain
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := s.insertDomainTx(ctx, tx, brand, host)
		if err == nil {
			out = toDomain(row)
		}
		return err
	})
	return out, err
}

// insertDomainTx adds a host unless the brand has it.
func (s *Service) insertDomainTx(ctx context.Context, tx database.Tx, brand uuid.UUID, host string) (*gen.BrandDomain, error) {
	if err := database.AdvisoryLockTx(ctx, tx, "domains:"+brand.String()); err != nil {
		return nil, fmt.Errorf("add domain: %w", err)
	}
	present, err := tx.Ent.BrandDomain.Query().Where(branddomain.BrandID(brand), branddomain.Host(host)).Only(ctx)
	if err == nil || !database.IsMissing(err) {
		return present, err
	}
	n, err := tx.Ent.BrandDomain.Query().Where(branddomain.BrandID(brand)).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("add domain: %w", err)
	}
	if n >= domainsMax {
		return nil, fault.New(fault.Conflict, "WRONG_STATE", "A brand has at most %d domains.", domainsMax)
	}
	now := s.clock.Now()
	create := tx.Ent.BrandDomain.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(brand).SetHost(host).SetToken(strings.ToLower(rand.Text()))
	if s.sandbox && outbound.Reserved(host) {
		create.SetVerifiedAt(now)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("add domain: %w", err)
	}
	return row, auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "DOMAIN_ADDED", ObjectKind: "BRAND_DOMAIN", ObjectID: row.ID, BrandID: brand,
		Detail: map[string]any{"host": host}})
}

// VerifyDomain looks the DNS record up and marks the host as the brand's. Verifying again changes nothing. Faults: UNAUTHENTICATED, NOT_FOUND
// (domain), FORBIDDEN; WRONG_STATE when the record is not there (yet); DNS_UNAVAILABLE when the name servers do not answer.
func (s *Service) VerifyDomain(ctx context.Context, domainID id.ID) (Domain, error) {
	row, err := s.domainFor(ctx, domainID, access.ManageBrand)
	if err != nil {
		return Domain{}, err
	}
	if row.VerifiedAt != nil {
		return toDomain(row), nil
	}
	d := toDomain(row)
	if err := s.lookUp(ctx, d); err != nil {
		return Domain{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		n, err := tx.Ent.BrandDomain.Update().Where(branddomain.ID(row.ID), branddomain.VerifiedAtIsNil()).SetVerifiedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("verify domain: %w", err)
		}
		d.VerifiedAt = &now
		if n == 0 {
			return nil
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "DOMAIN_VERIFIED", ObjectKind: "BRAND_DOMAIN", ObjectID: row.ID, BrandID: row.BrandID,
			Detail: map[string]any{"host": row.Host}})
	})
	if err != nil {
		return Domain{}, err
	}
	return d, nil
}

func (s *Service) lookUp(ctx context.Context, d Domain) error {
	if s.sandbox && outbound.Reserved(d.Host) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
	defer cancel()
	values, err := s.dns.LookupTXT(ctx, d.RecordName)
	var missing *net.DNSError
	if err != nil && (!errors.As(err, &missing) || !missing.IsNotFound) {
		return fault.New(fault.Unavailable, "DNS_UNAVAILABLE", "The name servers did not answer. Try again in a minute.").With(err)
	}
	if !slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) == d.RecordValue }) {
		return fault.New(fault.Conflict, "WRONG_STATE", "There is no TXT record %s with the value shown yet. New records can take an hour.", d.RecordName)
	}
	return nil
}
