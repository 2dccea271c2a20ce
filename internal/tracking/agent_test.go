package tracking

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBrowsersAreToldFromPrograms(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]agent{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1": {DevicePhone, ""},
		"Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36":                   {DevicePhone, ""},
		"Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36":                 {DevicePhone, ""},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 300.0.0.0":       {DevicePhone, ""},
		"Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1":          {DeviceTablet, ""},
		"Mozilla/5.0 (Linux; Android 12; SM-T500) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Safari/537.36":                              {DeviceTablet, ""},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36":                         {DeviceDesktop, ""},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15":                   {DeviceDesktop, ""},
		"Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0":                                                                  {DeviceDesktop, ""},
	} {
		require.Equal(t, want, readAgent(name), name)
	}
	for name, want := range map[string]NotCounted{
		"": NotCountedBot, "curl/8.0": NotCountedBot, "python-requests/2.31": NotCountedBot, "Go-http-client/2.0": NotCountedBot,
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                      NotCountedBot,
		"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)":                                            NotCountedBot,
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)":        NotCountedBot,
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0.0.0 Safari/537.36": NotCountedBot,
		"Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)":                                              NotCountedBot,
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)":                                     NotCountedPreview,
		"WhatsApp/2.23.20.0": NotCountedPreview, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)": NotCountedPreview,
		"TelegramBot (like TwitterBot)": NotCountedPreview, "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)": NotCountedPreview,
	} {
		require.Equal(t, want, readAgent(name).notCounted, name)
	}
	a := newAgents()
	for range 2 {
		require.Equal(t, DevicePhone, a.of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile "+strings.Repeat("x", 10_000)).device)
	}
}
