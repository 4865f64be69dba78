package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestCounts(t *testing.T) {
	counts := filepath.Join(t.TempDir(), "counts")
	for _, c := range []struct {
		name, in string
		ok       bool
		says     string
	}{
		{"green", `{"Action":"pass","Package":"p","Test":"A"}
{"Action":"skip","Package":"p","Test":"B"}
{"Action":"pass","Package":"p","Elapsed":1.5}`, true, "ok   p 1.5s"},
		{"red", `{"Action":"output","Package":"q","Test":"C","Output":"it broke\n"}
{"Action":"fail","Package":"q","Test":"C"}
{"Action":"fail","Package":"q"}`, false, "it broke"},
		{"no build", `{"Action":"fail","Package":"r"}
# r: undefined: x`, false, "undefined: x"},
	} {
		var out bytes.Buffer
		ok, err := read(strings.NewReader(c.in), &out, counts)
		if err != nil || ok != c.ok || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v %v %q", c.name, ok, err, out.String())
		}
	}
	var out bytes.Buffer
	if err := sum(&out, counts); err != nil || out.String() != "1 passed, 1 failed, 1 skipped\n" {
		t.Fatalf("%q %v", out.String(), err)
	}
}
