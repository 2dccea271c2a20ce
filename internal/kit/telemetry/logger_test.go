package telemetry_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/telemetry"
)

func TestLoggerBlanksValuesWhoseKeyNamesASecret(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := telemetry.NewLogger(&out, true, slog.LevelInfo)
	log.Info("signed in", "accessToken", "canary-1", "user", "ana", slog.Group("header", "Authorization", "canary-2"))
	require.NotContains(t, out.String(), "canary")
	require.Contains(t, out.String(), `"user":"ana"`)
}

func TestLoggerPutsTheRequestOnEachLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := telemetry.NewLogger(&out, false, slog.LevelInfo).With("part", "test")
	log.InfoContext(telemetry.WithRequestID(t.Context(), "req-7"), "hello")
	log.DebugContext(t.Context(), "below the level")
	require.Contains(t, out.String(), "request=req-7")
	require.NotContains(t, out.String(), "below")
}
