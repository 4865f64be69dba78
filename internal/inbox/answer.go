package inbox

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/markup"
)

// Reply is what a person sends from the composer.
type Reply struct {
	Text        string // Telegram HTML
	Attachments []ReplyFile
	ReplyToID   *uuid.UUID
	Buttons     [][]Button
}

// ReplyFile is a stored file and how it is to be shown; an empty kind means its own.
type ReplyFile struct {
	MediaID uuid.UUID
	Kind    string
}

// Limits of Telegram.
const (
	maxAlbum   = 10
	maxButtons = 100
	maxRow     = 8
	maxData    = 64 // bytes
)

// Answer sends a person's message. It reopens a closed conversation, and an unassigned
// one becomes theirs.
func (s *Service) Answer(ctx context.Context, ws, conversationID uuid.UUID, r Reply) (Message, error) {
	p, _ := ident.From(ctx)
	content, err := readReply(r)
	if err != nil {
		return Message{}, err
	}
	var id uuid.UUID
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		conv, err := conversation(ctx, tx, ws, conversationID)
		if err != nil {
			return err
		}
		if conv.IsBlocked {
			return errs.Conflict("This person blocked the bot; a message would not arrive.").Code("blocked")
		}
		if err := s.canSend(ctx, tx, ws, conv.BotID); err != nil {
			return err
		}
		if r.ReplyToID != nil {
			if err := here(ctx, tx, qReplyTarget, ws, *r.ReplyToID, "message"); err != nil {
				return errs.Invalid("reply_to_id", "The message to reply to is not there any more.").Code("reply_gone")
			}
			to, err := s.target(ctx, tx, ws, *r.ReplyToID)
			if err != nil || to.ConversationID != conversationID {
				return errs.Invalid("reply_to_id", "The message to reply to is in another conversation.").Code("reply_elsewhere")
			}
		}
		c := content
		if c.Attachments, err = stored(ctx, tx, ws, r.Attachments); err != nil {
			return err
		}
		if err := shape(&c); err != nil {
			return err
		}
		out := Outbound{WorkspaceID: ws, ConversationID: conversationID, Origin: ByPerson, Content: c}
		if p.UserID != uuid.Nil {
			out.AuthorID = &p.UserID
		}
		if id, err = s.ports.Sender.Send(ctx, tx, out); err != nil {
			return errs.Wrap(err, "sending the message")
		}
		return s.afterAnswer(ctx, tx, ws, conv, p.UserID)
	})
	if err != nil {
		return Message{}, err
	}
	return s.message(ctx, s.db.Read(), ws, id)
}

// canSend refuses what would wait for a bot that is switched off or gone.
func (s *Service) canSend(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID) error {
	ok, err := s.ports.Bots.CanSend(ctx, tx, ws, bot)
	if err == nil && !ok {
		err = errs.Conflict("The bot of this chat is switched off or disconnected, so nothing can be sent. Switch it on first.").Code("bot_disabled")
	}
	return err
}

// afterAnswer reopens, takes the conversation over and drops the draft that became the
// message.
func (s *Service) afterAnswer(ctx context.Context, tx *db.Tx, ws uuid.UUID, conv Conversation, user uuid.UUID) error {
	if conv.Status == Closed {
		tx.Push(ctx, qStatus, Open, s.clock.Now(), ws, conv.ID, Open)
		if err := s.changed(ctx, tx, ws, conv.ID, change{Change: "reopened", Reason: "answer"}); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, qDropDraft, ws, conv.ID, user)
	if err == nil && n > 0 {
		err = s.publish(ctx, tx, ws, conv.ID, "draft.changed", map[string]any{"user_id": user})
	}
	if err != nil || conv.AssigneeID != nil {
		return err
	}
	if _, err := s.assignable(ctx, tx, ws, user); err != nil {
		return nil //nolint:nilerr // a super admin who looks in takes nothing over
	}
	if n, err = tx.Exec(ctx, qTake, user, s.clock.Now(), ws, conv.ID); err != nil || n == 0 {
		return err
	}
	return s.changed(ctx, tx, ws, conv.ID, change{Change: "assigned", AssigneeID: &user, Reason: "answer"})
}

