package brand

import (
	"context"
	"net"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/seal"
)

// Resolver looks TXT records up; *net.Resolver is one, tests have their own.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// dnsTimeout bounds one look-up.
const dnsTimeout = 5 * time.Second

// Config is what a Service needs. All fields are required but DNS, Outbound, Deployment, RotatedTx and DisconnectedTx.
type Config struct {
	DB       *database.DB
	Clock    clock.Clock
	Identity *identity.Service
	// MasterSecret is what the key for the secrets of integrations is derived from.
	MasterSecret []byte
	// BaseURL is the public URL without a slash at the end, for the addresses of webhooks.
	BaseURL string
	// Sandbox verifies hosts that nobody can own (.test, .example, localhost) at once.
	Sandbox bool
	// DNS looks up the records that show who owns a host. Defaults to the system's resolver.
	DNS Resolver
	// Outbound asks hosts whether they lead here. Defaults to a client that reaches public addresses only.
	Outbound *outbound.Client
	// Deployment is what /healthz of this server calls itself, by which it knows itself from outside.
	Deployment string
	// RotatedTx and DisconnectedTx hear, in the same transaction, of integrations whose secret was rotated and of those that ended.
	RotatedTx, DisconnectedTx func(ctx context.Context, tx database.Tx, integration uuid.UUID) error
}

// Service answers all questions about brands.
type Service struct {
	db       *database.DB
	clock    clock.Clock
	identity *identity.Service
	secrets  *seal.Box
	baseURL  string
	sandbox  bool
	dns      Resolver

	outbound   *outbound.Client
	deployment string

	rotatedTx, disconnectedTx func(ctx context.Context, tx database.Tx, integration uuid.UUID) error
}

// New makes a Service.
func New(c Config) *Service {
	if c.DNS == nil {
		c.DNS = net.DefaultResolver
	}
	if c.Outbound == nil {
		c.Outbound = outbound.New(outbound.Config{})
	}
	return &Service{db: c.DB, clock: c.Clock, identity: c.Identity, secrets: seal.NewBox(c.MasterSecret, "integration-secret"),
		baseURL: strings.TrimSuffix(c.BaseURL, "/"), sandbox: c.Sandbox, dns: c.DNS,
		outbound: c.Outbound, deployment: c.Deployment, rotatedTx: c.RotatedTx, disconnectedTx: c.DisconnectedTx}
}
