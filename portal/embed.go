// Package portal holds the built web portal so that the server can serve it
// from inside its own binary.
package portal

import "embed"

// FS is the folder dist as Vite left it: index.html, hashed assets and their
// .br and .gz twins. Before the first build it holds only .gitkeep.
//
//go:embed all:dist
var FS embed.FS
