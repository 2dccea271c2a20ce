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

// ErrNoOffer is the answer when a program had no offer at a moment.
func ErrNoOffer() error {
	return fault.New(fault.NotFound, "NO_OFFER", "The program had no offer at that time.")
}

// Moment is a time at which the terms of a partnership are asked for.
type Moment struct {
	Program, Partnership uuid.UUID
	At                   time.Time
}

// OffersAtTx gives the terms that held for partnerships at moments, in one statement: a partnership's own version first, else the
// program's. The result has no offer for moments at which there was none. The caller has checked access.
func (s *Service) OffersAtTx(ctx context.Context, tx database.Tx, moments []Moment) (map[Moment]Offer, error) {
	out := make(map[Moment]Offer, len(moments))
	if len(moments) == 0 {
		return out, nil
	}
	var programs, partnerships, at database.Column
	for _, m := range moments {
		programs.UUID(m.Program)
		partnerships.UUID(m.Partnership)
		at.Time(m.At)
	}
	rows, err := tx.Ent.OfferVersion.Query().Where(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id")).WriteString(" IN (SELECT v.id FROM unnest(").Arg(&programs).WriteString("::uuid[], ").Arg(&partnerships).
				WriteString("::uuid[], ").Arg(&at).WriteString(`::timestamptz[]) AS u (program, partnership, at) CROSS JOIN LATERAL (
					SELECT id FROM offer_version WHERE program_id = u.program AND effective_at <= u.at AND (partnership_id IS NULL OR partnership_id = u.partnership)
					ORDER BY partnership_id IS NULL, effective_at DESC, version DESC LIMIT 1) AS v)`)
		}))
	}).All(ctx)
	if err != nil {
		return nil, err
	}
	offers, err := offersOf(rows, func(o Offer) uuid.UUID { return o.ID.UUID })
	if err != nil {
		return nil, err
	}
	for _, m := range moments {
		var best *gen.OfferVersion
		for _, row := range rows {
			if row.ProgramID == m.Program && !row.EffectiveAt.After(m.At) && (row.PartnershipID == nil || *row.PartnershipID == m.Partnership) &&
				(best == nil || goesBefore(row, best)) {
				best = row
			}
		}
		if best != nil {
			out[m] = offers[best.ID]
		}
	}
	return out, nil
}

// goesBefore tells whether of two offers in force the first one holds: a partnership's own, then the later one.
func goesBefore(a, b *gen.OfferVersion) bool {
	switch {
	case (a.PartnershipID == nil) != (b.PartnershipID == nil):
		return a.PartnershipID != nil
	case !a.EffectiveAt.Equal(b.EffectiveAt):
		return a.EffectiveAt.After(b.EffectiveAt)
	}
	return a.Version > b.Version
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
