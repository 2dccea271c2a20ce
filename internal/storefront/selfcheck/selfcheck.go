// Package selfcheck walks one test order of a brand through its shop: the click on a link, the shop's page, the cart, the webhook, the
// order and its refund. It makes the link, and says from what is stored which step has passed, which has failed and what to do. It
// changes nothing about orders: a test order never earns, and a real one earns as any other.
package selfcheck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entlink "tributary/ent/gen/link"
	entselfcheck "tributary/ent/gen/selfcheck"
	"tributary/internal/auditlog"
	"tributary/internal/brand"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/tracking"
)

// SubID marks the links of self-checks, and by that their clicks, which an index finds.
const SubID = "tributary-self-check"

// label is what creators read on such a link.
const label = "Self-check of the shop"

// SelfCheck is one walk and how far it has come.
type SelfCheck struct {
	IntegrationID id.ID
	LinkID        id.ID
	StartedAt     time.Time
	EndedAt       *time.Time // when it was ended by hand, and its link archived
	OrderID       id.ID      // the tester's order; zero while it is not known
	Passed        bool       // whether click, webhook, order and refund have passed
	Steps         []Step     // in the order of the way
}

// Config is what the service needs.
type Config struct {
	DB       *database.DB
	Clock    clock.Clock
	Brands   *brand.Service
	Tracking *tracking.Service
}

// Service makes and reads self-checks.
type Service struct{ Config }

// New makes the service.
func New(c Config) *Service { return &Service{c} }

// Get gives the last self-check of a shop; false when there was none. Faults: UNAUTHENTICATED, NOT_FOUND (integration), FORBIDDEN.
func (s *Service) Get(ctx context.Context, integrationID id.ID) (SelfCheck, bool, error) {
	i, err := s.Brands.GetIntegration(ctx, integrationID)
	if err != nil {
		return SelfCheck{}, false, err
	}
	return s.last(ctx, i)
}

func (s *Service) last(ctx context.Context, i brand.Integration) (SelfCheck, bool, error) {
	row, err := s.DB.Ent.SelfCheck.Query().Where(entselfcheck.IntegrationID(i.ID.UUID)).
		Order(gen.Desc(entselfcheck.FieldCreatedAt, entselfcheck.FieldID)).First(ctx)
	if database.IsMissing(err) {
		return SelfCheck{}, false, nil
	}
	if err != nil {
		return SelfCheck{}, false, fmt.Errorf("self-check: %w", err)
	}
	e, err := s.read(ctx, i, row)
	if err != nil {
		return SelfCheck{}, false, err
	}
	out := SelfCheck{IntegrationID: i.ID, LinkID: id.Of(id.Link, row.LinkID), StartedAt: row.CreatedAt.UTC(), EndedAt: row.EndedAt, Steps: judge(e), Passed: true}
	if e.order != nil {
		out.OrderID = id.Of(id.Order, e.order.id)
	}
	for _, step := range out.Steps {
		needed := step.Kind != StepPage && step.Kind != StepCart
		out.Passed = out.Passed && (!needed || step.State == StepPassed)
	}
	return out, true, nil
}

// StartInput is what startTrackingSelfCheck takes. Without a partnership the newest one is meant whose links work.
type StartInput struct {
	IntegrationID  id.ID
	PartnershipID  *id.ID
	DestinationURL string // empty for the program's own
}

// Start begins a walk with a link of its own, in the place of the last one. A link that a walk of the same partnership left is taken up
// again. Faults: UNAUTHENTICATED, NOT_FOUND (integration, partnership), FORBIDDEN; WRONG_STATE (integration, partnership); REQUIRED
// (partnershipId, when there is none whose links work); those of tracking.Service.CreateLink for the destination.
func (s *Service) Start(ctx context.Context, in StartInput) (SelfCheck, error) {
	i, err := s.Brands.GetIntegration(ctx, in.IntegrationID)
	if err != nil {
		return SelfCheck{}, err
	}
	if i.Status != brand.IntegrationActive {
		return SelfCheck{}, fault.New(fault.Conflict, "WRONG_STATE", "This integration is disconnected.")
	}
	partnership, err := s.partnership(ctx, i, in.PartnershipID)
	if err != nil {
		return SelfCheck{}, err
	}
	l, err := s.link(ctx, partnership, in.DestinationURL)
	if err != nil {
		return SelfCheck{}, err
	}
	now := s.Clock.Now()
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row := tx.Ent.SelfCheck.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(i.BrandID.UUID).SetIntegrationID(i.ID.UUID).SetLinkID(l)
		if user := viewer.From(ctx).UserID; user != uuid.Nil {
			row.SetStartedBy(user)
		}
		if err := row.Exec(ctx); err != nil {
			return fmt.Errorf("start self-check: %w", err)
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "SELF_CHECK_STARTED", ObjectKind: "INTEGRATION", ObjectID: i.ID.UUID,
			BrandID: i.BrandID.UUID, Detail: map[string]any{"kind": i.Kind, "store": i.Store}})
	})
	if err != nil {
		return SelfCheck{}, err
	}
	out, _, err := s.last(ctx, i)
	return out, err
}

