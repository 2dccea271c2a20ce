package storefront

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/shopaccess"
	"tributary/ent/gen/shopcode"
	"tributary/internal/auditlog"
	"tributary/internal/brand"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/viewer"
)

// AccessState is: how a brand's credentials for a shop stand. Spelled alike in Go, SQL and GraphQL.
type AccessState string

// The values of AccessState.
const (
	AccessChecking AccessState = "CHECKING" // The shop has not answered yet.
	AccessActive   AccessState = "ACTIVE"   // The shop takes them.
	AccessFailed   AccessState = "FAILED"   // The shop does not take them, or gives no answer.
)

// Access is how a shop stands in which codes and webhooks are made.
type Access struct {
	State         AccessState
	Reason        string     // what is wrong, in words; empty while nothing is
	WebhookTopics []string   // what the shop was told to tell, in its own words
	CheckedAt     *time.Time // when the shop last took the credentials, or refused them
}

// Limits of credentials, in characters.
const (
	credentialMin = 8
	credentialMax = 500
)

// check refuses what no shop of the sort would take. The store has to be a plain host: credentials go there.
func (c *Credentials) check(kind brand.IntegrationKind, store string) fault.List {
	var bad fault.List
	c.Key, c.Secret = strings.TrimSpace(c.Key), strings.TrimSpace(c.Secret)
	within := func(field, value string) {
		if n := utf8.RuneCountInString(value); n < credentialMin || n > credentialMax || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			bad.Add(fault.At("credentials."+field, "BAD_FORMAT", "It has %d to %d letters and digits, without spaces.", credentialMin, credentialMax))
		}
	}
	switch kind {
	case brand.KindWoocommerce:
		within("key", c.Key)
	case brand.KindCheckout:
		if !strings.HasPrefix(c.Secret, "rk_") && !strings.HasPrefix(c.Secret, "sk_") {
			bad.Add(fault.At("credentials.secret", "BAD_FORMAT", "A key of Stripe begins with rk_ or sk_."))
		}
	case brand.KindPostback:
		bad.Add(fault.At("credentials", "INVALID", "A server of your own takes no codes from here."))
	}
	if kind != brand.KindWoocommerce && c.Key != "" {
		bad.Add(fault.At("credentials.key", "INVALID", "Only WooCommerce has a consumer key."))
	}
	within("secret", c.Secret)
	if kind == brand.KindShopify || kind == brand.KindWoocommerce {
		if host := strings.ToLower(strings.TrimSpace(store)); !strings.Contains(host, ".") || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
			bad.Add(fault.At("store", "BAD_FORMAT", "Give the shop's domain alone, like shop.example."))
		}
	}
	return bad
}

// Connect connects a shop, as brand.Service does, and keeps what it takes for its API where that is given: a job then tries it and
// registers the webhooks. The secret may be left out for WooCommerce and Stripe Checkout with credentials: one is made. Faults: those of
// brand.Service.Connect; on credentials INVALID, and BAD_FORMAT on its fields.
func (s *Service) Connect(ctx context.Context, brandID id.ID, in brand.NewIntegration, c *Credentials) (brand.Integration, error) {
	if c == nil {
		return s.Brands.Connect(ctx, brandID, in)
	}
	v := viewer.From(ctx)
	b, err := id.Want(brandID, id.Brand, "brand")
	if err == nil {
		err = access.Brand(v, access.ManageIntegration, b)
	}
	if err != nil {
		return brand.Integration{}, err
	}
	given := *c
	if bad := given.check(in.Kind, in.Store); len(bad) > 0 {
		return brand.Integration{}, bad
	}
	if in.Secret == "" && in.Kind != brand.KindShopify {
		in.Secret = rand.Text() + rand.Text()
	}
	in.AlsoTx = func(ctx context.Context, tx database.Tx, made brand.Integration) error {
		return s.keepTx(ctx, tx, made, given)
	}
	return s.Brands.Connect(ctx, brandID, in)
}

