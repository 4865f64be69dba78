// Command notices writes THIRD_PARTY_NOTICES.md: every Go module linked into the program
// and every npm package built into the web app, with its licence. Run it after changing
// dependencies, with the modules downloaded and web/node_modules installed.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

type dependency struct {
	Name, Version, Licence, Text string
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run() error {
	goDeps, err := goModules()
	if err != nil {
		return err
	}
	npmDeps, err := npmPackages("web")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	fmt.Fprintln(&out, "# Third-party notices")
	fmt.Fprintln(&out)
	fmt.Fprintln(&out, "Cartie is built with these works of others, unmodified. Written by `go run ./tools/notices`.")
	texts := map[[32]byte][]string{}
	byHash := map[[32]byte]string{}
	for _, group := range []struct {
		title string
		deps  []dependency
	}{{"Linked into the program (Go)", goDeps}, {"Built into the web app (npm)", npmDeps}} {
		fmt.Fprintf(&out, "\n## %s\n\n| name | version | licence |\n| --- | --- | --- |\n", group.title)
		for _, d := range group.deps {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", d.Name, d.Version, d.Licence)
			if d.Text == "" {
				continue
			}
			h := sha256.Sum256([]byte(d.Text))
			texts[h] = append(texts[h], d.Name)
			byHash[h] = d.Text
		}
	}
	fmt.Fprint(&out, "\n## Licence texts\n")
	hashes := make([][32]byte, 0, len(texts))
	for h := range texts {
		hashes = append(hashes, h)
	}
	slices.SortFunc(hashes, func(a, b [32]byte) int { return cmp.Compare(texts[a][0], texts[b][0]) })
	for _, h := range hashes {
		fmt.Fprintf(&out, "\n### %s\n\n```text\n%s\n```\n", strings.Join(texts[h], ", "), strings.TrimSpace(byHash[h]))
	}
	return os.WriteFile("THIRD_PARTY_NOTICES.md", out.Bytes(), 0o644) //nolint:gosec // a public document
}

func goModules() ([]dependency, error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", "./cmd/cartie")
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	seen := map[string]dependency{}
	sc := bufio.NewScanner(bytes.NewReader(b))
	for sc.Scan() {
		f := strings.Fields(sc.Text())
		if len(f) != 3 || seen[f[0]].Name != "" {
			continue
		}
		text := licenceText(f[2])
		seen[f[0]] = dependency{f[0], f[1], guess(text), text}
	}
	return sorted(seen), nil
}

func npmPackages(dir string) ([]dependency, error) {
	b, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version, License string
			Dev, Optional    bool
		}
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, err
	}
	seen := map[string]dependency{}
	for path, p := range lock.Packages {
		if path == "" || p.Dev || p.Optional {
			continue
		}
		name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
		text := licenceText(filepath.Join(dir, path))
		licence := p.License
		if licence == "" {
			licence = guess(text)
		}
		seen[name] = dependency{name, p.Version, licence, text}
	}
	return sorted(seen), nil
}

func sorted(m map[string]dependency) []dependency {
	out := make([]dependency, 0, len(m))
	for _, d := range m {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b dependency) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func licenceText(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		n := strings.ToLower(e.Name())
		if e.IsDir() || !strings.HasPrefix(n, "licen") && !strings.HasPrefix(n, "copying") {
			continue
		}
		if b, err := os.ReadFile(filepath.Join(dir, e.Name())); err == nil { //nolint:gosec // our own dependencies
			return string(b)
		}
	}
	return ""
}

func guess(text string) string {
	for _, l := range []struct{ mark, name string }{
		{"Apache License", "Apache-2.0"}, {"Mozilla Public License", "MPL-2.0"}, {"SIL OPEN FONT", "OFL-1.1"},
		{"Permission is hereby granted, free of charge", "MIT"}, {"ISC License", "ISC"},
		{"Redistribution and use in source and binary forms", "BSD"}, {"Permission to use, copy, modify, and/or distribute", "ISC"},
		{"This is free and unencumbered", "Unlicense"},
	} {
		if strings.Contains(text, l.mark) {
			return l.name
		}
	}
	return "see the project"
}
