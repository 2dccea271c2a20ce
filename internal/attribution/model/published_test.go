package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/attribution/model"
)

// path is a journey of so many orders and so many times without one; touches are a day apart, the last at the order.
func path(orders, lost float64, channels ...int32) model.Journey {
	j := model.Journey{Channels: channels, Orders: orders, Value: 10 * orders, Lost: lost}
	for i := range channels {
		j.Seconds = append(j.Seconds, int32((len(channels)-1-i)*86_400))
	}
	return j
}

func credit(t *testing.T, channels, order int, m model.Model, journeys ...model.Journey) model.Credit {
	t.Helper()
	tally, err := model.NewTally(channels, model.Options{Models: []model.Model{m}, Order: order})
	require.NoError(t, err)
	for _, j := range journeys {
		tally.Add(j)
	}
	c, err := tally.Credit(m)
	require.NoError(t, err)
	return c
}

func near(t *testing.T, want, got []float64) {
	t.Helper()
	require.InDeltaSlice(t, want, got, 1e-9)
}

// S. Bryl, "Marketing multi-channel attribution model with R (part 1: Markov chains concept)", analyzecore.com, 3 August 2016: three
// customers, C1 → C2 → C3 → purchase, C1 → nothing, C2 → C3 → nothing. Removal effects 0.5, 1 and 1, weights 0.2, 0.4 and 0.4.
func TestMarkovOfBrylsThreeCustomers(t *testing.T) {
	t.Parallel()
	got := credit(t, 3, 1, model.Markov, path(1, 0, 0, 1, 2), path(0, 1, 0), path(0, 1, 1, 2))
	near(t, []float64{0.2, 0.4, 0.4}, got.Orders)
	near(t, []float64{2, 4, 4}, got.Value)
}

// S. Puzyrov, "Markov chain attribution – simple explanation of removal effect", serhiipuzyrov.com, July 2019: Google Ads with 2 orders,
// mailing with 1, Google Ads → mailing with 1, Google Ads once without. Transition probabilities 0.8, 0.2; 0.5, 0.25, 0.25; 1. Without
// Google Ads 0.2 of 0.8 is left, without mailing 0.4: removal effects 0.75 and 0.5 of four orders.
func TestMarkovOfPuzyrovsFourPaths(t *testing.T) {
	t.Parallel()
	got := credit(t, 2, 1, model.Markov, path(2, 0, 0), path(1, 0, 1), path(1, 0, 0, 1), path(0, 1, 0))
	near(t, []float64{4 * 0.75 / 1.25, 4 * 0.5 / 1.25}, got.Orders)
}

// "Data-driven marketing attribution", towardsdatascience.com, in the words of github.com/tomgorb/misc: Facebook, organic and LinkedIn
// with the share of conversions of each set of channels: F 0.20, O 0.10, L 0.17, FO 0.17, FL 0.30, OL 0, FOL 0.06.
func TestShapleyOfThreeSocialChannels(t *testing.T) {
	t.Parallel()
	const f, o, l = 0, 1, 2
	got := credit(t, 3, 1, model.Shapley, path(20, 0, f), path(10, 0, o), path(17, 0, l), path(17, 0, o, f), path(30, 0, l, f), path(6, 0, f, l, o))
	near(t, []float64{45.5, 20.5, 34}, got.Orders)
}

// Google Analytics help, "Attribution modeling": the position-based model gives 40% to the first and the last touch and divides 20%
// among the others; with a half-life of 7 days a touch seven days before the conversion gets half of what one on its day gets, one
// eight days before half of what one on the day after it gets, and linear divides evenly.
func TestRulesOfGoogleAnalytics(t *testing.T) {
	t.Parallel()
	four := path(1, 0, 0, 1, 2, 3)
	near(t, []float64{0.4, 0.1, 0.1, 0.4}, credit(t, 4, 1, model.PositionBased, four).Orders)
	near(t, []float64{0.25, 0.25, 0.25, 0.25}, credit(t, 4, 1, model.Linear, four).Orders)
	near(t, []float64{1, 0, 0, 0}, credit(t, 4, 1, model.FirstTouch, four).Orders)
	near(t, []float64{0, 0, 0, 1}, credit(t, 4, 1, model.LastTouch, four).Orders)
	week := int32(7 * 24 * time.Hour / time.Second)
	near(t, []float64{0.2 / 1.4, 0.4 / 1.4, 0.8 / 1.4}, credit(t, 3, 1, model.TimeDecay, model.Journey{Channels: []int32{0, 1, 2}, Seconds: []int32{2 * week, week, 0}, Orders: 1}).Orders)
}
