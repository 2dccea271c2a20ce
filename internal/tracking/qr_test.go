package tracking_test

import (
	"image/png"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"tributary/internal/tracking"
)

// squares are a QR code's with the quiet zone around it, a line of the picture each: # is dark.
func squares(n int, dark func(x, y int) bool) string {
	var b strings.Builder
	for y := range n {
		for x := range n {
			b.WriteByte(map[bool]byte{true: '#', false: '.'}[dark(x, y)])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// squaresOf are those of an address.
func squaresOf(t *testing.T, address string) string {
	t.Helper()
	q, err := qrcode.New(address, qrcode.Medium)
	require.NoError(t, err)
	bitmap := q.Bitmap()
	out := squares(len(bitmap), func(x, y int) bool { return bitmap[y][x] })
	quiet := strings.Repeat(strings.Repeat(".", len(bitmap))+"\n", 4)
	require.True(t, strings.HasPrefix(out, quiet) && strings.HasSuffix(out, quiet), "there is a quiet zone of four squares")
	return out
}

var (
	sizeOfSVG = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
	runOfSVG  = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)
)

func squaresOfSVG(t *testing.T, body io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	number := func(s string) int { n, err := strconv.Atoi(s); require.NoError(t, err); return n }
	size := sizeOfSVG.FindSubmatch(text)
	require.NotNil(t, size, string(text))
	require.Contains(t, string(text), `<rect width="`+string(size[1])+`" height="`+string(size[2])+`" fill="#fff"/>`)
	dark := map[[2]int]bool{}
	for _, run := range runOfSVG.FindAllStringSubmatch(string(text), -1) {
		require.Equal(t, run[3], run[4])
		for i := range number(run[3]) {
			dark[[2]int{number(run[1]) + i, number(run[2])}] = true
		}
	}
	return squares(number(string(size[1])), func(x, y int) bool { return dark[[2]int{x, y}] })
}

func squaresOfPNG(t *testing.T, body io.Reader) string {
	t.Helper()
	const wide = 16 // pixels of a square
	img, err := png.Decode(body)
	require.NoError(t, err)
	require.Zero(t, img.Bounds().Dx()%wide)
	require.Equal(t, img.Bounds().Dx(), img.Bounds().Dy())
	return squares(img.Bounds().Dx()/wide, func(x, y int) bool {
		r, _, _, _ := img.At(x*wide+wide/2, y*wide+wide/2).RGBA()
		return r == 0
	})
}

func TestPictureIsTheAddressOfTheLink(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{VanityCode: "maya-ig"})
	require.Equal(t, []string{"https://go.example/r/maya-ig/qr.svg", "https://go.example/r/maya-ig/qr.png"}, []string{w.s.QRURL(l, "svg"), w.s.QRURL(l, "png")})
	get := func(method, path string, header ...string) *http.Response { return w.follow(method, path, header...) }
	svg := get("GET", "/r/Maya-IG/qr.svg")
	require.Equal(t, []any{200, "image/svg+xml", "public, max-age=300", "default-src 'none'", "nosniff"}, []any{svg.StatusCode, svg.Header.Get("Content-Type"),
		svg.Header.Get("Cache-Control"), svg.Header.Get("Content-Security-Policy"), svg.Header.Get("X-Content-Type-Options")})
	require.Empty(t, svg.Header.Values("Pragma"))
	png := get("GET", "/r/maya-ig/qr.png")
	require.Equal(t, "image/png", png.Header.Get("Content-Type"))
	drawn, drawing := squaresOfSVG(t, svg.Body), squaresOfPNG(t, png.Body)
	require.Equal(t, drawn, drawing, "both pictures are the same")
	require.Equal(t, squaresOf(t, "https://go.example/r/maya-ig"), drawn)

	head := get("HEAD", "/r/maya-ig/qr.svg")
	require.Equal(t, 200, head.StatusCode)
	require.Equal(t, svg.ContentLength, head.ContentLength)
	nothing, err := io.ReadAll(head.Body)
	require.NoError(t, err)
	require.Empty(t, nothing)
	require.Equal(t, http.StatusNotModified, get("GET", "/r/maya-ig/qr.svg", "If-None-Match", svg.Header.Get("ETag")).StatusCode)
	require.Equal(t, http.StatusMethodNotAllowed, get("POST", "/r/maya-ig/qr.svg").StatusCode)

	w.track(t, w.Affiliate, "go.shop.example")
	moved := get("GET", "/r/maya-ig/qr.svg", "If-None-Match", svg.Header.Get("ETag"))
	require.Equal(t, 200, moved.StatusCode)
	require.Equal(t, squaresOf(t, "https://go.shop.example/r/maya-ig"), squaresOfSVG(t, moved.Body))
	for _, path := range []string{"/r/nothing/qr.svg", "/r//qr.svg", "/r/qr.svg", "/r/maya-ig/qr.gif", "/r/maya-ig/qr.svg/x", "http://go.shop.example/r/nothing/qr.png"} {
		require.Equal(t, http.StatusNotFound, get("GET", path).StatusCode, path)
	}
	_, err = w.s.ArchiveLink(w.as(t, w.AsCreator()), l.ID)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, get("GET", "/r/maya-ig/qr.svg").StatusCode)
	var clicks int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM click`).Scan(&clicks))
	require.Zero(t, clicks, "looking at a picture is no click")
}
