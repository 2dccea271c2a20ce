package httpd

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// checkTimeout bounds one readiness check.
const checkTimeout = 2 * time.Second

// What a name of a host is made of.
const (
	hostMax     = 253 // bytes
	hostLetters = "abcdefghijklmnopqrstuvwxyz0123456789-.:"
)

// Check is one thing that must work before requests are sent here. Run gives nil when it does.
type Check struct {
	Name string
	Run  func(context.Context) error
}

// Report is something that the readiness answer tells without deciding by it: how work in the background fares, or what the server
// does with less than it should. Say gives a word or a few, or nothing to leave it out.
type Report struct {
	Name string
	Say  func() string
}

// live answers that the process runs, of which deployment it is, and by which name it was asked: from outside one can tell by it
// whether a host leads here and keeps its name on the way.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	writeStatus(w, http.StatusOK, map[string]any{"status": "ok", "deployment": s.deployment, "host": hostName(r.Host)})
}

// hostName gives the name in a Host header without its port, or nothing when it has letters that no name has.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if len(host) > hostMax || strings.ContainsFunc(host, func(r rune) bool { return !strings.ContainsRune(hostLetters, r) }) {
		return ""
	}
	return host
}

// ready runs all checks at once. The answer names what fails; why it fails is in the log. Reports stand beside the checks.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	failures := make([]error, len(s.checks))
	var group sync.WaitGroup
	for i, check := range s.checks {
		group.Go(func() { failures[i] = check.Run(ctx) })
	}
	group.Wait()
	status, word := http.StatusOK, "ready"
	results := map[string]string{}
	for i, check := range s.checks {
		results[check.Name] = "ok"
		if failures[i] != nil {
			results[check.Name] = "failed"
			status, word = http.StatusServiceUnavailable, "not ready"
			s.log.WarnContext(r.Context(), "a readiness check failed", "check", check.Name, "error", failures[i])
		}
	}
	for _, report := range s.reports {
		if said := report.Say(); said != "" {
			results[report.Name] = said
		}
	}
	if s.stopping.Load() {
		status, word = http.StatusServiceUnavailable, "stopping"
	}
	writeStatus(w, status, map[string]any{"status": word, "checks": results})
}

func writeStatus(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client left
}
