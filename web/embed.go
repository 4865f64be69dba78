package web

import (
	"embed"
	"io/fs"
)

// dist holds what `npm run build` wrote; a checkout without a build has only .keep in it.
//
//go:embed all:dist
var dist embed.FS

// Dist returns the built interface that is part of this program.
func Dist() fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		// The directive above guarantees the folder.
		panic(err)
	}
	return built
}
