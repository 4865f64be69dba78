package media

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/jobs"
)

// Enqueuer inserts jobs.
type Enqueuer interface {
	Enqueue(ctx context.Context, tx *db.Tx, args jobs.Args, o jobs.Opts) error
}

// Telegram gets a file from Telegram. Its errors, and those of the reader, have kinds:
// too large; invalid, not found, forbidden, unauthorized for what another attempt cannot
// mend; all others are tried again. ctx lives until Close.
type Telegram interface {
	Fetch(ctx context.Context, ws, bot uuid.UUID, fileID string, limit int64) (io.ReadCloser, error)
}

// Attachments are told what became of a message's file. They publish media.ready.
type Attachments interface {
	AttachmentReady(ctx context.Context, tx *db.Tx, ws, attachment, media uuid.UUID) error
	AttachmentFailed(ctx context.Context, tx *db.Tx, ws, attachment uuid.UUID, tooLarge bool, reason string) error
}

// Fetch is the job that gets the file of a received message.
type Fetch struct {
	Workspace    uuid.UUID `json:"workspace"`
	Bot          uuid.UUID `json:"bot"`
	Attachment   uuid.UUID `json:"attachment"`
	FileID       string    `json:"file_id"`
	FileUniqueID string    `json:"file_unique_id"`
	FileKind     string    `json:"kind"`
	Name         string    `json:"name"`
	Mime         string    `json:"mime"`
	Size         int64     `json:"size"` // bytes, 0 when Telegram does not say
	Width        int       `json:"width"`
	Height       int       `json:"height"`
	Duration     int       `json:"duration"` // seconds
	AskedAt      time.Time `json:"asked_at"` // set by Download
}

// Kind names the job.
func (Fetch) Kind() string { return "media_fetch" }

const (
	// fetchTime bounds one download: 20 MB at a slow 100 kB/s.
	fetchTime = 4 * time.Minute
	// giveUpAfter is before the last of the queue's 12 attempts, some 11 hours after the
	// first: that attempt tells the attachment instead of leaving it pending.
	giveUpAfter = 9 * time.Hour
)

// Download asks for the file in the unit that keeps the message.
func (s *Service) Download(ctx context.Context, tx *db.Tx, f Fetch) error {
	f.AskedAt = s.clock.Now()
	return s.Jobs.Enqueue(ctx, tx, f, jobs.Opts{})
}

// RegisterJobs says how the slice's jobs are worked.
func (s *Service) RegisterJobs(r *jobs.Registry, telegram Telegram, attachments Attachments) {
	fetcher := &fetcher{s, telegram, attachments}
	jobs.Register(r, fetcher.work)
}

type fetcher struct {
	*Service
	telegram    Telegram
	attachments Attachments
}

func (f *fetcher) work(ctx context.Context, a Fetch) error {
	if a.Size > FetchLimit {
		return f.failed(ctx, a, tooLarge(FetchLimit))
	}
	m, ok, err := byUniqueID(ctx, f.db.Read(), a.Workspace, a.FileUniqueID)
	if err != nil {
		return err
	}
	if ok {
		return f.ready(ctx, a, func(context.Context, *db.Tx) (Media, error) { return m, nil })
	}
	content, err := f.download(ctx, a)
	if err != nil {
		return f.failed(ctx, a, err)
	}
	defer content.close()
	m, err = f.prepare(ctx, a.Workspace, a.Name, content, Hint{a.FileKind, a.Mime, a.Width, a.Height, a.Duration})
	if err != nil {
		return f.failed(ctx, a, errs.Unavailable("The file could not be stored.").Because(err))
	}
	return f.ready(ctx, a, func(ctx context.Context, tx *db.Tx) (Media, error) { return upsert(ctx, tx, m) })
}

func (f *fetcher) download(ctx context.Context, a Fetch) (*spooled, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	r, err := f.telegram.Fetch(ctx, a.Workspace, a.Bot, a.FileID, FetchLimit)
	if err != nil {
		return nil, errs.Wrap(err, "getting a file from Telegram")
	}
	defer r.Close()
	return spool(ctx, f.temp, r, FetchLimit)
}

// ready connects the file to its message, and its id to the bot: sent back, the file
// needs no upload.
func (f *fetcher) ready(ctx context.Context, a Fetch, row func(context.Context, *db.Tx) (Media, error)) error {
	err := f.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := row(ctx, tx)
		if err != nil {
			return err
		}
		f.KeepFileID(ctx, tx, a.Workspace, a.Bot, m.ID, a.FileKind, a.FileID, a.FileUniqueID)
		return f.attachments.AttachmentReady(ctx, tx, a.Workspace, a.Attachment, m.ID)
	})
	return gone(err)
}

// failed decides what an error means: too large and what cannot be mended are told to the
// attachment at once, the rest when trying has taken too long.
func (f *fetcher) failed(ctx context.Context, a Fetch, cause error) error {
	kind := errs.KindOf(cause)
	switch kind {
	case errs.KindTooLarge, errs.KindInvalid, errs.KindNotFound, errs.KindForbidden, errs.KindUnauthorized:
	default:
		if ctx.Err() != nil || f.clock.Now().Sub(a.AskedAt) < giveUpAfter {
			return cause
		}
	}
	reason := "The file could not be fetched from Telegram."
	if e := errs.As(cause); e != nil {
		reason = e.Message
	}
	err := f.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return f.attachments.AttachmentFailed(ctx, tx, a.Workspace, a.Attachment, kind == errs.KindTooLarge, reason)
	})
	if err != nil {
		return gone(err)
	}
	if kind == errs.KindTooLarge {
		return nil // that was to be expected
	}
	return jobs.Discard(cause)
}

// gone ends the job of an attachment that no longer exists.
func gone(err error) error {
	if errs.Is(err, errs.KindNotFound) {
		return jobs.Discard(err)
	}
	return err
}
