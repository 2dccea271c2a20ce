package graph

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"tributary/graph/fail"
	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/creator"
	"tributary/internal/identity"
	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/ledger"
	"tributary/internal/payout"
)

// exactAmount reads an amount of an input field exactly.
func exactAmount(field string, in *model.MoneyInput) (money.Money, error) {
	m, err := money.ParseDecimal(in.Amount, in.CurrencyCode)
	switch {
	case errors.Is(err, money.ErrTooPrecise):
		return m, fault.At(field+".amount", "BAD_FORMAT", "%s has %d decimals.", in.CurrencyCode, in.CurrencyCode.Exponent())
	case errors.Is(err, money.ErrOverflow):
		return m, fault.At(field+".amount", "OUT_OF_RANGE", "This amount is too large.")
	case err != nil:
		return m, fault.At(field+".amount", "BAD_FORMAT", "An amount looks like 12.34.")
	}
	return m, nil
}

// orEmpty gives the text of an optional field.
func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Earnings is the signed-in creator's balances.
func (q queryResolver) Earnings(ctx context.Context) ([]payout.Earnings, error) {
	return q.r.Payouts.Earnings(ctx)
}

// Funds is the money of a brand for its creators.
func (q queryResolver) Funds(ctx context.Context, brandID id.ID) ([]payout.Funds, error) {
	return q.r.Payouts.FundsOf(ctx, brandID)
}

// PayoutAccount is where the signed-in creator is paid.
func (q queryResolver) PayoutAccount(ctx context.Context) (*payout.Account, error) {
	return found(q.r.Payouts.MyAccount(ctx))
}

// PayoutPlan is what the signed-in creator's next payouts depend on.
func (q queryResolver) PayoutPlan(ctx context.Context) ([]payout.Plan, error) {
	return q.r.Payouts.Plans(ctx)
}

// Payout finds a payout.
func (q queryResolver) Payout(ctx context.Context, x id.ID) (*payout.Payout, error) {
	return found(q.r.Payouts.PayoutByID(ctx, x))
}

// Payouts lists the payouts of a brand or of the signed-in creator.
func (q queryResolver) Payouts(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, status *payout.Status) (*page.Connection[payout.Payout], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Payouts.Payouts(ctx, brandID, status, r)
	return &c, err
}

// PayoutRun finds a run.
func (q queryResolver) PayoutRun(ctx context.Context, x id.ID) (*payout.Run, error) {
	return found(q.r.Payouts.RunByID(ctx, x))
}

// PayoutRuns lists the runs of a brand.
func (q queryResolver) PayoutRuns(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID) (*page.Connection[payout.Run], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Payouts.Runs(ctx, brandID, r)
	return &c, err
}

// PreviewPayoutRun tells who would be paid now.
func (q queryResolver) PreviewPayoutRun(ctx context.Context, brandID id.ID, currencyCode money.Currency, cutoffAt *time.Time) (*payout.Preview, error) {
	v, err := q.r.Payouts.Preview(ctx, brandID, currencyCode, cutoffAt)
	return &v, err
}

// StartPayoutOnboarding opens the creator's account at Stripe and gives the way to its pages.
func (m mutationResolver) StartPayoutOnboarding(ctx context.Context, input *model.StartPayoutOnboardingInput) (*model.StartPayoutOnboardingPayload, error) {
	country := ""
	if input != nil {
		country = orEmpty(input.Country)
	}
	account, url, err := m.r.Payouts.StartOnboarding(ctx, country)
	v, userErrors, err := outcome(account, err)
	payload := &model.StartPayoutOnboardingPayload{PayoutAccount: v, UserErrors: userErrors}
	if v != nil {
		payload.OnboardingURL = &url
	}
	return payload, err
}

