package sale

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entclaim "tributary/ent/gen/claim"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/ratelimit"
	"tributary/internal/kit/viewer"
)

// Bounds of claims.
const (
	orderNumberMax = 100              // characters
	evidenceMax    = 2000             // characters
	claimsOpenMax  = 20               // claims of a creator that wait at one brand
	claimReach     = 400              // days that an order may lie back
	disputesAtOnce = 10               // tries of a creator
	disputeEvery   = 10 * time.Minute // until one more
)

// DisputeInput is a creator's word that a sale is missing: by its number, or by day and amount.
type DisputeInput struct {
	Partnership id.ID
	OrderNumber string
	PlacedOn    *clock.Date
	Amount      string // decimal in the currency; "" when it is not known
	Currency    money.Currency
	Evidence    string
	EvidenceURL string
}

// missing is what a claim is about, checked.
type missing struct {
	number, evidence, url string
	on                    *clock.Date
	amount                money.Money
}

// reference is what may be open once for a partnership.
func (m missing) reference() string {
	if m.number != "" {
		return foldNumber(m.number)
	}
	return m.on.String() + " " + m.amount.String()
}

// foldNumber writes the number of an order so that "#1001" and "1001" are the same.
func foldNumber(number string) string {
	return strings.ToLower(strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(number), "#")))
}

func (in DisputeInput) check(now time.Time) (missing, error) {
	var wrong fault.List
	m := missing{on: in.PlacedOn, number: field.Line(&wrong, "orderNumber", in.OrderNumber, 0, orderNumberMax),
		evidence: field.Body(&wrong, "evidence", in.Evidence, 1, evidenceMax)}
	if strings.TrimSpace(in.EvidenceURL) != "" {
		m.url = field.URL(&wrong, "evidenceUrl", in.EvidenceURL)
	}
	switch {
	case (in.PlacedOn == nil) != (in.Amount == ""):
		wrong.Add(fault.At("placedOn", "REQUIRED", "The day and the amount of an order go together."))
	case in.PlacedOn == nil && foldNumber(m.number) == "":
		wrong.Add(fault.At("orderNumber", "REQUIRED", "Give the number of the order, or its day and amount."))
	case in.PlacedOn != nil:
		if today := clock.DateOf(now); in.PlacedOn.Start().After(today.AddDays(1).Start()) || in.PlacedOn.Start().Before(today.AddDays(-claimReach).Start()) {
			wrong.Add(fault.At("placedOn", "OUT_OF_RANGE", "This is a day in the last %d days.", claimReach))
		}
		if !in.Currency.Valid() {
			wrong.Add(fault.At("amount.currencyCode", "INVALID", "This is no currency."))
			break
		}
		if m.amount = amount(&wrong, "amount.amount", in.Amount, in.Currency); m.amount.Sign() <= 0 && len(wrong) == 0 {
			wrong.Add(fault.At("amount.amount", "OUT_OF_RANGE", "The amount of an order is above zero."))
		}
	}
	return m, wrong.Err()
}

