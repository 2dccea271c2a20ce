package tracking

import (
	"context"
	"fmt"

	"tributary/ent/gen"
	"tributary/ent/gen/link"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// UpdateLinkInput is what updateLink takes. Nil stays as it is; an empty SubID or FallbackURL clears it.
type UpdateLinkInput struct {
	LinkID         id.ID
	Label          *string
	Campaign       *string
	DestinationURL *string
	SubID          *string
	FallbackURL    *string
	OutOfStock     *bool
}

// UpdateLink changes a link that works, for its creator or for members who may write tracking; that the product is out of stock is said
// by members only. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED; WRONG_STATE (archived); BAD_FORMAT, TOO_LONG, UNVERIFIED_DOMAIN at
// their fields.
func (s *Service) UpdateLink(ctx context.Context, in UpdateLinkInput) (Link, error) {
	row, err := s.readLink(ctx, in.LinkID, access.WriteTracking)
	if err != nil {
		return Link{}, err
	}
	if in.OutOfStock != nil && access.Brand(viewer.From(ctx), access.WriteTracking, row.BrandID) != nil {
		return Link{}, fault.New(fault.Forbidden, "FORBIDDEN", "Whether the product is out of stock is said by the brand.")
	}
	if err := s.checkUpdate(ctx, row, &in); err != nil {
		return Link{}, err
	}
	var out Link
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		n, err := s.changeTx(tx, row, in).Save(ctx)
		if err != nil {
			return fmt.Errorf("update link: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "WRONG_STATE", "This link is archived; make a new one.")
		}
		after, err := tx.Ent.Link.Get(ctx, row.ID)
		if err != nil {
			return fmt.Errorf("update link: %w", err)
		}
		out = linkOf(after)
		return auditlog.WriteTx(ctx, tx, s.Clock.Now(), auditlog.Deed{Action: "LINK_UPDATED", ObjectKind: "LINK", ObjectID: row.ID,
			BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: changesOf(row, after)})
	})
	if err != nil {
		return Link{}, err
	}
	s.links.changed(ctx, row.BrandID, row.ID)
	return out, nil
}

// checkUpdate checks and trims what is to be changed.
func (s *Service) checkUpdate(ctx context.Context, row *gen.Link, in *UpdateLinkInput) error {
	var bad fault.List
	for _, f := range []struct {
		name string
		text *string
		most int
	}{{"label", in.Label, labelMax}, {"campaign", in.Campaign, campaignMax}, {"subId", in.SubID, subIDMax}} {
		if f.text != nil {
			*f.text = field.Line(&bad, f.name, *f.text, 0, f.most)
		}
	}
	if in.DestinationURL != nil || in.FallbackURL != nil && *in.FallbackURL != "" {
		hosts, err := s.verifiedHosts(ctx, row.BrandID)
		if err != nil {
			return err
		}
		if in.DestinationURL != nil {
			bad.Add(checkDestination("destinationUrl", *in.DestinationURL, hosts))
		}
		if in.FallbackURL != nil && *in.FallbackURL != "" {
			bad.Add(checkDestination("fallbackUrl", *in.FallbackURL, hosts))
		}
	}
	return bad.Err()
}

// changeTx is the change of a link that is not archived. Where it leads elsewhere by it, that has to be looked at.
func (s *Service) changeTx(tx database.Tx, row *gen.Link, in UpdateLinkInput) *gen.LinkUpdate {
	now := s.Clock.Now()
	u := tx.Ent.Link.Update().Where(link.ID(row.ID), link.ArchivedAtIsNil()).SetUpdatedAt(now).SetNillableLabel(in.Label).
		SetNillableCampaign(in.Campaign).SetNillableDestinationURL(in.DestinationURL)
	switch {
	case in.SubID == nil:
	case *in.SubID == "":
		u.ClearSubID()
	default:
		u.SetSubID(*in.SubID)
	}
	switch {
	case in.FallbackURL == nil:
	case *in.FallbackURL == "":
		u.ClearFallbackURL()
	default:
		u.SetFallbackURL(*in.FallbackURL)
	}
	out := row.OutOfStockAt != nil
	switch {
	case in.OutOfStock == nil || *in.OutOfStock == out:
	case *in.OutOfStock:
		u.SetOutOfStockAt(now)
	default:
		u.ClearOutOfStockAt()
	}
	if in.DestinationURL != nil && *in.DestinationURL != row.DestinationURL || in.OutOfStock != nil && *in.OutOfStock != out || out && in.FallbackURL != nil {
		u.SetHealth(string(HealthUnknown)).SetHealthDetail("").ClearHealthCheckedAt().SetHealthDueAt(now)
	}
	return u
}

// changesOf names what became of the parts of a link that a person may ask about later.
func changesOf(before, after *gen.Link) map[string]any {
	out := map[string]any{"code": after.Code}
	if before.DestinationURL != after.DestinationURL {
		out["destinationUrl"] = []string{before.DestinationURL, after.DestinationURL}
	}
	if was, is := before.OutOfStockAt != nil, after.OutOfStockAt != nil; was != is {
		out["outOfStock"] = is
	}
	return out
}