// RecordFunding sets money aside for creators.
func (m mutationResolver) RecordFunding(ctx context.Context, input model.RecordFundingInput) (*model.RecordFundingPayload, error) {
	amount, err := exactAmount("amount", input.Amount)
	if err != nil {
		_, userErrors, err := outcome(amount, err)
		return &model.RecordFundingPayload{UserErrors: userErrors}, err
	}
	funding, funds, err := m.r.Payouts.RecordFunding(ctx, payout.RecordFundingInput{Brand: input.BrandID, Amount: amount, Note: orEmpty(input.Note),
		IdempotencyKey: orEmpty(input.IdempotencyKey)})
	v, userErrors, err := outcome(funding, err)
	payload := &model.RecordFundingPayload{Funding: v, UserErrors: userErrors}
	if v != nil {
		payload.Funds = &funds
	}
	return payload, err
}

// PreparePayoutRun claims what can be paid.
func (m mutationResolver) PreparePayoutRun(ctx context.Context, input model.PreparePayoutRunInput) (*model.PreparePayoutRunPayload, error) {
	v, userErrors, err := outcome(m.r.Payouts.Prepare(ctx, payout.PrepareInput{Brand: input.BrandID, Currency: input.CurrencyCode,
		CutoffAt: input.CutoffAt, IdempotencyKey: orEmpty(input.IdempotencyKey)}))
	return &model.PreparePayoutRunPayload{PayoutRun: v, UserErrors: userErrors}, err
}

// confirm reads what a person who approves or sends has seen.
func confirm(run id.ID, version int, total *model.MoneyInput, code *string) (payout.ConfirmInput, []fail.UserError, error) {
	amount, err := exactAmount("expectedTotal", total)
	_, userErrors, err := outcome(amount, err)
	return payout.ConfirmInput{Run: run, ExpectedVersion: version, ExpectedTotal: amount, TOTPCode: orEmpty(code)}, userErrors, err
}

// ApprovePayoutRun is the second person's yes.
func (m mutationResolver) ApprovePayoutRun(ctx context.Context, input model.ApprovePayoutRunInput) (*model.ApprovePayoutRunPayload, error) {
	in, userErrors, err := confirm(input.PayoutRunID, input.ExpectedVersion, input.ExpectedTotal, input.TotpCode)
	if err != nil || len(userErrors) > 0 {
		return &model.ApprovePayoutRunPayload{UserErrors: userErrors}, err
	}
	v, userErrors, err := outcome(m.r.Payouts.Approve(ctx, in))
	return &model.ApprovePayoutRunPayload{PayoutRun: v, UserErrors: userErrors}, err
}

// RejectPayoutRun is the second person's no.
func (m mutationResolver) RejectPayoutRun(ctx context.Context, input model.RejectPayoutRunInput) (*model.RejectPayoutRunPayload, error) {
	v, userErrors, err := outcome(m.r.Payouts.Reject(ctx, payout.RejectInput{Run: input.PayoutRunID, ExpectedVersion: input.ExpectedVersion, Reason: input.Reason}))
	return &model.RejectPayoutRunPayload{PayoutRun: v, UserErrors: userErrors}, err
}

// SendPayoutRun sets the money aside and starts the transfers.
func (m mutationResolver) SendPayoutRun(ctx context.Context, input model.SendPayoutRunInput) (*model.SendPayoutRunPayload, error) {
	in, userErrors, err := confirm(input.PayoutRunID, input.ExpectedVersion, input.ExpectedTotal, input.TotpCode)
	if err != nil || len(userErrors) > 0 {
		return &model.SendPayoutRunPayload{UserErrors: userErrors}, err
	}
	v, userErrors, err := outcome(m.r.Payouts.Send(ctx, in))
	return &model.SendPayoutRunPayload{PayoutRun: v, UserErrors: userErrors}, err
}

func moved(run payout.Run, err error) (*model.MovePayoutRunPayload, error) {
	v, userErrors, err := outcome(run, err)
	return &model.MovePayoutRunPayload{PayoutRun: v, UserErrors: userErrors}, err
}

