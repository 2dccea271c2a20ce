package httpd

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

const (
	assetFolder    = "assets/"
	indexFile      = "index.html"
	editorFile     = "graphiql.html"
	snippetFile    = "t.js"
	nonceMark      = "__CSP_NONCE__"
	notBuilt       = "portal not built: run make build"
	cacheForAYear  = "public, max-age=31536000, immutable"
	cacheAndAsk    = "no-cache"
	cacheSnippet   = "public, max-age=3600, stale-while-revalidate=86400" // shops' pages get a new one within the hour
	maxPortalFiles = 5000
)

// types are the media types of the portal's files; a machine's own list may lack or change some of them.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".jpg": "image/jpeg",
	".js": "text/javascript; charset=utf-8", ".json": "application/json", ".map": "application/json", ".mjs": "text/javascript; charset=utf-8",
	".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm",
	".webmanifest": "application/manifest+json", ".webp": "image/webp", ".woff2": "font/woff2",
}

// Portal serves the built web application from a file system. The build lies in the program's file, where it takes no memory until
// it is asked for, so only the pages that get a nonce are kept.
type Portal struct {
	base   *url.URL
	build  fs.FS
	files  map[string]*file
	index  []byte // nil when the portal is not built
	editor []byte // nil when the portal is not built
}

// file is one file in the encodings that the build made, by their names in the build; "" for none.
type file struct {
	plain, gzip, brotli string
	mediaType           string
	tag                 func() (string, error) // hash of the plain content, made when it is first asked for
}

// NewPortal looks through a portal's build. An empty build is fine: pages then say that it is missing.
func NewPortal(build fs.FS, base *url.URL) (*Portal, error) {
	p := &Portal{base: base, build: build, files: map[string]*file{}}
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") { // build manifests and .gitkeep
			return nil
		}
		if len(p.files) >= maxPortalFiles {
			return fmt.Errorf("the portal has more than %d files", maxPortalFiles)
		}
		p.add(name)
		return nil
	})
	for name, page := range map[string]*[]byte{indexFile: &p.index, editorFile: &p.editor} {
		if p.files[name] == nil || err != nil {
			continue
		}
		*page, err = fs.ReadFile(build, name)
		delete(p.files, name) // only served with a nonce
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the portal cannot be read: %w", err)
	}
	return p, nil
}

func (p *Portal) add(name string) {
	original := name
	switch {
	case strings.HasSuffix(name, ".gz"):
		original = strings.TrimSuffix(name, ".gz")
	case strings.HasSuffix(name, ".br"):
		original = strings.TrimSuffix(name, ".br")
	}
	f := p.files[original]
	if f == nil {
		f = &file{}
		p.files[original] = f
	}
	switch path.Ext(name) {
	case ".gz":
		f.gzip = name
	case ".br":
		f.brotli = name
	default:
		f.plain, f.tag = name, sync.OnceValues(func() (string, error) { return p.hash(name) })
	}
	f.mediaType = types[path.Ext(original)]
	if f.mediaType == "" {
		f.mediaType = mime.TypeByExtension(path.Ext(original))
	}
	if f.mediaType == "" {
		f.mediaType = "application/octet-stream"
	}
}

// hash is a file's content in sixteen letters.
func (p *Portal) hash(name string) (string, error) {
	f, err := p.build.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// serveSnippet answers the storefront snippet, which pages of shops load.
func (p *Portal) serveSnippet(w http.ResponseWriter, r *http.Request) {
	f, built := p.files[snippetFile]
	if !built {
		answerNotBuilt(w, r)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*") // so that a page may pin its hash
	p.serveFile(w, r, f, cacheSnippet)
}

// answerNotBuilt says what is missing.
func answerNotBuilt(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, http.StatusServiceUnavailable, []byte(notBuilt+"\n"))
}

// ServeHTTP answers files, and the application's page for every other path but those below /assets/.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Send GET.", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if f, ok := p.files[name]; ok && f.plain != "" {
		cache := cacheAndAsk
		if strings.HasPrefix(name, assetFolder) {
			cache = cacheForAYear
		}
		p.serveFile(w, r, f, cache)
		return
	}
	if strings.HasPrefix(name, assetFolder) {
		http.NotFound(w, r)
		return
	}
	p.ServePage(w, r, http.StatusOK, nil)
}

