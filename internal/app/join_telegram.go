package app

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/lease"
	"cartie/internal/telegram"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
	"cartie/internal/workspace"
)

// companiesOfTelegram says when a company's people answer.
type companiesOfTelegram struct{ *workspace.Companies }

func (j companiesOfTelegram) Company(ctx context.Context, q db.Querier, ws uuid.UUID) (intake.Company, bool, error) {
	w, err := j.Get(ctx, q, ws)
	return intake.Company{Name: w.Name, Language: w.Language, Open: w.Open}, w.IsActive, err
}

// membersOfTelegram knows who has linked which Telegram account.
type membersOfTelegram struct{ *account.Service }

func (j membersOfTelegram) TelegramOf(ctx context.Context, q db.Querier, ws, user uuid.UUID) (int64, bool, error) {
	list, err := j.TelegramChats(ctx, q, ws, []uuid.UUID{user})
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	return list[0].ChatID, true, nil
}

// linksOfIntake joins a Telegram account to a member.
type linksOfIntake struct{ *account.Service }

func (j linksOfIntake) ConsumeTelegramLink(ctx context.Context, tx *db.Tx, b intake.Bot, payload string, p intake.Person, chatID int64) (bool, error) {
	_, ok, err := j.Service.ConsumeTelegramLink(ctx, tx, b.WorkspaceID, payload, account.TelegramPerson{
		BotID: b.ID, UserID: p.TelegramID, ChatID: chatID, Username: p.Username,
	})
	return ok, err
}

// mediaOfIntake has the files of a message fetched later.
type mediaOfIntake struct {
	*media.Service
	inbox *inbox.Service
}

func (j mediaOfIntake) Download(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, attachments []uuid.UUID) error {
	files, err := j.inbox.PendingFiles(ctx, tx, ws, attachments)
	if err != nil {
		return err
	}
	for _, f := range files {
		err := j.Service.Download(ctx, tx, media.Fetch{
			Workspace: ws, Bot: bot, Attachment: f.ID, FileID: f.FileID, FileUniqueID: f.FileUniqueID, FileKind: f.Kind,
			Name: f.Name, Mime: f.Mime, Size: f.Size, Width: f.Width, Height: f.Height, Duration: f.Duration,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// filesOfTelegram fetches what customers sent.
type filesOfTelegram struct {
	bots *telegram.Service
	api  *botapi.Client
}

func (j filesOfTelegram) Fetch(ctx context.Context, ws, bot uuid.UUID, fileID string, limit int64) (io.ReadCloser, error) {
	token, err := j.bots.Token(ctx, ws, bot)
	if err != nil {
		return nil, err
	}
	info, err := j.api.GetFile(ctx, token, fileID)
	if err != nil {
		return nil, kindOfTelegram(err)
	}
	body, err := j.api.Download(ctx, token, info.Path, limit)
	if err != nil {
		return nil, kindOfTelegram(err)
	}
	return telegramReader{body}, nil
}

type telegramReader struct{ io.ReadCloser }

func (r telegramReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = kindOfTelegram(err)
	}
	return n, err
}

// kindOfTelegram says in our own kinds what the Bot API said.
func kindOfTelegram(err error) error {
	var e *botapi.Error
	if !errors.As(err, &e) {
		return errs.Unavailable("Telegram does not answer at the moment.").Because(err)
	}
	said := "Telegram refused: " + e.Description
	switch e.Kind {
	case botapi.BadRequest, botapi.ChatNotFound, botapi.Blocked:
		return errs.Invalid("file", said).Because(err)
	case botapi.TooLarge:
		return errs.TooLarge(said).Because(err)
	case botapi.Unauthorized:
		return errs.Unauthorized(said).Because(err)
	case botapi.Limited:
		return errs.Limited(said, e.RetryAfter).Because(err)
	}
	return errs.Unavailable(said).Because(err)
}

// pollLeases are leases that, on SQLite, are taken from a process that is gone: the one
// that holds the file is alone.
type pollLeases struct {
	*lease.Leases
	engine db.Engine
}

func (l pollLeases) Acquire(ctx context.Context, name string, ttl time.Duration) (int64, bool, error) {
	if l.engine == db.SQLite {
		return l.TakeOver(ctx, name, ttl)
	}
	return l.Leases.Acquire(ctx, name, ttl)
}