// partnership gives the one that is asked for, where it is the brand's, else the newest whose links work.
func (s *Service) partnership(ctx context.Context, i brand.Integration, asked *id.ID) (id.ID, error) {
	wanted := uuid.NullUUID{}
	if asked != nil {
		u, err := id.Want(*asked, id.Partnership, "partnership")
		if err != nil {
			return id.ID{}, err
		}
		wanted = uuid.NullUUID{UUID: u, Valid: true}
	}
	var found uuid.UUID
	err := s.DB.SQL.QueryRowContext(ctx, `SELECT p.id FROM partnership p JOIN program g ON g.id = p.program_id
		WHERE p.brand_id = $1 AND (p.id = $2 OR $2::uuid IS NULL AND p.status = 'ACTIVE' AND g.status = 'ACTIVE') ORDER BY p.created_at DESC, p.id DESC LIMIT 1`,
		i.BrandID.UUID, wanted).Scan(&found)
	switch {
	case errors.Is(err, sql.ErrNoRows) && wanted.Valid:
		return id.ID{}, fault.Missing("partnership")
	case errors.Is(err, sql.ErrNoRows):
		return id.ID{}, fault.At("partnershipId", "REQUIRED", "A self-check takes the way of a creator's link, and no creator's links work yet. Let a creator in first.")
	case err != nil:
		return id.ID{}, fmt.Errorf("self-check: %w", err)
	}
	return id.Of(id.Partnership, found), nil
}

// link gives a link that works and was made for self-checks of a partnership, or makes one.
func (s *Service) link(ctx context.Context, partnership id.ID, destination string) (uuid.UUID, error) {
	query := s.DB.Ent.Link.Query().Where(entlink.PartnershipID(partnership.UUID), entlink.SubID(SubID), entlink.ArchivedAtIsNil())
	if destination != "" {
		query = query.Where(entlink.DestinationURL(destination))
	}
	row, err := query.First(ctx)
	if err == nil {
		return row.ID, nil
	}
	if !database.IsMissing(err) {
		return uuid.Nil, fmt.Errorf("link of self-check: %w", err)
	}
	mark := SubID
	l, err := s.Tracking.CreateLink(ctx, tracking.CreateLinkInput{PartnershipID: partnership, DestinationURL: destination, Label: label, SubID: &mark})
	return l.ID.UUID, err
}

// End ends the last walk of a shop and archives its link; what was seen stays to be read. Ending again changes nothing. Faults:
// UNAUTHENTICATED, NOT_FOUND (integration, or no self-check), FORBIDDEN.
func (s *Service) End(ctx context.Context, integrationID id.ID) (SelfCheck, error) {
	c, there, err := s.Get(ctx, integrationID)
	if err == nil && !there {
		err = fault.Missing("self-check")
	}
	if err != nil || c.EndedAt != nil {
		return c, err
	}
	if _, err := s.Tracking.ArchiveLink(ctx, c.LinkID); err != nil {
		return c, err
	}
	now := s.Clock.Now()
	if _, err := s.DB.Ent.SelfCheck.Update().Where(entselfcheck.IntegrationID(integrationID.UUID), entselfcheck.EndedAtIsNil()).SetEndedAt(now).Save(ctx); err != nil {
		return c, fmt.Errorf("end self-check: %w", err)
	}
	c.EndedAt = &now
	return c, nil
}