func (p *Portal) serveFile(w http.ResponseWriter, r *http.Request, f *file, cache string) {
	tag, err := f.tag()
	if err != nil {
		http.Error(w, "This file cannot be read.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Add("Vary", "Accept-Encoding")
	name := f.plain
	switch accept := r.Header.Get("Accept-Encoding"); {
	case f.brotli != "" && accepts(accept, "br"):
		h.Set("Content-Encoding", "br")
		name, tag = f.brotli, tag+"-br"
	case f.gzip != "" && accepts(accept, "gzip"):
		h.Set("Content-Encoding", "gzip")
		name, tag = f.gzip, tag+"-gz"
	}
	tag = `"` + tag + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", cache)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	p.sendFile(w, r, name)
}

// sendFile writes a whole file of the build; HEAD gets its headers only.
func (p *Portal) sendFile(w http.ResponseWriter, r *http.Request, name string) {
	body, err := p.build.Open(name)
	if err != nil {
		http.Error(w, "This file cannot be read.", http.StatusInternalServerError)
		return
	}
	defer func() { _ = body.Close() }()
	about, err := body.Stat()
	if err != nil {
		http.Error(w, "This file cannot be read.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Length", strconv.FormatInt(about.Size(), 10))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, body) // the client left
	}
}

// accepts reports whether an Accept-Encoding header names a coding and does not weigh it zero.
func accepts(header, coding string) bool {
	for _, member := range strings.Split(header, ",") {
		name, weight, weighed := strings.Cut(member, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		if !weighed {
			return true
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return err == nil && q > 0
	}
	return false
}

// Meta is what a public page says of itself to search engines and to those who share it. Texts are plain; they are escaped.
type Meta struct {
	Title, Description string
	ImageURL           string // empty = none
	URL                string // the page's own address
}

var titleElement = regexp.MustCompile(`(?s)<title>.*?</title>`)

// ServePage answers the application's page with a fresh nonce, a status and, for public pages, their own head.
func (p *Portal) ServePage(w http.ResponseWriter, r *http.Request, status int, meta *Meta) {
	p.servePage(w, r, status, p.index, meta)
}

// Editor gives the handler of the query editor's page.
func (p *Portal) Editor() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.servePage(w, r, http.StatusOK, p.editor, nil) })
}

func (p *Portal) servePage(w http.ResponseWriter, r *http.Request, status int, page []byte, meta *Meta) {
	if page == nil {
		answerNotBuilt(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	nonce := rand.Text()
	body := bytes.ReplaceAll(page, []byte(nonceMark), []byte(nonce))
	if meta != nil {
		body = withMeta(body, *meta)
	}
	h.Set("Content-Type", types[".html"])
	h.Set("Content-Security-Policy", pagePolicy(p.base, nonce))
	send(w, r, status, body)
}

func withMeta(page []byte, m Meta) []byte {
	var head strings.Builder
	fmt.Fprintf(&head, "<title>%s</title>", html.EscapeString(m.Title))
	tag := func(attribute, name, content string) {
		if content != "" {
			fmt.Fprintf(&head, `<meta %s="%s" content="%s" />`, attribute, name, html.EscapeString(content))
		}
	}
	tag("name", "description", m.Description)
	tag("property", "og:type", "website")
	tag("property", "og:title", m.Title)
	tag("property", "og:description", m.Description)
	tag("property", "og:image", m.ImageURL)
	tag("property", "og:url", m.URL)
	at := titleElement.FindIndex(page)
	if at == nil {
		at = []int{0, 0}
		if i := bytes.Index(page, []byte("</head>")); i >= 0 {
			at = []int{i, i}
		}
	}
	return bytes.Join([][]byte{page[:at[0]], []byte(head.String()), page[at[1]:]}, nil)
}

// send writes a whole body; HEAD gets its headers only.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client left
	}
}
