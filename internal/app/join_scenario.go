package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/messaging"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/jobs"
	"cartie/internal/scenario"
	"cartie/internal/telegram/intake"
	"cartie/internal/telegram/markup"
)

// lead has flows lead the chats of bots with a template.
func (a *App) lead(p scenario.Ports, late *lateJobs) (err error) {
	p.Sender = senderOfScenario{a.Messaging, a.Media, late}
	p.Contacts = contactsOfScenario{a.Contacts}
	p.Conversations = conversationsOfScenario{a.Inbox}
	a.Scenarios, err = scenario.New(a.clock, a.Events, p)
	a.Intake.Scenario = scenarioOfIntake{a.Scenarios}
	return err
}

// scenarioOfIntake hands over what intake has kept.
type scenarioOfIntake struct{ *scenario.Service }

func (j scenarioOfIntake) Handle(ctx context.Context, tx *db.Tx, t intake.Talk) (bool, error) {
	b, m, got := t.Bot, t.Message, t.Received
	plain, err := markup.Visible(m.Text)
	if err != nil {
		return false, errs.Wrap(err, "reading a message's text")
	}
	u := scenario.Update{
		WorkspaceID: b.WorkspaceID, BotID: b.ID, Template: b.Template, Company: b.Company.Name, Language: b.Company.Language,
		ChatID: m.ChatID, ConversationID: got.ConversationID, MessageID: got.MessageID, IsNew: got.NewConversation,
		Person: scenario.Person{
			ContactID: got.ContactID, TelegramID: m.Person.TelegramID, Name: got.ContactName, Username: m.Person.Username, Language: got.ContactLanguage,
		},
		CallbackID: t.CallbackID,
	}
	if c := m.Payload.Callback; c != nil {
		u.Data = c.Data
		return j.Service.Handle(ctx, tx, u)
	}
	u.Text = strings.TrimSpace(plain)
	u.HasFile = m.Kind != "text"
	if c := m.Payload.Contact; c != nil {
		u.Contact = &scenario.Contact{Phone: c.Phone, Own: c.UserID != 0 && c.UserID == m.Person.TelegramID}
	}
	if slices.ContainsFunc(m.Attachments, isPicture) {
		u.Photos = got.AttachmentIDs
	}
	return j.Service.Handle(ctx, tx, u)
}

// isPicture also takes a picture that was sent as a file.
func isPicture(a intake.Attachment) bool {
	return !a.TooLarge && (a.Kind == "photo" || a.Kind == "document" && strings.HasPrefix(a.Mime, "image/"))
}

// senderOfScenario sends what flows say.
type senderOfScenario struct {
	*messaging.Service
	media *media.Service
	jobs  *lateJobs
}

func (j senderOfScenario) Send(ctx context.Context, tx *db.Tx, m scenario.Message) error {
	c := messaging.Content{Kind: messaging.Text, Text: m.Text}
	for _, row := range m.Inline {
		var r []messaging.Button
		for _, b := range row {
			r = append(r, messaging.Button{Text: b.Text, Data: b.Data})
		}
		c.Buttons = append(c.Buttons, r)
	}
	switch {
	case m.Remove:
		c.Keyboard = &messaging.Keyboard{Remove: true}
	case len(m.Keyboard) > 0:
		c.Keyboard = &messaging.Keyboard{OneTime: true}
		for _, row := range m.Keyboard {
			var r []messaging.Key
			for _, k := range row {
				r = append(r, messaging.Key(k))
			}
			c.Keyboard.Rows = append(c.Keyboard.Rows, r)
		}
	}
	pictures, err := j.pictures(ctx, tx, m)
	if err != nil {
		return err
	}
	if len(pictures) > 0 { // before the words: an album can have neither buttons nor a keyboard
		before := messaging.Content{Kind: messaging.Photo, Attachments: pictures}
		if len(pictures) > 1 {
			before.Kind = messaging.Album
		}
		if err := j.send(ctx, tx, m, before); err != nil {
			return err
		}
	}
	return j.send(ctx, tx, m, c)
}

func (j senderOfScenario) send(ctx context.Context, tx *db.Tx, m scenario.Message, c messaging.Content) error {
	_, err := j.Service.Send(ctx, tx, messaging.SendRequest{
		WorkspaceID: m.WorkspaceID, ConversationID: m.ConversationID, BotID: m.BotID, ChatID: m.ChatID,
		Class: messaging.Reply, Origin: scenario.Origin, Content: c,
	})
	return err
}

// pictures are those of the message that are still there.
func (j senderOfScenario) pictures(ctx context.Context, tx *db.Tx, m scenario.Message) ([]messaging.Attachment, error) {
	var out []messaging.Attachment
	for _, id := range m.Media {
		p, err := j.media.Get(ctx, tx, m.WorkspaceID, id)
		if errs.Is(err, errs.KindNotFound) || err == nil && p.Kind != messaging.Photo {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, messaging.Attachment{
			MediaID: p.ID, Kind: messaging.Photo, Name: p.Name, Mime: p.Mime, Size: p.Size, Width: p.Width, Height: p.Height,
		})
	}
	return out, nil
}

func (j senderOfScenario) AnswerCallback(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, id, text string) error {
	return j.jobs.Enqueue(ctx, tx, answerCallback{Workspace: ws, Bot: bot, Query: id, Text: text}, jobs.Opts{MaxAttempts: 3})
}

// contactsOfScenario keeps what people say of themselves.
type contactsOfScenario struct{ *contact.Service }

func (j contactsOfScenario) Phone(ctx context.Context, tx *db.Tx, ws uuid.UUID, raw string) (string, error) {
	return j.Service.Phone(ctx, tx, ws, raw)
}

// conversationsOfScenario knows which chats people look after.
type conversationsOfScenario struct{ *inbox.Service }

func (j conversationsOfScenario) Attended(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, since time.Time) (bool, error) {
	return j.Service.Attended(ctx, tx, ws, conversation, since)
}
