package tracking

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/mileusna/useragent"
)

const (
	// agentMax is how much of a browser's name is looked at, in bytes.
	agentMax = 512
	// agentsKept is how many names are remembered; a name is at most agentMax bytes.
	agentsKept = 2048
)

// previewTokens are found in the names of programs that fetch a page to draw a card of it in a chat or feed.
var previewTokens = []string{
	"facebookexternalhit", "facebookcatalog", "meta-externalfetcher", "twitterbot", "slackbot", "slack-imgproxy", "discordbot",
	"telegrambot", "whatsapp/", "linkedinbot", "skypeuripreview", "pinterestbot", "redditbot", "snap url preview", "viber/", "line-poker",
	"mastodon/", "iframely", "embedly", "vkshare", "bluesky cardyb", "google-pagerenderer", "microsoftpreview", "imessagelinkpreview",
}

// botTokens are found in the names of crawlers, scanners and programs without a person before them. They add to the library's list
// what it does not know: the many that call themselves bots, and scanners of mail and monitors of sites.
var botTokens = []string{
	"bot", "crawl", "spider", "slurp", "curl/", "wget/", "python-", "python/", "go-http-client", "java/", "okhttp/", "libwww", "headless",
	"phantomjs", "puppeteer", "playwright", "lighthouse", "pingdom", "uptime", "monitor", "scan", "feedfetcher", "mediapartners",
	"google-read-aloud", "apis-google", "bingpreview", "dataprovider", "node-fetch", "axios/", "httpclient", "proofpoint", "barracuda",
}

// agent is what a browser's name tells.
type agent struct {
	device     Device
	notCounted NotCounted // BOT, PREVIEW or empty
}

// agents tells what browsers' names say, and remembers it: few names make up nearly all visits.
type agents struct {
	known *lru.Cache[string, agent]
}

func newAgents() *agents {
	known, err := lru.New[string, agent](agentsKept)
	if err != nil {
		panic("tracking: " + err.Error()) // the size is a constant
	}
	return &agents{known: known}
}

func (a *agents) of(name string) agent {
	name = name[:min(len(name), agentMax)]
	if found, ok := a.known.Get(name); ok {
		return found
	}
	found := readAgent(name)
	a.known.Add(strings.Clone(name), found) // not the request's whole buffer
	return found
}

func readAgent(name string) agent {
	folded := strings.ToLower(name)
	parsed := useragent.Parse(name)
	out := agent{device: deviceOf(folded, parsed)}
	switch {
	case name == "":
		out.notCounted = NotCountedBot
	case containsAny(folded, previewTokens):
		out.notCounted = NotCountedPreview
	// Cubot is a maker of phones.
	case parsed.Bot, containsAny(strings.ReplaceAll(folded, "cubot", ""), botTokens):
		out.notCounted = NotCountedBot
	}
	return out
}

// deviceOf tells the sort of device. Android's tablets are those that do not call themselves mobile.
func deviceOf(folded string, parsed useragent.UserAgent) Device {
	switch {
	case parsed.Tablet, strings.Contains(folded, "android") && !strings.Contains(folded, "mobile"), containsAny(folded, []string{"ipad", "tablet", "kindle", "silk/"}):
		return DeviceTablet
	case parsed.Mobile, containsAny(folded, []string{"iphone", "ipod", "mobile", "windows phone"}):
		return DevicePhone
	case parsed.Desktop, containsAny(folded, []string{"windows nt", "macintosh", "x11", "cros ", "linux"}):
		return DeviceDesktop
	}
	return DeviceOther
}

func containsAny(s string, tokens []string) bool {
	for _, t := range tokens {
		if strings.Contains(s, t) {
			return true
		}
	}
	return false
}
