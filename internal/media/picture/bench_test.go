package picture

import (
	"bytes"
	"testing"
)

func BenchmarkThumbnailOf12Megapixels(b *testing.B) {
	in := asJPEG(b, quarters(4000, 3000))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := Thumbnail(bytes.NewReader(in), 320); err != nil {
			b.Fatal(err)
		}
	}
}
