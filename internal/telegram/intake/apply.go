package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/markup"
)

// plan prepares outside of the unit what the update does inside of it.
func (in *Intake) plan(b Bot, u *Update) db.UnitFunc {
	switch {
	case u.broken != nil:
		return func(context.Context, *db.Tx) error { return u.broken }
	case u.message != nil:
		return in.planMessage(b, u, u.message)
	case u.editedMessage != nil:
		return in.planEdit(b, u, u.editedMessage)
	case u.callback != nil && u.callback.Message != nil:
		return in.planCallback(b, u, u.callback)
	case u.membership != nil && u.membership.Chat.Type != "channel":
		return in.planMembership(b, u, u.membership)
	}
	return in.planRaw(b, u)
}

// planRaw keeps what has no handler.
func (in *Intake) planRaw(b Bot, u *Update) db.UnitFunc {
	return func(ctx context.Context, tx *db.Tx) error {
		tx.Push(ctx, qRaw, b.WorkspaceID, b.ID, u.ID, u.Kind, string(u.Body), in.clock.Now())
		return nil
	}
}

func (in *Intake) planMessage(b Bot, u *Update, m *message) db.UnitFunc {
	switch {
	case m.Chat.Type == "channel":
		return in.planRaw(b, u)
	case m.MigrateToChat != 0:
		return func(ctx context.Context, tx *db.Tx) error {
			return in.Chats.Migrate(ctx, tx, b.WorkspaceID, b.ID, m.Chat.ID, m.MigrateToChat)
		}
	case m.MigrateFromChat != 0:
		return func(ctx context.Context, tx *db.Tx) error {
			return in.Chats.Migrate(ctx, tx, b.WorkspaceID, b.ID, m.MigrateFromChat, m.Chat.ID)
		}
	case b.onlyItself(m): // my_chat_member says it better
		return func(context.Context, *db.Tx) error { return nil }
	}
	msg := m.incoming(b, u.Body, in.MaxFile)
	msg.Own = u.byPerson
	private := m.Chat.Type == "private" && msg.Person.TelegramID != 0
	if private && strings.HasPrefix(msg.Payload.Start, linkPrefix) {
		return in.planLink(b, msg)
	}
	ownPhone := ""
	if c := msg.Payload.Contact; c != nil && c.UserID != 0 && c.UserID == msg.Person.TelegramID {
		ownPhone = c.Phone
	}
	return func(ctx context.Context, tx *db.Tx) error {
		got, err := in.receive(ctx, tx, msg)
		if err != nil {
			return err
		}
		if ownPhone != "" {
			err := in.Phones.SetPhone(ctx, tx, b.WorkspaceID, got.ContactID, ownPhone)
			if err != nil && !errs.Is(err, errs.KindInvalid) { // an odd number stays on the card only
				return err
			}
		}
		if !private || msg.Kind == "service" {
			return nil
		}
		if led, err := in.lead(ctx, tx, Talk{Bot: b, Message: msg, Received: got}); err != nil || led {
			return err
		}
		return in.reply(ctx, tx, b, msg, got)
	}
}

// lead lets the bot's flow react to what was kept.
func (in *Intake) lead(ctx context.Context, tx *db.Tx, t Talk) (bool, error) {
	if t.Bot.Template == "" || in.Scenario == nil || t.Message.ChatKind != "private" {
		return false, nil
	}
	return in.Scenario.Handle(ctx, tx, t)
}

// onlyItself reports whether a service message is about the bot alone.
func (b Bot) onlyItself(m *message) bool {
	if m.LeftChatMember != nil {
		return m.LeftChatMember.ID == b.TelegramID
	}
	return len(m.NewChatMembers) > 0 &&
		!slices.ContainsFunc(m.NewChatMembers, func(u user) bool { return u.ID != b.TelegramID })
}

func (u *user) person() Person {
	return Person{
		TelegramID: u.ID, Name: fullName(u.FirstName, u.LastName),
		Username: markup.Clean(u.Username), Language: language(u.LanguageCode),
	}
}

// receive keeps the message and asks for its files.
func (in *Intake) receive(ctx context.Context, tx *db.Tx, msg Incoming) (Received, error) {
	got, err := in.Inbox.Receive(ctx, tx, msg)
	if err != nil {
		return got, err
	}
	if len(got.AttachmentIDs) > 0 {
		if err := in.Media.Download(ctx, tx, msg.WorkspaceID, msg.BotID, got.AttachmentIDs); err != nil {
			return got, err
		}
	}
	if !got.NewConversation {
		return got, nil
	}
	name := msg.Title
	if msg.ChatKind == "private" && got.ContactName != "" {
		name = got.ContactName
	}
	return got, in.Notices.NewConversation(ctx, tx, Arrival{
		WorkspaceID: msg.WorkspaceID, BotID: msg.BotID, ConversationID: got.ConversationID, Name: name,
	})
}

