package tracking

import (
	"context"
	"fmt"
	"strings"

	"tributary/ent/gen"
	"tributary/ent/gen/partnership"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// rotateAttempts bounds how many codes are tried that are made up here.
const rotateAttempts = 5

// Rotation is a code in the place of another.
type Rotation struct {
	New, Old Code
}

// RotateCode ends a code, for example one that has leaked, and makes another one with the same terms in its place, at once. The old one
// keeps its credit for orders placed before. wanted may be empty: the new code is then made from the old one. For the code's creator or
// members who may write tracking. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED; WRONG_STATE (archived before, or a partnership whose
// codes do not count); BAD_FORMAT, TAKEN (code).
func (s *Service) RotateCode(ctx context.Context, x id.ID, wanted string) (Rotation, error) {
	old, err := s.readCode(ctx, x, access.WriteTracking)
	if err != nil {
		return Rotation{}, err
	}
	var bad fault.List
	if wanted != "" {
		wanted = checkCode(&bad, wanted)
	}
	if err := bad.Err(); err != nil {
		return Rotation{}, err
	}
	var out Rotation
	for range rotateAttempts {
		err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			out, err = s.rotateCodeTx(ctx, tx, old, wanted)
			return err
		})
		if wanted != "" || !database.IsUnique(err, "code_live_key") {
			break // else somebody took the code that was made up, in this moment
		}
	}
	if database.IsUnique(err, "code_live_key") {
		return Rotation{}, codeTaken(wanted).With(err)
	}
	return out, err
}

func (s *Service) rotateCodeTx(ctx context.Context, tx database.Tx, old *gen.Code, wanted string) (out Rotation, err error) {
	p, err := tx.Ent.Partnership.Query().Where(partnership.ID(old.PartnershipID)).Only(ctx)
	if err != nil {
		return out, fmt.Errorf("rotate code: %w", err)
	}
	if p.Status != "ACTIVE" && p.Status != "RETIRING" {
		return out, fault.New(fault.Conflict, "WRONG_STATE", "This partnership is %s, so its codes do not count; archive the code instead.", p.Status)
	}
	ended, err := s.archiveCodeTx(ctx, tx, old)
	if err != nil {
		return out, err
	}
	if !ended {
		return out, fault.New(fault.Conflict, "WRONG_STATE", "This code has ended before.")
	}
	if wanted == "" {
		wanted = renewed(old)
	}
	out.New, err = s.insertCodeTx(ctx, tx, p, CreateCodeInput{Code: wanted, Discount: money.BasisPoints(old.DiscountBp),
		Platform: creator.Platform(old.Platform), EndsAt: old.EndsAt}, &old.ID)
	if err != nil {
		return out, err
	}
	archived, err := tx.Ent.Code.Get(ctx, old.ID)
	if err != nil {
		return out, fmt.Errorf("rotate code: %w", err)
	}
	out.Old = codeOf(archived)
	return out, nil
}

// rotatedMark is how many letters tell a code from the one that it takes the place of. They are random, because a number could be
// guessed by those whom the old code leaked to.
const rotatedMark = 3

// renewed makes a code from the one that it takes the place of, whose own mark falls away.
func renewed(old *gen.Code) string {
	stem := old.Code
	if at := len(stem) - rotatedMark - 1; old.RotatedFromID != nil && at > 0 && stem[at] == '-' {
		stem = stem[:at]
	}
	mark := randomLetters(rotatedMark)
	if strings.ToLower(stem) != stem {
		mark = strings.ToUpper(mark)
	}
	return stem[:min(len(stem), codeMax-rotatedMark-1)] + "-" + mark
}
