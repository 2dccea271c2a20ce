package sale_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/sale"
)

// member is somebody of the brand who gets letters.
func (w *world) member(name string, roles ...viewer.Role) context.Context {
	w.t.Helper()
	v := w.maya.AsMember(roles...)
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	w.db.Ent.User.Create().SetID(v.UserID).SetCreatedAt(fixture.At).SetEmail(name + "@brand.test").SetName(name).SetPasswordHash("x").SaveX(w.ctx)
	w.db.Ent.Membership.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.maya.Brand).SetUserID(v.UserID).SetRoles(names).
		SetRolesGrantedAt(fixture.At).SaveX(w.ctx)
	return viewer.With(w.t.Context(), v)
}

// letters counts the letters to somebody with certain words.
func (w *world) letters(name, words string) int {
	w.t.Helper()
	return w.count(`SELECT count(*) FROM river_job WHERE args::text LIKE '%' || $1 || '@brand.test%' AND args::text LIKE '%' || $2 || '%'`, name, words)
}

func TestWhatAManagerWantsAfterApprovalFinanceConfirms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	manager, money, _ := w.member("mira", viewer.Manager), w.member("fin", viewer.Finance), w.member("olga", viewer.Owner)
	o := w.contested(1)
	w.approve()
	to := func(a fixture.Affiliate, reason string) sale.ReassignInput {
		return sale.ReassignInput{Order: o.ID, Partnership: id.Of(id.Partnership, a.Partnership), Reason: reason}
	}
	_, err := w.sales.Reassign(manager, to(w.maya, "It is hers."))
	require.Equal(t, "WRONG_STATE", codeOf(err), "it is hers already, and nothing is proposed that could not be done")
	require.Empty(t, w.suggestions(""))

	asked, err := w.sales.Reassign(manager, to(w.noah, "Noah made the video."))
	require.NoError(t, err)
	require.Equal(t, o.ID, asked.Order.ID)
	p := *asked.Proposal
	require.Equal(t, sale.SuggestionOpen, p.Status)
	require.Equal(t, sale.CauseReassigned, p.Cause)
	require.Equal(t, viewer.From(manager).UserID, p.ProposedByID.UUID)
	require.Equal(t, "Noah made the video.", *p.Proposal)
	require.Contains(t, p.Sentence, "Somebody at the brand decided")
	require.Empty(t, w.of(w.noah, o), "nothing has moved yet")
	require.Equal(t, 1, w.letters("fin", "/finance/holds?state=SECOND_LOOK"))
	require.Zero(t, w.letters("olga", "waits for you"), "there is finance")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'ATTRIBUTION_PROPOSED' AND detail->>'sentence' LIKE '%made the video%'`))

	_, err = w.sales.AcceptSuggestion(manager, p.ID, "I want it.")
	require.True(t, fault.Is(err, fault.Forbidden), err)
	_, err = w.sales.AcceptSuggestion(money, p.ID, " ")
	require.Equal(t, []string{"reason"}, fault.All(err)[0].Field)
	done, err := w.sales.AcceptSuggestion(money, p.ID, "The video is his.")
	require.NoError(t, err)
	require.Equal(t, sale.SuggestionAccepted, done.Status)
	require.Equal(t, "The video is his.", *done.Reason)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM attribution_suggestion WHERE decided_by = $1`, viewer.From(money).UserID))
	require.Equal(t, euros(1_000), w.of(w.maya, o)[0].Amount, "the first keeps the money")
	require.Equal(t, commission.StatusApproved, w.of(w.noah, o)[0].Status)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE reason LIKE '%Noah made the video.%'`), "creators read why it was proposed")
	require.Equal(t, 1, w.letters("mira", "The video is his."))
	_, err = w.sales.AcceptSuggestion(money, p.ID, "Again.")
	require.Equal(t, "WRONG_STATE", codeOf(err))
	w.sound()
	w.figuresHold()
}

func TestWhoProposesDoesNotConfirmNorDoesWhoEarns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	w.approve()
	in := sale.ReassignInput{Order: o.ID, Partnership: id.Of(id.Partnership, w.noah.Partnership), Reason: "Noah made the video."}
	both := w.member("both", viewer.Manager, viewer.Finance)
	w.member("olga", viewer.Owner)
	asked, err := w.sales.Reassign(both, in)
	require.NoError(t, err)
	require.Zero(t, w.letters("both", "waits for you"))
	require.Equal(t, 1, w.letters("olga", "waits for you"), "an owner is asked where nobody else of finance is")
	_, err = w.sales.AcceptSuggestion(both, asked.Proposal.ID, "I say so.")
	require.Equal(t, "SAME_PERSON", codeOf(err))

	earner := w.maya.AsMember(viewer.Finance, viewer.Manager)
	earner.CreatorID = w.noah.Creator
	_, err = w.sales.AcceptSuggestion(viewer.With(t.Context(), earner), asked.Proposal.ID, "I made the video.")
	require.Equal(t, "OWN_EARNINGS", codeOf(err))
	loser := earner
	loser.CreatorID = w.maya.Creator
	_, err = w.sales.DismissSuggestion(viewer.With(t.Context(), loser), asked.Proposal.ID, "It is mine.")
	require.Equal(t, "OWN_EARNINGS", codeOf(err))
	_, err = w.sales.Reassign(viewer.With(t.Context(), earner), in)
	require.Equal(t, "OWN_EARNINGS", codeOf(err))
	require.Len(t, w.suggestions(sale.SuggestionOpen), 1)

	done, err := w.sales.DismissSuggestion(both, asked.Proposal.ID, "I was wrong.")
	require.NoError(t, err)
	require.Equal(t, sale.SuggestionDismissed, done.Status)
	require.Empty(t, w.of(w.noah, o))
	w.sound()
}

func TestAManagersWordTurnsASuggestionIntoAProposal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, in := w.suggested()
	manager, money := w.member("mira", viewer.Manager), w.member("fin", viewer.Finance)
	found := w.suggestions(sale.SuggestionOpen)[0]
	w.clock.Advance(time.Minute)
	p, err := w.sales.AcceptSuggestion(manager, found.ID, "The shop says so.")
	require.NoError(t, err)
	require.Equal(t, found.ID, p.ID)
	require.Equal(t, sale.SuggestionOpen, p.Status)
	require.Equal(t, "The shop says so.", *p.Proposal)
	require.Nil(t, p.Reason)
	require.Equal(t, 1, w.letters("fin", "The shop says so."))

	_, err = w.sales.DismissSuggestion(money, p.ID, "The shop is wrong.")
	require.NoError(t, err)
	require.Equal(t, 1, w.letters("mira", "The shop is wrong."))
	w.clock.Advance(time.Minute)
	w.record(in)
	require.Empty(t, w.suggestions(sale.SuggestionOpen), "what a person dismissed is not suggested again")
}

func TestEvidenceLeavesAProposalAndANewerOneTakesItsPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, in := w.suggested()
	found := w.suggestions(sale.SuggestionOpen)[0]
	manager := w.as(viewer.Manager)
	p, err := w.sales.AcceptSuggestion(manager, found.ID, "The shop says so.")
	require.NoError(t, err)
	for _, codes := range [][]string{nil, {"NOAH10"}} { // nobody's, and whose it is
		in.Codes = codes
		w.clock.Advance(time.Minute)
		w.record(in)
		open := w.suggestions(sale.SuggestionOpen)
		require.Len(t, open, 1)
		require.Equal(t, p, open[0])
	}
	w.clock.Advance(time.Minute)
	again, err := w.sales.Reassign(manager, sale.ReassignInput{Order: o.ID, Partnership: found.PartnershipID, Reason: "She wrote to us."})
	require.NoError(t, err)
	require.NotEqual(t, p.ID, again.Proposal.ID, "who looks at the former one confirms nothing else")
	_, err = w.sales.AcceptSuggestion(w.as(viewer.Finance), p.ID, "Fine.")
	require.Equal(t, "WRONG_STATE", codeOf(err))
	require.Len(t, w.suggestions(sale.SuggestionOvertaken), 1)
	_, err = w.sales.AcceptSuggestion(w.as(viewer.Owner), again.Proposal.ID, "Fine.")
	require.NoError(t, err)
	require.Len(t, w.commissionsOf(o), 2)
	w.sound()
}
