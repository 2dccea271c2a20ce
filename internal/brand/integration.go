package brand

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/integration"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// IntegrationKind is the sort of an integration. Spelled alike in Go, SQL and GraphQL.
type IntegrationKind string

// The values of IntegrationKind.
const (
	KindShopify     IntegrationKind = "SHOPIFY"     // a Shopify shop
	KindWoocommerce IntegrationKind = "WOOCOMMERCE" // a WooCommerce shop
	KindCheckout    IntegrationKind = "CHECKOUT"    // Stripe Checkout of the brand's own Stripe account
	KindPostback    IntegrationKind = "POSTBACK"    // signed server-to-server calls
)

// integrationPaths says where each sort sends its bodies, below the base URL.
var integrationPaths = map[IntegrationKind]string{
	KindShopify: "/webhooks/shopify/", KindWoocommerce: "/webhooks/woocommerce/", KindCheckout: "/webhooks/checkout/", KindPostback: "/postback/",
}

// IntegrationStatus is the state of an integration. Spelled alike in Go, SQL and GraphQL.
type IntegrationStatus string

// The values of IntegrationStatus.
const (
	IntegrationActive       IntegrationStatus = "ACTIVE"       // takes deliveries
	IntegrationDisconnected IntegrationStatus = "DISCONNECTED" // refuses deliveries, for good
)

// integrationMoves is the transition table.
var integrationMoves = map[IntegrationStatus][]IntegrationStatus{
	IntegrationActive: {IntegrationDisconnected},
}

// Limits of an integration.
const (
	storeMax             = 253 // characters
	secretMin, secretMax = 8, 500
	graceMax             = 168 // hours that a former secret counts
	adoptGrace           = 24 * time.Hour
)

// Integration is a shop or service that sends signed webhooks.
type Integration struct {
	ID             id.ID             // prefix int
	BrandID        id.ID             // the brand
	Kind           IntegrationKind   // sort
	Store          string            // the shop's domain or name
	Status         IntegrationStatus // state
	LastDeliveryAt *time.Time        // when the last webhook came
	// PreviousSecretUntil is until when the former secret counts too, after a rotation; nil when none does.
	PreviousSecretUntil *time.Time
	CreatedAt           time.Time // when it was connected
}

// IsNode marks Integration as refetchable by id.
func (Integration) IsNode() {}

func (s *Service) integration(i *gen.Integration) Integration {
	out := Integration{ID: id.Of(id.Integration, i.ID), BrandID: id.Of(id.Brand, i.BrandID), Kind: IntegrationKind(i.Kind), Store: i.Store,
		Status: IntegrationStatus(i.Status), LastDeliveryAt: i.LastDeliveryAt, CreatedAt: i.CreatedAt.UTC()}
	if i.PreviousSecretUntil != nil && i.PreviousSecretUntil.After(s.clock.Now()) {
		out.PreviousSecretUntil = i.PreviousSecretUntil
	}
	return out
}

// WebhookURL is where the shop sends its bodies.
func (s *Service) WebhookURL(i Integration) string {
	return s.baseURL + integrationPaths[i.Kind] + i.ID.String()
}

// NewIntegration is a shop to connect. Secret is what it signs with.
type NewIntegration struct {
	Kind          IntegrationKind
	Store, Secret string
	// AlsoTx is done in the transaction that connects it; nil for nothing.
	AlsoTx func(ctx context.Context, tx database.Tx, made Integration) error
}

