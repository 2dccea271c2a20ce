package partnership

import (
	"context"
	"fmt"

	"tributary/ent/gen"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Limits of the names that a brand's customers use for a creator, in characters.
const (
	aliasesMax = 20
	aliasMin   = 3
	aliasMax   = 60
)

// SetAliases says for a brand what its customers call a creator; answers of surveys are understood by it, at this brand only. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT at aliases.
func (s *Service) SetAliases(ctx context.Context, partnership id.ID, aliases []string) (Partnership, error) {
	row, err := s.one(ctx, partnership)
	if err != nil {
		return Partnership{}, err
	}
	if err := access.Noun(access.Brand(viewer.From(ctx), access.WriteCreators, row.BrandID), "partnership"); err != nil {
		return Partnership{}, err
	}
	var wrong fault.List
	aliases = field.Lines(&wrong, "aliases", aliases, aliasesMax, aliasMin, aliasMax)
	if err := wrong.Err(); err != nil {
		return Partnership{}, err
	}
	var out *gen.Partnership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		if out, err = tx.Ent.Partnership.UpdateOneID(row.ID).SetAliases(append([]string{}, aliases...)).Save(ctx); err != nil {
			return fmt.Errorf("set aliases: %w", err)
		}
		return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "PARTNERSHIP_ALIASES_CHANGED", ObjectKind: "PARTNERSHIP", ObjectID: row.ID, BrandID: row.BrandID,
			CreatorID: row.CreatorID, Detail: map[string]any{"aliases": aliases, "sentence": "Changed what customers call a creator."}})
	})
	if err != nil {
		return Partnership{}, err
	}
	return fromRow(out), nil
}
