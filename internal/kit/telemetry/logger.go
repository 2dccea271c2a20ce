package telemetry

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

// redacted is what stands in a log in place of a secret.
const redacted = "[redacted]"

// secretWords are the parts of an attribute's key that mark its value as a secret.
var secretWords = []string{"password", "secret", "token", "authorization", "cookie", "api_key", "apikey", "totp", "signature"}

// NewLogger makes the program's logger: JSON or text lines to w, the request's id on every line that has one, and values whose
// key names a secret blanked.
func NewLogger(w io.Writer, json bool, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	var handler slog.Handler = slog.NewTextHandler(w, options)
	if json {
		handler = slog.NewJSONHandler(w, options)
	}
	return slog.New(requestHandler{handler})
}

func redact(_ []string, a slog.Attr) slog.Attr {
	key := strings.ToLower(a.Key)
	for _, word := range secretWords {
		if strings.Contains(key, word) {
			return slog.String(a.Key, redacted)
		}
	}
	return a
}

// requestHandler adds the request's id from the context.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" {
		record.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
