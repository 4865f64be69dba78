// Package media keeps files: what people upload and what customers send.
//
//	upload, Telegram ──► spool (hash, limit) ──► sniff, probe ──► blob, thumbnail ──► media row
//	browser ◄── ranges, never run ◄── blob          bot ◄── file id, or the blob once
//
// The same content is one row and one blob in a company, however often it comes. Hashing,
// image work and the blob happen before the unit; the unit writes rows only.
package media

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/media/picture"
	"cartie/internal/platform/blob"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

const (
	// UploadLimit in bytes: what a bot may send to Telegram.
	UploadLimit = 50 << 20
	// FetchLimit in bytes: what a bot may get from Telegram.
	FetchLimit = 20 << 20

	thumbSide = 640 // pixels
	// imagesAtOnce bounds decoding: each may hold picture.MaxMemory for a moment.
	imagesAtOnce = 2
)

// Media is a stored file.
type Media struct {
	WorkspaceID uuid.UUID
	ID          uuid.UUID
	SHA256      []byte `db:"sha256"`
	Mime        string // by content
	Kind        string // of the message it makes: photo, voice, document…
	Name        string // for people; empty when nobody gave one
	Size        int64  // bytes
	Width       int    // pixels, 0 when unknown
	Height      int
	Duration    int // seconds, 0 when unknown
	HasThumb    bool
	CreatedAt   time.Time
}

// URL is where a browser gets the file.
func (m Media) URL() string { return fmt.Sprintf("/api/media/%s/%s", m.WorkspaceID, m.ID) }

// ThumbURL is where a browser gets a small picture of it, "" when there is none.
func (m Media) ThumbURL() string {
	if !m.HasThumb {
		return ""
	}
	return m.URL() + "/thumb"
}

func (m Media) key() string {
	hash := hex.EncodeToString(m.SHA256)
	return m.WorkspaceID.String() + "/" + hash[:2] + "/" + hash
}

func (m Media) thumbKey() string { return m.key() + ".thumb" }

// Hint is what the sender of a file says about it. The content decides where the two
// disagree; sizes and durations are taken where the content is not looked at.
type Hint struct {
	Kind     string
	Mime     string
	Width    int
	Height   int
	Duration int // seconds
}

// Config is what the slice works with.
type Config struct {
	DB     *db.DB
	Clock  clock.Clock
	Events *events.Log
	Blobs  blob.Store
	// Temp is the folder of files on their way in; empty is the system's.
	Temp string
}

// Service is the slice's one door.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	events *events.Log
	blobs  blob.Store
	temp   string
	images chan struct{} // one slot for each image in work

	// Jobs inserts downloads. The app sets it once, before anything runs: the client is
	// built from what the slices register.
	Jobs Enqueuer
}

// New returns the service.
func New(cfg Config) *Service {
	return &Service{
		db: cfg.DB, clock: cfg.Clock, events: cfg.Events, blobs: cfg.Blobs, temp: cfg.Temp,
		images: make(chan struct{}, imagesAtOnce),
	}
}

// Store keeps the content of r, up to limit bytes. Errors: too large with the code
// "file_too_large", invalid for an empty file. What r returns as error comes back.
func (s *Service) Store(ctx context.Context, ws uuid.UUID, name string, r io.Reader, limit int64, hint Hint) (Media, error) {
	f, err := spool(ctx, s.temp, r, limit)
	if err != nil {
		return Media{}, err
	}
	defer f.close()
	return s.keep(ctx, ws, name, f, hint)
}

func (s *Service) keep(ctx context.Context, ws uuid.UUID, name string, f *spooled, hint Hint) (Media, error) {
	m, err := s.prepare(ctx, ws, name, f, hint)
	if err != nil {
		return Media{}, err
	}
	var kept Media
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if kept, err = upsert(ctx, tx, m); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, events.Event{
			WorkspaceID: ws, Kind: "audit.media.stored", SubjectType: "media", SubjectID: &kept.ID,
			Data: map[string]any{"kind": kept.Kind, "mime": kept.Mime, "size": kept.Size},
		})
	})
	return kept, err
}

