package demo

import (
	"tributary/internal/creator"
	"tributary/internal/kit/money"
)

// cast is a creator of the demo.
type cast struct {
	email, handle, name, country, bio string
	niches                            []string
	platforms                         []creator.Platform
	followers                         int
	programs                          []string // slugs
	code                              string
	reach                             float64
}

var creators = []cast{
	{"creator@demo.test", "maya.okafor", "Maya Okafor", "DE", "Skin barrier science in plain words, and what my bathroom shelf really looks like.",
		[]string{"skincare", "science"}, []creator.Platform{creator.PlatformInstagram, creator.PlatformTiktok, creator.PlatformYoutube}, 84200,
		[]string{"glow-circle", "harbor-regulars"}, "MAYA15", 34},
	{"noor@demo.test", "noorglows", "Noor Rahman", "GB", "Evening routines for sensitive skin.", []string{"skincare"},
		[]creator.Platform{creator.PlatformTiktok, creator.PlatformInstagram}, 41800, []string{"glow-circle"}, "NOOR10", 21},
	{"luca@demo.test", "lucabrews", "Luca Ferri", "IT", "Espresso at home, without the snobbery.", []string{"coffee", "home"},
		[]creator.Platform{creator.PlatformYoutube, creator.PlatformInstagram}, 63100, []string{"harbor-regulars"}, "LUCA12", 24},
	{"ines@demo.test", "ines.outside", "Ines Carvalho", "PT", "Long walks, light packs.", []string{"outdoor", "travel"},
		[]creator.Platform{creator.PlatformYoutube, creator.PlatformBlog}, 29500, []string{"fjell-field-team"}, "INES10", 14},
	{"tom@demo.test", "tomreads", "Tom Whitfield", "GB", "A Sunday letter about small good things.", []string{"lifestyle"},
		[]creator.Platform{creator.PlatformNewsletter, creator.PlatformBlog}, 12400, []string{"glow-circle", "fjell-field-team"}, "TOM10", 9},
	{"sofia@demo.test", "sofialindq", "Sofia Lindqvist", "SE", "Cold plunges, warm layers.", []string{"outdoor", "wellness"},
		[]creator.Platform{creator.PlatformInstagram, creator.PlatformTiktok}, 52300, []string{"fjell-field-team", "glow-circle"}, "SOFIA15", 17},
	{"kenji@demo.test", "kenjipours", "Kenji Sato", "US", "Pour-over, slowly.", []string{"coffee"},
		[]creator.Platform{creator.PlatformTiktok, creator.PlatformYoutube}, 97600, []string{"harbor-regulars"}, "KENJI10", 26},
	{"ada@demo.test", "ada.dermatology", "Ada Nwosu", "FR", "Dermatology resident. Myths, gently corrected.", []string{"skincare", "science"},
		[]creator.Platform{creator.PlatformYoutube, creator.PlatformInstagram}, 120400, []string{"glow-circle"}, "ADA15", 28},
	{"ben@demo.test", "benbikes", "Ben Hughes", "GB", "Gravel, mud and flasks of tea.", []string{"outdoor", "cycling"},
		[]creator.Platform{creator.PlatformInstagram, creator.PlatformPodcast}, 18700, []string{"fjell-field-team"}, "BEN10", 11},
	{"chloe@demo.test", "chloe.cups", "Chloé Martin", "FR", "Cafés of small towns.", []string{"coffee", "travel"},
		[]creator.Platform{creator.PlatformInstagram}, 22900, []string{"harbor-regulars"}, "CHLOE10", 10},
	{"mateo@demo.test", "mateo.glow", "Mateo Ruiz", "ES", "Skincare for men who think they need none.", []string{"skincare"},
		[]creator.Platform{creator.PlatformTiktok}, 36400, []string{"glow-circle"}, "MATEO10", 15},
	{"priya@demo.test", "priyapacks", "Priya Nair", "GB", "One bag, many weekends.", []string{"travel", "outdoor"},
		[]creator.Platform{creator.PlatformYoutube, creator.PlatformTiktok}, 45100, []string{"fjell-field-team"}, "PRIYA12", 13},
}

