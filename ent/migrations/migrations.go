// Package migrations embeds the versioned SQL of the database and its checksums.
package migrations

import "embed"

// Files holds the *.sql files in the order of their names, and atlas.sum.
//
//go:embed *.sql atlas.sum
var Files embed.FS
