package fraud

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	entfinding "tributary/ent/gen/finding"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// FindingStatus is: states of a finding. Spelled alike in Go, SQL and GraphQL.
type FindingStatus string

// The values of FindingStatus.
const (
	FindingOpen   FindingStatus = "OPEN"   // Waits for a person.
	FindingClosed FindingStatus = "CLOSED" // A person has looked at it.
)

// findingsMax bounds the findings that are shown.
const findingsMax = 100

// Finding is something that looks wrong over many orders or clicks of a partnership.
type Finding struct {
	ID            id.ID         // id, prefix fnd.
	Signal        Signal        // what it is: CODE_LEAK, CLICK_FLOOD or REFUND_RATE.
	Evidence      []Evidence    // what was seen. At most 20.
	Status        FindingStatus // state.
	CreatedAt     time.Time     // when it was first seen.
	SeenAt        time.Time     // when it was last seen.
	CloseReason   *string       // what the person said who closed it.
	BrandID       id.ID         // the brand.
	PartnershipID id.ID         // the partnership.
	CodeID        id.ID         // the code of a leak; zero for others.
	LinkID        id.ID         // the link of a flood; zero for others.
}

// IsNode marks Finding as refetchable by id.
func (Finding) IsNode() {}

func findingOf(r *gen.Finding) (Finding, error) {
	f := Finding{ID: id.Of(id.Finding, r.ID), Signal: Signal(r.Signal), Status: FindingStatus(r.Status), CreatedAt: r.CreatedAt, SeenAt: r.SeenAt,
		CloseReason: r.CloseReason, BrandID: id.Of(id.Brand, r.BrandID), PartnershipID: id.Of(id.Partnership, r.PartnershipID)}
	if r.CodeID != nil {
		f.CodeID = id.Of(id.Code, *r.CodeID)
	}
	if r.LinkID != nil {
		f.LinkID = id.Of(id.Link, *r.LinkID)
	}
	var err error
	f.Evidence, err = evidenceOf(r.Evidence)
	return f, err
}

func evidenceOf(stored []byte) ([]Evidence, error) {
	out := []Evidence{}
	if err := json.Unmarshal(stored, &out); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return out, nil
}

// Findings gives the open findings of a brand, newest first, at most 100. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Findings(ctx context.Context, brand id.ID) ([]Finding, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(brand, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	if err := access.Brand(v, access.ReadHolds, u); err != nil {
		return nil, err
	}
	rows, err := s.db.Ent.Finding.Query().Where(entfinding.BrandID(u), entfinding.Status(string(FindingOpen))).
		Order(entfinding.ByCreatedAt(entsql.OrderDesc()), entfinding.ByID(entsql.OrderDesc())).Limit(findingsMax).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("findings: %w", err)
	}
	out := make([]Finding, len(rows))
	for i, row := range rows {
		if out[i], err = findingOf(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Finding gives one finding to members who read holds. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Finding(ctx context.Context, x id.ID) (Finding, error) {
	row, err := s.finding(ctx, x, access.ReadHolds)
	if err != nil {
		return Finding{}, err
	}
	return findingOf(row)
}

func (s *Service) finding(ctx context.Context, x id.ID, a access.Action) (*gen.Finding, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Finding, "finding")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Finding.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "finding")
	}
	return row, access.Noun(access.Brand(v, a, row.BrandID), "finding")
}

// CloseFindingInput says that somebody has looked at a finding.
type CloseFindingInput struct {
	Finding id.ID
	Reason  string
}

// CloseFinding says that somebody has looked at a finding and that nothing more follows from it; holds that it opened stay to be
// decided, a code counts as before. The same is not found again for findingRest. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN;
// OWN_EARNINGS when it is about the viewer's own partnership; REQUIRED, TOO_LONG or BAD_FORMAT of reason; WRONG_STATE when it was closed
// before.
func (s *Service) CloseFinding(ctx context.Context, in CloseFindingInput) (Finding, error) {
	row, err := s.finding(ctx, in.Finding, access.OpenHold)
	if err != nil {
		return Finding{}, err
	}
	if v := viewer.From(ctx); v.CreatorID != uuid.Nil && v.CreatorID == row.CreatorID {
		return Finding{}, ownEarnings()
	}
	var wrong fault.List
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return Finding{}, err
	}
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		n, err := tx.Ent.Finding.Update().Where(entfinding.ID(row.ID), entfinding.Status(string(FindingOpen))).SetStatus(string(FindingClosed)).
			SetClosedAt(now).SetNillableClosedBy(person(ctx)).SetCloseReason(in.Reason).Save(ctx)
		if err != nil {
			return fmt.Errorf("close a finding: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "WRONG_STATE", "This finding has been closed already.")
		}
		if row.CodeID != nil {
			code, err := tx.Ent.Code.Get(ctx, *row.CodeID)
			if err != nil {
				return fmt.Errorf("code of a finding: %w", err)
			}
			if err := s.guardCodeTx(ctx, tx, code, false, nil); err != nil {
				return err
			}
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "FINDING_CLOSED", ObjectKind: "FINDING", ObjectID: row.ID, BrandID: row.BrandID,
			CreatorID: row.CreatorID, Detail: map[string]any{"signal": row.Signal, "reason": in.Reason}})
	})
	if err != nil {
		return Finding{}, err
	}
	return s.Finding(ctx, in.Finding)
}
