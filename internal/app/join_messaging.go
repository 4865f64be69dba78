package app

import (
	"context"
	"io"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/messaging"
	carrier "cartie/internal/messaging/botapi"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/jobs"
	"cartie/internal/telegram"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
)

// inboxOfMessaging is the inbox as messaging needs it.
type inboxOfMessaging struct{ *inbox.Service }

func (j inboxOfMessaging) AppendOutgoing(ctx context.Context, tx *db.Tx, o messaging.Outgoing) (messaging.Appended, error) {
	a, err := j.Service.AppendOutgoing(ctx, tx, inbox.Outbound{
		WorkspaceID: o.WorkspaceID, ConversationID: o.ConversationID, AuthorID: o.AuthorID, Origin: o.Origin,
		Content: inboxContent(o.Content),
	})
	return messaging.Appended(a), err
}

func (j inboxOfMessaging) DeliveryChanged(ctx context.Context, tx *db.Tx, ws uuid.UUID, results []messaging.Result) error {
	out := make([]inbox.DeliveryResult, len(results))
	for i, r := range results {
		out[i] = inbox.DeliveryResult{
			ConversationID: r.ConversationID, MessageID: r.MessageID, Operation: r.Operation, State: r.State,
			ErrorKind: string(r.ErrorKind), Error: r.Error, ExternalIDs: r.ExternalIDs, At: r.At, EditedAt: r.EditedAt,
			Reused: r.Reused,
		}
	}
	return j.Service.DeliveryChanged(ctx, tx, ws, out)
}

func inboxContent(c messaging.Content) inbox.Content {
	out := inbox.Content{Kind: c.Kind, Text: c.Text, ReplyToID: c.ReplyToID}
	for _, a := range c.Attachments {
		out.Attachments = append(out.Attachments, inbox.File(a))
	}
	for _, row := range c.Buttons {
		var r []inbox.Button
		for _, b := range row {
			r = append(r, inbox.Button(b))
		}
		out.Buttons = append(out.Buttons, r)
	}
	if k := c.Keyboard; k != nil {
		out.Keyboard = &inbox.Keyboard{OneTime: k.OneTime, Remove: k.Remove}
		for _, row := range k.Rows {
			var r []inbox.Key
			for _, key := range row {
				r = append(r, inbox.Key(key))
			}
			out.Keyboard.Rows = append(out.Keyboard.Rows, r)
		}
	}
	return out
}

func messagingContent(c inbox.Content) messaging.Content {
	out := messaging.Content{Kind: c.Kind, Text: c.Text, ReplyToID: c.ReplyToID, Buttons: messagingButtons(c.Buttons)}
	for _, f := range c.Attachments {
		out.Attachments = append(out.Attachments, messaging.Attachment(f))
	}
	return out
}

func messagingButtons(rows [][]inbox.Button) [][]messaging.Button {
	var out [][]messaging.Button
	for _, row := range rows {
		var r []messaging.Button
		for _, b := range row {
			r = append(r, messaging.Button(b))
		}
		out = append(out, r)
	}
	return out
}

// messagingOfInbox sends what people write.
type messagingOfInbox struct{ *messaging.Service }

func target(t inbox.Target) messaging.Target {
	return messaging.Target{
		WorkspaceID: t.WorkspaceID, ConversationID: t.ConversationID, MessageID: t.MessageID, BotID: t.BotID,
		ChatID: t.ChatID, Kind: t.Kind, ExternalIDs: t.ExternalIDs, Buttons: messagingButtons(t.Buttons), EditedAt: t.EditedAt,
	}
}

func (j messagingOfInbox) Send(ctx context.Context, tx *db.Tx, o inbox.Outbound) (uuid.UUID, error) {
	r, err := j.Service.Send(ctx, tx, messaging.SendRequest{
		WorkspaceID: o.WorkspaceID, ConversationID: o.ConversationID, AuthorID: o.AuthorID, Origin: o.Origin,
		Content: messagingContent(o.Content),
	})
	return r.MessageID, err
}

func (j messagingOfInbox) Edit(ctx context.Context, tx *db.Tx, t inbox.Target, text string) error {
	return j.Service.Edit(ctx, tx, target(t), text)
}

func (j messagingOfInbox) Delete(ctx context.Context, tx *db.Tx, t inbox.Target) error {
	return j.Service.Delete(ctx, tx, target(t))
}

func (j messagingOfInbox) Retry(ctx context.Context, tx *db.Tx, t inbox.Target) error {
	return j.Service.Retry(ctx, tx, t.WorkspaceID, t.MessageID)
}

func (j messagingOfInbox) Resolve(ctx context.Context, tx *db.Tx, t inbox.Target, arrived bool) error {
	return j.Service.Resolve(ctx, tx, t.WorkspaceID, t.MessageID, arrived)
}

// messagingOfIntake sends what the product says by itself.
type messagingOfIntake struct {
	*messaging.Service
	jobs *lateJobs
}

