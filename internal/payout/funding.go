package payout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// Funds is money of a brand that is there to pay creators.
type Funds struct {
	CurrencyCode money.Currency // the currency.
	Available    money.Money    // spendable now.
	Reserved     money.Money    // set aside for payouts on their way.
	Payable      money.Money    // what creators may be paid now.
	Pending      money.Money    // what creators will be paid when return periods end, if nothing comes back.
}

// Funding is money that a brand set aside.
type Funding struct {
	ID        id.ID       // id, prefix fun.
	Amount    money.Money // how much.
	Note      string      // what the person wrote.
	CreatedAt time.Time   // when.
}

// IsNode marks Funding as refetchable by id.
func (Funding) IsNode() {}

func fundingOf(f *gen.Funding) Funding {
	return Funding{ID: id.Of(id.Funding, f.ID), Amount: money.New(f.AmountMinor, money.Currency(f.Currency)), Note: f.Note, CreatedAt: f.CreatedAt}
}

// RecordFundingInput is money that is set aside for creators.
type RecordFundingInput struct {
	Brand          id.ID
	Amount         money.Money
	Note           string
	IdempotencyKey string // may be empty
}

// RecordFunding sets money at the provider aside for a brand's creators (P31). Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN,
// OUT_OF_RANGE (amount), TOO_LONG and BAD_FORMAT (note), TOO_LONG and CONFLICT (idempotencyKey), PROVIDER_BALANCE_SHORT and
// PROVIDER_UNAVAILABLE where it would promise more than the provider holds.
func (s *Service) RecordFunding(ctx context.Context, in RecordFundingInput) (Funding, Funds, error) {
	brand, err := s.checkBrand(ctx, in.Brand, access.WriteFunds)
	if err != nil {
		return Funding{}, Funds{}, err
	}
	var l fault.List
	if in.Amount.Sign() <= 0 || in.Amount.Minor > money.MaxParsedMinor {
		l.Add(fault.At("amount", "OUT_OF_RANGE", "The amount is more than zero."))
	}
	note := field.Line(&l, "note", in.Note, 0, noteMax)
	if len(in.IdempotencyKey) > keyMax {
		l.Add(fault.At("idempotencyKey", "TOO_LONG", "A key has at most %d bytes.", keyMax))
	}
	if err := l.Err(); err != nil {
		return Funding{}, Funds{}, err
	}
	atProvider, err := s.atProvider(ctx, in.Amount.Currency)
	if err != nil {
		return Funding{}, Funds{}, err
	}
	now := s.now()
	u := keyed(id.Funding, brand, in.IdempotencyKey, now)
	var row *gen.Funding
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, "funding:"+string(in.Amount.Currency)); err != nil {
			return err
		}
		before, err := tx.Ent.Funding.Get(ctx, u)
		if err == nil {
			row = before
			if fundingOf(before).Amount != in.Amount || before.Note != note {
				return errKeyReused()
			}
			return nil
		}
		if !database.IsMissing(err) {
			return fmt.Errorf("funding before: %w", err)
		}
		row, err = s.fundTx(ctx, tx, u, brand, in.Amount, note, atProvider, now)
		return err
	})
	if err != nil {
		return Funding{}, Funds{}, err
	}
	all, err := s.fundsOf(ctx, brand)
	if err != nil {
		return Funding{}, Funds{}, err
	}
	for _, f := range all {
		if f.CurrencyCode == in.Amount.Currency {
			return fundingOf(row), f, nil
		}
	}
	return fundingOf(row), emptyFunds(in.Amount.Currency), nil
}

// atProvider gives what the platform holds at the provider, available and pending; nil where the money is brought by OnFunding.
func (s *Service) atProvider(ctx context.Context, currency money.Currency) (*int64, error) {
	if s.OnFunding != nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	b, err := s.Provider.Balance(ctx)
	if err != nil {
		return nil, fault.New(fault.Conflict, "PROVIDER_UNAVAILABLE", "Stripe does not answer at the moment. Nothing was changed; try again.").With(err)
	}
	sum := b.Available[currency] + b.Pending[currency]
	return &sum, nil
}

