package demo

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"regexp"
	"strconv"
	"testing"

	"cartie/internal/media/picture"
)

// TestPicture: each body and scene is a photo of the right size with the car's paint
// where its door is.
func TestPicture(t *testing.T) {
	for body := range outlines {
		for scene := range palettes {
			p := Picture{Body: body, Paint: cherry, Scene: scene, Plate: "AA 0000 AA"}
			im, err := jpeg.Decode(bytes.NewReader(p.JPEG()))
			if err != nil {
				t.Fatal(err)
			}
			if s := im.Bounds().Size(); s.X != pictureWidth || s.Y != pictureHeight {
				t.Fatalf("%v", s)
			}
			r, g, b, _ := im.At(600, 490).RGBA()
			if r < g*3/2 || r < b*3/2 {
				t.Errorf("body %d, scene %d: the door is not red but %d %d %d", body, scene, r>>8, g>>8, b>>8)
			}
		}
	}
}

func TestPictureLooksToTheLeft(t *testing.T) {
	lamp := func(left bool, x int) uint32 {
		im, err := jpeg.Decode(bytes.NewReader(Picture{Body: Sedan, Paint: graphite, Left: left}.JPEG()))
		if err != nil {
			t.Fatal(err)
		}
		_, g, _, _ := im.At(x, 475).RGBA()
		return g >> 8
	}
	const front = 1040
	if lamp(false, front) < 150 || lamp(true, pictureWidth-front) < 150 || lamp(true, front) > 150 {
		t.Error("the lamps are not where the car looks")
	}
}

// TestPDF: every offset of the table leads to its object.
func TestPDF(t *testing.T) {
	doc := pdf(passport("AA 0000 AA", "A", "B", "2020", "X"))
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(doc)
	if m == nil || !bytes.HasPrefix(doc, []byte("%PDF-1.4\n")) {
		t.Fatal("no PDF")
	}
	start, _ := strconv.Atoi(string(m[1]))
	offsets := regexp.MustCompile(`(\d{10}) 00000 n `).FindAllSubmatch(doc[start:], -1)
	if !bytes.HasPrefix(doc[start:], []byte("xref\n0 6\n")) || len(offsets) != 5 {
		t.Fatalf("the table is %q", doc[start:])
	}
	for i, o := range offsets {
		at, _ := strconv.Atoi(string(o[1]))
		if !bytes.HasPrefix(doc[at:], fmt.Appendf(nil, "%d 0 obj\n", i+1)) {
			t.Errorf("object %d is not at %d", i+1, at)
		}
	}
}

func TestAssets(t *testing.T) {
	for _, c := range []struct {
		name, at4, head string
		limit           int
	}{
		{"voice.ogg", "", "OggS", 15_000}, {"sticker.webp", "", "RIFF", 60_000}, {"clip.mp4", "ftyp", "", 60_000},
	} {
		data := asset(c.name)
		if len(data) > c.limit || !bytes.HasPrefix(data, []byte(c.head)) || !bytes.HasPrefix(data[4:], []byte(c.at4)) {
			t.Errorf("%s: %d bytes, begins with %q", c.name, len(data), data[:12])
		}
	}
	if !bytes.Contains(asset("voice.ogg")[:64], []byte("OpusHead")) {
		t.Error("the voice is not Opus")
	}
	if info, err := picture.Probe(bytes.NewReader(asset("sticker.webp"))); err != nil || max(info.Width, info.Height) != 512 {
		t.Errorf("the sticker: %+v, %v", info, err)
	}
}
