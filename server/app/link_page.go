package app

import (
	"net/http"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/viewer"
	"tributary/server/httpd"
)

// linkPage serves a creator's public page of links with its own title and description, readable before any script runs. A creator who
// promotes nothing now looks like one who does not exist.
func (s *services) linkPage(pages *httpd.Portal) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			pages.ServeHTTP(w, r)
			return
		}
		// Whoever is signed in says so to the API only, so the page is asked for as by a stranger.
		ctx := viewer.With(r.Context(), viewer.Viewer{Kind: viewer.Anonymous})
		p, err := s.tracking.LinkPage(ctx, r.PathValue("handle"), r.URL.Query().Get("program"))
		if fault.Is(err, fault.NotFound) {
			pages.ServePage(w, r, http.StatusNotFound, nil)
			return
		}
		if err != nil {
			s.log.ErrorContext(ctx, "a page of links has no title", "error", err)
			pages.ServePage(w, r, http.StatusOK, nil) // the page itself says in words what failed
			return
		}
		pages.ServePage(w, r, http.StatusOK, &httpd.Meta{Title: p.Name + " – links and codes", Description: cut(p.Bio, descriptionMax),
			URL: s.base.JoinPath("c", p.Handle).String()})
	})
}