func (s *Service) fundTx(ctx context.Context, tx database.Tx, u, brand uuid.UUID, amount money.Money, note string, atProvider *int64, now time.Time) (*gen.Funding, error) {
	if atProvider != nil {
		var promised int64
		if err := tx.SQL.QueryRowContext(ctx, `SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
WHERE a.currency = $1 AND a.mode = $2 AND a.kind IN ('FUNDS', 'FUNDS_PENDING', 'FUNDS_RESERVED', 'OPERATOR_FLOAT')`,
			amount.Currency, s.Ledger.Mode()).Scan(&promised); err != nil {
			return nil, fmt.Errorf("promised funds: %w", err)
		}
		if free := *atProvider - promised; free < amount.Minor {
			return nil, fault.At("amount", "PROVIDER_BALANCE_SHORT", "The Stripe balance has %s that is not set aside yet. Top it up first.",
				money.New(max(free, 0), amount.Currency))
		}
	}
	person := viewer.From(ctx).UserID
	create := tx.Ent.Funding.Create().SetID(u).SetCreatedAt(now).SetBrandID(brand).SetCurrency(string(amount.Currency)).SetAmountMinor(amount.Minor).
		SetNote(note).SetReference("").SetProviderAccount(providerAccountDefault)
	if person != uuid.Nil {
		create.SetRecordedBy(person)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("create funding: %w", err)
	}
	_, _, err = s.Ledger.PostTx(ctx, tx, ledger.Posting{
		Reference: "funding:" + u.String(), Kind: ledger.KindFunding, Brand: brand, Dimensions: map[string]string{"funding": u.String()},
		Lines: []ledger.Line{
			{Account: account(brand, ledger.Funds, uuid.Nil, amount.Currency), Amount: amount},
			{Account: account(brand, ledger.BrandTreasury, uuid.Nil, amount.Currency), Amount: amount.Neg()},
		}})
	if err != nil {
		return nil, err
	}
	if s.OnFunding != nil {
		if err := s.Queue.EnqueueTx(ctx, tx, FundingJob{Funding: u, Minor: amount.Minor, Currency: amount.Currency}, nil); err != nil {
			return nil, err
		}
	}
	return row, auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "FUNDING_RECORDED", ObjectKind: "FUNDING", ObjectID: u, BrandID: brand,
		Detail: map[string]any{"amount": amount.String(), "note": note}})
}

// FundingJob brings the money of a recorded funding to the provider, where nobody else does.
type FundingJob struct {
	Funding  uuid.UUID      `json:"funding"`
	Minor    int64          `json:"minor"`
	Currency money.Currency `json:"currency"`
}

// Kind names the job in the queue.
func (FundingJob) Kind() string { return "payout_funding" }

// DoFunding runs OnFunding.
func (s *Service) DoFunding(ctx context.Context, j FundingJob) error {
	if s.OnFunding == nil {
		return errors.New("payout: this deployment brings no money to the provider")
	}
	return s.OnFunding(ctx, money.New(j.Minor, j.Currency))
}

// FundingByID gives one funding. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) FundingByID(ctx context.Context, x id.ID) (Funding, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return Funding{}, err
	}
	u, err := id.Want(x, id.Funding, "funding")
	if err != nil {
		return Funding{}, err
	}
	row, err := s.DB.Ent.Funding.Get(ctx, u)
	if err != nil {
		return Funding{}, database.OnMissing(err, "funding")
	}
	return fundingOf(row), access.Noun(access.Brand(viewer.From(ctx), access.ReadFunds, row.BrandID), "funding")
}

// FundsOf gives the money that is there to pay a brand's creators, one row a currency, the brand's own first. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) FundsOf(ctx context.Context, brand id.ID) ([]Funds, error) {
	u, err := s.checkBrand(ctx, brand, access.ReadFunds)
	if err != nil {
		return nil, err
	}
	return s.fundsOf(ctx, u)
}

func emptyFunds(c money.Currency) Funds {
	zero := money.Zero(c)
	return Funds{CurrencyCode: c, Available: zero, Reserved: zero, Payable: zero, Pending: zero}
}

func (s *Service) fundsOf(ctx context.Context, brand uuid.UUID) ([]Funds, error) {
	out, place := []Funds{}, map[money.Currency]int{}
	of := func(c money.Currency) *Funds {
		i, ok := place[c]
		if !ok {
			i = len(out)
			place[c] = i
			out = append(out, emptyFunds(c))
		}
		return &out[i]
	}
	// What one creator owes back does not pay another, so payable balances are added up where they are positive.
	err := each(ctx, s.DB.SQL, func(scan func(...any) error) error {
		var c money.Currency
		var kind ledger.AccountKind
		var minor int64
		if err := scan(&c, &kind, &minor); err != nil {
			return err
		}
		f := of(c)
		switch kind {
		case ledger.Funds:
			f.Available.Minor = minor
		case ledger.FundsReserved:
			f.Reserved.Minor = minor
		case ledger.CreatorPayable:
			f.Payable.Minor = minor
		case ledger.CreatorPending:
			f.Pending.Minor = minor
		}
		return nil
	}, `SELECT currency, kind, sum(minor)::bigint FROM (
  SELECT b.currency, $2::text AS kind, 0::bigint AS minor, 0 AS place FROM brand b WHERE b.id = $1
  UNION ALL
  SELECT a.currency, a.kind, CASE WHEN a.party_id IS NULL THEN sum(e.amount_minor) ELSE greatest(0, -sum(e.amount_minor)) END, 1
  FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
  WHERE a.brand_id = $1 AND a.mode = $3 AND a.kind IN ('FUNDS', 'FUNDS_RESERVED', 'CREATOR_PAYABLE', 'CREATOR_PENDING')
  GROUP BY a.id) x
GROUP BY currency, kind ORDER BY min(place), currency, kind`, brand, ledger.Funds, s.Ledger.Mode())
	if err != nil {
		return nil, fmt.Errorf("funds of brand: %w", err)
	}
	return out[:min(len(out), fundsMax)], nil
}
