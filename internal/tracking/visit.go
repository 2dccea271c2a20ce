package tracking

import (
	"net/http"
	"net/url"
	"strings"
)

// userAgentMax is how much of a browser's name is looked at, in bytes.
const userAgentMax = 512

// previewTokens are found in the names of programs that fetch a page to draw a card of it in a chat or feed.
var previewTokens = []string{
	"facebookexternalhit", "facebookcatalog", "meta-externalfetcher", "twitterbot", "slackbot", "slack-imgproxy", "discordbot",
	"telegrambot", "whatsapp/", "linkedinbot", "skypeuripreview", "pinterestbot", "redditbot", "snap url preview", "viber/", "line-poker",
	"mastodon/", "iframely", "embedly", "vkshare", "bluesky cardyb", "google-pagerenderer", "microsoftpreview", "imessagelinkpreview",
}

// botTokens are found in the names of crawlers, scanners and programs without a person before them.
var botTokens = []string{
	"bot", "crawl", "spider", "slurp", "curl/", "wget/", "python-", "python/", "go-http-client", "java/", "okhttp/", "libwww", "headless",
	"phantomjs", "puppeteer", "playwright", "lighthouse", "pingdom", "uptime", "monitor", "scan", "feedfetcher", "mediapartners",
	"google-read-aloud", "apis-google", "bingpreview", "dataprovider", "node-fetch", "axios/", "httpclient", "proofpoint", "barracuda",
}

// reasonNotCounted says why a request is led on without being counted; empty for a person's click.
func reasonNotCounted(r *http.Request) NotCounted {
	if r.Method == http.MethodHead {
		return NotCountedHead
	}
	for _, h := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		v := strings.ToLower(r.Header.Get(h))
		switch {
		case strings.Contains(v, "prefetch"), strings.Contains(v, "prerender"):
			return NotCountedPrefetch
		case strings.Contains(v, "preview"):
			return NotCountedPreview
		}
	}
	agent := userAgent(r)
	if agent == "" {
		return NotCountedBot
	}
	if containsAny(agent, previewTokens) {
		return NotCountedPreview
	}
	// Cubot is a maker of phones.
	if containsAny(strings.ReplaceAll(agent, "cubot", ""), botTokens) {
		return NotCountedBot
	}
	return ""
}

// deviceOf tells the sort of device by the browser's name.
func deviceOf(r *http.Request) Device {
	a := userAgent(r)
	switch {
	case containsAny(a, []string{"ipad", "tablet", "kindle", "silk/"}), strings.Contains(a, "android") && !strings.Contains(a, "mobile"):
		return DeviceTablet
	case containsAny(a, []string{"iphone", "ipod", "mobile", "windows phone"}):
		return DevicePhone
	case containsAny(a, []string{"windows nt", "macintosh", "x11", "cros ", "linux"}):
		return DeviceDesktop
	}
	return DeviceOther
}

// referrerHost gives the host that the visitor came from, empty when the browser does not say.
func referrerHost(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || len(u.Hostname()) > 253 {
		return ""
	}
	return strings.ToLower(strings.ToValidUTF8(u.Hostname(), ""))
}

func userAgent(r *http.Request) string {
	a := r.UserAgent()
	return strings.ToLower(a[:min(len(a), userAgentMax)])
}

func containsAny(s string, tokens []string) bool {
	for _, t := range tokens {
		if strings.Contains(s, t) {
			return true
		}
	}
	return false
}
