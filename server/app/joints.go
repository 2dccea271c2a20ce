package app

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"tributary/internal/brand"
	"tributary/internal/inbox"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
	"tributary/internal/payout"
	"tributary/internal/storefront"
	"tributary/internal/storefront/shopify"
	"tributary/internal/storefront/woocommerce"
	"tributary/internal/stripeconnect"
)

// stripeSource names Stripe's messages in the inbox.
const stripeSource = "stripe"

// openIntegration gives the inbox a shop with its secret.
func (s *services) openIntegration(ctx context.Context, integration uuid.UUID) (inbox.Integration, error) {
	i, secrets, err := s.brands.OpenIntegration(viewer.WithSystem(ctx, "webhook"), id.Of(id.Integration, integration))
	if err != nil {
		return inbox.Integration{}, err
	}
	return inbox.Integration{ID: i.ID.UUID, Brand: i.BrandID.UUID, Kind: string(i.Kind), Store: i.Store, Secrets: secrets, Active: i.Status == brand.IntegrationActive}, nil
}

// verifiedHosts gives the hosts that a brand has shown to be its own, for pages that speak for it.
func (s *services) verifiedHosts(ctx context.Context, brand uuid.UUID) ([]string, error) {
	return s.brands.VerifiedHosts(viewer.WithSystem(ctx, "store events"), brand)
}

// storeEventTx keeps a message of Stripe in the inbox, once.
func (s *services) storeEventTx(ctx context.Context, tx database.Tx, e payout.Event) (uuid.UUID, bool, error) {
	delivery := id.NewUUID(s.clock.Now())
	first, err := s.inbox.StoreTx(ctx, tx, inbox.Delivery{ID: delivery, Source: stripeSource, Topic: e.Type, Key: e.ID, Body: e.Body,
		Headers: map[string]string{"account": e.Account}})
	return delivery, first, err
}

// handleEvent makes the job that handles a message of Stripe once more.
func (s *services) handleEvent(d inbox.Delivery) (job.Args, error) {
	e, err := stripeconnect.ReadEvent(d.Body)
	if err != nil {
		return nil, err
	}
	return s.payouts.Handling(d.ID, e)
}

var eventEnds = map[payout.EventEnd]inbox.Status{payout.EventDone: inbox.Done, payout.EventIgnored: inbox.Ignored, payout.EventFailed: inbox.Failed}

func (s *services) finishEventTx(ctx context.Context, tx database.Tx, delivery uuid.UUID, end payout.EventEnd, outcome string) error {
	return s.inbox.MarkTx(ctx, tx, delivery, eventEnds[end], outcome)
}

// secretRotatedTx has a shop told of a new secret.
func (s *services) secretRotatedTx(ctx context.Context, tx database.Tx, integration uuid.UUID) error {
	return s.storefront.SecretRotatedTx(ctx, tx, integration)
}

// disconnectedTx forgets what a shop was given.
func (s *services) disconnectedTx(ctx context.Context, tx database.Tx, integration uuid.UUID) error {
	return s.storefront.DisconnectedTx(ctx, tx, integration)
}

// shops are the APIs of the sorts of shops that have one. Brands' own Stripe accounts are at Stripe also while the sandbox plays the
// platform's, unless another address is set.
func (a App) shops(s *services) map[brand.IntegrationKind]func(store string, c storefront.Credentials) storefront.Shop {
	config := stripeconnect.Config{}
	if a.Config.Stripe.APIBase != nil {
		config.APIBase = strings.TrimSuffix(a.Config.Stripe.APIBase.String(), "/")
	}
	accounts := stripeconnect.NewBrandAccounts(config)
	return map[brand.IntegrationKind]func(store string, c storefront.Credentials) storefront.Shop{
		brand.KindShopify: func(store string, c storefront.Credentials) storefront.Shop { return shopify.New(s.outbound, store, c) },
		brand.KindWoocommerce: func(store string, c storefront.Credentials) storefront.Shop {
			return woocommerce.New(s.outbound, store, c)
		},
		brand.KindCheckout: func(_ string, c storefront.Credentials) storefront.Shop { return accounts.Of(c.Secret) },
	}
}

// workers are what is done in the background.
func (s *services) workers() *job.Workers {
	w := job.NewWorkers()
	s.letters.Register(w)
	s.identity.Register(w)
	s.partnerships.Register(w)
	s.commissions.Register(w)
	s.holds.Register(w)
	s.inbox.Register(w)
	s.sales.Register(w)
	s.payouts.Register(w)
	s.outreach.Register(w)
	s.reviews.Register(w)
	s.tracking.Register(w)
	s.storefront.Register(w)
	s.storeEvents.Register(w)
	return w
}
