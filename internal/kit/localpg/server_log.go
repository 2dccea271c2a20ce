package localpg

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
)

const (
	// logLineLimit bounds how many bytes of one line of the server are kept.
	logLineLimit = 4096
	// logTail is how many of the last lines are kept to explain a failed start.
	logTail = 40
)

// serverLog takes what the server writes, passes it on line by line and remembers the last lines.
type serverLog struct {
	log *slog.Logger

	mu   sync.Mutex
	rest []byte
	tail []string
}

// Write never fails: a server must not stall on its log.
func (l *serverLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for chunk := range bytes.Lines(p) {
		if room := logLineLimit - len(l.rest); len(chunk) <= room {
			l.rest = append(l.rest, chunk...)
		} else {
			l.rest = append(l.rest, chunk[:max(room, 0)]...)
		}
		if chunk[len(chunk)-1] == '\n' {
			l.line(strings.TrimSpace(string(l.rest)))
			l.rest = l.rest[:0]
		}
	}
	return len(p), nil
}

func (l *serverLog) line(line string) {
	if line == "" {
		return
	}
	if len(l.tail) == logTail {
		l.tail = append(l.tail[:0], l.tail[1:]...)
	}
	l.tail = append(l.tail, line)
	switch severity(line) {
	case slog.LevelError:
		l.log.Error("postgres", "line", line)
	case slog.LevelWarn:
		l.log.Warn("postgres", "line", line)
	default:
		l.log.Debug("postgres", "line", line)
	}
}

// severity keeps ordinary mishaps of clients (a broken unique key, a cut connection) out of our log: whoever sent the
// statement reports them.
func severity(line string) slog.Level {
	switch {
	case strings.HasPrefix(line, "PANIC:"):
		return slog.LevelError
	case strings.HasPrefix(line, "WARNING:"):
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}

// reason is the line that best explains why a program gave up: the last fatal one, else the last error, else the last
// line at all.
func (l *serverLog) reason(fallback string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if rest := strings.TrimSpace(string(l.rest)); rest != "" {
		l.tail = append(l.tail, rest)
		l.rest = l.rest[:0]
	}
	for _, mark := range []string{"PANIC:", "FATAL:", "ERROR:", "error:"} {
		for i := len(l.tail) - 1; i >= 0; i-- {
			if _, text, ok := strings.Cut(l.tail[i], mark); ok {
				return strings.TrimSpace(text)
			}
		}
	}
	if len(l.tail) > 0 {
		return l.tail[len(l.tail)-1]
	}
	return fallback
}

// mentions tells whether one of the last lines has the text.
func (l *serverLog) mentions(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.tail {
		if strings.Contains(line, text) {
			return true
		}
	}
	return false
}
