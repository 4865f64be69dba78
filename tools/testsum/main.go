// Command testsum reads `go test -json` from its input, prints what failed in full and
// one line for each package, and appends the counts to a file:
//
//	go test -json ./... | testsum -to counts
//	testsum -total counts        prints "N passed, N failed, N skipped"
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

func main() {
	to := flag.String("to", "", "append the counts to this file")
	total := flag.String("total", "", "print the sum of the counts in this file")
	flag.Parse()
	if *total != "" {
		if err := sum(os.Stdout, *total); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	ok, err := read(os.Stdin, os.Stdout, *to)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func read(in io.Reader, out io.Writer, to string) (bool, error) {
	output := map[string]*strings.Builder{}
	var passed, failed, skipped int
	ok := true
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 1<<20), 64<<20)
	for sc.Scan() {
		var e event
		if json.Unmarshal(sc.Bytes(), &e) != nil {
			fmt.Fprintln(out, sc.Text()) // a build error is not JSON
			continue
		}
		key := e.Package + "\x00" + e.Test
		if e.Action == "output" || e.Action == "build-output" {
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
			continue
		}
		text := ""
		if b := output[key]; b != nil {
			text = b.String()
		}
		switch e.Action {
		case "build-fail":
			ok = false
			fmt.Fprint(out, text)
		case "fail":
			ok = false
			fmt.Fprint(out, text)
			if e.Test != "" {
				failed++
			} else {
				fmt.Fprintf(out, "FAIL %s %.1fs\n", e.Package, e.Elapsed)
			}
		case "pass":
			if e.Test != "" {
				passed++
			} else {
				fmt.Fprintf(out, "ok   %s %.1fs\n", e.Package, e.Elapsed)
			}
		case "skip":
			if e.Test != "" {
				skipped++
				fmt.Fprint(out, text)
			}
		default:
			continue
		}
		delete(output, key)
	}
	if err := sc.Err(); err != nil {
		return false, err
	}
	if to == "" {
		return ok, nil
	}
	f, err := os.OpenFile(to, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return false, err
	}
	_, err = fmt.Fprintln(f, passed, failed, skipped)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return ok, err
}

func sum(out io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var passed, failed, skipped int
	for {
		var p, x, s int
		if _, err := fmt.Fscan(f, &p, &x, &s); err != nil {
			break
		}
		passed, failed, skipped = passed+p, failed+x, skipped+s
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	return nil
}
