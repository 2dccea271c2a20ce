package program

import (
	"context"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entprogram "tributary/ent/gen/program"
	entterms "tributary/ent/gen/termsversion"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// termsMax bounds the text of terms, in characters.
const termsMax = 50_000

// PublishTerms publishes the next version of what creators agree to. It holds from now on; creators who accepted an earlier one
// are asked again. Faults: UNAUTHENTICATED, FORBIDDEN (apps too), NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT at body; WRONG_STATE
// when the program is closed.
func (s *Service) PublishTerms(ctx context.Context, program id.ID, body string) (Terms, error) {
	row, err := s.mine(ctx, program, access.WritePrograms)
	if err != nil {
		return Terms{}, err
	}
	v := viewer.From(ctx)
	if err := personal(v); err != nil {
		return Terms{}, err
	}
	var wrong fault.List
	body = field.Body(&wrong, "body", body, 1, termsMax)
	if err := wrong.Err(); err != nil {
		return Terms{}, err
	}
	now := s.clock.Now()
	var made *gen.TermsVersion
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockOpen(ctx, tx, row); err != nil {
			return err
		}
		last, err := tx.Ent.TermsVersion.Query().Where(entterms.ProgramID(row.ID)).Order(entterms.ByVersion(newestFirst)).First(ctx)
		if err != nil && !database.IsMissing(err) {
			return err
		}
		version := 1
		if last != nil {
			version = last.Version + 1
		}
		made, err = tx.Ent.TermsVersion.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetProgramID(row.ID).SetVersion(version).
			SetBody(body).SetEffectiveAt(now).SetNillablePublishedBy(actor(v)).Save(ctx)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "TERMS_PUBLISHED", ObjectKind: "TERMS", ObjectID: made.ID,
			BrandID: row.BrandID, Detail: map[string]any{"program": row.ID, "version": version}})
	})
	if err != nil {
		return Terms{}, err
	}
	return termsOf(made), nil
}

// TermsInForceTx gives the version of a program's terms in force, 0 when none was published. The caller has checked access.
func (s *Service) TermsInForceTx(ctx context.Context, tx database.Tx, program uuid.UUID) (int, error) {
	row, err := tx.Ent.TermsVersion.Query().Where(entterms.ProgramID(program), entterms.EffectiveAtLTE(s.clock.Now())).
		Order(entterms.ByVersion(newestFirst)).First(ctx)
	if database.IsMissing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return row.Version, nil
}

// TermsVersion gives one version of terms of a program that the viewer may see. Faults: NOT_FOUND.
func (s *Service) TermsVersion(ctx context.Context, x id.ID) (Terms, error) {
	u, err := id.Want(x, id.Terms, "terms")
	if err != nil {
		return Terms{}, err
	}
	row, err := s.db.Ent.TermsVersion.Query().Where(entterms.ID(u)).Only(ctx)
	if err != nil {
		return Terms{}, database.OnMissing(err, "terms")
	}
	if _, err := s.db.Ent.Program.Query().Where(entprogram.ID(row.ProgramID), visible(viewer.From(ctx))).OnlyID(ctx); err != nil {
		return Terms{}, database.OnMissing(err, "terms")
	}
	return termsOf(row), nil
}