// SetCredentials gives a connected shop what it takes for its API, or something new in its place. Faults: UNAUTHENTICATED, NOT_FOUND
// (integration), FORBIDDEN; WRONG_STATE when it is disconnected; on credentials INVALID, and BAD_FORMAT on its fields.
func (s *Service) SetCredentials(ctx context.Context, integrationID id.ID, c Credentials) (brand.Integration, error) {
	i, err := s.Brands.GetIntegration(ctx, integrationID)
	if err != nil {
		return i, err
	}
	if bad := c.check(i.Kind, i.Store); len(bad) > 0 {
		return i, bad
	}
	if i.Status != brand.IntegrationActive {
		return i, fault.New(fault.Conflict, "WRONG_STATE", "This integration is disconnected.")
	}
	return i, s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error { return s.keepTx(ctx, tx, i, c) })
}

// keepTx keeps credentials and asks for them to be tried.
func (s *Service) keepTx(ctx context.Context, tx database.Tx, i brand.Integration, c Credentials) error {
	plain, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("keep credentials: %w", err)
	}
	now := s.Clock.Now()
	var revision int64
	err = tx.SQL.QueryRowContext(ctx, `
		INSERT INTO shop_access (id, created_at, updated_at, brand_id, integration_id, credentials_sealed, reason, webhook_topics)
		SELECT $1::uuid, $2::timestamptz, $2::timestamptz, i.brand_id, i.id, $4, '', '[]'::jsonb FROM integration i WHERE i.id = $3 AND i.status = 'ACTIVE' FOR UPDATE
		ON CONFLICT (integration_id) DO UPDATE SET credentials_sealed = $4, revision = shop_access.revision + 1, state = 'CHECKING', reason = '', attempts = 0, updated_at = $2
		RETURNING revision`, id.NewUUID(now), now, i.ID.UUID, s.sealed.Seal(plain, i.ID.UUID[:])).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.Conflict, "WRONG_STATE", "This integration is disconnected.")
	}
	if err != nil {
		return fmt.Errorf("keep credentials: %w", err)
	}
	if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "SHOP_CREDENTIALS_SET", ObjectKind: "INTEGRATION", ObjectID: i.ID.UUID,
		BrandID: i.BrandID.UUID, Detail: map[string]any{"kind": i.Kind, "store": i.Store}}); err != nil {
		return err
	}
	return s.Queue.EnqueueTx(ctx, tx, AccessArgs{Integration: i.ID.UUID, Revision: revision}, outside())
}

// DisconnectedTx forgets the credentials of a shop. Its codes stay in the shop as they are; nothing here speaks with it any more. It
// checks no access: brand.Service did.
func (s *Service) DisconnectedTx(ctx context.Context, tx database.Tx, integration uuid.UUID) error {
	if _, err := tx.Ent.ShopAccess.Delete().Where(shopaccess.IntegrationID(integration)).Exec(ctx); err != nil {
		return fmt.Errorf("forget credentials: %w", err)
	}
	if _, err := tx.Ent.ShopCode.Update().Where(shopcode.IntegrationID(integration)).SetState(string(StateNotConnected)).SetReason("").
		SetUpdatedAt(s.Clock.Now()).Save(ctx); err != nil {
		return fmt.Errorf("forget codes of a shop: %w", err)
	}
	return nil
}

// SecretRotatedTx has the shop told of a new secret where it takes one. It checks no access: brand.Service did.
func (s *Service) SecretRotatedTx(ctx context.Context, tx database.Tx, integration uuid.UUID) error {
	row, err := tx.Ent.ShopAccess.Query().Where(shopaccess.IntegrationID(integration)).Only(ctx)
	if database.IsMissing(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("tell the shop of a secret: %w", err)
	}
	row, err = tx.Ent.ShopAccess.UpdateOneID(row.ID).SetRevision(row.Revision + 1).SetUpdatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("tell the shop of a secret: %w", err)
	}
	return s.Queue.EnqueueTx(ctx, tx, AccessArgs{Integration: integration, Revision: row.Revision}, outside())
}

