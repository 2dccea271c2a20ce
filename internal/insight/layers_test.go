package insight_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/insight"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

// sold stores orders of a day that nobody is credited with, and gives the last one.
func (w world) sold(t *testing.T, day time.Time, n int) (last uuid.UUID) {
	t.Helper()
	for range n {
		last = id.NewUUID(day)
		w.db.Ent.Order.Create().SetID(last).SetCreatedAt(day).SetUpdatedAt(day).SetBrandID(w.Brand).SetSource("API").SetStore(fixture.Store).SetExternalID(last.String()).
			SetName("#1").SetPlacedAt(day).SetPayment("PAID").SetCurrency("EUR").SetTotalMinor(5_000).SetDiscountMinor(0).SetTaxMinor(0).SetShippingMinor(0).SetNetMinor(5_000).
			SetCodes([]string{}).SetFlags([]string{}).SaveX(testdb.Context(t))
	}
	return last
}

func TestThreeLayersStandSideBySide(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := viewer.With(t.Context(), w.AsMember(viewer.Analyst))
	const day = 24 * time.Hour
	start := fixture.At.Truncate(day).Add(12 * time.Hour)
	for i := range 28 {
		w.sold(t, start.Add(time.Duration(i)*day), 2)
	}
	published := start.Add(28 * day)
	var named uuid.UUID
	for i := range 7 {
		named = w.sold(t, published.Add(time.Duration(i)*day), 5)
	}
	post := id.NewUUID(published)
	system := viewer.WithSystem(t.Context(), "test")
	w.db.Ent.Post.Create().SetID(post).SetCreatedAt(published).SetBrandID(w.Brand).SetProgramID(w.Program).SetPartnershipID(w.Partnership).SetCreatorID(w.Creator).
		SetPlatform("TIKTOK").SetURL("https://tiktok.example/1").SetTitle("A routine").SetPublishedAt(published).SaveX(system)
	w.db.Ent.SurveyAnswer.Create().SetID(id.NewUUID(published)).SetCreatedAt(published).SetBrandID(w.Brand).SetOrderID(named).SetAnswer("maya").SetAnsweredAt(published).
		SetSource("API").SetStatus("CONFIRMED").SetProgramID(w.Program).SetPartnershipID(w.Partnership).SetCreatorID(w.Creator).SetConfidencePpm(1_000_000).
		SetCandidates([]byte("[]")).SaveX(system)
	w.clock.Set(published.Add(30 * day))

	brand, creator := id.Of(id.Brand, w.Brand), id.Of(id.Creator, w.Creator)
	f := insight.Filter{Brand: &brand, Creator: &creator, From: clock.DateOf(published), To: clock.DateOf(published.Add(6 * day))}
	l, err := w.s.Layers(ctx, f)
	require.NoError(t, err)
	require.Zero(t, l.Paid.Orders)
	require.Equal(t, 1, l.Reported.Orders)
	require.Equal(t, int64(5_000), l.Reported.Revenue.Minor)
	require.Equal(t, 1, l.Reported.Answers)
	require.Equal(t, 1, l.Modelled.Posts)
	require.Equal(t, 7, l.Modelled.AfterDays)
	require.Equal(t, 28, l.Modelled.BaselineDays)
	require.Equal(t, 35, l.Modelled.AfterOrders)
	require.Equal(t, 56, l.Modelled.BaselineOrders)
	require.InDelta(t, 21, l.Modelled.Orders, 1e-9)
	require.Positive(t, l.Modelled.Low)
	require.Nil(t, l.Modelled.Warning)

	other := id.Of(id.Creator, fixture.Join(t, w.db, w.Affiliate).Creator)
	f.Creator = &other
	l, err = w.s.Layers(ctx, f)
	require.NoError(t, err)
	require.Zero(t, l.Reported.Orders)
	require.Equal(t, 1, l.Reported.Answers)
	require.Contains(t, *l.Modelled.Warning, "No post")

	f.To = f.From.AddDays(-1)
	_, err = w.s.Layers(ctx, f)
	require.Equal(t, "OUT_OF_RANGE", fault.All(err)[0].Code)
	_, err = w.s.Layers(viewer.With(t.Context(), w.AsCreator()), insight.Filter{From: clock.DateOf(published), To: clock.DateOf(published)})
	require.Equal(t, "REQUIRED", fault.All(err)[0].Code, fmt.Sprint(err))
}
