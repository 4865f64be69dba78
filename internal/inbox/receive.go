package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

// Private is the kind of a chat with one person; the others are groups and channels.
const Private = "private"

// Incoming is a message as intake read it.
type Incoming struct {
	WorkspaceID       uuid.UUID
	BotID             uuid.UUID
	ChatID            int64
	ChatKind          string // private, group, supergroup, channel
	ChatTitle         string // of groups and channels
	Person            Person
	Kind              string
	Text              string // Telegram HTML
	ExternalID        int64  // Telegram's message id; 0 for a pressed button
	ReplyToExternalID int64
	AlbumID           string // Telegram's media group
	Files             []IncomingFile
	Payload           Payload
	Raw               string // the message as Telegram wrote it
	SentAt            time.Time
	// Own lets a message whose ExternalID is taken become one of its own, without an id.
	Own bool
}

// IncomingFile is a file that Telegram holds.
type IncomingFile struct {
	Kind         string
	FileID       string
	FileUniqueID string
	Name         string
	Mime         string
	Size         int64
	Width        int
	Height       int
	Duration     int // seconds
	TooLarge     bool
}

// Received is what became of an incoming message.
type Received struct {
	ConversationID  uuid.UUID
	MessageID       uuid.UUID
	ContactID       uuid.UUID // zero when nobody wrote it
	ContactName     string
	ContactLanguage string
	Seq             int64
	NewConversation bool
	NewContact      bool
	Reopened        bool
	AlbumPart       bool // a later part: it joined the message of the first one
	AssigneeID      *uuid.UUID
	AwayPeriod      string      // the closed period that was answered last
	Attachments     []uuid.UUID // to be fetched
}

type upserted struct {
	ID         uuid.UUID
	LastSeq    int64
	Title      string
	ContactID  *uuid.UUID
	Status     string
	IsBlocked  bool
	AssigneeID *uuid.UUID
	AwayPeriod string
}

// Receive keeps an incoming message: contact, conversation, message, files, raw body,
// event. The caller holds the chat's lock. A message that is here already fails the unit:
// intake lets each update in once.
func (s *Service) Receive(ctx context.Context, tx *db.Tx, in Incoming) (Received, error) {
	var out Received
	var who Known
	if in.Person.ExternalID != "" {
		var err error
		if who, out.NewContact, err = s.ports.Contacts.Touch(ctx, tx, in.WorkspaceID, Telegram, in.Person); err != nil {
			return out, err
		}
		out.ContactID, out.ContactName, out.ContactLanguage = who.ID, who.Name, who.Language
	}
	if in.Own && in.ExternalID != 0 {
		_, taken, err := locate(ctx, tx, in.WorkspaceID, in.BotID, in.ChatID, in.ExternalID)
		if err != nil {
			return out, errs.Wrap(err, "looking for the message's number")
		}
		if taken {
			in.ExternalID, in.AlbumID, in.Payload.Conflict = 0, "", true
		}
	}
	if in.AlbumID != "" {
		joined, err := s.joinAlbum(ctx, tx, in, &out)
		if err != nil || joined {
			return out, err
		}
		in.Kind = Album
	}
	now := s.clock.Now()
	title, owner := in.ChatTitle, (*uuid.UUID)(nil)
	if in.ChatKind == Private {
		if title = who.Name; out.ContactID != uuid.Nil {
			owner = &who.ID
		}
	} else if out.ContactID != uuid.Nil {
		in.Payload.Sender = &Speaker{ContactID: who.ID, Name: in.Person.Name, Username: in.Person.Username}
	}
	if in.SentAt.IsZero() {
		in.SentAt = now
	}
	id, fresh := ident.New(), ident.New()
	conv, err := db.One[upserted](ctx, tx, qReceive,
		in.WorkspaceID, fresh, Telegram, in.BotID, in.ChatID, in.ChatKind, title, db.Folded(title), owner, Open, false, 1, 1,
		in.SentAt, id, preview(in.Text), in.Kind, In, "", "", 1, now, now)
	if err != nil {
		return out, errs.Wrap(err, "numbering the message")
	}
	out.ConversationID, out.MessageID, out.Seq = conv.ID, id, conv.LastSeq
	out.NewConversation, out.AssigneeID, out.AwayPeriod = conv.ID == fresh, conv.AssigneeID, conv.AwayPeriod

	args := []any{
		in.WorkspaceID, id, conv.ID, conv.LastSeq, In, in.Kind, in.Text, db.JSON[Payload]{V: in.Payload}, orNil(in.AlbumID),
		orNil(in.ExternalID), orNil(in.ReplyToExternalID), nil, "channel", "", "", "", in.SentAt, now,
	}
	if in.ReplyToExternalID != 0 {
		tx.Push(ctx, qInsertReply, append(args,
			in.WorkspaceID, conv.ID, in.ReplyToExternalID, in.WorkspaceID, conv.ID, in.ReplyToExternalID)...)
	} else {
		tx.Push(ctx, qInsertMessage, append(args, nil)...)
	}
	out.Attachments = pushFiles(ctx, tx, in, conv.ID, id, 0, now)
	pushRaw(ctx, tx, in, id)
	if owner == nil {
		owner = conv.ContactID
	}
	if title == "" {
		title = conv.Title
	}
	if title != conv.Title || !same(owner, conv.ContactID) {
		tx.Push(ctx, qRename, title, db.Folded(title), owner, in.WorkspaceID, conv.ID)
	}
	if conv.Status == Closed || conv.IsBlocked {
		if err := s.wakeUp(ctx, tx, in.WorkspaceID, conv, &out); err != nil {
			return out, err
		}
	}
	return out, s.received(ctx, tx, in.WorkspaceID, out)
}