// prepare looks at the content and makes its blobs durable. The row is the caller's.
func (s *Service) prepare(ctx context.Context, ws uuid.UUID, name string, f *spooled, hint Hint) (Media, error) {
	m := Media{
		WorkspaceID: ws, ID: ident.New(), SHA256: f.sha256, Name: cleanName(name), Size: f.size, CreatedAt: s.clock.Now(),
		Width: bounded(hint.Width, maxSide), Height: bounded(hint.Height, maxSide), Duration: bounded(hint.Duration, maxDuration),
	}
	m.Mime, m.Kind = describe(f.head, m.Name, hint)
	isPicture := false
	if strings.HasPrefix(m.Mime, "image/") {
		if info, err := picture.Probe(f.reader()); err == nil {
			m.Width, m.Height, isPicture = info.Width, info.Height, true
		}
		if m.Kind == picture.Photo && (!isPicture || !sendableAsPhoto(m)) {
			m.Kind = picture.Document
		}
	}
	if m.Mime == "audio/ogg" {
		tail, err := f.tail(opusTail)
		if err != nil {
			return Media{}, err
		}
		if seconds := opusDuration(f.head, tail); seconds > 0 {
			m.Duration = seconds
		}
	}
	if err := s.put(ctx, m.key(), f.reader(), f.size); err != nil {
		return Media{}, err
	}
	if !isPicture {
		return m, nil
	}
	var err error
	if m.HasThumb, err = s.makeThumb(ctx, m, f); err != nil {
		return Media{}, err
	}
	if !m.HasThumb && m.Kind == picture.Photo {
		m.Kind = picture.Document // what we cannot decode, Telegram would refuse as a photo
	}
	return m, nil
}

// put stores what is not there yet: a key names its content.
func (s *Service) put(ctx context.Context, key string, r io.Reader, size int64) error {
	if there, err := s.blobs.Stat(ctx, key); err == nil && there.Size == size {
		return nil
	}
	return errs.Wrap(s.blobs.Put(ctx, key, r, size), "storing a file")
}

// makeThumb reports false for a picture that cannot be decoded within bounds.
func (s *Service) makeThumb(ctx context.Context, m Media, f *spooled) (bool, error) {
	if _, err := s.blobs.Stat(ctx, m.thumbKey()); err == nil {
		return true, nil
	}
	select {
	case s.images <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	small, _, _, err := picture.Thumbnail(f.reader(), thumbSide)
	<-s.images
	if errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindTooLarge) {
		return false, nil
	}
	if err != nil {
		return false, errs.Wrap(err, "making a thumbnail")
	}
	return true, errs.Wrap(s.blobs.Put(ctx, m.thumbKey(), bytes.NewReader(small), int64(len(small))), "storing a thumbnail")
}

// Open returns the content; ctx must live until Close. Errors: not found, also for another
// company's id.
func (s *Service) Open(ctx context.Context, ws, id uuid.UUID) (io.ReadSeekCloser, Media, error) {
	return s.open(ctx, ws, id, Media.key)
}

func (s *Service) openThumb(ctx context.Context, ws, id uuid.UUID) (io.ReadSeekCloser, Media, error) {
	return s.open(ctx, ws, id, func(m Media) string {
		if !m.HasThumb {
			return ""
		}
		return m.thumbKey()
	})
}

func (s *Service) open(ctx context.Context, ws, id uuid.UUID, key func(Media) string) (io.ReadSeekCloser, Media, error) {
	m, err := s.Get(ctx, s.db.Read(), ws, id)
	if err != nil {
		return nil, Media{}, err
	}
	k := key(m)
	if k == "" {
		return nil, Media{}, errs.NotFound("file")
	}
	content, _, err := s.blobs.Open(ctx, k)
	if err != nil {
		return nil, Media{}, errs.Wrap(err, "opening a file")
	}
	return content, m, nil
}

// Get returns a file's row. Errors: not found.
func (s *Service) Get(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Media, error) {
	m, ok, err := db.Maybe[Media](ctx, q, qGet, ws, id)
	if err == nil && !ok {
		err = errs.NotFound("file")
	}
	return m, err
}

// FileID returns how the bot may send the file, as this kind, without an upload; false
// when it never did.
func (s *Service) FileID(ctx context.Context, q db.Querier, ws, bot, media uuid.UUID, kind string) (string, bool, error) {
	return db.Maybe[string](ctx, q, qFileID, ws, bot, media, kind)
}

// KeepFileID remembers how Telegram names the file for the bot. fileUniqueID is the same
// for all bots and empty when Telegram did not say it.
func (s *Service) KeepFileID(ctx context.Context, tx *db.Tx, ws, bot, media uuid.UUID, kind, fileID, fileUniqueID string) {
	tx.Push(ctx, qKeepFileID, ws, bot, media, kind, fileID, fileUniqueID, s.clock.Now())
}