// AccessOf gives how shops stand to which credentials were given, to those who may manage them, in one statement.
func (s *Service) AccessOf(ctx context.Context, integrations []uuid.UUID) (map[uuid.UUID]Access, error) {
	rows, err := s.DB.Ent.ShopAccess.Query().Where(shopaccess.IntegrationIDIn(integrations...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("access to shops: %w", err)
	}
	v := viewer.From(ctx)
	out := make(map[uuid.UUID]Access, len(rows))
	for _, r := range rows {
		if access.Brand(v, access.ManageIntegration, r.BrandID) == nil {
			out[r.IntegrationID] = Access{State: AccessState(r.State), Reason: r.Reason, WebhookTopics: r.WebhookTopics, CheckedAt: r.CheckedAt}
		}
	}
	return out, nil
}

// AccessArgs is the job that tries credentials and registers webhooks.
type AccessArgs struct {
	Integration uuid.UUID `json:"integration"`
	Revision    int64     `json:"revision"`
}

// Kind names the job.
func (AccessArgs) Kind() string { return "storefront_access" }

// SettleAccess tries the credentials of a shop, registers its webhooks, and asks for its codes. It is run by a job; what was found with
// credentials that were replaced meanwhile is dropped.
func (s *Service) SettleAccess(ctx context.Context, a AccessArgs) error {
	row, err := s.DB.Ent.ShopAccess.Query().Where(shopaccess.IntegrationID(a.Integration)).Only(ctx)
	if database.IsMissing(err) || err == nil && row.Revision != a.Revision {
		return nil
	}
	if err != nil {
		return fmt.Errorf("access to a shop: %w", err)
	}
	i, secrets, err := s.Brands.OpenIntegration(ctx, id.Of(id.Integration, a.Integration))
	if err != nil {
		return err
	}
	shop, err := s.open(i.Kind, i.Store, i.ID.UUID, row.CredentialsSealed)
	if err != nil {
		return err
	}
	found := accessFound{state: AccessActive}
	if err := shop.Check(ctx); err != nil {
		p, ok := problemOf(err)
		if !ok {
			return err
		}
		return s.keepTrouble(ctx, row, p)
	}
	found.hooked, err = shop.RegisterWebhooks(ctx, Hooks{URL: s.Brands.WebhookURL(i), Secret: string(secrets[0]), Known: deref(row.WebhookRef)})
	if err != nil {
		p, ok := problemOf(err)
		switch {
		case !ok:
			return err
		case p.Trouble == Later:
			return s.keepTrouble(ctx, row, p)
		}
		// Codes can be made all the same, and webhooks can be set up by hand.
		found.reason = "Codes are made, but the webhooks are not: " + p.Words
	}
	return s.keepAccess(ctx, row, found)
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// open gives a shop's API with its credentials.
func (s *Service) open(kind brand.IntegrationKind, store string, integration uuid.UUID, sealed []byte) (Shop, error) {
	open := s.Open[kind]
	if open == nil {
		return nil, job.Discard(fmt.Errorf("there is no API for integrations of kind %s", kind))
	}
	plain, err := s.sealed.Open(sealed, integration[:])
	if err != nil {
		return nil, fmt.Errorf("credentials of integration %s: %w", integration, err)
	}
	var c Credentials
	if err := json.Unmarshal(plain, &c); err != nil {
		return nil, fmt.Errorf("credentials of integration %s: %w", integration, err)
	}
	return open(store, c), nil
}

// accessFound is how an attempt with credentials ended.
type accessFound struct {
	state  AccessState
	reason string
	hooked Hooked
}

// keepTrouble keeps that an attempt failed, and asks for another where that may help.
func (s *Service) keepTrouble(ctx context.Context, row *gen.ShopAccess, p *Problem) error {
	if errors.Is(p, outbound.ErrBusy) {
		return job.Snooze(waitBusy)
	}
	now := s.Clock.Now()
	s.Log.WarnContext(ctx, "a shop's API failed", "integration", row.IntegrationID, "error", p)
	later := p.Trouble == Later && row.Attempts+1 < attemptsMax
	u := s.DB.Ent.ShopAccess.Update().Where(shopaccess.ID(row.ID), shopaccess.Revision(row.Revision)).SetUpdatedAt(now).SetAttempts(row.Attempts + 1)
	if later {
		u.SetReason(cut(p.Words + " It is tried again."))
	} else {
		u.SetState(string(AccessFailed)).SetReason(cut(p.Words)).SetCheckedAt(now)
	}
	if _, err := u.Save(ctx); err != nil {
		return fmt.Errorf("keep access to a shop: %w", err)
	}
	if later {
		return job.Snooze(again(row.Attempts))
	}
	return nil
}

// keepAccess keeps that the shop took the credentials, adopts the secret that it chose, and asks for its codes.
func (s *Service) keepAccess(ctx context.Context, row *gen.ShopAccess, f accessFound) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		now := s.Clock.Now()
		u := tx.Ent.ShopAccess.Update().Where(shopaccess.ID(row.ID), shopaccess.Revision(row.Revision)).SetUpdatedAt(now).SetCheckedAt(now).
			SetState(string(f.state)).SetReason(cut(f.reason)).SetAttempts(0)
		topics := f.hooked.Topics
		if topics == nil {
			topics = []string{}
		}
		u.SetWebhookTopics(topics[:min(len(topics), topicsMax)])
		if f.hooked.ID != "" {
			u.SetWebhookRef(f.hooked.ID)
		}
		n, err := u.Save(ctx)
		if err != nil {
			return fmt.Errorf("keep access to a shop: %w", err)
		}
		if n == 0 {
			return nil // replaced or disconnected meanwhile
		}
		if f.hooked.Secret != "" {
			if err := s.Brands.AdoptSecretTx(ctx, tx, row.IntegrationID, f.hooked.Secret); err != nil {
				return err
			}
		}
		if row.State == string(AccessActive) {
			return nil // its codes were asked for when they changed
		}
		return s.Queue.EnqueueTx(ctx, tx, BackfillArgs{Integration: row.IntegrationID, Revision: row.Revision}, outside())
	})
}