// applicants have applied and wait, so that the brand has something to decide.
var applicants = []cast{
	{"hana@demo.test", "hanaskin", "Hana Kovač", "HR", "Minimal routines on a student's budget.", []string{"skincare"},
		[]creator.Platform{creator.PlatformTiktok}, 15800, []string{"glow-circle"}, "", 0},
	{"oliver@demo.test", "oliverpours", "Oliver Grant", "US", "Coffee science, one cup at a time.", []string{"coffee"},
		[]creator.Platform{creator.PlatformYoutube}, 8900, []string{"glow-circle"}, "", 0},
	{"zeynep@demo.test", "zeynep.daily", "Zeynep Arslan", "DE", "Daily vlogs from Berlin.", []string{"lifestyle", "skincare"},
		[]creator.Platform{creator.PlatformInstagram, creator.PlatformYoutube}, 73500, []string{"glow-circle"}, "", 0},
}

// goods is something a shop of the demo sells.
type goods struct {
	id, name   string
	collection string
	minor      int64 // net price in the program's currency
}

// shop is a brand of the demo with its program and its goods.
type shop struct {
	brand, name, host, country string
	currency                   money.Currency
	program, title, summary    string
	description, terms         string
	rate                       money.BasisPoints
	hold, window               int
	minimum                    string
	goods                      []goods
	perDay                     float64 // orders a day beside those of creators
}

var shops = []shop{
	{
		brand: "lumen-skin", name: "Lumen Skin", host: "lumen-skin.test", country: "DE", currency: money.EUR,
		program: "glow-circle", title: "Glow Circle", summary: "Share the barrier routine you believe in, and earn on every order it brings.",
		description: "Lumen Skin makes five products and nothing else. In the Glow Circle you get links, a code for your people, early samples, " +
			"and a person who answers.\n\nYou earn on each sale after discounts, without tax and shipping. We pay on the first of the month, once the " +
			"return period is over.",
		terms: "## What we agree\n\n1. You mark advertising where people see it at once.\n2. You say only what you have tried.\n3. Commissions become " +
			"payable when the return period is over.\n4. Either side may end this with 14 days' notice; what was earned is paid.",
		rate: 1500, hold: 30, window: 30, minimum: "25.00", perDay: 0.8,
		goods: []goods{{"LS-BAR", "Barrier Cream 50 ml", "Barrier", 2874}, {"LS-CER", "Ceramide Night Serum", "Serum launch", 3176},
			{"LS-FOA", "Gentle Foam Cleanser", "Barrier", 1490}, {"LS-SPF", "Mineral Sunscreen SPF 50", "Sun", 2290}, {"LS-SET", "Winter Barrier Set", "Sets", 5480}},
	},
	{
		brand: "harbor-coffee", name: "Harbor Coffee", host: "harbor-coffee.test", country: "US", currency: money.USD,
		program: "harbor-regulars", title: "Harbor Regulars", summary: "Small-lot coffee, roasted on Tuesdays. Tell your people, drink well.",
		description: "Harbor Coffee roasts once a week and ships the next day. Regulars earn on bags and gear, and get a bag of each new lot.",
		terms:       "## What we agree\n\n1. Mark advertising.\n2. No bidding on our name in search.\n3. Payable after 14 days.",
		rate:        1200, hold: 14, window: 14, minimum: "50.00", perDay: 1,
		goods: []goods{{"HC-ETH", "Guji Lot 14, 250 g", "Single origin", 1900}, {"HC-HSE", "House Blend, 1 kg", "Blends", 3600},
			{"HC-DRP", "Stoneware Dripper", "Gear", 4200}, {"HC-SUB", "Three Months of Tuesdays", "Subscriptions", 5400}},
	},
	{
		brand: "fjell-outdoor", name: "Fjell Outdoor", host: "fjell-outdoor.test", country: "GB", currency: money.GBP,
		program: "fjell-field-team", title: "Fjell Field Team", summary: "Layers for weather that changes its mind.",
		description: "The field team wears our layers where it rains sideways, and says what holds.",
		terms:       "## What we agree\n\n1. Mark advertising.\n2. Show the gear in use.\n3. Payable after 30 days.",
		rate:        1000, hold: 30, window: 45, minimum: "20.00", perDay: 0.8,
		goods: []goods{{"FJ-SHL", "Rain Shell", "Shells", 18900}, {"FJ-MRN", "Merino Base Layer", "Base", 6900}, {"FJ-HAT", "Wool Hat", "Small", 2900},
			{"FJ-FLK", "Field Flask", "Small", 2400}},
	},
}

func shopOf(programSlug string) shop {
	for _, s := range shops {
		if s.program == programSlug {
			return s
		}
	}
	panic("demo: no shop runs the program " + programSlug)
}
