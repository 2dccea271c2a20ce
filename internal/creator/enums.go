package creator

// Platform is: the platforms that creators publish on. Spelled alike in Go, SQL and GraphQL.
type Platform string

// The values of Platform.
const (
	PlatformInstagram  Platform = "INSTAGRAM"  // Instagram.
	PlatformTiktok     Platform = "TIKTOK"     // TikTok.
	PlatformYoutube    Platform = "YOUTUBE"    // YouTube.
	PlatformTwitch     Platform = "TWITCH"     // Twitch.
	PlatformPinterest  Platform = "PINTEREST"  // Pinterest.
	PlatformX          Platform = "X"          // X, formerly Twitter.
	PlatformFacebook   Platform = "FACEBOOK"   // Facebook.
	PlatformSnapchat   Platform = "SNAPCHAT"   // Snapchat.
	PlatformBlog       Platform = "BLOG"       // A blog or other website.
	PlatformNewsletter Platform = "NEWSLETTER" // An e-mail newsletter.
	PlatformPodcast    Platform = "PODCAST"    // A podcast.
	PlatformOther      Platform = "OTHER"      // Anything else.
)
