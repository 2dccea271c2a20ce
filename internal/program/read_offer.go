package program

import (
	"context"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	entoffer "tributary/ent/gen/offerversion"
	entprogram "tributary/ent/gen/program"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// errNoOffer is the answer when a program had no offer at a moment.
func errNoOffer() error {
	return fault.New(fault.NotFound, "NO_OFFER", "The program had no offer at that time.")
}

// OfferAt gives the terms that held for a partnership at a moment: its own version first, else the program's. The caller has
// checked access. Faults: NO_OFFER when there were none.
func (s *Service) OfferAt(ctx context.Context, program, partnership uuid.UUID, at time.Time) (Offer, error) {
	return offerAt(ctx, s.db.Ent, program, partnership, at)
}

// OfferAtTx is OfferAt in the caller's transaction.
func (s *Service) OfferAtTx(ctx context.Context, tx database.Tx, program, partnership uuid.UUID, at time.Time) (Offer, error) {
	return offerAt(ctx, tx.Ent, program, partnership, at)
}

func offerAt(ctx context.Context, client *gen.Client, program, partnership uuid.UUID, at time.Time) (Offer, error) {
	row, err := client.OfferVersion.Query().
		Where(entoffer.ProgramID(program), entoffer.EffectiveAtLTE(at),
			entoffer.Or(entoffer.PartnershipIDIsNil(), entoffer.PartnershipID(partnership))).
		Order(func(s *entsql.Selector) {
			s.OrderExpr(entsql.ExprFunc(func(b *entsql.Builder) { b.WriteString(s.C("partnership_id") + " IS NULL") }))
		}, entoffer.ByEffectiveAt(newestFirst), entoffer.ByVersion(newestFirst)).
		First(ctx)
	if database.IsMissing(err) {
		return Offer{}, errNoOffer()
	}
	if err != nil {
		return Offer{}, err
	}
	return offerOf(row)
}

// CurrentOffers gives the offer in force of each program that has one, in one statement. A partnership's own is never among
// them. The caller could see the programs.
func (s *Service) CurrentOffers(ctx context.Context, programs []uuid.UUID) (map[uuid.UUID]Offer, error) {
	rows, err := s.db.Ent.OfferVersion.Query().Where(newestOf("offer_version", "partnership_id IS NULL", programs, s.clock.Now())).All(ctx)
	if err != nil {
		return nil, err
	}
	return offersOf(rows, func(o Offer) uuid.UUID { return o.ProgramID.UUID })
}

// CurrentTerms gives the terms in force of each program that has some, in one statement. The caller could see the programs.
func (s *Service) CurrentTerms(ctx context.Context, programs []uuid.UUID) (map[uuid.UUID]Terms, error) {
	rows, err := s.db.Ent.TermsVersion.Query().Where(newestOf("terms_version", "TRUE", programs, s.clock.Now())).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Terms, len(rows))
	for _, row := range rows {
		out[row.ProgramID] = termsOf(row)
	}
	return out, nil
}

// newestOf restricts to the version in force of each program. Table and condition are constants of this file.
func newestOf(table, condition string, programs []uuid.UUID, now time.Time) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(s.C("id") + " IN (SELECT x.id FROM unnest(").Arg(database.Array(programs)).
				WriteString("::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id FROM " + table + " WHERE program_id = u.id AND " + condition +
					" AND effective_at <= ").Arg(now).
				WriteString(" ORDER BY version DESC LIMIT 1) x)")
		}))
	}
}

// OffersByIDs gives offers that other objects refer to; the caller could see those.
func (s *Service) OffersByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Offer, error) {
	rows, err := s.db.Ent.OfferVersion.Query().Where(entoffer.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	return offersOf(rows, func(o Offer) uuid.UUID { return o.ID.UUID })
}

// Offer gives one version of an offer. Whoever may see the program may read its offers; a partnership's own is for its creator and
// the brand. Faults: NOT_FOUND.
func (s *Service) Offer(ctx context.Context, x id.ID) (Offer, error) {
	u, err := id.Want(x, id.Offer, "offer")
	if err != nil {
		return Offer{}, err
	}
	v := viewer.From(ctx)
	row, err := s.db.Ent.OfferVersion.Query().Where(entoffer.ID(u)).Only(ctx)
	if err != nil {
		return Offer{}, database.OnMissing(err, "offer")
	}
	if row.PartnershipID != nil {
		own, err := s.db.Ent.Partnership.Get(ctx, *row.PartnershipID)
		if err != nil {
			return Offer{}, database.OnMissing(err, "offer")
		}
		if err := access.Either(v, own.CreatorID, access.ReadPrograms, row.BrandID, "offer"); err != nil {
			return Offer{}, fault.Missing("offer")
		}
	} else if _, err := s.db.Ent.Program.Query().Where(entprogram.ID(row.ProgramID), visible(v)).OnlyID(ctx); err != nil {
		return Offer{}, database.OnMissing(err, "offer")
	}
	return offerOf(row)
}
