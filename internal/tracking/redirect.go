package tracking

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/internal/kit/id"
)

const (
	redirectPrefix = "/r/"
	// visitorCookie keeps who a browser is on our host, so that later clicks are known to be of the same visitor.
	visitorCookie = "tributary_visitor"
	visitorAge    = 365 * 24 * time.Hour
	// queryMax bounds what a visitor may bring along in the address, in bytes.
	queryMax = 4096
	// codeBytesMax bounds what is looked at as a code, what was typed behind it too.
	codeBytesMax = vanityMax + 24
)

// The headers of every answer. They are shared: nobody changes them.
var (
	headerNoStore   = []string{"no-store, max-age=0"}
	headerNoCache   = []string{"no-cache"}
	headerNoIndex   = []string{"noindex, nofollow"}
	headerReferrer  = []string{"strict-origin-when-cross-origin"}
	headerNoSniff   = []string{"nosniff"}
	headerHTML      = []string{"text/html; charset=utf-8"}
	headerPolicy    = []string{"default-src 'none'"}
	headerAllow     = []string{"GET, HEAD"}
	headerSoon      = []string{"2"}
	cookieAttribute = "; Path=" + redirectPrefix + "; Max-Age=31536000; HttpOnly; SameSite=Lax"
)

// Redirect answers GET and HEAD /r/{code}: it puts the click onto the disk and leads on to the link's destination, without asking
// the database. An archived code leads to its own fallback or the brand's fallback page, and one whose creator or program does not take
// clicks any more to the brand's, else to its destination as before; one whose product is out of stock leads elsewhere too, see way. An
// unknown code is a clear 404, or leads to the fallback page of the brand whose own host was asked; that host knows the brand's links
// only. It leads nowhere but where the brand said. /r/{code}/qr.svg and qr.png are pictures of the link's address.
func (s *Service) Redirect() http.Handler { return http.HandlerFunc(s.redirect) }

func (s *Service) redirect(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Cache-Control"], h["Pragma"] = headerNoStore, headerNoCache
	h["X-Robots-Tag"], h["Referrer-Policy"], h["X-Content-Type-Options"] = headerNoIndex, headerReferrer, headerNoSniff
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h["Allow"] = headerAllow
		answer(w, r, http.StatusMethodNotAllowed, "This address is opened with GET.")
		return
	}
	brand := s.links.brandOf(r.Host)
	path, picture := cutPicture(strings.TrimPrefix(r.URL.Path, redirectPrefix))
	code, ok := foldLinkCode(path)
	if !ok {
		unknown(w, r, brand, picture)
		return
	}
	l, err := s.links.find(r.Context(), code)
	switch {
	case errors.Is(err, errNoLink), err == nil && brand != nil && brand != l.partnership.program.brand:
		unknown(w, r, brand, picture)
		return
	case err != nil:
		s.Log.WarnContext(r.Context(), "a link that is not in memory was not looked up", "error", err)
		h["Retry-After"] = headerSoon
		answer(w, r, http.StatusServiceUnavailable, "This link cannot be opened right now. Please try again in a moment.")
		return
	case picture != "":
		s.picture(w, r, l, code, picture)
		return
	}
	program := l.partnership.program
	about := program.facts.Load()
	with := l.partnership.facts.Load()
	destination := l.way().to()
	if l.archived() {
		if destination == "" {
			notFound(w, r)
			return
		}
		h["Location"] = []string{destination}
		w.WriteHeader(http.StatusFound)
		return
	}
	v := s.visit(r, l)
	var query url.Values
	if r.URL.RawQuery != "" && len(r.URL.RawQuery) <= queryMax {
		query = r.URL.Query() // what cannot be read is left out
	}
	f := facts{platform: l.platform(), code: code, creator: with.creator, program: program.slug}
	if l.words != nil {
		f.campaign, f.subID = l.words.campaign, l.words.subID
	}
	address := about.template.arrival(destination, f, query, id.Of(id.Click, v.click).String())
	if address == "" {
		s.Log.ErrorContext(r.Context(), "a link leads to no address", "link", l.id)
		notFound(w, r)
		return
	}
	// The shopper goes on also when the click was lost; the shop's sale matters more than our count, and the loss is counted.
	s.Clicks.take(&v)
	if v.notCounted == "" {
		h["Set-Cookie"] = []string{s.visitorCookie(v.visitor, brand != nil)}
	}
	h["Location"] = []string{address}
	w.WriteHeader(http.StatusFound)
}

// foldLinkCode reads a code as people and programs hand it on: in any case, and with what stood behind it in a sentence.
func foldLinkCode(path string) (string, bool) {
	if len(path) == 0 || len(path) > codeBytesMax {
		return "", false
	}
	end := len(path)
	for end > 0 && !isCodeLetter(path[end-1]) {
		if b := path[end-1]; b < utf8.RuneSelf && strings.IndexByte(trailingJunk, b) < 0 {
			return "", false
		}
		end--
	}
	code := strings.TrimRight(path[:end], "-")
	if code == "" || len(code) > vanityMax {
		return "", false
	}
	for i := range len(code) {
		if !isCodeLetter(code[i]) {
			return "", false
		}
	}
	return strings.ToLower(code), true
}

// trailingJunk is what ends up behind an address that was written into a text; so does what is not ASCII, such as closing quotes.
const trailingJunk = ".,;:!?)]}>'\"_*~/"

func isCodeLetter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b == '-'
}

// visitorCookie writes the cookie for the host that was asked; brands' own hosts are reached by https only.
func (s *Service) visitorCookie(visitor uuid.UUID, brandsHost bool) string {
	b := make([]byte, 0, 160)
	b = append(b, visitorCookie+"="...)
	b = append(b, visitor.String()...)
	b = append(b, cookieAttribute...)
	if brandsHost || s.BaseURL.Scheme == "https" {
		b = append(b, "; Secure"...)
	}
	return string(b)
}

func notFound(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusNotFound, "This link does not exist or is no longer in use.")
}

// answer writes a short page for a person.
func answer(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	h := w.Header()
	h["Content-Type"], h["Content-Security-Policy"] = headerHTML, headerPolicy
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>"+
			http.StatusText(status)+"</title><main><h1>"+http.StatusText(status)+"</h1><p>"+sentence+"</p></main></html>")
	}
}
