// Package i18ntest checks that the texts of a package are complete, in one line of its tests:
//
//	func TestTexts(t *testing.T) { i18ntest.Complete(t, texts) }
package i18ntest

import (
	"io/fs"
	"testing"

	"cartie/internal/platform/i18n"
)

// Complete fails the test for each key, plural form or placeholder that a language lacks,
// and returns the texts.
func Complete(t testing.TB, sources ...fs.FS) *i18n.Texts {
	t.Helper()
	texts, err := i18n.New(sources...)
	if err != nil {
		t.Fatal(err)
	}
	for _, gap := range texts.Gaps() {
		t.Error(gap)
	}
	return texts
}
