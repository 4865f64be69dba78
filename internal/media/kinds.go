package media

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"

	"cartie/internal/media/picture"
)

const videoNote = "video_note"

// fits says which types Telegram takes as a kind; a document may be anything.
var fits = map[string][]string{
	picture.Photo:     {"image/jpeg", "image/png", "image/webp"},
	picture.Video:     {"video/mp4"},
	videoNote:         {"video/mp4"},
	picture.Animation: {"image/gif", "video/mp4"},
	picture.Audio:     {"audio/mpeg", "audio/mp4", "audio/x-m4a"},
	picture.Voice:     {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a"},
	picture.Sticker:   {"image/webp", "video/webm", tgs},
}

const tgs = "application/x-tgsticker" // a zipped animation

// narrower are types that look like another one: a sender who says so is believed.
var narrower = map[string][]string{
	"video/mp4":        {"audio/mp4", "audio/x-m4a"}, // recorded sound in the container of films
	"application/gzip": {tgs},
}

// describe decides type and kind of a file by its first bytes and what its sender says.
func describe(head []byte, name string, hint Hint) (mime, kind string) {
	mime, kind = picture.Sniff(head, name)
	said, _, _ := strings.Cut(strings.ToLower(hint.Mime), ";")
	if said = strings.TrimSpace(said); slices.Contains(narrower[mime], said) {
		mime = said
		if strings.HasPrefix(mime, "audio/") {
			kind = picture.Audio
		}
	}
	switch {
	case hint.Kind == "":
		return mime, kind
	case slices.Contains(fits[hint.Kind], mime):
		return mime, hint.Kind
	}
	return mime, picture.Document
}

// known reports whether a person may ask for the kind.
func known(kind string) bool { return kind == "" || kind == picture.Document || fits[kind] != nil }

// sendableAsPhoto holds Telegram's limits of a photo.
func sendableAsPhoto(m Media) bool {
	return m.Size <= 10<<20 && m.Width+m.Height <= 10_000 && max(m.Width, m.Height) <= 20*min(m.Width, m.Height)
}

const (
	maxName     = 200 // characters
	maxSide     = 100_000
	maxDuration = 7 * 24 * 3600 // seconds
)

// bounded drops what no real file has.
func bounded(v, limit int) int {
	if v < 0 || v > limit {
		return 0
	}
	return v
}

// cleanName keeps the last part of a path, in characters that can be shown; of a long
// name the middle goes, not the extension.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) { // a turned name hides its extension
			return -1
		}
		return r
	}, name))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	if r := []rune(name); len(r) > maxName {
		extension := []rune(path.Ext(name))
		if len(extension) > 20 {
			extension = nil
		}
		name = strings.TrimSpace(string(r[:maxName-len(extension)]) + string(extension))
	}
	return name
}

// downloadName is the name a browser saves under.
func downloadName(m Media) string {
	if m.Name != "" {
		return m.Name
	}
	extension := ""
	if t := mimetype.Lookup(m.Mime); t != nil {
		extension = t.Extension()
	}
	return m.Kind + extension
}
