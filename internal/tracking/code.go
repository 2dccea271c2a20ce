package tracking

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tributary/ent/gen"
	"tributary/ent/gen/code"
	"tributary/ent/gen/predicate"
	"tributary/internal/auditlog"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Limits of codes, in letters unless said otherwise.
const (
	codeMin            = 3
	codeMax            = 32
	codesOfPartnership = 50 // rows shown with a partnership
)

// Code is a discount code of a creator.
type Code struct {
	ID            id.ID             // id, prefix cod.
	Code          string            // the code as shoppers type it; letter case does not matter.
	Discount      money.BasisPoints // what shoppers save.
	Platform      creator.Platform  // where it is shared.
	StartsAt      time.Time         // from when it works.
	EndsAt        *time.Time        // until when it works, if it ends.
	ArchivedAt    *time.Time        // when it was archived; null while it works.
	BrandID       id.ID             // the brand.
	ProgramID     id.ID             // the program.
	CreatorID     id.ID             // the creator.
	PartnershipID id.ID             // its partnership.
	CreatedAt     time.Time         // when it was made.
	RotatedFromID id.ID             // the code that it took the place of; zero for none.
}

// IsNode marks Code as refetchable by id.
func (Code) IsNode() {}

func codeOf(r *gen.Code) Code {
	out := Code{
		ID: id.Of(id.Code, r.ID), Code: r.Code, Discount: money.BasisPoints(r.DiscountBp), Platform: creator.Platform(r.Platform),
		StartsAt: r.StartsAt.UTC(), EndsAt: r.EndsAt, ArchivedAt: r.ArchivedAt,
		BrandID: id.Of(id.Brand, r.BrandID), ProgramID: id.Of(id.Program, r.ProgramID), CreatorID: id.Of(id.Creator, r.CreatorID),
		PartnershipID: id.Of(id.Partnership, r.PartnershipID), CreatedAt: r.CreatedAt.UTC(),
	}
	if r.RotatedFromID != nil {
		out.RotatedFromID = id.Of(id.Code, *r.RotatedFromID)
	}
	return out
}

// FoldCode gives the form in which codes are compared: compatibility forms joined (NFKC), letter case folded, space around cut.
func FoldCode(s string) string {
	return strings.TrimSpace(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))))
}

// CreateCodeInput is what a new code is made of. An empty Platform means OTHER.
type CreateCodeInput struct {
	PartnershipID id.ID
	Code          string
	Discount      money.BasisPoints
	Platform      creator.Platform
	EndsAt        *time.Time
}

// CreateCode makes a discount code of an active partnership, for its creator or for members who may write tracking. Faults:
// NOT_FOUND, FORBIDDEN, UNAUTHENTICATED; WRONG_STATE; BAD_FORMAT, TAKEN (code); OUT_OF_RANGE (discount, endsAt, too many codes).
func (s *Service) CreateCode(ctx context.Context, in CreateCodeInput) (Code, error) {
	p, err := s.writable(ctx, in.PartnershipID)
	if err != nil {
		return Code{}, err
	}
	now := s.Clock.Now()
	if in.Platform == "" {
		in.Platform = creator.PlatformOther
	}
	var bad fault.List
	in.Code = checkCode(&bad, in.Code)
	checkDiscount(&bad, in.Discount)
	if in.EndsAt != nil && !in.EndsAt.After(now) {
		bad.Add(fault.At("endsAt", "OUT_OF_RANGE", "A code ends in the future."))
	}
	if err := bad.Err(); err != nil {
		return Code{}, err
	}
	var out Code
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		if err := roomForCodeTx(ctx, tx, p.ID); err != nil {
			return err
		}
		out, err = s.insertCodeTx(ctx, tx, p, in, nil)
		return err
	})
	if database.IsUnique(err, "code_live_key") {
		return Code{}, codeTaken(in.Code).With(err)
	}
	return out, err
}

// checkCode gives a code in the form in which it is shown, and says when it has not the form that it needs.
func checkCode(bad *fault.List, raw string) string {
	shown := strings.TrimSpace(norm.NFKC.String(raw))
	if !codeWellFormed(shown) {
		bad.Add(fault.At("code", "BAD_FORMAT", "A code has %d to %d letters, digits, hyphens and underscores.", codeMin, codeMax))
	}
	return shown
}

func checkDiscount(bad *fault.List, discount money.BasisPoints) {
	if discount < 0 || discount > money.OneHundredPercent {
		bad.Add(fault.At("discount", "OUT_OF_RANGE", "A discount is between 0 and 10,000 basis points."))
	}
}

func codeTaken(code string) *fault.Fault {
	return fault.At("code", "TAKEN", "The code %s is in use at this brand.", code)
}

// roomForCodeTx refuses more codes than a partnership may have.
func roomForCodeTx(ctx context.Context, tx database.Tx, partnership uuid.UUID) error {
	n, err := tx.Ent.Code.Query().Where(code.PartnershipID(partnership), code.ArchivedAtIsNil()).Count(ctx)
	if err != nil {
		return fmt.Errorf("create code: %w", err)
	}
	if n >= codesOfPartnership {
		return fault.At("partnershipId", "OUT_OF_RANGE", "A partnership has at most %d codes; archive some first.", codesOfPartnership)
	}
	return nil
}