// received publishes the message in the name of its contact.
func (s *Service) received(ctx context.Context, tx *db.Tx, ws uuid.UUID, r Received) error {
	e := events.Event{
		WorkspaceID: ws, Kind: "message.received", SubjectType: "conversation", SubjectID: &r.ConversationID,
		ActorType: "contact", Data: messageData{MessageID: r.MessageID, Seq: r.Seq, AlbumPart: r.AlbumPart},
	}
	if r.ContactID != uuid.Nil {
		e.ActorID = &r.ContactID
	}
	return s.events.Publish(ctx, tx, e)
}

// wakeUp reopens a closed conversation; who writes has also unblocked the bot.
func (s *Service) wakeUp(ctx context.Context, tx *db.Tx, ws uuid.UUID, conv upserted, out *Received) error {
	tx.Push(ctx, qWakeUp, s.clock.Now(), ws, conv.ID)
	if conv.IsBlocked {
		if err := s.changed(ctx, tx, ws, conv.ID, change{Change: "unblocked", Reason: "message"}); err != nil {
			return err
		}
	}
	if conv.Status != Closed {
		return nil
	}
	out.Reopened = true
	return s.changed(ctx, tx, ws, conv.ID, change{Change: "reopened", Reason: "message"})
}

type albumRow struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	Seq            int64
	Text           string
	LastMessageID  *uuid.UUID
	AssigneeID     *uuid.UUID
	AwayPeriod     string
	Parts          int
}

// joinAlbum adds a later part to the message of the first one; it is not unread again.
func (s *Service) joinAlbum(ctx context.Context, tx *db.Tx, in Incoming, out *Received) (bool, error) {
	first, ok, err := db.Maybe[albumRow](ctx, tx, qAlbum, in.WorkspaceID, in.BotID, in.ChatID, in.AlbumID)
	if err != nil || !ok {
		return false, errs.Wrap(err, "finding the album")
	}
	out.ConversationID, out.MessageID, out.Seq, out.AlbumPart = first.ConversationID, first.ID, first.Seq, true
	out.AssigneeID, out.AwayPeriod = first.AssigneeID, first.AwayPeriod
	if held, err := db.Exists(ctx, tx, qHoldsPart, in.WorkspaceID, first.ConversationID, in.ExternalID); err != nil || held {
		return true, err // this very part came before
	}
	out.Attachments = pushFiles(ctx, tx, in, first.ConversationID, first.ID, first.Parts, s.clock.Now())
	pushRaw(ctx, tx, in, first.ID)
	if first.Text == "" && in.Text != "" {
		tx.Push(ctx, qSetText, in.Text, in.WorkspaceID, first.ID)
		tx.Push(ctx, qLastText, preview(in.Text), in.WorkspaceID, first.ConversationID, first.ID)
	}
	return true, s.received(ctx, tx, in.WorkspaceID, *out)
}

func pushFiles(ctx context.Context, tx *db.Tx, in Incoming, conversation, message uuid.UUID, position int, now time.Time) []uuid.UUID {
	var fetch []uuid.UUID
	for i, f := range in.Files {
		id, state := ident.New(), Pending
		if f.TooLarge {
			state = TooLarge
		} else {
			fetch = append(fetch, id)
		}
		tx.Push(ctx, qInsertAttachment, in.WorkspaceID, id, message, conversation, position+i, f.Kind, orNil(in.ExternalID), nil,
			f.FileID, f.FileUniqueID, f.Name, f.Mime, f.Size, f.Width, f.Height, f.Duration, state, "", now)
	}
	return fetch
}