// readReply checks what can be checked without the database.
func readReply(r Reply) (Content, error) {
	c := Content{Text: strings.TrimSpace(r.Text), ReplyToID: r.ReplyToID, Buttons: r.Buttons}
	if c.Text == "" && len(r.Attachments) == 0 {
		return c, errs.Invalid("text", "Write something or attach a file.").Code("required")
	}
	limit := markup.MaxText
	if len(r.Attachments) > 0 {
		limit = markup.MaxCaption
	}
	if err := checkText("text", c.Text, limit); err != nil {
		return c, err
	}
	if len(r.Attachments) > maxAlbum {
		return c, errs.Invalid("attachments", "A message takes at most 10 files.").Code("too_many")
	}
	if len(r.Attachments) > 1 && len(r.Buttons) > 0 {
		return c, errs.Invalid("buttons", "Telegram shows no buttons under several files. Send them with one file or with text.").Code("album_buttons")
	}
	return c, checkButtons(r.Buttons)
}

func checkText(field, text string, limit int) error {
	if strings.ContainsRune(text, 0) || len(text) > 16*markup.MaxText {
		return errs.Invalid(field, "This text cannot be sent.").Code("bad_characters")
	}
	visible, err := markup.Check(text)
	if err != nil {
		return errs.Invalid(field, "The formatting cannot be read: "+err.Error()+".").Code("bad_html")
	}
	if text != "" && strings.TrimSpace(visible) == "" {
		return errs.Invalid(field, "Write something or attach a file.").Code("required")
	}
	if markup.Units(visible) > limit {
		if limit == markup.MaxCaption {
			return errs.Invalid(field, "Under a file the text has at most 1024 characters.").Code("caption_too_long")
		}
		return errs.Invalid(field, "A message has at most 4096 characters.").Code("too_long")
	}
	return nil
}

func checkButtons(rows [][]Button) error {
	n := 0
	for _, row := range rows {
		n += len(row)
		if len(row) == 0 || len(row) > maxRow || n > maxButtons {
			return errs.Invalid("buttons", "A row has 1 to 8 buttons, a message at most 100.").Code("too_many")
		}
		for _, b := range row {
			if t := strings.TrimSpace(b.Text); t == "" || markup.Units(t) > 64 {
				return errs.Invalid("buttons", "A button needs a text of at most 64 characters.").Code("bad_button")
			}
			if (b.URL == "") == (b.Data == "") || len(b.Data) > maxData || !linkable(b.URL) {
				return errs.Invalid("buttons", "A button needs either an address that begins with https:// or data of at most 64 bytes.").Code("bad_button")
			}
		}
	}
	return nil
}

func linkable(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && len(s) <= 2048 && u.Host != "" && slices.Contains([]string{"http", "https", "tg"}, u.Scheme)
}

// stored finds the files in the order in which they were attached.
func stored(ctx context.Context, q db.Querier, ws uuid.UUID, files []ReplyFile) ([]File, error) {
	out := make([]File, 0, len(files))
	for _, f := range files {
		got, ok, err := db.Maybe[File](ctx, q, qFile, ws, f.MediaID)
		if err != nil {
			return nil, errs.Wrap(err, "finding the file")
		}
		if !ok {
			return nil, errs.Invalid("attachments", "A file is not there any more. Attach it again.").Code("file_gone")
		}
		if f.Kind != "" {
			got.Kind = f.Kind
		}
		out = append(out, got)
	}
	return out, nil
}

// shape decides the kind: files of an album must get on with one another.
func shape(c *Content) error {
	switch len(c.Attachments) {
	case 0:
		c.Kind = Text
		return nil
	case 1:
		c.Kind = c.Attachments[0].Kind
		if !slices.Contains(sendable, c.Kind) {
			return errs.Invalid("attachments", "A file cannot be sent like this.").Code("bad_kind")
		}
		return nil
	}
	c.Kind = Album
	family := func(kind string) string {
		switch kind {
		case Photo, Video:
			return "visual"
		case Document, Audio:
			return kind
		}
		return ""
	}
	for _, f := range c.Attachments {
		if k := family(f.Kind); k == "" || k != family(c.Attachments[0].Kind) {
			return errs.Invalid("attachments", "Telegram puts photos and videos together, and documents or audio only among themselves.").Code("mixed_album")
		}
	}
	return nil
}

