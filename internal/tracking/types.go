package tracking

import (
	"time"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Link is a tracked address.
type Link struct {
	ID             id.ID            // id, prefix lnk.
	Code           string           // the short code in the address.
	DestinationURL string           // where it leads, without tracking parameters.
	Platform       creator.Platform // where it is shared.
	Label          string           // what the creator calls it.
	Campaign       string           // campaign in the UTM parameters.
	SubID          *string          // own mark that is kept with each click.
	ProgramID      id.ID            // the program.
	CreatorID      id.ID            // the creator.
	PartnershipID  id.ID            // its partnership.
	CreatedAt      time.Time        // when it was made.
	ArchivedAt     *time.Time       // when it was archived; null while it works.
}

// IsNode marks Link as refetchable by id.
func (Link) IsNode() {}

// Code is a discount code of a creator.
type Code struct {
	ID         id.ID             // id, prefix cod.
	Code       string            // the code as shoppers type it; letter case does not matter.
	Discount   money.BasisPoints // what shoppers save.
	Platform   creator.Platform  // where it is shared.
	StartsAt   time.Time         // from when it works.
	EndsAt     *time.Time        // until when it works, if it ends.
	ArchivedAt *time.Time        // when it was archived; null while it works.
	ProgramID  id.ID             // the program.
	CreatorID  id.ID             // the creator.
}

// IsNode marks Code as refetchable by id.
func (Code) IsNode() {}

// Click is one visit through a tracked link. No address of a person is kept.
type Click struct {
	ID           id.ID       // id, prefix clk; it travels to the shop as tid.
	ClickedAt    time.Time   // when.
	LinkID       id.ID       // through which link.
	ReferrerHost *string     // host that the visitor came from, if told.
	Country      *string     // country, where a trusted proxy tells it.
	Device       Device      // device.
	NotCounted   *NotCounted // why it was not counted; null when it was.
}

// IsNode marks Click as refetchable by id.
func (Click) IsNode() {}
