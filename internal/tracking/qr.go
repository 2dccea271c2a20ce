package tracking

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/skip2/go-qrcode"
)

const (
	pictureSVG = "svg"
	picturePNG = "png"
	// pictureAge is how long a browser may keep a QR code; the address in it changes when the brand moves its links to another host.
	pictureAge = 300 // seconds
	// pictureModule is how wide the smallest square of a PNG is, in pixels, so that it stays sharp in print.
	pictureModule = 16
	// picturesMax bounds how many drawn codes are kept in memory; each has 2 to 8 kB.
	picturesMax = 1024
)

// cutPicture parts what stands behind a code in the path when a picture of it is asked for.
func cutPicture(path string) (code, picture string) {
	switch {
	case strings.HasSuffix(path, "/qr."+pictureSVG):
		return strings.TrimSuffix(path, "/qr."+pictureSVG), pictureSVG
	case strings.HasSuffix(path, "/qr."+picturePNG):
		return strings.TrimSuffix(path, "/qr."+picturePNG), picturePNG
	}
	return path, ""
}

// QRURL gives the address of a picture of a link, "svg" or "png". It lies on this server's own host, whose pages may show it.
func (s *Service) QRURL(l Link, picture string) string {
	return s.BaseURL.JoinPath("r", l.Code, "qr."+picture).String()
}

// picture answers with a QR code of a link's address. Looking at it is no click.
func (s *Service) picture(w http.ResponseWriter, r *http.Request, l *cachedLink, code, picture string) {
	if l.archived() {
		notFound(w, r)
		return
	}
	brand := l.partnership.program.brand.id
	hosts, err := s.TrackingHosts(r.Context(), []uuid.UUID{brand})
	var body []byte
	address := s.linkURL(code, hosts[brand])
	if err == nil {
		body, err = s.draw(address, picture)
	}
	if err != nil {
		s.Log.ErrorContext(r.Context(), "QR code not drawn", "link", l.id, "error", err)
		answer(w, r, http.StatusServiceUnavailable, "This picture cannot be drawn right now. Please try again in a moment.")
		return
	}
	h := w.Header()
	h.Del("Pragma")
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(pictureAge))
	h.Set("Content-Security-Policy", "default-src 'none'")
	h.Set("Content-Disposition", `inline; filename="`+code+"."+picture+`"`)
	tag := sha256.Sum256([]byte(address))
	h.Set("ETag", `"`+hex.EncodeToString(tag[:8])+`"`)
	if r.Header.Get("If-None-Match") == h.Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", map[string]string{pictureSVG: "image/svg+xml", picturePNG: "image/png"}[picture])
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// draw makes a QR code of an address that stays readable with 15% of it damaged, or gives the one that was made before.
func (s *Service) draw(address, picture string) ([]byte, error) {
	key := picture + " " + address
	if body, ok := s.pictures.Get(key); ok {
		return body, nil
	}
	q, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	var body []byte
	if picture == picturePNG {
		if body, err = q.PNG(-pictureModule); err != nil { // less than zero counts in squares
			return nil, fmt.Errorf("draw QR code: %w", err)
		}
	} else {
		body = svg(q.Bitmap())
	}
	s.pictures.Add(key, body)
	return body, nil
}

// svg draws squares, dark where the bitmap is set, on a white field; the bitmap has the quiet zone around it already. Squares beside
// each other in a row are one.
func svg(bitmap [][]bool) []byte {
	var b strings.Builder
	n := len(bitmap)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges">`, n, n, n*8, n*8)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/><path fill="#000" d="`, n, n)
	for y, row := range bitmap {
		for x := 0; x < n; x++ {
			from := x
			for x < n && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>` + "\n")
	return []byte(b.String())
}
