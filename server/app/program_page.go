package app

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/viewer"
	"tributary/server/httpd"
)

// descriptionMax is how many bytes of a program's summary search engines and those who share it get.
const descriptionMax = 300

// programPage serves a program's public page with its own title and description, readable before any script runs. A program
// that is not public looks like one that does not exist.
func (s *services) programPage(pages *httpd.Portal) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			pages.ServeHTTP(w, r)
			return
		}
		// Whoever is signed in says so to the API only, so the page is asked for as by a stranger.
		ctx := viewer.With(r.Context(), viewer.Viewer{Kind: viewer.Anonymous})
		p, err := s.programs.BySlug(ctx, r.PathValue("program"))
		if fault.Is(err, fault.NotFound) {
			pages.ServePage(w, r, http.StatusNotFound, nil)
			return
		}
		if errors.Is(ctx.Err(), context.Canceled) { // nobody waits for the answer
			return
		}
		if err != nil {
			s.log.ErrorContext(ctx, "a program's page has no title", "error", err)
			pages.ServePage(w, r, http.StatusOK, nil) // the page itself says in words what failed
			return
		}
		pages.ServePage(w, r, http.StatusOK, &httpd.Meta{Title: p.Name + " – Tributary", Description: cut(p.Summary, descriptionMax),
			URL: s.base.JoinPath("p", p.Slug).String()})
	})
}

// cut shortens a text to whole characters in at most so many bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