// Dispute takes a creator's claim that a sale is missing, says at once what can be said, and tells the brand. What it says of an
// order in which the creator has no part is what it says of one that does not exist. Faults: UNAUTHENTICATED, NO_CREATOR_PROFILE,
// NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT, OUT_OF_RANGE or INVALID with the field, INVALID of a test order or a sale that is theirs
// already, TAKEN when the same claim waits already; WRONG_STATE with 20 claims waiting at the brand; RATE_LIMITED.
func (s *Service) Dispute(ctx context.Context, in DisputeInput) (Claim, error) {
	me, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return Claim{}, err
	}
	p, err := s.partnerships.Get(ctx, in.Partnership)
	if err != nil {
		return Claim{}, err
	}
	if p.CreatorID.UUID != me {
		return Claim{}, fault.Missing("partnership")
	}
	now := s.clock.Now()
	m, err := in.check(now)
	if err != nil {
		return Claim{}, err
	}
	if wait, ok := s.disputes.Take(me.String()); !ok {
		return Claim{}, ratelimit.Err(wait)
	}
	var row *gen.Claim
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		brand, err := tx.Ent.Brand.Get(ctx, p.BrandID.UUID)
		if err != nil {
			return database.OnMissing(err, "brand")
		}
		if err := database.AdvisoryLockTx(ctx, tx, "claims:"+me.String()); err != nil {
			return fmt.Errorf("claims of a creator: %w", err)
		}
		waiting, err := tx.Ent.Claim.Query().Where(entclaim.CreatorID(me), entclaim.BrandID(p.BrandID.UUID), entclaim.Status(string(ClaimOpen))).Count(ctx)
		if err != nil {
			return fmt.Errorf("claims of a creator: %w", err)
		}
		if waiting >= claimsOpenMax {
			return fault.New(fault.Conflict, "WRONG_STATE", "%d claims of yours wait for %s already. Wait for answers before you make more.", waiting, brand.Name)
		}
		due := now.Add(time.Duration(brand.ClaimAnswerHours) * time.Hour)
		f, err := s.findTx(ctx, tx, p.BrandID.UUID, me, m)
		if err != nil {
			return err
		}
		create := tx.Ent.Claim.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(p.BrandID.UUID).SetProgramID(p.ProgramID.UUID).
			SetPartnershipID(p.ID.UUID).SetCreatorID(me).SetOrderNumber(m.number).SetReference(m.reference()).SetPlacedOn("").SetAmountMinor(m.amount.Minor).
			SetCurrency(string(m.amount.Currency)).SetEvidence(m.evidence).SetEvidenceURL(m.url).SetOrderKnown(f.known).SetFinding(f.words).
			SetAnswerDueAt(due)
		if m.on != nil {
			create.SetPlacedOn(m.on.String())
		}
		if f.order != uuid.Nil {
			create.SetOrderID(f.order)
		}
		if row, err = create.Save(ctx); err != nil {
			return database.OnUnique(err, "claim_open_key", fault.At("orderNumber", "TAKEN", "You have made this claim already, and it waits for an answer."))
		}
		if err := s.logClaimTx(ctx, tx, row, "CLAIM_MADE", nil); err != nil {
			return err
		}
		return s.tellClaimTx(ctx, tx, row, brand, "has a claim")
	})
	if err != nil {
		return Claim{}, err
	}
	return claimOf(row, now, true), nil
}

func (s *Service) logClaimTx(ctx context.Context, tx database.Tx, row *gen.Claim, action string, detail map[string]any) error {
	return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: action, ObjectKind: "CLAIM", ObjectID: row.ID, BrandID: row.BrandID,
		CreatorID: row.CreatorID, Detail: detail})
}

// about names the order of a claim as the creator did.
func about(row *gen.Claim) string {
	if row.OrderNumber != "" {
		return "order " + row.OrderNumber
	}
	return "the order of " + row.PlacedOn + " over " + money.New(row.AmountMinor, money.Currency(row.Currency)).String()
}

// tellClaimTx writes to both sides of a claim that waits.
func (s *Service) tellClaimTx(ctx context.Context, tx database.Tx, row *gen.Claim, brand *gen.Brand, what string) error {
	due := row.AnswerDueAt.UTC().Format("2 January 2006, 15:04") + " UTC"
	if err := s.tellCreatorTx(ctx, tx, row.CreatorID, letter{subject: "Your claim about " + about(row), path: "/creator/sales/claims",
		text: row.Finding + "\n\n" + brand.Name + " answers by " + due + "."}); err != nil {
		return err
	}
	c, err := tx.Ent.Creator.Get(ctx, row.CreatorID)
	if err != nil {
		return database.OnMissing(err, "creator")
	}
	return s.tellDeskTx(ctx, tx, row.BrandID, letter{subject: c.Name + " " + what + ": " + about(row), path: "/b/" + brand.Slug + "/claims?open=" + id.Of(id.Claim, row.ID).String(),
		text: c.Name + " says that a sale is missing: " + about(row) + ".\n\n" + row.Evidence + "\n\nYou promised an answer by " + due + "."})
}
