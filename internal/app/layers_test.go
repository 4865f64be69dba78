package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// leaves are packages of the domain that know nothing of their slice, so that others
// may use them.
var leaves = map[string]bool{
	"cartie/internal/telegram/botapi": true, "cartie/internal/telegram/sandbox": true, "cartie/internal/telegram/markup": true,
	"cartie/internal/media/picture": true, "cartie/internal/messaging/pace": true, "cartie/internal/scenario/deeplink": true,
}

// slice returns "inbox" for cartie/internal/inbox/x, "" outside of slices.
func slice(pkg string) string {
	rest, ok := strings.CutPrefix(pkg, "cartie/internal/")
	if !ok || leaves[pkg] {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	if name == "platform" || name == "app" {
		return ""
	}
	return name
}

// TestImportsPointOneWay: cmd → app → slices → platform. A slice that needs another
// takes an interface of its own, joined in app.
func TestImportsPointOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && rel != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		pkg := "cartie/" + filepath.ToSlash(filepath.Dir(rel))
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		n++
		test := strings.HasSuffix(path, "_test.go") || strings.HasSuffix(pkg, "test")
		for _, imp := range f.Imports {
			to, _ := strconv.Unquote(imp.Path.Value)
			if !strings.HasPrefix(to, "cartie/") {
				continue
			}
			if why := refused(pkg, to, test); why != "" {
				t.Errorf("%s imports %s: %s", rel, to, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 50 {
		t.Fatalf("only %d files seen", n)
	}
}

func refused(from, to string, test bool) string {
	inApp := strings.HasPrefix(from, "cartie/internal/app") || strings.HasPrefix(from, "cartie/cmd/")
	switch {
	case inApp:
		return ""
	case strings.HasPrefix(to, "cartie/internal/app") || strings.HasPrefix(to, "cartie/cmd/"):
		return "only cmd knows app"
	case strings.HasPrefix(from, "cartie/internal/platform/") && !strings.HasPrefix(to, "cartie/internal/platform/"):
		return "platform knows no slice"
	case leaves[from] && !test && !strings.HasPrefix(to, "cartie/internal/platform/errs"):
		return "a leaf knows only error kinds"
	case slice(from) != "" && slice(to) != "" && slice(from) != slice(to) && !test:
		return "a slice takes an interface of its own instead"
	}
	return ""
}
