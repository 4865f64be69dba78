package picture

import (
	"bytes"
	"mime"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Kinds of message that Telegram makes of an upload.
const (
	Photo     = "photo"
	Video     = "video"
	Animation = "animation"
	Audio     = "audio"
	Voice     = "voice"
	Document  = "document"
	Sticker   = "sticker" // never by content alone: a WebP file is a photo until a person says so
)

// kinds by content; what is not here is a document.
var kinds = map[string]string{
	"image/jpeg":  Photo,
	"image/png":   Photo,
	"image/webp":  Photo,
	"image/gif":   Animation,
	"video/mp4":   Video,
	"audio/mpeg":  Audio,
	"audio/mp4":   Audio,
	"audio/x-m4a": Audio,
}

// SniffLen is how many bytes of a file's beginning Sniff makes use of.
const SniffLen = 3072

// Sniff tells the MIME type of a file, without parameters, and the kind of message it
// makes. The content decides; the name only tells apart what begins alike.
func Sniff(head []byte, name string) (mimeType, kind string) {
	mimeType, _, _ = strings.Cut(mimetype.Detect(head).String(), ";")
	extension := strings.ToLower(path.Ext(name))
	switch {
	case mimeType == "video/mp4" && extension == ".m4a":
		mimeType = "audio/mp4"
	case mimeType == "application/zip" && officeTypes[extension] != "":
		mimeType = officeTypes[extension]
	case mimeType == "text/plain" && extension == ".csv":
		mimeType = "text/csv"
	case (mimeType == "audio/ogg" || mimeType == "application/ogg") && bytes.Contains(head, []byte("OpusHead")):
		return "audio/ogg", Voice
	}
	if kind = kinds[mimeType]; kind == "" {
		kind = Document
	}
	return mimeType, kind
}

// officeTypes are ZIP files whose telling part may stand behind the sniffed beginning.
var officeTypes = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// inline are the types a browser may show in place: none of them can hold a script.
var inline = map[string]bool{
	"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true,
	"video/mp4": true, "video/webm": true,
	"audio/mpeg": true, "audio/mp4": true, "audio/x-m4a": true, "audio/ogg": true,
}

// harmless are further types that may keep their name when they are downloaded; all others,
// HTML, SVG and XML among them, become plain bytes.
var harmless = map[string]bool{
	"application/pdf": true, "application/zip": true, "text/plain": true, "text/csv": true,
	"image/heic": true, "image/heif": true, "image/bmp": true, "image/tiff": true, "image/avif": true,
	"video/quicktime": true, "audio/flac": true, "audio/wav": true, "audio/aac": true,
	officeTypes[".docx"]: true, officeTypes[".xlsx"]: true, officeTypes[".pptx"]: true,
}

// Serve returns Content-Type and Content-Disposition for a stored file. They hold only
// together with X-Content-Type-Options: nosniff, which the caller sets.
func Serve(mimeType, name string) (contentType, disposition string) {
	mimeType, _, _ = strings.Cut(strings.ToLower(mimeType), ";")
	mimeType = strings.TrimSpace(mimeType)
	disposition = "attachment"
	if inline[mimeType] {
		disposition = "inline"
	} else if !harmless[mimeType] {
		mimeType = "application/octet-stream"
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		return mimeType, disposition
	}
	if full := mime.FormatMediaType(disposition, map[string]string{"filename": name}); full != "" {
		disposition = full
	}
	return mimeType, disposition
}
