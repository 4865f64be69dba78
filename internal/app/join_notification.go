package app

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/inbox"
	"cartie/internal/messaging"
	"cartie/internal/notification"
	"cartie/internal/platform/db"
	"cartie/internal/platform/jobs"
	"cartie/internal/telegram/intake"
)

// membersOfNotification knows who is to be told, and where.
type membersOfNotification struct{ *account.Service }

func (j membersOfNotification) TelegramChats(ctx context.Context, q db.Querier, ws uuid.UUID, users []uuid.UUID) ([]notification.Chat, error) {
	list, err := j.Service.TelegramChats(ctx, q, ws, users)
	out := make([]notification.Chat, len(list))
	for i, c := range list {
		out[i] = notification.Chat(c)
	}
	return out, err
}

// telegramOfNotification sends notices; messaging is made after notification.
type telegramOfNotification struct{ app *App }

func (j telegramOfNotification) TelegramNotice(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID int64, text, label, url string) error {
	c := messaging.Content{Kind: "text", Text: text}
	if url != "" {
		c.Buttons = [][]messaging.Button{{{Text: label, URL: url}}}
	}
	_, err := j.app.Messaging.Send(ctx, tx, messaging.SendRequest{
		WorkspaceID: ws, BotID: bot, ChatID: chatID, Class: messaging.Notice, Origin: "notice", Content: c,
	})
	return err
}

// noticesOfInbox tells the new assignee.
type noticesOfInbox struct{ *notification.Service }

func (j noticesOfInbox) ConversationAssigned(ctx context.Context, tx *db.Tx, a inbox.Assignment) error {
	return j.Assigned(ctx, tx, a.WorkspaceID, a.ConversationID, a.AssigneeID, a.Title, a.By)
}

func (j noticesOfInbox) MessageFailed(ctx context.Context, tx *db.Tx, f inbox.Failure) error {
	return j.Service.MessageFailed(ctx, tx, f.WorkspaceID, f.ConversationID, f.AuthorID, f.Title)
}

// noticesOfIntake tells of new conversations, after the customer's message is kept.
type noticesOfIntake struct {
	*notification.Service
	jobs *lateJobs
}

func (j noticesOfIntake) NewConversation(ctx context.Context, tx *db.Tx, a intake.Arrival) error {
	return j.jobs.Enqueue(ctx, tx, notification.Arrival{Workspace: a.WorkspaceID, Conversation: a.ConversationID, Contact: a.Name}, jobs.Opts{})
}
