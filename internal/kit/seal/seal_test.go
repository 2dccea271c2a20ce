package seal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/seal"
)

var master = []byte("a master secret of some length..")

func TestWhatWasSealedOpensForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	box := seal.NewBox(master, "test")
	sealed := box.Seal([]byte("canary"), []byte("row 1"))
	require.NotContains(t, string(sealed), "canary")
	plain, err := box.Open(sealed, []byte("row 1"))
	require.NoError(t, err)
	require.Equal(t, "canary", string(plain))

	_, err = box.Open(sealed, []byte("row 2"))
	require.ErrorIs(t, err, seal.ErrOpen)
	_, err = seal.NewBox(master, "other").Open(sealed, []byte("row 1"))
	require.ErrorIs(t, err, seal.ErrOpen)
	for i := range sealed {
		damaged := append([]byte{}, sealed...)
		damaged[i] ^= 1
		_, err = box.Open(damaged, []byte("row 1"))
		require.ErrorIs(t, err, seal.ErrOpen)
	}
	_, err = box.Open(nil, nil)
	require.ErrorIs(t, err, seal.ErrOpen)
}

func TestTheSameTextIsNeverSealedAlike(t *testing.T) {
	t.Parallel()
	box := seal.NewBox(master, "test")
	first, second := box.Seal([]byte("x"), nil), box.Seal([]byte("x"), nil)
	require.NotEqual(t, first, second)
}