// Connect connects a shop. Its secret is sealed under a key of this installation and never shown again. Faults: UNAUTHENTICATED, NOT_FOUND
// (brand), FORBIDDEN; on kind BAD_FORMAT; on store REQUIRED, TOO_LONG, TAKEN; on secret OUT_OF_RANGE.
func (s *Service) Connect(ctx context.Context, brandID id.ID, in NewIntegration) (Integration, error) {
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Integration{}, err
	}
	if err := access.Brand(viewer.From(ctx), access.ManageIntegration, brand); err != nil {
		return Integration{}, err
	}
	in.Store = strings.TrimSpace(in.Store)
	var faults fault.List
	if integrationPaths[in.Kind] == "" {
		faults.Add(fault.At("kind", "BAD_FORMAT", "There is no such sort of integration."))
	}
	if in.Kind == KindShopify || in.Kind == KindWoocommerce {
		in.Store = strings.ToLower(in.Store)
	}
	if in.Store == "" {
		faults.Add(fault.At("store", "REQUIRED", "Give the shop's domain or name."))
	} else if utf8.RuneCountInString(in.Store) > storeMax {
		faults.Add(fault.At("store", "TOO_LONG", "A shop's name has at most %d characters.", storeMax))
	}
	checkSecret(&faults, in.Secret)
	if err := faults.Err(); err != nil {
		return Integration{}, err
	}
	var out Integration
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		u := id.NewUUID(now)
		row, err := tx.Ent.Integration.Create().SetID(u).SetCreatedAt(now).SetBrandID(brand).SetKind(string(in.Kind)).SetStore(in.Store).
			SetSecretSealed(s.secrets.Seal([]byte(in.Secret), u[:])).SetStatus(string(IntegrationActive)).Save(ctx)
		if err != nil {
			return database.OnUnique(err, "integration_store_key", fault.At("store", "TAKEN", "This shop is connected already."))
		}
		out = s.integration(row)
		err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "INTEGRATION_CONNECTED", ObjectKind: "INTEGRATION", ObjectID: u, BrandID: brand,
			Detail: map[string]any{"kind": in.Kind, "store": in.Store}})
		if err != nil || in.AlsoTx == nil {
			return err
		}
		return in.AlsoTx(ctx, tx, out)
	})
	return out, err
}

func checkSecret(faults *fault.List, secret string) {
	if n := utf8.RuneCountInString(secret); n < secretMin || n > secretMax {
		faults.Add(fault.At("secret", "OUT_OF_RANGE", "A secret has %d to %d characters.", secretMin, secretMax))
	}
}

// RotateSecret gives a shop a new secret. What is signed with the former one counts for some hours more, because shops take a while
// until all that they send is signed anew; none at all for 0. A secret of before that counts no longer. Faults: UNAUTHENTICATED,
// NOT_FOUND (integration), FORBIDDEN; on secret OUT_OF_RANGE, TAKEN; on graceHours OUT_OF_RANGE; WRONG_STATE when it is disconnected.
func (s *Service) RotateSecret(ctx context.Context, integrationID id.ID, secret string, graceHours int) (Integration, error) {
	row, err := s.integrationFor(ctx, integrationID)
	if err != nil {
		return Integration{}, err
	}
	var faults fault.List
	checkSecret(&faults, secret)
	if graceHours < 0 || graceHours > graceMax {
		faults.Add(fault.At("graceHours", "OUT_OF_RANGE", "The former secret counts for 0 to %d hours more.", graceMax))
	}
	if err := faults.Err(); err != nil {
		return Integration{}, err
	}
	if row.Status != string(IntegrationActive) {
		return Integration{}, fault.New(fault.Conflict, "WRONG_STATE", "This integration is disconnected.")
	}
	former, err := s.secrets.Open(row.SecretSealed, row.ID[:])
	if err != nil {
		return Integration{}, fmt.Errorf("secret of integration %s: %w", row.ID, err)
	}
	if string(former) == secret {
		return Integration{}, fault.At("secret", "TAKEN", "This is the secret that it has now.")
	}
	var out Integration
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		update := tx.Ent.Integration.UpdateOneID(row.ID).Where(integration.Status(string(IntegrationActive)), integration.SecretSealed(row.SecretSealed)).
			SetSecretSealed(s.secrets.Seal([]byte(secret), row.ID[:]))
		if graceHours > 0 {
			update.SetPreviousSecretSealed(row.SecretSealed).SetPreviousSecretUntil(now.Add(time.Duration(graceHours) * time.Hour))
		} else {
			update.ClearPreviousSecretSealed().ClearPreviousSecretUntil()
		}
		changed, err := update.Save(ctx)
		if database.IsMissing(err) {
			return fault.New(fault.Conflict, "CONFLICT", "Somebody else changed this integration meanwhile.")
		}
		if err != nil {
			return fmt.Errorf("rotate secret: %w", err)
		}
		out = s.integration(changed)
		err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "INTEGRATION_SECRET_ROTATED", ObjectKind: "INTEGRATION", ObjectID: row.ID,
			BrandID: row.BrandID, Detail: map[string]any{"kind": row.Kind, "store": row.Store, "graceHours": graceHours}})
		if err != nil || s.rotatedTx == nil {
			return err
		}
		return s.rotatedTx(ctx, tx, row.ID)
	})
	return out, err
}