// reply greets whoever comes for the first time and says once per closed period that
// nobody is there.
func (in *Intake) reply(ctx context.Context, tx *db.Tx, b Bot, msg Incoming, got Received) error {
	send := func(origin string, texts map[string]string) error {
		return in.Messaging.Send(ctx, tx, Answer{
			WorkspaceID: b.WorkspaceID, BotID: b.ID, ChatID: msg.ChatID, ConversationID: got.ConversationID,
			Origin: origin, Text: Fill(pick(texts, got.ContactLanguage, b.Company.Language), got.ContactName, b.Company.Name),
		})
	}
	if got.NewConversation && len(b.Greeting) > 0 {
		if err := send("greeting", b.Greeting); err != nil {
			return err
		}
	}
	if len(b.Away) == 0 || b.Company.Open == nil {
		return nil
	}
	open, period := b.Company.Open(in.clock.Now())
	if open || period == got.AwayPeriod {
		return nil
	}
	if due, err := in.Chats.AwayDue(ctx, tx, b.WorkspaceID, got.ConversationID, period); err != nil || !due {
		return err
	}
	return send("away", b.Away)
}

func (in *Intake) planEdit(b Bot, u *Update, m *message) db.UnitFunc {
	if m.Chat.Type == "channel" {
		return in.planRaw(b, u)
	}
	msg := m.incoming(b, u.Body, in.MaxFile)
	msg.Own = u.byPerson
	return func(ctx context.Context, tx *db.Tx) error {
		known, err := in.Inbox.EditIncoming(ctx, tx, msg)
		if err != nil || known {
			return err
		}
		// written before the bot was here: the edited form is the first one we see
		_, err = in.receive(ctx, tx, msg)
		return err
	}
}

func (in *Intake) planCallback(b Bot, u *Update, q *callbackQuery) db.UnitFunc {
	if q.Message.Chat.Type == "channel" {
		raw := in.planRaw(b, u)
		return func(ctx context.Context, tx *db.Tx) error {
			if err := raw(ctx, tx); err != nil {
				return err
			}
			return in.Messaging.AnswerCallback(ctx, tx, b.WorkspaceID, b.ID, markup.Clean(q.ID))
		}
	}
	msg := q.incoming(b, u.Body, in.clock.Now())
	id := markup.Clean(q.ID)
	return func(ctx context.Context, tx *db.Tx) error {
		got, err := in.receive(ctx, tx, msg)
		if err != nil {
			return err
		}
		if led, err := in.lead(ctx, tx, Talk{Bot: b, Message: msg, Received: got, CallbackID: id}); err != nil || led {
			return err
		}
		return in.Messaging.AnswerCallback(ctx, tx, b.WorkspaceID, b.ID, id)
	}
}

// planMembership follows the bot's own place in a chat: a person blocks it, a group
// takes it in or throws it out.
func (in *Intake) planMembership(b Bot, u *Update, c *chatMemberUpdated) db.UnitFunc {
	inside := true
	switch c.New.Status {
	case "kicked", "left":
		inside = false
	case "restricted":
		inside = c.New.IsMember == nil || *c.New.IsMember
	}
	group := c.Chat.Type != "private"
	msg := Incoming{
		WorkspaceID: b.WorkspaceID, BotID: b.ID, ChatID: c.Chat.ID, ChatKind: c.Chat.Type, Title: c.Chat.name(),
		Kind: "service", SentAt: time.Unix(c.Date, 0).UTC(), Body: u.Body,
		Payload: Payload{
			Sender:  &Sender{ID: c.From.ID, Name: fullName(c.From.FirstName, c.From.LastName), Username: markup.Clean(c.From.Username)},
			Service: &Service{Type: "bot_added"},
		},
	}
	if !inside {
		msg.Payload.Service.Type = "bot_removed"
	}
	return func(ctx context.Context, tx *db.Tx) error {
		if group {
			if _, err := in.receive(ctx, tx, msg); err != nil {
				return err
			}
		}
		return in.Chats.MarkBlocked(ctx, tx, b.WorkspaceID, b.ID, c.Chat.ID, !inside)
	}
}

// linkPrefix marks the deep link that joins a member's account to their Telegram.
const linkPrefix = "tl_"

// planLink consumes a member's link. A member is no customer: the chat becomes no
// conversation and is answered by a notice.
func (in *Intake) planLink(b Bot, msg Incoming) db.UnitFunc {
	lang := msg.Person.Language
	if lang == "" {
		lang = b.Company.Language
	}
	return func(ctx context.Context, tx *db.Tx) error {
		ok, err := in.Links.ConsumeTelegramLink(ctx, tx, b, msg.Payload.Start, msg.Person, msg.ChatID)
		if err != nil {
			return err
		}
		return in.Messaging.Notice(ctx, tx, b.WorkspaceID, b.ID, msg.ChatID, linkAnswer(lang, ok, b.Company.Name))
	}
}