// PausePayoutRun stops the sending for now.
func (m mutationResolver) PausePayoutRun(ctx context.Context, input model.MovePayoutRunInput) (*model.MovePayoutRunPayload, error) {
	return moved(m.r.Payouts.Pause(ctx, payout.MoveInput{Run: input.PayoutRunID, ExpectedVersion: input.ExpectedVersion}))
}

// ResumePayoutRun goes on with the sending.
func (m mutationResolver) ResumePayoutRun(ctx context.Context, input model.MovePayoutRunInput) (*model.MovePayoutRunPayload, error) {
	return moved(m.r.Payouts.Resume(ctx, payout.MoveInput{Run: input.PayoutRunID, ExpectedVersion: input.ExpectedVersion}))
}

// CancelPayoutRun calls a run off before it is sent.
func (m mutationResolver) CancelPayoutRun(ctx context.Context, input model.MovePayoutRunInput) (*model.MovePayoutRunPayload, error) {
	return moved(m.r.Payouts.Cancel(ctx, payout.MoveInput{Run: input.PayoutRunID, ExpectedVersion: input.ExpectedVersion}))
}

// RetryPayout sends a failed payout again.
func (m mutationResolver) RetryPayout(ctx context.Context, input model.RetryPayoutInput) (*model.RetryPayoutPayload, error) {
	v, userErrors, err := outcome(m.r.Payouts.Retry(ctx, input.PayoutID))
	return &model.RetryPayoutPayload{Payout: v, UserErrors: userErrors}, err
}

