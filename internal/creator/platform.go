package creator

// Platform is where creators publish. Spelled alike in Go, SQL and GraphQL.
type Platform string

// The platforms.
const (
	PlatformInstagram  Platform = "INSTAGRAM"
	PlatformTiktok     Platform = "TIKTOK"
	PlatformYoutube    Platform = "YOUTUBE"
	PlatformTwitch     Platform = "TWITCH"
	PlatformPinterest  Platform = "PINTEREST"
	PlatformX          Platform = "X" // formerly Twitter
	PlatformFacebook   Platform = "FACEBOOK"
	PlatformSnapchat   Platform = "SNAPCHAT"
	PlatformBlog       Platform = "BLOG" // a blog or other website
	PlatformNewsletter Platform = "NEWSLETTER"
	PlatformPodcast    Platform = "PODCAST"
	PlatformOther      Platform = "OTHER"
)

// Platforms lists every platform.
var Platforms = []Platform{PlatformInstagram, PlatformTiktok, PlatformYoutube, PlatformTwitch, PlatformPinterest, PlatformX,
	PlatformFacebook, PlatformSnapchat, PlatformBlog, PlatformNewsletter, PlatformPodcast, PlatformOther}