func pushRaw(ctx context.Context, tx *db.Tx, in Incoming, message uuid.UUID) {
	if in.Raw != "" {
		tx.Push(ctx, qRaw, in.WorkspaceID, message, in.ExternalID, in.Raw)
	}
}

// EditedIncoming is a message that its author changed.
type EditedIncoming struct {
	WorkspaceID uuid.UUID
	BotID       uuid.UUID
	ChatID      int64
	ExternalID  int64
	Text        string
	Raw         string
	EditedAt    time.Time
}

type located struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	ContactID      *uuid.UUID
	Seq            int64
	Text           string
	Payload        db.JSON[Payload]
}

// locate finds the message, or the album with the part, that has Telegram's id in the chat.
func locate(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID, external int64) (located, bool, error) {
	m, ok, err := db.Maybe[located](ctx, tx, qLocate, ws, bot, chatID, external)
	if err == nil && !ok {
		m, ok, err = db.Maybe[located](ctx, tx, qLocatePart, ws, bot, chatID, external)
	}
	return m, ok, err
}

// EditIncoming keeps the new text and the earlier one; false when the message is not
// here, as when it is older than the bot.
func (s *Service) EditIncoming(ctx context.Context, tx *db.Tx, e EditedIncoming) (bool, error) {
	m, ok, err := locate(ctx, tx, e.WorkspaceID, e.BotID, e.ChatID, e.ExternalID)
	if err != nil || !ok {
		return false, errs.Wrap(err, "finding the edited message")
	}
	if e.Raw != "" {
		tx.Push(ctx, qRawEdited, e.WorkspaceID, m.ID, e.ExternalID, e.Raw)
	}
	if m.Text == e.Text { // a reaction or a link preview also counts as an edit there
		return true, nil
	}
	m.Payload.V.remember(m.Text, e.EditedAt)
	tx.Push(ctx, qEditMessage, e.Text, m.Payload, e.EditedAt, e.WorkspaceID, m.ID)
	tx.Push(ctx, qLastText, preview(e.Text), e.WorkspaceID, m.ConversationID, m.ID)
	return true, s.events.Publish(ctx, tx, events.Event{
		WorkspaceID: e.WorkspaceID, Kind: "message.edited", SubjectType: "conversation", SubjectID: &m.ConversationID,
		ActorType: "contact", ActorID: m.ContactID, Data: messageData{MessageID: m.ID, Seq: m.Seq},
	})
}

// MarkBlocked notes that the person blocked the bot or let it in again.
func (s *Service) MarkBlocked(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID int64, blocked bool) error {
	id, ok, err := db.Maybe[uuid.UUID](ctx, tx, qBlock, blocked, s.clock.Now(), ws, bot, chatID, blocked)
	if err != nil || !ok {
		return errs.Wrap(err, "marking the chat as blocked")
	}
	word := "unblocked"
	if blocked {
		word = "blocked"
	}
	return s.changed(ctx, tx, ws, id, change{Change: word})
}

// Migrate continues the conversation under the chat's new id. When the new chat has a
// conversation already, the old one is closed and points to it. Message ids start anew in
// the new chat: those of the old one become negative and are no longer addressed.
func (s *Service) Migrate(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, from, to int64) error {
	id, ok, err := db.Maybe[uuid.UUID](ctx, tx, qByChat, ws, bot, from)
	if err != nil || !ok {
		return errs.Wrap(err, "finding the migrated chat")
	}
	now := s.clock.Now()
	taken, err := db.Exists(ctx, tx, qByChat, ws, bot, to)
	if err != nil {
		return err
	}
	if taken {
		tx.Push(ctx, qSupersede, to, now, ws, id)
	} else {
		tx.Push(ctx, qMigrate, to, now, ws, id)
	}
	tx.Push(ctx, qRetireMessageIDs, ws, id)
	tx.Push(ctx, qRetirePartIDs, ws, id)
	return s.changed(ctx, tx, ws, id, change{Change: "migrated"})
}

// AwayDue claims the away answer of a closed period: true once per conversation and period.
func (s *Service) AwayDue(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, period string) (bool, error) {
	n, err := tx.Exec(ctx, qAway, period, ws, conversation, period)
	return n == 1, errs.Wrap(err, "claiming the away answer")
}

// orNil is NULL for the zero value.
func orNil[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