// insertCodeTx makes a code whose parts were checked, in the place of another where one is named.
func (s *Service) insertCodeTx(ctx context.Context, tx database.Tx, p *gen.Partnership, in CreateCodeInput, rotatedFrom *uuid.UUID) (Code, error) {
	now := s.Clock.Now()
	row, err := tx.Ent.Code.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).
		SetBrandID(p.BrandID).SetProgramID(p.ProgramID).SetPartnershipID(p.ID).SetCreatorID(p.CreatorID).
		SetCode(in.Code).SetFolded(FoldCode(in.Code)).SetDiscountBp(int32(in.Discount)).SetPlatform(string(in.Platform)).
		SetStartsAt(now).SetNillableEndsAt(in.EndsAt).SetNillableRotatedFromID(rotatedFrom).Save(ctx)
	if err != nil {
		return Code{}, fmt.Errorf("create code: %w", err)
	}
	if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "CODE_CREATED", ObjectKind: "CODE", ObjectID: row.ID,
		BrandID: p.BrandID, CreatorID: p.CreatorID, Detail: map[string]any{"code": in.Code}}); err != nil {
		return Code{}, err
	}
	return codeOf(row), s.codeChangedTx(ctx, tx, row.ID)
}

// codeChangedTx tells who wants to hear of it that a code was made or ended.
func (s *Service) codeChangedTx(ctx context.Context, tx database.Tx, code uuid.UUID) error {
	if s.CodesChangedTx == nil {
		return nil
	}
	return s.CodesChangedTx(ctx, tx, []uuid.UUID{code})
}

// codeLetters are the letters that a code may have.
const codeLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

func codeWellFormed(shown string) bool {
	return len(shown) >= codeMin && len(shown) <= codeMax &&
		!strings.ContainsFunc(shown, func(r rune) bool { return !strings.ContainsRune(codeLetters, r) })
}

// ArchiveCode ends a code; orders placed before keep its credit. Archiving again changes nothing. Faults: NOT_FOUND, FORBIDDEN,
// UNAUTHENTICATED.
func (s *Service) ArchiveCode(ctx context.Context, x id.ID) (Code, error) {
	row, err := s.readCode(ctx, x, access.WriteTracking)
	if err != nil {
		return Code{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := s.archiveCodeTx(ctx, tx, row)
		return err
	})
	if err != nil {
		return Code{}, err
	}
	return s.Code(ctx, x)
}

// archiveCodeTx ends a code and tells whether it had not ended before.
func (s *Service) archiveCodeTx(ctx context.Context, tx database.Tx, row *gen.Code) (bool, error) {
	now := s.Clock.Now()
	n, err := tx.Ent.Code.Update().Where(code.ID(row.ID), code.ArchivedAtIsNil()).SetArchivedAt(now).Save(ctx)
	if err != nil {
		return false, fmt.Errorf("archive code: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "CODE_ARCHIVED", ObjectKind: "CODE", ObjectID: row.ID,
		BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"code": row.Code}}); err != nil {
		return false, err
	}
	return true, s.codeChangedTx(ctx, tx, row.ID)
}

// Code gives a code to its creator and to members who may read tracking. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED.
func (s *Service) Code(ctx context.Context, x id.ID) (Code, error) {
	row, err := s.readCode(ctx, x, access.ReadTracking)
	if err != nil {
		return Code{}, err
	}
	return codeOf(row), nil
}

func (s *Service) readCode(ctx context.Context, x id.ID, a access.Action) (*gen.Code, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	key, err := id.Want(x, id.Code, "code")
	if err != nil {
		return nil, err
	}
	row, err := s.DB.Ent.Code.Get(ctx, key)
	if err != nil {
		return nil, database.OnMissing(err, "code")
	}
	return row, access.Either(v, row.CreatorID, a, row.BrandID, "code")
}

// Codes lists codes, archived ones too, newest first. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, NO_CREATOR_PROFILE.
func (s *Service) Codes(ctx context.Context, f ListFilter, r page.Request) (page.Connection[Code], error) {
	var none page.Connection[Code]
	sc, err := scopeOf(ctx, f)
	if err != nil {
		return none, err
	}
	var where []predicate.Code
	if sc.brand != uuid.Nil {
		where = append(where, code.BrandID(sc.brand))
	} else {
		where = append(where, code.CreatorID(sc.creator))
	}
	if sc.partnership != uuid.Nil {
		where = append(where, code.PartnershipID(sc.partnership))
	}
	rows, err := s.DB.Ent.Code.Query().Where(where...).Where(predicate.Code(r.Keyset(code.FieldCreatedAt))).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list codes: %w", err)
	}
	c := page.Build(r, each(rows, codeOf), placeOfCode)
	c.Total = func() (int, error) { return s.DB.Ent.Code.Query().Where(where...).Count(ctx) }
	return c, nil
}

// CodesByIDs gives codes that another object refers to, in one statement. The caller was allowed to see the reference.
func (s *Service) CodesByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Code, error) {
	rows, err := s.DB.Ent.Code.Query().Where(code.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("codes by id: %w", err)
	}
	out := make(map[uuid.UUID]Code, len(rows))
	for _, r := range rows {
		out[r.ID] = codeOf(r)
	}
	return out, nil
}
