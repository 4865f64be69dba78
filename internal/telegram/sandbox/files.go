package sandbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	_ "image/gif" // formats a photo may have
	_ "image/jpeg"
	_ "image/png"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	_ "golang.org/x/image/webp" // stickers and photos
)

// blob is the content of a file, kept once however often it is sent.
type blob struct {
	ID     int64
	Unique string
	Size   int64
	Kind   string // photo, video and so on: how it was first sent
	Name   string
	Mime   string
	Width  int
	Height int
	Emoji  string  // of a sticker of the sandbox's set
	Small  []int64 // smaller sizes of a photo, largest first; nil until made
	data   []byte  // nil if the content is on disk
}

// fileStore keeps blobs in memory, or in a folder beside the state file.
type fileStore struct {
	mu     sync.Mutex
	dir    string
	last   int64
	seq    int64 // makes every sending's file_id different
	blobs  map[int64]*blob
	byHash map[string]int64
	linked map[string]int64 // bot and file_path given out by getFile → blob
}

func newFileStore(stateFile string) *fileStore {
	fs := &fileStore{blobs: map[int64]*blob{}, byHash: map[string]int64{}, linked: map[string]int64{}}
	if stateFile != "" {
		fs.dir = stateFile + ".files"
	}
	return fs
}

// add stores an upload; the same content under the same kind is one blob.
func (fs *fileStore) add(kind string, u *upload) (*blob, error) {
	sum := sha256.Sum256(append([]byte(kind+"\x00"), u.data...))
	key := base64.RawURLEncoding.EncodeToString(sum[:])
	fs.mu.Lock()
	if id, ok := fs.byHash[key]; ok {
		defer fs.mu.Unlock()
		return fs.blobs[id], nil
	}
	fs.last++
	id := fs.last
	fs.mu.Unlock()

	b := &blob{ID: id, Unique: key, Size: int64(len(u.data)), Kind: kind, Name: u.name, Mime: mimeOf(u)}
	if cfg, _, err := image.DecodeConfig(bytes.NewReader(u.data)); err == nil {
		b.Width, b.Height = cfg.Width, cfg.Height
	}
	if fs.dir == "" {
		b.data = u.data
	} else {
		if err := os.MkdirAll(fs.dir, 0o700); err != nil {
			return nil, fmt.Errorf("sandbox: media folder: %w", err)
		}
		if err := os.WriteFile(fs.path(id), u.data, 0o600); err != nil {
			return nil, fmt.Errorf("sandbox: keep a file: %w", err)
		}
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if first, ok := fs.byHash[key]; ok { // another upload of it was quicker
		return fs.blobs[first], nil
	}
	fs.blobs[id], fs.byHash[key] = b, id
	return b, nil
}

func (fs *fileStore) path(id int64) string { return filepath.Join(fs.dir, strconv.FormatInt(id, 10)) }

func (fs *fileStore) get(id int64) *blob {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.blobs[id]
}

func (fs *fileStore) content(b *blob) ([]byte, error) {
	if b.data != nil {
		return b.data, nil
	}
	return os.ReadFile(fs.path(b.ID))
}

// file names a blob for a new message: a new file_id, the same file_unique_id.
func (fs *fileStore) file(b *blob) File {
	fs.mu.Lock()
	fs.seq++
	seq := fs.seq
	fs.mu.Unlock()
	return File{FileID: fileID(0, b.ID, seq), FileUniqueID: "AQAD" + b.Unique[:12], FileSize: b.Size}
}

// fileID packs bot, blob and sending; the checksum makes a shortened or mixed-up id invalid.
func fileID(bot, blob, seq int64) string {
	var raw [28]byte
	binary.BigEndian.PutUint64(raw[0:], uint64(bot))
	binary.BigEndian.PutUint64(raw[8:], uint64(blob))
	binary.BigEndian.PutUint64(raw[16:], uint64(seq))
	binary.BigEndian.PutUint32(raw[24:], crc32.ChecksumIEEE(raw[:24]))
	return "AgAC" + base64.RawURLEncoding.EncodeToString(raw[:])
}

func parseFileID(id string) (bot, blob, seq int64, ok bool) {
	rest, found := strings.CutPrefix(id, "AgAC")
	raw, err := base64.RawURLEncoding.DecodeString(rest)
	if !found || err != nil || len(raw) != 28 || crc32.ChecksumIEEE(raw[:24]) != binary.BigEndian.Uint32(raw[24:]) {
		return 0, 0, 0, false
	}
	return int64(binary.BigEndian.Uint64(raw)), int64(binary.BigEndian.Uint64(raw[8:])), int64(binary.BigEndian.Uint64(raw[16:])), true
}

// readdress writes a file_id for another bot.
func readdress(id string, bot int64) string {
	_, blob, seq, ok := parseFileID(id)
	if !ok {
		return id
	}
	return fileID(bot, blob, seq)
}

// resolve finds the file a bot names: an upload, attach://name, a file_id of its own, or a URL.
func (s *Server) resolve(ctx context.Context, b *bot, c *call, part, value, kind string) (*blob, *apiError) {
	limit := maxUpload
	if kind == "photo" {
		limit = maxPhoto
	}
	up := c.files[part]
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		if up = c.files[name]; up == nil {
			return nil, badRequest("file attached under the name %q was not found", name)
		}
	}
	if up == nil && (strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://")) {
		if s.opt.Fetch == nil {
			return nil, badRequest("failed to get HTTP URL content")
		}
		data, kind, err := s.opt.Fetch(ctx, value)
		if err != nil || len(data) == 0 {
			return nil, badRequest("failed to get HTTP URL content")
		}
		up = &upload{name: path.Base(value), mime: kind, data: data}
	}
	if up == nil {
		owner, id, _, ok := parseFileID(value)
		found := s.files.get(id)
		if !ok || owner != b.ID || found == nil {
			return nil, badRequest("wrong file identifier/HTTP URL specified")
		}
		if kind == "photo" && found.Kind != "photo" || kind == "sticker" && found.Kind != "sticker" {
			return nil, badRequest("type of file mismatch")
		}
		return found, nil
	}
	if len(up.data) > limit {
		if kind == "photo" {
			return nil, badRequest("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(up.data), limit)
		}
		return nil, &apiError{Code: 413, Text: "Request Entity Too Large"}
	}
	if kind == "photo" {
		if err := checkPhoto(up); err != nil {
			return nil, err
		}
	}
	stored, err := s.files.add(kind, up)
	if err != nil {
		s.log.Error("sandbox: keep file", "error", err)
		return nil, &apiError{Code: 500, Text: "Internal Server Error"}
	}
	return stored, nil
}

func checkPhoto(u *upload) *apiError {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(u.data))
	if err != nil {
		return badRequest("IMAGE_PROCESS_FAILED")
	}
	w, h := cfg.Width, cfg.Height
	if w < 1 || h < 1 || w+h > 10000 || w > 20*h || h > 20*w {
		return badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	return nil
}

func mimeOf(u *upload) string {
	kind, _, _ := mime.ParseMediaType(u.mime)
	if kind == "" || kind == "application/octet-stream" {
		if byName := mime.TypeByExtension(strings.ToLower(path.Ext(u.name))); byName != "" {
			kind, _, _ = mime.ParseMediaType(byName)
		} else {
			kind, _, _ = mime.ParseMediaType(http.DetectContentType(u.data))
		}
	}
	return kind
}

// link is the file_path of a blob.
func (b *blob) link() string {
	folder, ext := "documents", path.Ext(b.Name)
	switch b.Kind {
	case "photo", "video", "animation", "sticker", "voice":
		folder = b.Kind + "s"
		if b.Kind == "voice" {
			folder = "voice"
		}
	case "audio":
		folder = "music"
	case "video_note":
		folder = "video_notes"
	}
	if ext == "" {
		ext = map[string]string{"photo": ".jpg", "video": ".mp4", "animation": ".mp4", "voice": ".oga", "audio": ".mp3", "video_note": ".mp4", "sticker": ".webp"}[b.Kind]
	}
	return folder + "/file_" + strconv.FormatInt(b.ID, 10) + ext
}

func (s *Server) getFile(_ *http.Request, b *bot, c *call) (any, *apiError) {
	id := c.str("file_id")
	owner, blobID, _, ok := parseFileID(id)
	found := s.files.get(blobID)
	if !ok || owner != b.ID || found == nil {
		return nil, badRequest("invalid file_id")
	}
	if found.Size > maxGetFile {
		return nil, badRequest("file is too big")
	}
	link := found.link()
	s.files.mu.Lock()
	s.files.linked[strconv.FormatInt(b.ID, 10)+"/"+link] = found.ID
	s.files.mu.Unlock()
	return struct {
		File
		FilePath string `json:"file_path"`
	}{File{FileID: id, FileUniqueID: "AQAD" + found.Unique[:12], FileSize: found.Size}, link}, nil
}

// serveFile answers /file/bot<token>/<file_path> for what the bot asked for with getFile.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, rest string) {
	token, link, _ := strings.Cut(rest, "/")
	s.mu.Lock()
	b := s.tokens[token]
	s.mu.Unlock()
	if b == nil {
		writeError(w, &apiError{Code: 401, Text: "Unauthorized"})
		return
	}
	if f := s.fault.take(b.ID, 0, "file", FaultDrop); f != nil {
		hangUp()
	}
	s.files.mu.Lock()
	found := s.files.blobs[s.files.linked[strconv.FormatInt(b.ID, 10)+"/"+link]]
	s.files.mu.Unlock()
	if found == nil {
		writeError(w, &apiError{Code: 404, Text: "Not Found"})
		return
	}
	s.serveBlob(w, r, found, "application/octet-stream")
}

// serveMedia shows a file on the page; the id is the sandbox's own.
func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request) {
	owner, id, _, ok := parseFileID(r.PathValue("id"))
	b := s.files.get(id)
	if !ok || owner != 0 || b == nil {
		http.NotFound(w, r)
		return
	}
	kind := b.Mime
	// Only what a page may show inline keeps its type: a document must not run in our origin.
	if !strings.HasPrefix(kind, "image/") && !strings.HasPrefix(kind, "video/") && !strings.HasPrefix(kind, "audio/") || kind == "image/svg+xml" {
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": b.Name}))
	}
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	s.serveBlob(w, r, b, kind)
}

func (s *Server) serveBlob(w http.ResponseWriter, r *http.Request, b *blob, kind string) {
	data, err := s.files.content(b)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", s.opt.Clock(), bytes.NewReader(data))
}