// AdoptSecretTx keeps a secret that the shop itself chose, in the place of the present one, which counts for a day more. It checks no
// access: only what speaks with shops calls it. Faults: CONFLICT when it is disconnected or was changed meanwhile.
func (s *Service) AdoptSecretTx(ctx context.Context, tx database.Tx, integrationID uuid.UUID, secret string) error {
	row, err := tx.Ent.Integration.Get(ctx, integrationID)
	if err != nil {
		return database.OnMissing(err, "integration")
	}
	now := s.clock.Now()
	n, err := tx.Ent.Integration.Update().Where(integration.ID(row.ID), integration.Status(string(IntegrationActive)), integration.SecretSealed(row.SecretSealed)).
		SetSecretSealed(s.secrets.Seal([]byte(secret), row.ID[:])).SetPreviousSecretSealed(row.SecretSealed).SetPreviousSecretUntil(now.Add(adoptGrace)).Save(ctx)
	if err != nil {
		return fmt.Errorf("adopt secret: %w", err)
	}
	if n != 1 {
		return fault.New(fault.Conflict, "CONFLICT", "Somebody else changed this integration meanwhile.")
	}
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "INTEGRATION_SECRET_ROTATED", ObjectKind: "INTEGRATION", ObjectID: row.ID,
		BrandID: row.BrandID, Detail: map[string]any{"kind": row.Kind, "store": row.Store, "sentence": "The shop gave its webhooks a secret of its own."}})
}

// Disconnect ends an integration: its deliveries are refused from now on. Faults: UNAUTHENTICATED, NOT_FOUND (integration), FORBIDDEN,
// WRONG_STATE when it is disconnected already.
func (s *Service) Disconnect(ctx context.Context, integrationID id.ID) (Integration, error) {
	row, err := s.integrationFor(ctx, integrationID)
	if err != nil {
		return Integration{}, err
	}
	from := IntegrationStatus(row.Status)
	if !slices.Contains(integrationMoves[from], IntegrationDisconnected) {
		return Integration{}, fault.State("integration", string(from), string(IntegrationDisconnected))
	}
	out := s.integration(row)
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.clock.Now()
		n, err := tx.Ent.Integration.Update().Where(integration.ID(row.ID), integration.Status(string(from))).
			SetStatus(string(IntegrationDisconnected)).SetDisconnectedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("disconnect: %w", err)
		}
		if n != 1 {
			return fault.State("integration", string(IntegrationDisconnected), string(IntegrationDisconnected))
		}
		out.Status = IntegrationDisconnected
		err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "INTEGRATION_DISCONNECTED", ObjectKind: "INTEGRATION", ObjectID: row.ID,
			BrandID: row.BrandID, Detail: map[string]any{"kind": row.Kind, "store": row.Store}})
		if err != nil || s.disconnectedTx == nil {
			return err
		}
		return s.disconnectedTx(ctx, tx, row.ID)
	})
	return out, err
}

