package program_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/program"
)

func TestAnOfferSaysWhatLaterOrdersEarn(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Circle")
	publish := func(r program.RecurringInput) (program.Offer, error) {
		return x.s.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "Offer", Kind: rule.Percent, Rate: bp(1500), Recurring: &r})
	}
	months, none := 6, 0
	o, err := publish(program.RecurringInput{Term: rule.RecurringMonths, Months: &months, Rate: bp(500), KeptAfterRetirement: true})
	require.NoError(t, err)
	require.Equal(t, "15% of each sale, 5% on later orders of customers you bring, for 6 months", o.Sentence())
	require.Equal(t, &months, program.RecurringTermMonths(*o.Recurring()))
	require.Equal(t, bp(500), program.RecurringRate(*o.Recurring()))
	o, err = publish(program.RecurringInput{Term: rule.RecurringLifetime})
	require.NoError(t, err)
	require.Equal(t, "15% of each sale, the same on later orders of customers you bring", o.Sentence())
	require.Nil(t, program.RecurringTermMonths(*o.Recurring()))
	for field, r := range map[string]program.RecurringInput{
		"recurring.months": {Term: rule.RecurringMonths, Months: &none}, "recurring.term": {Term: "EVER"}, "recurring.rate": {Term: rule.RecurringLifetime, Rate: bp(9001)},
	} {
		_, err := publish(r)
		require.Len(t, wrong(err), 1, field)
		require.Contains(t, wrong(err)[0], field+" ")
	}
}