// AccessDueArgs is the job that asks for looks at the shops whose time has come.
type AccessDueArgs struct{}

// Kind names the job.
func (AccessDueArgs) Kind() string { return "storefront_access_due" }

// AskForDueAccess asks for looks at shops that were not looked at for a day: shops drop webhooks that failed for a while, and
// credentials run out. It gives how many it asked for.
func (s *Service) AskForDueAccess(ctx context.Context) (n int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		due, err := tx.Ent.ShopAccess.Query().Where(shopaccess.UpdatedAtLT(s.Clock.Now().Add(-dueEvery))).Order(gen.Asc(shopaccess.FieldUpdatedAt)).Limit(dueMax).All(ctx)
		if err != nil {
			return fmt.Errorf("shops to look at: %w", err)
		}
		jobs := make([]AccessArgs, len(due))
		for i, row := range due {
			jobs[i] = AccessArgs{Integration: row.IntegrationID, Revision: row.Revision}
		}
		n = len(jobs)
		return job.EnqueueAllTx(ctx, s.Queue, tx, jobs, outside())
	})
	return n, err
}

// topicsMax bounds the topics that are shown of a shop.
const topicsMax = 20

// refused keeps that a shop did not take the credentials while a code was made.
func (s *Service) refused(ctx context.Context, integration uuid.UUID, revision int64, p *Problem) error {
	now := s.Clock.Now()
	_, err := s.DB.Ent.ShopAccess.Update().Where(shopaccess.IntegrationID(integration), shopaccess.Revision(revision)).
		SetState(string(AccessFailed)).SetReason(cut(cmp.Or(p.Words, "The shop does not take the credentials."))).SetCheckedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return fmt.Errorf("keep access to a shop: %w", err)
	}
	return nil
}
