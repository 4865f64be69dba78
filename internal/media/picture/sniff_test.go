package picture

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

func ftyp(brand string) []byte {
	return append([]byte("\x00\x00\x00\x18ftyp"+brand+"\x00\x00\x02\x00"+brand+"mp42"), make([]byte, 64)...)
}

func TestSniff(t *testing.T) {
	oggOf := func(codec string) []byte {
		page := "OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x13" + codec
		return append([]byte(page), make([]byte, 64)...)
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	if w, err := z.Create("first/part.bin"); err != nil {
		t.Fatal(err)
	} else if _, err := w.Write(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	archive := packed.Bytes()
	for name, c := range map[string]struct {
		head []byte
		file string
		mime string
		kind string
	}{
		"jpeg":          {asJPEG(t, quarters(8, 8)), "a.jpg", "image/jpeg", Photo},
		"png":           {asPNG(t, quarters(8, 8)), "a.png", "image/png", Photo},
		"webp":          {decode64(t, webpLossy), "a.webp", "image/webp", Photo},
		"gif":           {asGIF(t, quarters(8, 8)), "a.gif", "image/gif", Animation},
		"mp4":           {ftyp("isom"), "a.mp4", "video/mp4", Video},
		"m4a":           {ftyp("M4A "), "a.m4a", "audio/x-m4a", Audio},
		"m4a as mp4":    {ftyp("isom"), "a.M4A", "audio/mp4", Audio},
		"mov":           {ftyp("qt  "), "a.mov", "video/quicktime", Document},
		"mp3":           {append([]byte("ID3\x03\x00\x00\x00\x00\x00\x21"), make([]byte, 64)...), "a.mp3", "audio/mpeg", Audio},
		"voice":         {oggOf("OpusHead\x01\x01"), "voice.ogg", "audio/ogg", Voice},
		"vorbis":        {oggOf("\x01vorbis"), "a.ogg", "audio/ogg", Document},
		"pdf":           {[]byte("%PDF-1.7\n"), "a.pdf", "application/pdf", Document},
		"html as photo": {[]byte("<!DOCTYPE html><html><script>alert(1)</script></html>"), "a.jpg", "text/html", Document},
		"svg":           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "a.png", "image/svg+xml", Document},
		"xml":           {[]byte(`<?xml version="1.0"?><a/>`), "a.xml", "text/xml", Document},
		"csv by name":   {[]byte("just a line"), "cars.csv", "text/csv", Document},
		"text":          {[]byte("just a line"), "a.txt", "text/plain", Document},
		"xlsx by name":  {archive, "cars.xlsx", officeTypes[".xlsx"], Document},
		"zip":           {archive, "cars.zip", "application/zip", Document},
		"program":       {append([]byte("MZ"), make([]byte, 100)...), "a.jpg", "application/vnd.microsoft.portable-executable", Document},
		"nothing":       {nil, "", "text/plain", Document},
	} {
		mime, kind := Sniff(c.head, c.file)
		if mime != c.mime || kind != c.kind {
			t.Errorf("%s: %s, %s; want %s, %s", name, mime, kind, c.mime, c.kind)
		}
	}
}

func TestServe(t *testing.T) {
	for _, c := range []struct{ mime, name, contentType, disposition string }{
		{"image/jpeg", "car.jpg", "image/jpeg", "inline; filename=car.jpg"},
		{"video/mp4", "", "video/mp4", "inline"},
		{"application/pdf", "offer 1.pdf", "application/pdf", `attachment; filename="offer 1.pdf"`},
		{"text/html; charset=utf-8", "x.html", "application/octet-stream", "attachment; filename=x.html"},
		{"TEXT/HTML", "x.html", "application/octet-stream", "attachment; filename=x.html"},
		{"image/svg+xml", "x.svg", "application/octet-stream", "attachment; filename=x.svg"},
		{"text/xml", "x.xml", "application/octet-stream", "attachment; filename=x.xml"},
		{"application/xhtml+xml", "", "application/octet-stream", "attachment"},
		{"text/javascript", "x.js", "application/octet-stream", "attachment; filename=x.js"},
		{"", "x", "application/octet-stream", "attachment; filename=x"},
		{"image/png", "../../etc/passwd", "image/png", "inline; filename=passwd"},
		{"image/png", `C:\fake\car.png`, "image/png", "inline; filename=car.png"},
		{"image/png", "авто.png", "image/png", "inline; filename*=utf-8''%D0%B0%D0%B2%D1%82%D0%BE.png"},
		{"image/png", "a\"\r\nX-Evil: 1.png", "image/png", "inline; filename*=utf-8''a%22%0D%0AX-Evil%3A%201.png"},
	} {
		contentType, disposition := Serve(c.mime, c.name)
		if contentType != c.contentType || disposition != c.disposition {
			t.Errorf("Serve(%q, %q) = %q, %q; want %q, %q", c.mime, c.name, contentType, disposition, c.contentType, c.disposition)
		}
	}
}
