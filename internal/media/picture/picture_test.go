package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"

	"cartie/internal/platform/errs"
)

var (
	red   = color.RGBA{255, 0, 0, 255}
	green = color.RGBA{0, 255, 0, 255}
	blue  = color.RGBA{0, 0, 255, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// quarters is an image whose corners are red, green, blue and white, row by row.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, [2][2]color.RGBA{{red, green}, {blue, white}}[y*2/h][x*2/w])
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, frames ...image.Image) []byte {
	t.Helper()
	g := &gif.GIF{}
	for _, f := range frames {
		p := image.NewPaletted(f.Bounds(), palette.Plan9)
		for y := range f.Bounds().Dy() {
			for x := range f.Bounds().Dx() {
				p.Set(x, y, f.At(x, y))
			}
		}
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// One pixel each, lossy and lossless.
const (
	webpLossy    = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
	webpLossless = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
)

// withEXIF puts an EXIF segment with the orientation behind the start of a JPEG.
func withEXIF(plain []byte, order binary.AppendByteOrder, mark string, value uint16) []byte {
	tiff := []byte(mark)
	tiff = order.AppendUint32(tiff, 8) // the directory follows
	tiff = order.AppendUint16(tiff, 2) // entries
	for _, e := range [][2]uint16{{0x0100, 7}, {0x0112, value}} {
		tiff = order.AppendUint16(tiff, e[0])
		tiff = order.AppendUint16(tiff, 3) // SHORT
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, e[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	tiff = order.AppendUint32(tiff, 0) // no further directory
	payload := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, plain[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(payload)+2))
	out = append(out, payload...)
	return append(out, plain[2:]...)
}

// pngClaiming is a PNG header of that size with no pixels behind it.
func pngClaiming(w, h uint32, depth byte) []byte {
	ihdr := []byte("IHDR")
	ihdr = binary.BigEndian.AppendUint32(ihdr, w)
	ihdr = binary.BigEndian.AppendUint32(ihdr, h)
	ihdr = append(ihdr, depth, 6, 0, 0, 0) // RGB with alpha
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, ihdr...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(ihdr))
}

func TestProbe(t *testing.T) {
	img := quarters(40, 20)
	for name, c := range map[string]struct {
		in   []byte
		want Info
	}{
		"jpeg":          {asJPEG(t, img), Info{"image/jpeg", 40, 20, 800}},
		"jpeg sideways": {withEXIF(asJPEG(t, img), binary.LittleEndian, "II*\x00", 6), Info{"image/jpeg", 20, 40, 800}},
		"png":           {asPNG(t, img), Info{"image/png", 40, 20, 800}},
		"gif":           {asGIF(t, img, img), Info{"image/gif", 40, 20, 800}},
		"webp lossy":    {decode64(t, webpLossy), Info{"image/webp", 1, 1, 1}},
		"webp lossless": {decode64(t, webpLossless), Info{"image/webp", 1, 1, 1}},
		"at the limit":  {pngClaiming(10_000, 5_000, 8), Info{"image/png", 10_000, 5_000, MaxPixels}},
	} {
		got, err := Probe(bytes.NewReader(c.in))
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}

func TestProbeRefuses(t *testing.T) {
	long := append([]byte{0xFF, 0xD8}, bytes.Repeat(append([]byte{0xFF, 0xE2, 0xFF, 0xFF}, make([]byte, 0xFFFD)...), 100)...)
	for name, c := range map[string]struct {
		in   []byte
		want errs.Kind
	}{
		"bomb":                {pngClaiming(60_000, 60_000, 8), errs.KindTooLarge},
		"one row too many":    {pngClaiming(10_000, 5_001, 8), errs.KindTooLarge},
		"no pixels":           {pngClaiming(0, 10, 8), errs.KindInvalid},
		"nothing":             {nil, errs.KindInvalid},
		"text":                {[]byte("hello"), errs.KindInvalid},
		"svg":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`), errs.KindInvalid},
		"cut":                 {asJPEG(t, quarters(8, 8))[:30], errs.KindInvalid},
		"size behind 6.5 MiB": {append(long, asJPEG(t, quarters(8, 8))[2:]...), errs.KindInvalid},
	} {
		if got, err := Probe(bytes.NewReader(c.in)); !errs.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	close := func(x uint32, y uint8) bool { d := int(x>>8) - int(y); return d > -40 && d < 40 }
	return close(r, b.R) && close(g, b.G) && close(bl, b.B)
}

func wantCorners(t *testing.T, raw []byte, w, h int, want [4]color.RGBA) {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, w, h) {
		t.Fatalf("the JPEG is %v, not %d x %d", img.Bounds(), w, h)
	}
	for i, p := range []image.Point{{w / 8, h / 8}, {w - 1 - w/8, h / 8}, {w / 8, h - 1 - h/8}, {w - 1 - w/8, h - 1 - h/8}} {
		if got := img.At(p.X, p.Y); !near(got, want[i]) {
			t.Errorf("at %v: %v, want %v", p, got, want[i])
		}
	}
}

func TestThumbnailOfEveryFormat(t *testing.T) {
	img := quarters(400, 200)
	plain := [4]color.RGBA{red, green, blue, white}
	for name, in := range map[string][]byte{
		"jpeg": asJPEG(t, img), "png": asPNG(t, img), "gif": asGIF(t, img, image.NewRGBA(img.Bounds())),
	} {
		raw, w, h, err := Thumbnail(bytes.NewReader(in), 64)
		if err != nil || w != 64 || h != 32 {
			t.Fatalf("%s: %d x %d, %v", name, w, h, err)
		}
		wantCorners(t, raw, 64, 32, plain)
	}
	for name, s := range map[string]string{"lossy": webpLossy, "lossless": webpLossless} {
		if _, w, h, err := Thumbnail(bytes.NewReader(decode64(t, s)), 64); err != nil || w != 1 || h != 1 {
			t.Errorf("webp %s: %d x %d, %v", name, w, h, err)
		}
	}
}

func TestThumbnailStandsUpright(t *testing.T) {
	plain := asJPEG(t, quarters(400, 200))
	for value, want := range map[uint16][4]color.RGBA{
		1: {red, green, blue, white},
		2: {green, red, white, blue},
		3: {white, blue, green, red},
		4: {blue, white, red, green},
		5: {red, blue, green, white},
		6: {blue, red, white, green},
		7: {white, green, blue, red},
		8: {green, white, red, blue},
		9: {red, green, blue, white}, // no such orientation
	} {
		for mark, order := range map[string]binary.AppendByteOrder{"II*\x00": binary.LittleEndian, "MM\x00*": binary.BigEndian} {
			w, h := 64, 32
			if value >= 5 && value <= 8 {
				w, h = h, w
			}
			raw, gw, gh, err := Thumbnail(bytes.NewReader(withEXIF(plain, order, mark, value)), 64)
			if err != nil || gw != w || gh != h {
				t.Fatalf("orientation %d: %d x %d, %v", value, gw, gh, err)
			}
			wantCorners(t, raw, w, h, want)
		}
	}
}

func TestThumbnailSizes(t *testing.T) {
	for _, c := range []struct{ w, h, side, wantW, wantH int }{
		{10, 20, 64, 10, 20}, // never enlarged
		{64, 64, 64, 64, 64},
		{65, 10, 64, 64, 10},
		{1000, 1, 64, 64, 1}, // a side is never nothing
		{3, 900, 90, 1, 90},
		{300, 299, 1, 1, 1},
	} {
		_, w, h, err := Thumbnail(bytes.NewReader(asPNG(t, quarters(c.w, c.h))), c.side)
		if err != nil || w != c.wantW || h != c.wantH {
			t.Errorf("%d x %d to %d: %d x %d, %v", c.w, c.h, c.side, w, h, err)
		}
	}
}

func TestTransparentBecomesWhite(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 32, 32)) // black, fully transparent
	raw, _, _, err := Thumbnail(bytes.NewReader(asPNG(t, img)), 16)
	if err != nil {
		t.Fatal(err)
	}
	wantCorners(t, raw, 16, 16, [4]color.RGBA{white, white, white, white})
}

func TestFineLinesAreAveraged(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 640, 640))
	for y := range 640 {
		for x := range 640 {
			img.SetGray(x, y, color.Gray{Y: uint8(255 * (x % 2))})
		}
	}
	raw, _, _, err := Thumbnail(bytes.NewReader(asPNG(t, img)), 64)
	if err != nil {
		t.Fatal(err)
	}
	grey := color.RGBA{128, 128, 128, 255}
	wantCorners(t, raw, 64, 64, [4]color.RGBA{grey, grey, grey, grey})
}

func TestThumbnailRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   io.Reader
		want errs.Kind
	}{
		"bomb":         {bytes.NewReader(pngClaiming(60_000, 60_000, 8)), errs.KindTooLarge},
		"huge file":    {io.MultiReader(bytes.NewReader(asPNG(t, quarters(8, 8))), io.LimitReader(zeros{}, MaxFile)), errs.KindTooLarge},
		"no pixels in": {bytes.NewReader(pngClaiming(8, 8, 8)), errs.KindInvalid},
		"text":         {bytes.NewReader([]byte("hello")), errs.KindInvalid},
	} {
		if _, _, _, err := Thumbnail(c.in, 64); !errs.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, _, err := Thumbnail(bytes.NewReader(asPNG(t, quarters(8, 8))), 0); err == nil {
		t.Error("a thumbnail of nothing")
	}
}

func TestProgressiveJPEGCountsItsCoefficients(t *testing.T) {
	plain := asJPEG(t, quarters(16, 16))
	at := bytes.Index(plain, []byte{0xFF, 0xC0})
	big := bytes.Clone(plain)
	big[at+1] = 0xC2 // progressive
	binary.BigEndian.PutUint16(big[at+5:], 6000)
	binary.BigEndian.PutUint16(big[at+7:], 6000)
	if _, err := Probe(bytes.NewReader(big)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := Thumbnail(bytes.NewReader(big), 64); !errs.Is(err, errs.KindTooLarge) {
		t.Errorf("36 megapixels of coefficients: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
