package payout

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payoutaccount"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Paths of the portal that a creator comes back to from the provider's pages.
const (
	onboardingReturnPath  = "/creator/payouts/stripe/back"
	onboardingRefreshPath = "/creator/payouts/stripe/again"
)

// accountFresh is how long an account that still needs something is shown without asking the provider again.
const accountFresh = 5 * time.Second

// refreshCall bounds how long a reader waits for the provider.
const refreshCall = 5 * time.Second

// Account is where a creator is paid: a connected account at Stripe.
type Account struct {
	ID              id.ID         // id, prefix pac.
	Status          AccountStatus // state.
	Country         string        // country of the account; it cannot change.
	TransfersActive bool          // whether transfers to it work.
	PayoutsEnabled  bool          // whether Stripe pays on to the bank.
	RequirementsDue []string      // what Stripe still needs, in words. At most 30.
	NextStep        string        // the next step in words.
}

// IsNode marks Account as refetchable by id.
func (Account) IsNode() {}

func accountOf(a *gen.PayoutAccount) Account {
	out := Account{ID: id.Of(id.PayoutAccount, a.ID), Status: AccountStatus(a.Status), Country: a.Country, TransfersActive: a.TransfersActive,
		PayoutsEnabled: a.PayoutsEnabled, RequirementsDue: a.RequirementsDue, NextStep: nextStep(a)}
	if out.RequirementsDue == nil {
		out.RequirementsDue = []string{}
	}
	return out
}

// nextStep says in words what the creator does next.
func nextStep(a *gen.PayoutAccount) string {
	reviewed := text(a.DisabledReason) == "requirements.pending_verification"
	switch AccountStatus(a.Status) {
	case AccountOnboarding:
		if reviewed {
			return "Stripe is checking your details. That takes minutes to two days; nothing is to be done."
		}
		return "Continue at Stripe: it still needs some details before you can be paid."
	case AccountRestricted:
		switch {
		case reviewed:
			return "Stripe is checking your details again. Payouts wait until it is done; nothing is to be done."
		case len(a.RequirementsDue) > 0:
			return "Stripe stopped transfers until you have given what is listed here. Continue at Stripe."
		}
		return "Stripe stopped transfers to this account. Open your Stripe account to read why, or write to Stripe."
	case AccountDisconnected:
		return "This account is gone. Set up a new one to be paid."
	default:
		if !a.PayoutsEnabled {
			return "You can be paid, but Stripe cannot pay on to your bank yet. Give Stripe your bank account."
		}
		return "Everything is ready. Nothing is to be done."
	}
}

// statusOf gives the state of an account from what the provider says.
func statusOf(a AccountState) AccountStatus {
	switch {
	case a.TransfersActive:
		return AccountEnabled
	case a.DetailsSubmitted:
		return AccountRestricted
	default:
		return AccountOnboarding
	}
}

// MyAccount gives the signed-in creator's payout account. While it still needs something the provider is asked for news, so
// that who comes back from the provider's pages reads what they did. Faults: UNAUTHENTICATED, NO_CREATOR_PROFILE, NOT_FOUND
// before onboarding.
func (s *Service) MyAccount(ctx context.Context) (Account, error) {
	creator, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return Account{}, err
	}
	row, err := s.liveAccount(ctx, creator)
	if err != nil {
		return Account{}, err
	}
	settled := AccountStatus(row.Status) == AccountEnabled && row.PayoutsEnabled
	if !settled && s.now().Sub(row.UpdatedAt) >= accountFresh {
		call, cancel := context.WithTimeout(ctx, refreshCall)
		defer cancel()
		if err := s.refresh(call, row.ProviderRef); err != nil {
			s.Log.WarnContext(ctx, "a payout account could not be refreshed", "account", row.ID, "error", err)
		} else if row, err = s.DB.Ent.PayoutAccount.Get(ctx, row.ID); err != nil {
			return Account{}, fmt.Errorf("payout account: %w", err)
		}
	}
	return accountOf(row), nil
}

