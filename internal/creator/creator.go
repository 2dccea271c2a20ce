// Package creator keeps the public profiles of people who promote, and their accounts on platforms.
package creator

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// Creator is the profile of a person who promotes. All of it may be shown to brands.
type Creator struct {
	ID         id.ID    // prefix cre
	UserID     id.ID    // the person; never shown to others
	Handle     string   // unique name in addresses, in lower case
	Name       string   // name as people know it
	Bio        string   // about them
	Country    string   // where they live, ISO 3166-1 alpha-2
	Languages  []string // languages as two-letter codes
	Niches     []string // what they publish about
	Aliases    []string // other names that people call them
	WebsiteURL *string
	CreatedAt  time.Time
}

// IsNode marks Creator as refetchable by id.
func (Creator) IsNode() {}

func fromRow(row *gen.Creator) Creator {
	return Creator{ID: id.Of(id.Creator, row.ID), UserID: id.Of(id.User, row.UserID), Handle: row.Handle, Name: row.Name, Bio: row.Bio,
		Country: row.Country, Languages: row.Languages, Niches: row.Niches, Aliases: row.Aliases, WebsiteURL: row.WebsiteURL, CreatedAt: row.CreatedAt}
}

func place(c Creator) page.Cursor { return page.Cursor{At: c.CreatedAt, ID: c.ID.UUID} }
