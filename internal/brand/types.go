package brand

import (
	"time"
	"tributary/internal/attribution"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Brand is a company that runs programs.
type Brand struct {
	ID          id.ID          // id, prefix brd.
	Slug        string         // name in addresses of the portal.
	Name        string         // name as people know it.
	WebsiteURL  string         // its website.
	FallbackURL *string        // where links lead that are unknown or archived.
	Country     string         // where it is based.
	Currency    money.Currency // currency of its new programs.
	CreatedAt   time.Time      // when it was made.
}

// IsNode marks Brand as refetchable by id.
func (Brand) IsNode() {}

// Domain is a host that links of a brand may lead to.
type Domain struct {
	ID          id.ID      // id, prefix dom.
	Host        string     // the host, for example shop.example.
	VerifiedAt  *time.Time // when the brand showed that it owns the host; null until then.
	RecordName  string     // name of the DNS TXT record that shows it.
	RecordValue string     // value of the DNS TXT record that shows it.
}

// IsNode marks Domain as refetchable by id.
func (Domain) IsNode() {}

// Policy is one version of how a brand divides credit.
type Policy struct {
	ID           id.ID              // id, prefix pol.
	Version      int                // number of the version, from 1.
	Model        attribution.Model  // how credit is divided.
	Precedence   []attribution.Kind // which kinds of touches come before which. At most 5.
	HalfLifeDays int                // half-life of TIME_DECAY in days.
	EffectiveAt  time.Time          // from when it holds.
	Note         string             // what the brand says about the change.
}

// IsNode marks Policy as refetchable by id.
func (Policy) IsNode() {}

// Integration is a shop or service that sends signed webhooks.
type Integration struct {
	ID             id.ID             // id, prefix int.
	Kind           IntegrationKind   // sort.
	Store          string            // the shop's domain or name.
	Status         IntegrationStatus // state.
	LastDeliveryAt *time.Time        // when the last webhook came.
	CreatedAt      time.Time         // when it was connected.
}

// IsNode marks Integration as refetchable by id.
func (Integration) IsNode() {}
