package content

import (
	"time"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
)

// Post is content that a creator published.
type Post struct {
	ID          id.ID            // id, prefix pst.
	CreatorID   id.ID            // the creator.
	ProgramID   id.ID            // the program.
	Platform    creator.Platform // the platform.
	URL         string           // address of the post.
	Title       string           // title.
	PublishedAt time.Time        // when it was published.
	Disclosed   bool             // whether the creator says that it is marked as advertising.
	LinkID      id.ID            // the link used in it.
}

// IsNode marks Post as refetchable by id.
func (Post) IsNode() {}