// Integrations lists the shops of a brand, newest first, disconnected ones too. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN.
func (s *Service) Integrations(ctx context.Context, brandID id.ID, r page.Request) (page.Connection[Integration], error) {
	var none page.Connection[Integration]
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(viewer.From(ctx), access.ManageIntegration, brand); err != nil {
		return none, err
	}
	query := func() *gen.IntegrationQuery { return s.db.Ent.Integration.Query().Where(integration.BrandID(brand)) }
	rows, err := query().Where(r.Keyset(integration.FieldCreatedAt)).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list integrations: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(i *gen.Integration) page.Cursor { return page.Cursor{At: i.CreatedAt, ID: i.ID} }), s.integration)
	c.Total = func() (int, error) { return query().Count(ctx) }
	return c, nil
}

// GetIntegration gives a shop of a brand whose integrations the viewer manages. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) GetIntegration(ctx context.Context, integrationID id.ID) (Integration, error) {
	row, err := s.integrationFor(ctx, integrationID)
	if err != nil {
		return Integration{}, err
	}
	return s.integration(row), nil
}

// IntegrationsByIDs gives shops that another object refers to, in one statement, to those who may manage them.
func (s *Service) IntegrationsByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Integration, error) {
	rows, err := s.db.Ent.Integration.Query().Where(integration.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("integrations by id: %w", err)
	}
	v := viewer.From(ctx)
	out := make(map[uuid.UUID]Integration, len(rows))
	for _, r := range rows {
		if access.Brand(v, access.ManageIntegration, r.BrandID) == nil {
			out[r.ID] = s.integration(r)
		}
	}
	return out, nil
}

func (s *Service) integrationFor(ctx context.Context, integrationID id.ID) (*gen.Integration, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(integrationID, id.Integration, "integration")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Integration.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "integration")
	}
	if err := access.Noun(access.Brand(v, access.ManageIntegration, row.BrandID), "integration"); err != nil {
		return nil, err
	}
	return row, nil
}

// OpenIntegration gives an integration with what it may sign with, the present secret first, so that a delivery's signature can be
// checked. Only the program itself may. The caller refuses deliveries of a disconnected one. Faults: FORBIDDEN, NOT_FOUND.
func (s *Service) OpenIntegration(ctx context.Context, integrationID id.ID) (Integration, [][]byte, error) {
	if !viewer.From(ctx).IsSystem() {
		return Integration{}, nil, fault.New(fault.Forbidden, "FORBIDDEN", "Only the program itself does this.")
	}
	row, err := s.integrationFor(ctx, integrationID)
	if err != nil {
		return Integration{}, nil, err
	}
	sealed := [][]byte{row.SecretSealed}
	if row.PreviousSecretSealed != nil && row.PreviousSecretUntil != nil && row.PreviousSecretUntil.After(s.clock.Now()) {
		sealed = append(sealed, *row.PreviousSecretSealed)
	}
	secrets := make([][]byte, len(sealed))
	for i := range sealed {
		if secrets[i], err = s.secrets.Open(sealed[i], row.ID[:]); err != nil {
			return Integration{}, nil, fmt.Errorf("secret of integration %s: %w", row.ID, err)
		}
	}
	return s.integration(row), secrets, nil
}

// DeliveredTx keeps when the last delivery of an integration came. It checks no access: the caller verified the signature.
func (s *Service) DeliveredTx(ctx context.Context, tx database.Tx, integrationID uuid.UUID, at time.Time) error {
	_, err := tx.SQL.ExecContext(ctx, `UPDATE integration SET last_delivery_at = $2 WHERE id = $1 AND (last_delivery_at IS NULL OR last_delivery_at < $2)`,
		integrationID, at)
	if err != nil {
		return fmt.Errorf("keep delivery's time: %w", err)
	}
	return nil
}
