package tracking

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
)

func TestAnEstimateIsNeverCertainAndFades(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		age      time.Duration
		visitors int
		want     money.PPM
	}{
		{0, 1, 950_000}, {-time.Minute, 1, 950_000}, {0, 0, 950_000}, {0, 2, 475_000}, {3 * time.Hour, 1, 725_000}, {6 * time.Hour, 1, 500_000},
		{48 * time.Hour, 1, 500_000}, {6 * time.Hour, 200, 2_500}, {time.Second, 1, 949_980}, // 450,000 ÷ 21,600 seconds = 20.83
	} {
		require.Equal(t, c.want, estimateConfidence(c.age, c.visitors), "%s, %d visitors", c.age, c.visitors)
	}
}