var sendable = []string{Photo, Video, Document, Audio, "voice", "video_note", "animation", "sticker"}

const (
	qReplyTarget = `SELECT 1 FROM messages WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL`
	qFile        = `SELECT id AS media_id, kind, name, mime, size, width, height, duration FROM media WHERE workspace_id = ? AND id = ?`
)

// found is an outgoing message that a person wants to change.
type found struct {
	Message
}

func (s *Service) target(ctx context.Context, tx *db.Tx, ws, id uuid.UUID) (found, error) {
	m, err := s.message(ctx, tx, ws, id)
	return found{m}, err
}

const qLockMessage = `SELECT 1 FROM messages WHERE workspace_id = ? AND id = ? FOR UPDATE`

// locked is target for who decides by what the message is: nobody changes it until the
// unit ends. On SQLite there is one writer.
func (s *Service) locked(ctx context.Context, tx *db.Tx, ws, id uuid.UUID) (found, error) {
	if tx.Engine() == db.Postgres {
		if _, err := db.Exists(ctx, tx, qLockMessage, ws, id); err != nil {
			return found{}, errs.Wrap(err, "taking the message")
		}
	}
	return s.target(ctx, tx, ws, id)
}

func (m found) target(ws uuid.UUID) Target {
	t := Target{
		WorkspaceID: ws, ConversationID: m.ConversationID, MessageID: m.ID, BotID: m.BotID, ChatID: m.ChatID,
		Kind: m.Kind, State: m.State, Buttons: m.Payload.V.Buttons,
	}
	if m.Kind == Album {
		for _, a := range m.Attachments {
			if addressed(a.ExternalID) {
				t.ExternalIDs = append(t.ExternalIDs, *a.ExternalID)
			}
		}
	} else if addressed(m.ExternalID) {
		t.ExternalIDs = []int64{*m.ExternalID}
	}
	return t
}

// addressed reports whether Telegram knows the message by this id: those of a chat that
// moved are negative.
func addressed(external *int64) bool { return external != nil && *external > 0 }

// act runs f on an outgoing message that is not deleted, and returns the message after it.
func (s *Service) act(ctx context.Context, ws, id uuid.UUID, f func(ctx context.Context, tx *db.Tx, m found) error) (Message, error) {
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := s.locked(ctx, tx, ws, id)
		if err != nil {
			return err
		}
		if m.Direction != Out {
			return errs.Conflict("Only messages of the company can be changed.").Code("not_ours")
		}
		if m.DeletedAt != nil {
			return errs.Conflict("This message is deleted.").Code("deleted")
		}
		return f(ctx, tx, m)
	})
	if err != nil {
		return Message{}, err
	}
	return s.message(ctx, s.db.Read(), ws, id)
}

// EditSent changes the text of a message that arrived.
func (s *Service) EditSent(ctx context.Context, ws, id uuid.UUID, text string) (Message, error) {
	text = strings.TrimSpace(text)
	return s.act(ctx, ws, id, func(ctx context.Context, tx *db.Tx, m found) error {
		t := m.target(ws)
		if m.State != Sent || len(t.ExternalIDs) == 0 {
			return errs.Conflict("Only a message that was sent can be edited.").Code("not_sent")
		}
		limit := markup.MaxCaption
		switch m.Kind {
		case Text:
			if limit = markup.MaxText; text == "" {
				return errs.Invalid("text", "A message needs a text. To take it back, delete it.").Code("required")
			}
		case "sticker", "video_note", "contact", "location":
			return errs.Conflict("This kind of message has no text.").Code("no_text")
		}
		if err := checkText("text", text, limit); err != nil || text == m.Text {
			return err
		}
		if err := s.canSend(ctx, tx, ws, m.BotID); err != nil {
			return err
		}
		now := s.clock.Now()
		if n := len(m.Payload.V.Edits); n > 0 && !now.After(m.Payload.V.Edits[n-1].At) {
			now = m.Payload.V.Edits[n-1].At.Add(time.Millisecond) // an edit is known by its time
		}
		t.EditedAt = now
		m.Payload.V.remember(m.Text, now)
		tx.Push(ctx, qEditMessage, text, m.Payload, now, ws, id)
		tx.Push(ctx, qLastText, preview(text), ws, m.ConversationID, id)
		if err := s.ports.Sender.Edit(ctx, tx, t, text); err != nil {
			return errs.Wrap(err, "editing the message")
		}
		return s.publish(ctx, tx, ws, m.ConversationID, "message.edited", messageData{MessageID: id, Seq: m.Seq})
	})
}