func (j messagingOfIntake) Send(ctx context.Context, tx *db.Tx, a intake.Answer) error {
	_, err := j.Service.Send(ctx, tx, messaging.SendRequest{
		WorkspaceID: a.WorkspaceID, ConversationID: a.ConversationID, BotID: a.BotID, ChatID: a.ChatID,
		Class: messaging.Reply, Origin: a.Origin, Content: messaging.Content{Kind: "text", Text: a.Text},
	})
	return err
}

func (j messagingOfIntake) Notice(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID int64, html string) error {
	_, err := j.Service.Send(ctx, tx, messaging.SendRequest{
		WorkspaceID: ws, BotID: bot, ChatID: chatID, Content: messaging.Content{Kind: "text", Text: html},
	})
	return err
}

func (j messagingOfIntake) AnswerCallback(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, callbackID string) error {
	return j.jobs.Enqueue(ctx, tx, answerCallback{Workspace: ws, Bot: bot, Query: callbackID}, jobs.Opts{MaxAttempts: 3})
}

// answerCallback is the job that stops the waiting mark on a pressed button.
type answerCallback struct {
	Workspace uuid.UUID `json:"workspace"`
	Bot       uuid.UUID `json:"bot"`
	Query     string    `json:"query"`
	Text      string    `json:"text,omitempty"`
}

// Kind names the job.
func (answerCallback) Kind() string { return "telegram_answer_callback" }

func (a answerCallback) work(ctx context.Context, bots *telegram.Service, api *botapi.Client) error {
	token, err := bots.Token(ctx, a.Workspace, a.Bot)
	if err != nil {
		return jobs.Discard(err)
	}
	err = api.AnswerCallbackQuery(ctx, token, a.Query, a.Text)
	if botapi.KindOf(err) == botapi.BadRequest { // too old: Telegram has stopped waiting
		return jobs.Discard(err)
	}
	return err
}

// lateJobs is the job client for slices that are made before it.
type lateJobs struct{ client *jobs.Client }

func (l *lateJobs) Enqueue(ctx context.Context, tx *db.Tx, args jobs.Args, o jobs.Opts) error {
	if l.client == nil {
		return errs.Unavailable("The server is still starting. Try again in a moment.")
	}
	return l.client.Enqueue(ctx, tx, args, o)
}

// Migrated follows a group that became a supergroup.
func (j inboxOfMessaging) Migrated(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, from, to int64) error {
	return j.Migrate(ctx, tx, ws, bot, from, to)
}

// sendersOfMessaging are the bots that may send.
type sendersOfMessaging struct{ *telegram.Service }

func (j sendersOfMessaging) Senders(ctx context.Context) ([]messaging.Sender, error) {
	list, err := j.Service.Senders(ctx)
	out := make([]messaging.Sender, len(list))
	for i, s := range list {
		out[i] = messaging.Sender(s)
	}
	return out, err
}

func (j sendersOfMessaging) TokenRefused(ctx context.Context, s messaging.Sender) error {
	return j.Service.TokenRefused(ctx, telegram.Sender(s))
}

// mediaOfCarrier opens stored files and remembers how Telegram names them.
type mediaOfCarrier struct {
	*media.Service
	db *db.DB
}

func (j mediaOfCarrier) Open(ctx context.Context, ws, id uuid.UUID) (io.ReadCloser, error) {
	f, _, err := j.Service.Open(ctx, ws, id)
	return f, err
}

func (j mediaOfCarrier) FileID(ctx context.Context, f carrier.File) (string, bool, error) {
	return j.Service.FileID(ctx, j.db.Read(), f.WorkspaceID, f.BotID, f.MediaID, f.Kind)
}

func (j mediaOfCarrier) KeepFileID(ctx context.Context, f carrier.File, fileID, fileUniqueID string) error {
	return j.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		j.Service.KeepFileID(ctx, tx, f.WorkspaceID, f.BotID, f.MediaID, f.Kind, fileID, fileUniqueID)
		return nil
	})
}

// waker wakes the dispatcher when it runs in this process; elsewhere it polls.
func (a *App) waker() messaging.Waker {
	if !a.does("telegram") {
		return nil
	}
	return a.Dispatcher
}

// deliveriesOfTelegram is what a bot has still to send.
type deliveriesOfTelegram struct {
	*messaging.Service
	db *db.DB
}

func (j deliveriesOfTelegram) Cancel(ctx context.Context, ws, bot uuid.UUID) error {
	return j.CancelBot(ctx, j.db, ws, bot)
}

func (deliveriesOfTelegram) Backlog(ctx context.Context, q db.Querier, ws, bot uuid.UUID) (b telegram.Backlog, err error) {
	b.Queued, b.Sending, b.Oldest, err = messaging.Backlog(ctx, q, ws, bot, telegram.BacklogCap)
	return b, err
}