// PayoutRunProgress tells how far a run is, at once and at each change. It ends when the viewer may not read it any more.
func (s subscriptionResolver) PayoutRunProgress(ctx context.Context, payoutRunID id.ID) (<-chan *payout.Progress, error) {
	first, err := s.r.Payouts.ProgressOf(ctx, payoutRunID)
	if err != nil {
		return nil, err
	}
	changes := s.r.Payouts.Changes.Subscribe(ctx, payout.TopicRun, payoutRunID.UUID)
	out := make(chan *payout.Progress, 1)
	out <- &first
	go func() {
		defer close(out)
		// A hint may be lost, so it is read from time to time without one.
		floor := time.NewTicker(broadcast.Floor)
		defer floor.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-changes:
				if !open {
					return
				}
			case <-floor.C:
			}
			p, err := s.r.Payouts.ProgressOf(ctx, payoutRunID)
			if err != nil {
				return
			}
			select {
			case out <- &p:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

type (
	earningsResolver         struct{ r *Resolver }
	payoutResolver           struct{ r *Resolver }
	payoutPlanResolver       struct{ r *Resolver }
	payoutPreviewRowResolver struct{ r *Resolver }
	payoutRunResolver        struct{ r *Resolver }
	skippedCreatorResolver   struct{ r *Resolver }
)

// Earnings resolves what balances refer to.
func (r *Resolver) Earnings() generated.EarningsResolver { return earningsResolver{r} }

// Payout resolves what a payout refers to.
func (r *Resolver) Payout() generated.PayoutResolver { return payoutResolver{r} }

// PayoutPlan resolves what a plan refers to.
func (r *Resolver) PayoutPlan() generated.PayoutPlanResolver { return payoutPlanResolver{r} }

// PayoutPreviewRow resolves what a row of a preview refers to.
func (r *Resolver) PayoutPreviewRow() generated.PayoutPreviewRowResolver {
	return payoutPreviewRowResolver{r}
}

// PayoutRun resolves what a run refers to.
func (r *Resolver) PayoutRun() generated.PayoutRunResolver { return payoutRunResolver{r} }

// SkippedCreator resolves who was left out.
func (r *Resolver) SkippedCreator() generated.SkippedCreatorResolver {
	return skippedCreatorResolver{r}
}

// Brand is where the balances are.
func (earningsResolver) Brand(ctx context.Context, e *payout.Earnings) (*brand.Brand, error) {
	return brandOf(ctx, e.BrandID)
}

// Brand is who pays.
func (payoutPlanResolver) Brand(ctx context.Context, p *payout.Plan) (*brand.Brand, error) {
	return brandOf(ctx, p.BrandID)
}

// Creator is who would be paid.
func (payoutPreviewRowResolver) Creator(ctx context.Context, p *payout.PreviewRow) (*creator.Creator, error) {
	return creatorOf(ctx, p.CreatorID)
}

// Creator is who was left out.
func (skippedCreatorResolver) Creator(ctx context.Context, p *payout.Skipped) (*creator.Creator, error) {
	return creatorOf(ctx, p.CreatorID)
}

// Creator is who is paid.
func (payoutResolver) Creator(ctx context.Context, p *payout.Payout) (*creator.Creator, error) {
	return creatorOf(ctx, p.CreatorID)
}

// Brand is who pays.
func (payoutResolver) Brand(ctx context.Context, p *payout.Payout) (*brand.Brand, error) {
	return brandOf(ctx, p.BrandID)
}

// Run is what the payout is a part of; creators read null.
func (payoutResolver) Run(ctx context.Context, p *payout.Payout) (*payout.Run, error) {
	return maybe(ctx, from(ctx).runs, p.RunID)
}

// Brand is who pays.
func (payoutRunResolver) Brand(ctx context.Context, p *payout.Run) (*brand.Brand, error) {
	return brandOf(ctx, p.BrandID)
}

// PreparedBy is the first person.
func (payoutRunResolver) PreparedBy(ctx context.Context, p *payout.Run) (*identity.User, error) {
	return user(ctx, p.PreparedByID)
}

// ApprovedBy is the second person.
func (payoutRunResolver) ApprovedBy(ctx context.Context, p *payout.Run) (*identity.User, error) {
	return maybe(ctx, from(ctx).users, p.ApprovedByID)
}

// SentBy is who pressed send.
func (payoutRunResolver) SentBy(ctx context.Context, p *payout.Run) (*identity.User, error) {
	return maybe(ctx, from(ctx).users, p.SentByID)
}

// Progress is how far the run is. What belongs to runs that were asked for together is fetched together.
func (pr payoutRunResolver) Progress(ctx context.Context, p *payout.Run) (*payout.Progress, error) {
	v, err := child(ctx, "PayoutRun.progress", nil, p.ID, pr.r.Payouts.ProgressOfRuns)
	if err == nil && v == nil {
		err = fault.Missing("payout run")
	}
	return v, err
}

// payoutsShape is what the payouts of several runs have to be asked with to be fetched together.
type payoutsShape struct {
	request page.Request
	status  payout.Status
}

// Payouts are the run's parts.
func (pr payoutRunResolver) Payouts(ctx context.Context, p *payout.Run, first *int, after *string, last *int, before *string, status *payout.Status) (*page.Connection[payout.Payout], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := child(ctx, "PayoutRun.payouts", payoutsShape{r, zeroIfNil(status)}, p.ID, func(ctx context.Context, runs []uuid.UUID) (map[uuid.UUID]page.Connection[payout.Payout], error) {
		return pr.r.Payouts.PayoutsOfRuns(ctx, runs, status, r)
	})
	payouts := zeroIfNil(c)
	return &payouts, err
}

// Skipped are those who were left out.
func (pr payoutRunResolver) Skipped(ctx context.Context, p *payout.Run) ([]payout.Skipped, error) {
	v, err := child(ctx, "PayoutRun.skipped", nil, p.ID, pr.r.Payouts.SkippedOfRuns)
	return zeroIfNil(v), err
}

// Mode is how real the money is.
func (pr payoutRunResolver) Mode(context.Context, *payout.Run) (ledger.Mode, error) {
	return pr.r.Payouts.Mode(), nil
}
