package creator

import (
	"time"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Creator is the profile of a person who promotes.
type Creator struct {
	ID         id.ID     // id, prefix cre.
	Handle     string    // unique name in addresses.
	Name       string    // name as people know it.
	Bio        string    // about them.
	Country    string    // where they live.
	Languages  []string  // languages as two-letter codes. At most 10.
	Niches     []string  // what they publish about. At most 20.
	WebsiteURL *string   // their website.
	CreatedAt  time.Time // when the profile was made.
}

// IsNode marks Creator as refetchable by id.
func (Creator) IsNode() {}

// SocialAccount is an account of a creator on a platform.
type SocialAccount struct {
	ID         id.ID             // id, prefix soc.
	Platform   Platform          // the platform.
	Handle     string            // name on the platform, without @.
	URL        string            // address of the account.
	Followers  int               // followers, as the creator said.
	Engagement money.BasisPoints // share of followers who react, as the creator said.
	VerifiedAt *time.Time        // when ownership was shown; null until then.
}

// IsNode marks SocialAccount as refetchable by id.
func (SocialAccount) IsNode() {}
