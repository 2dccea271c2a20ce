package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// fileMB is how much of files is mapped into this process now.
func fileMB(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	found := regexp.MustCompile(`RssFile:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, found)
	kb, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	return kb / 1024
}

func TestPagesOfTheProgramAreGivenBackAndTheProgramGoesOn(t *testing.T) {
	before := fileMB(t) // the start of the program ran through all that it is linked with
	releaseProgramPages()
	require.Less(t, fileMB(t), before)
	require.Equal(t, 1600, percentFor(0))
}