// DeleteSent withdraws a message that waits and deletes one that arrived.
func (s *Service) DeleteSent(ctx context.Context, ws, id uuid.UUID) error {
	_, err := s.act(ctx, ws, id, func(ctx context.Context, tx *db.Tx, m found) error {
		switch m.State {
		case Unknown:
			return errs.Conflict("It is not known whether this message arrived. Say first whether it did.").Code("unknown")
		case Sent:
			if len(m.target(ws).ExternalIDs) == 0 {
				return errs.Conflict("This message cannot be deleted at Telegram any more: its chat has moved, or its number is not known.").Code("not_addressable")
			}
			if err := s.canSend(ctx, tx, ws, m.BotID); err != nil {
				return err
			}
			fallthrough
		case Queued:
			if err := s.ports.Sender.Delete(ctx, tx, m.target(ws)); err != nil {
				return errs.Wrap(err, "deleting the message")
			}
		}
		if _, err := tx.Exec(ctx, qDelete, s.clock.Now(), ws, id); err != nil {
			return errs.Wrap(err, "deleting the message")
		}
		if err := s.refreshLast(ctx, tx, ws, m.ConversationID); err != nil {
			return err
		}
		return s.publish(ctx, tx, ws, m.ConversationID, "message.deleted", messageData{MessageID: id, Seq: m.Seq})
	})
	return err
}

// RetryFailed sends a failed message again.
func (s *Service) RetryFailed(ctx context.Context, ws, id uuid.UUID) (Message, error) {
	return s.act(ctx, ws, id, func(ctx context.Context, tx *db.Tx, m found) error {
		if m.State != Failed && m.State != Cancelled {
			return errs.Conflict("Only a message that failed can be sent again.").Code("not_failed")
		}
		if err := s.canSend(ctx, tx, ws, m.BotID); err != nil {
			return err
		}
		err := s.ports.Redelivery.Retry(ctx, tx, m.target(ws))
		if errs.Is(err, errs.KindNotFound) { // its delivery is forgotten
			return errs.Conflict("This message is too old to be sent again. Write it anew.").Code("too_old")
		}
		if err != nil {
			return errs.Wrap(err, "sending again")
		}
		return s.setState(ctx, tx, ws, m, Queued)
	})
}

// ResolveUnknown ends the doubt about a message: it arrived, or it is sent again.
func (s *Service) ResolveUnknown(ctx context.Context, ws, id uuid.UUID, arrived bool) (Message, error) {
	return s.act(ctx, ws, id, func(ctx context.Context, tx *db.Tx, m found) error {
		if m.State != Unknown {
			return errs.Conflict("There is no doubt about this message.").Code("not_unknown")
		}
		if !arrived {
			if err := s.canSend(ctx, tx, ws, m.BotID); err != nil {
				return err
			}
		}
		if err := s.ports.Redelivery.Resolve(ctx, tx, m.target(ws), arrived); err != nil {
			return errs.Wrap(err, "resolving the message")
		}
		if arrived {
			return s.setState(ctx, tx, ws, m, Sent)
		}
		return s.setState(ctx, tx, ws, m, Queued)
	})
}

// setState moves the message on unless messaging did so itself.
func (s *Service) setState(ctx context.Context, tx *db.Tx, ws uuid.UUID, m found, state string) error {
	n, err := tx.Exec(ctx, qMessageState, state, ws, m.ID, m.State)
	if err != nil || n == 0 {
		return errs.Wrap(err, "changing the state")
	}
	tx.Push(ctx, qLastState, state, ws, m.ConversationID, m.ID)
	return s.publish(ctx, tx, ws, m.ConversationID, "message.state",
		map[string]any{"messages": []messageData{{MessageID: m.ID, State: state}}})
}