func (s *Service) liveAccount(ctx context.Context, creator uuid.UUID) (*gen.PayoutAccount, error) {
	row, err := s.DB.Ent.PayoutAccount.Query().Where(payoutaccount.CreatorID(creator), payoutaccount.ProviderAccount(providerAccountDefault),
		payoutaccount.DisconnectedAtIsNil()).Only(ctx)
	return row, database.OnMissing(err, "payout account")
}

// AccountByID gives a payout account of the viewer. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) AccountByID(ctx context.Context, x id.ID) (Account, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return Account{}, err
	}
	u, err := id.Want(x, id.PayoutAccount, "payout account")
	if err != nil {
		return Account{}, err
	}
	row, err := s.DB.Ent.PayoutAccount.Get(ctx, u)
	if err != nil {
		return Account{}, database.OnMissing(err, "payout account")
	}
	return accountOf(row), access.OwnCreator(viewer.From(ctx), row.CreatorID, "payout account")
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// StartOnboarding makes the signed-in creator's account at the provider where there is none, and a link to the provider's pages
// that works once, for minutes. The country is the creator's own when empty, and cannot change later. Faults: UNAUTHENTICATED,
// NO_CREATOR_PROFILE, BAD_FORMAT, CONFLICT and COUNTRY_UNSUPPORTED (country), PROVIDER_REFUSED, PROVIDER_UNAVAILABLE.
func (s *Service) StartOnboarding(ctx context.Context, country string) (Account, string, error) {
	creator, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return Account{}, "", err
	}
	if country != "" && !countryForm.MatchString(country) {
		return Account{}, "", fault.At("country", "BAD_FORMAT", "A country is two capital letters like DE.")
	}
	row, err := s.liveAccount(ctx, creator)
	switch {
	case fault.Is(err, fault.NotFound):
		if row, err = s.openAccount(ctx, creator, country); err != nil {
			return Account{}, "", err
		}
	case err != nil:
		return Account{}, "", err
	case country != "" && country != row.Country:
		return Account{}, "", fault.At("country", "CONFLICT", "Your account at Stripe is in %s, and Stripe does not let it move.", row.Country)
	}
	call, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	url, err := s.Provider.OnboardingLink(call, row.ProviderRef, s.BaseURL()+onboardingReturnPath, s.BaseURL()+onboardingRefreshPath)
	if err != nil {
		if problemOf(err).Kind == Gone {
			if err := s.disconnect(ctx, row.ProviderRef); err != nil {
				return Account{}, "", err
			}
			return Account{}, "", fault.New(fault.Conflict, "PROVIDER_REFUSED", "This account is gone at Stripe. Start again to set up a new one.")
		}
		return Account{}, "", providerFault(err, "")
	}
	return accountOf(row), url, nil
}

// openAccount makes the account at the provider, then the row. A crash between the two finds the same account again, because
// its key follows from the creator.
func (s *Service) openAccount(ctx context.Context, creator uuid.UUID, country string) (*gen.PayoutAccount, error) {
	var own, email string
	var before int
	if err := s.DB.SQL.QueryRowContext(ctx, `SELECT c.country, u.email, (SELECT count(*) FROM payout_account p WHERE p.creator_id = c.id)
FROM creator c JOIN "user" u ON u.id = c.user_id WHERE c.id = $1`, creator).Scan(&own, &email, &before); err != nil {
		return nil, fmt.Errorf("creator: %w", err)
	}
	if country == "" {
		country = own
	}
	call, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	state, err := s.Provider.OpenAccount(call, OpenAccount{Key: fmt.Sprintf("account:%s:%s:%d", creator, country, before), Country: country, Email: email,
		Creator: id.Of(id.Creator, creator).String()})
	if err != nil {
		return nil, providerFault(err, "country")
	}
	now := s.now()
	var row *gen.PayoutAccount
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err = tx.Ent.PayoutAccount.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetCreatorID(creator).SetProviderAccount(providerAccountDefault).
			SetProviderRef(state.Ref).SetCountry(country).SetStatus(string(statusOf(state))).SetTransfersActive(state.TransfersActive).
			SetPayoutsEnabled(state.PayoutsEnabled).SetRequirementsDue(state.RequirementsDue).SetNillableDisabledReason(optional(state.DisabledReason)).
			SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PAYOUT_ACCOUNT_OPENED", ObjectKind: "PAYOUT_ACCOUNT", ObjectID: row.ID,
			CreatorID: creator, Detail: map[string]any{"country": country}})
	})
	if database.IsUnique(err, "") { // the same person pressed twice
		return s.liveAccount(ctx, creator)
	}
	if err != nil {
		return nil, fmt.Errorf("keep payout account: %w", err)
	}
	return row, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	s = cut(s, 200)
	return &s
}

