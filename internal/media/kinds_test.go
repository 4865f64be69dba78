package media

import (
	"encoding/binary"
	"strings"
	"testing"

	"cartie/internal/platform/db/dbtest"
)

var (
	mp4  = append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2"), make([]byte, 64)...)
	m4a  = append([]byte("\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42"), make([]byte, 64)...)
	gzip = append([]byte("\x1f\x8b\x08\x00"), make([]byte, 32)...)
)

func TestDescribe(t *testing.T) {
	speech := opusFile(7, 48_000*3)
	for _, c := range []struct {
		name       string
		head       []byte
		file       string
		hint       Hint
		mime, kind string
	}{
		{"opus is a voice", speech, "voice.ogg", Hint{}, "audio/ogg", "voice"},
		{"opus asked for as voice", speech, "blob", Hint{Kind: "voice", Mime: "audio/ogg; codecs=opus"}, "audio/ogg", "voice"},
		{"sound recorded in an mp4", mp4, "voice.mp4", Hint{Kind: "voice", Mime: "audio/mp4;codecs=mp4a"}, "audio/mp4", "voice"},
		{"sound recorded in an m4a", m4a, "voice.m4a", Hint{Kind: "voice", Mime: "audio/mp4"}, "audio/x-m4a", "voice"},
		{"a film is no voice", mp4, "v.mp4", Hint{Kind: "voice", Mime: "video/mp4"}, "video/mp4", "document"},
		{"a film", mp4, "v.mp4", Hint{}, "video/mp4", "video"},
		{"a round film", mp4, "v.mp4", Hint{Kind: "video_note"}, "video/mp4", "video_note"},
		{"a page is no photo", []byte("<!doctype html><script>1</script>"), "a.png", Hint{Kind: "photo", Mime: "image/png"}, "text/html", "document"},
		{"a drawing is no photo", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "a.svg", Hint{Kind: "photo"}, "image/svg+xml", "document"},
		{"a zipped animation", gzip, "", Hint{Kind: "sticker", Mime: "application/x-tgsticker"}, "application/x-tgsticker", "sticker"},
		{"a zip is no sticker", gzip, "", Hint{Kind: "sticker"}, "application/gzip", "document"},
		{"any file as a document", speech, "", Hint{Kind: "document"}, "audio/ogg", "document"},
	} {
		mime, kind := describe(c.head, c.file, c.hint)
		if mime != c.mime || kind != c.kind {
			t.Errorf("%s: %s %s", c.name, mime, kind)
		}
	}
}

func TestPicturesThatAreNoPhotos(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	if m := w.store("strip.png", pngOf(t, 2100, 100), Hint{Kind: "photo"}); m.Kind != "document" || !m.HasThumb {
		t.Errorf("21 to 1: %+v", m)
	}
	whole := pngOf(t, 300, 300)
	if m := w.store("torn.png", whole[:len(whole)/2], Hint{Kind: "photo"}); m.Kind != "document" || m.HasThumb || m.Width != 300 {
		t.Errorf("torn: %+v", m)
	}
	if m := w.store("head.png", whole[:10], Hint{Kind: "photo", Width: -4, Height: 1 << 30}); m.Kind != "document" || m.Width != 0 || m.Height != 0 {
		t.Errorf("only a head: %+v", m)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		"../..":                              "",
		`..\..\etc\passwd`:                   "passwd",
		"a/b/Договір.pdf":                    "Договір.pdf",
		"x\x00\r\n\".pdf":                    "x\".pdf",
		"photo\u202egpj.exe":                 "photogpj.exe",
		"bad\xff.txt":                        "bad.txt",
		strings.Repeat("я", 300) + ".pdf":    strings.Repeat("я", 196) + ".pdf",
		"a." + strings.Repeat("longext", 50): ("a." + strings.Repeat("longext", 50))[:200],
	} {
		if got := cleanName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := downloadName(Media{Kind: "voice", Mime: "audio/ogg"}); !strings.HasPrefix(got, "voice.o") {
		t.Errorf("a file without a name: %q", got)
	}
}

// oggPage is a page with one packet.
func oggPage(serial uint32, granule int64, packet string) []byte {
	p := append([]byte("OggS\x00\x00"), make([]byte, 20)...)
	binary.LittleEndian.PutUint64(p[6:], uint64(granule))
	binary.LittleEndian.PutUint32(p[14:], serial)
	p = append(p, 1, byte(len(packet)))
	return append(p, packet...)
}

// opusFile sounds for the granules, after 312 that a decoder skips.
func opusFile(serial uint32, granules int64) []byte {
	f := oggPage(serial, 0, "OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00")
	f = append(f, oggPage(serial, 0, "OpusTags\x00\x00\x00\x00\x00\x00\x00\x00")...)
	f = append(f, oggPage(serial, 960, "sound")...)
	return append(f, oggPage(serial, granules+312, "sound that spells OggS")...)
}

func TestOpusDuration(t *testing.T) {
	whole := opusFile(7, 48_000*3)
	for name, c := range map[string]struct {
		head, tail []byte
		want       int
	}{
		"three seconds":           {whole, whole, 3},
		"rounded":                 {whole, opusFile(7, 48_000*2+24_000), 3},
		"a click":                 {whole, opusFile(7, 100), 1},
		"a page that ends none":   {whole, append(opusFile(7, 48_000*5), oggPage(7, -1, "x")...), 5},
		"another stream behind":   {whole, append(opusFile(7, 48_000*5), oggPage(8, 1<<40, "x")...), 5},
		"nothing but the skipped": {whole, opusFile(7, 0), 0},
		"absurd":                  {whole, opusFile(7, 1<<60), 0},
		"no tail":                 {whole, []byte("OggS"), 0},
		"not opus":                {[]byte("OggS\x00" + strings.Repeat("vorbis", 9)), whole, 0},
		"not ogg":                 {[]byte("RIFF"), whole, 0},
	} {
		if got := opusDuration(c.head, c.tail); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
	w := newWorld(t, dbtest.SQLite(t))
	if m := w.store("v.ogg", whole, Hint{Kind: "voice", Duration: 99}); m.Duration != 3 {
		t.Errorf("the content knows better than its sender: %+v", m)
	}
}

func FuzzOpusDuration(f *testing.F) {
	whole := opusFile(7, 48_000*3)
	f.Add(whole, whole)
	f.Add(whole[:40], whole[60:])
	f.Add(whole, []byte("OggSOggSOggS"))
	f.Add([]byte("OggSOpusHead"), []byte{})
	f.Fuzz(func(t *testing.T, head, tail []byte) {
		if s := opusDuration(head, tail); s < 0 || s > maxDuration {
			t.Fatalf("%d seconds", s)
		}
	})
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"a.pdf", "../x", "\x00", strings.Repeat("я", 300) + ".pdf", "...."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := cleanName(in)
		if strings.ContainsAny(got, "/\\\x00\r\n") || got == ".." || len([]rune(got)) > maxName || cleanName(got) != got {
			t.Fatalf("%q became %q", in, got)
		}
	})
}
