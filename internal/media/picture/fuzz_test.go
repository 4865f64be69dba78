package picture

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func FuzzProbe(f *testing.F) {
	img := quarters(8, 8)
	for _, seed := range [][]byte{
		asJPEG(f, img), asPNG(f, img), asGIF(f, img), decode64(f, webpLossy), decode64(f, webpLossless),
		withEXIF(asJPEG(f, img), binary.BigEndian, "MM\x00*", 6), pngClaiming(60_000, 60_000, 8), {},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		info, err := Probe(bytes.NewReader(in))
		if err != nil {
			return
		}
		if info.Width <= 0 || info.Height <= 0 || info.Pixels != int64(info.Width)*int64(info.Height) || info.Pixels > MaxPixels {
			t.Fatalf("%+v", info)
		}
		if info.Pixels > 1<<20 {
			return
		}
		if _, w, h, err := Thumbnail(bytes.NewReader(in), 32); err == nil && (w < 1 || h < 1 || w > 32 || h > 32) {
			t.Fatalf("thumbnail of %d x %d", w, h)
		}
	})
}

func FuzzOrientation(f *testing.F) {
	plain := asJPEG(f, quarters(8, 8))
	f.Add(plain)
	f.Add(withEXIF(plain, binary.LittleEndian, "II*\x00", 8))
	f.Add(withEXIF(plain, binary.BigEndian, "MM\x00*", 3))
	f.Fuzz(func(t *testing.T, in []byte) {
		if o := readSegments(in).orientation; o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
		if o := readOrientation(in); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
	})
}