// providerFault turns a problem with the provider into a fault.
func providerFault(err error, where string) error {
	p := problemOf(err)
	switch {
	case p.Kind == Refused && p.Code == "country_unsupported" && where != "":
		return fault.At(where, "COUNTRY_UNSUPPORTED", "%s", p.Message).With(err)
	case p.Kind == Refused:
		return fault.New(fault.Conflict, "PROVIDER_REFUSED", "Stripe refused this: %s", p.Message).With(err)
	default:
		return fault.New(fault.Conflict, "PROVIDER_UNAVAILABLE", "Stripe does not answer at the moment. Try again in a minute.").With(err)
	}
}

// refresh reads an account at the provider and keeps what it says. An account that is not of this installation is passed over.
func (s *Service) refresh(ctx context.Context, ref string) error {
	state, err := s.Provider.Account(ctx, ref)
	if err != nil {
		if problemOf(err).Kind == Gone {
			return s.disconnect(ctx, ref)
		}
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := lockAccountTx(ctx, tx, ref)
		if err != nil || row == nil {
			return err
		}
		u := tx.Ent.PayoutAccount.UpdateOneID(row.ID).SetStatus(string(statusOf(state))).SetTransfersActive(state.TransfersActive).
			SetPayoutsEnabled(state.PayoutsEnabled).SetRequirementsDue(state.RequirementsDue).SetUpdatedAt(s.now())
		if state.DisabledReason == "" {
			u.ClearDisabledReason()
		} else {
			u.SetDisabledReason(cut(state.DisabledReason, 200))
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("keep payout account: %w", err)
		}
		return accountDeedTx(ctx, tx, row, statusOf(state), s.now())
	})
}

// disconnect notes that an account is gone at the provider.
func (s *Service) disconnect(ctx context.Context, ref string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := lockAccountTx(ctx, tx, ref)
		if err != nil || row == nil {
			return err
		}
		now := s.now()
		if err := tx.Ent.PayoutAccount.UpdateOneID(row.ID).SetStatus(string(AccountDisconnected)).SetTransfersActive(false).SetPayoutsEnabled(false).
			SetRequirementsDue([]string{}).SetDisconnectedAt(now).SetUpdatedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("disconnect payout account: %w", err)
		}
		return accountDeedTx(ctx, tx, row, AccountDisconnected, now)
	})
}

// lockAccountTx finds an account that is not disconnected; nil when it is not of this installation.
func lockAccountTx(ctx context.Context, tx database.Tx, ref string) (*gen.PayoutAccount, error) {
	row, err := tx.Ent.PayoutAccount.Query().Where(payoutaccount.ProviderAccount(providerAccountDefault), payoutaccount.ProviderRef(ref),
		payoutaccount.DisconnectedAtIsNil()).ForUpdate().Only(ctx)
	if database.IsMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("payout account: %w", err)
	}
	return row, nil
}

// accountDeedTx notes a change of an account's state.
func accountDeedTx(ctx context.Context, tx database.Tx, row *gen.PayoutAccount, to AccountStatus, now time.Time) error {
	if row.Status == string(to) {
		return nil
	}
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PAYOUT_ACCOUNT_" + string(to), ObjectKind: "PAYOUT_ACCOUNT", ObjectID: row.ID,
		CreatorID: row.CreatorID, Detail: map[string]any{"before": row.Status}})
}

// errNoObject is returned for a message without the id of its object.
var errNoObject = errors.New("payout: a message names no object")
