package tracking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/tracking"
)

func TestABrandListsTheLinksThatWantSomebody(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	brand := id.Of(id.Brand, w.Brand)
	want := []id.ID{}
	for _, health := range []tracking.HealthStatus{tracking.HealthUnknown, tracking.HealthOK, tracking.HealthFailing, tracking.HealthParametersLost} {
		l := w.link(t, tracking.CreateLinkInput{})
		w.db.Ent.Link.UpdateOneID(l.ID.UUID).SetHealth(string(health)).ExecX(testdb.Context(t))
		if health == tracking.HealthFailing || health == tracking.HealthParametersLost {
			want = append(want, l.ID)
		}
	}
	archived := w.link(t, tracking.CreateLinkInput{})
	w.db.Ent.Link.UpdateOneID(archived.ID.UUID).SetHealth(string(tracking.HealthFailing)).SetArchivedAt(fixture.At).ExecX(testdb.Context(t))
	c, err := w.s.Links(w.as(t, w.AsMember(viewer.Analyst)), tracking.ListFilter{Brand: &brand, OnlyTroubled: true}, page.All(10))
	require.NoError(t, err)
	got := []id.ID{}
	for _, l := range c.Nodes() {
		got = append(got, l.ID)
	}
	require.ElementsMatch(t, want, got)
}
