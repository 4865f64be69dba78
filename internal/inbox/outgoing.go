package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// Appended is where an outgoing message stands.
type Appended struct {
	MessageID uuid.UUID
	Seq       int64
	BotID     uuid.UUID
	ChatID    int64
}

// AppendOutgoing writes an outgoing message into its conversation, queued. Messaging
// calls it in the unit that makes the delivery.
func (s *Service) AppendOutgoing(ctx context.Context, tx *db.Tx, o Outbound) (Appended, error) {
	type numbered struct {
		LastSeq int64
		BotID   uuid.UUID
		ChatID  int64
	}
	now, id, c := s.clock.Now(), ident.New(), o.Content
	n, ok, err := db.Maybe[numbered](ctx, tx, qAppend, now, now, id, preview(c.Text), c.Kind, Queued, now, o.WorkspaceID, o.ConversationID)
	if err == nil && !ok {
		err = errs.NotFound("conversation")
	}
	if err != nil {
		return Appended{}, errs.Wrap(err, "numbering the message")
	}
	payload := db.JSON[Payload]{V: Payload{Buttons: c.Buttons, Keyboard: c.Keyboard}}
	tx.Push(ctx, qInsertMessage, o.WorkspaceID, id, o.ConversationID, n.LastSeq, Out, c.Kind, c.Text, payload, nil,
		nil, nil, o.AuthorID, o.Origin, Queued, "", "", now, now, c.ReplyToID)
	for i, f := range c.Attachments {
		tx.Push(ctx, qInsertAttachment, o.WorkspaceID, ident.New(), id, o.ConversationID, i, f.Kind, nil, f.MediaID,
			"", "", f.Name, f.Mime, f.Size, f.Width, f.Height, f.Duration, Ready, "", now)
	}
	out := Appended{MessageID: id, Seq: n.LastSeq, BotID: n.BotID, ChatID: n.ChatID}
	return out, s.publish(ctx, tx, o.WorkspaceID, o.ConversationID, "message.sent", messageData{MessageID: id, Seq: n.LastSeq, State: Queued, BotID: &n.BotID})
}

// tellAuthor tells the person who wrote a message that it was not sent.
func (s *Service) tellAuthor(ctx context.Context, tx *db.Tx, ws uuid.UUID, r DeliveryResult) error {
	if s.ports.Notifier == nil {
		return nil
	}
	type row struct {
		AuthorID uuid.UUID
		Title    string
	}
	m, ok, err := db.Maybe[row](ctx, tx, `SELECT m.author_id, c.title FROM messages m
		JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
		WHERE m.workspace_id = ? AND m.id = ? AND m.author_id IS NOT NULL`, ws, r.MessageID)
	if err != nil || !ok {
		return err
	}
	return s.ports.Notifier.MessageFailed(ctx, tx, Failure{WorkspaceID: ws, ConversationID: r.ConversationID, AuthorID: m.AuthorID, Title: m.Title})
}

// Operations of a delivery.
const (
	OpSend   = "send"
	OpEdit   = "edit"
	OpDelete = "delete"
)

// ErrorBlocked is the error kind of a person who blocked the bot.
const ErrorBlocked = "blocked"

// DeliveryResult is what became of a delivery.
type DeliveryResult struct {
	ConversationID uuid.UUID
	MessageID      uuid.UUID
	Operation      string // send, edit or delete
	State          string
	ErrorKind      string
	Error          string
	ExternalIDs    []int64 // Telegram's ids: one, or one for each part of an album
	At             time.Time
	EditedAt       time.Time // of an edit: which one
	Reused         bool      // earlier messages of the chat that have the ids lose them
}

// DeliveryChanged carries results of the dispatcher over to the messages: at most 200 at
// once, one message.state event for each conversation. A refused edit brings the earlier
// text back, a refused deletion the message; that is a message.edited event.
func (s *Service) DeliveryChanged(ctx context.Context, tx *db.Tx, ws uuid.UUID, results []DeliveryResult) error {
	told := map[uuid.UUID][]messageData{}
	var order []uuid.UUID
	reached := map[uuid.UUID]bool{}
	for _, r := range results {
		if r.Operation == OpSend && r.State == Sent {
			reached[r.ConversationID] = true
		}
		if r.ErrorKind == ErrorBlocked {
			delete(reached, r.ConversationID)
			if err := s.blockedByResult(ctx, tx, ws, r.ConversationID); err != nil {
				return err
			}
		}
		if r.Operation == OpEdit || r.Operation == OpDelete {
			if err := s.changeDelivered(ctx, tx, ws, r); err != nil {
				return err
			}
			continue
		}
		s.sendDelivered(ctx, tx, ws, r)
		if r.State == Failed {
			if err := s.tellAuthor(ctx, tx, ws, r); err != nil {
				return err
			}
		}
		if told[r.ConversationID] == nil {
			order = append(order, r.ConversationID)
		}
		told[r.ConversationID] = append(told[r.ConversationID], messageData{MessageID: r.MessageID, State: r.State})
	}
	if err := s.unblockedByResult(ctx, tx, ws, reached); err != nil {
		return err
	}
	for _, conv := range order {
		if err := s.publish(ctx, tx, ws, conv, "message.state", map[string]any{"messages": told[conv]}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) blockedByResult(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID) error {
	n, err := tx.Exec(ctx, qBlockByID, s.clock.Now(), ws, conversation)
	if err != nil || n == 0 {
		return errs.Wrap(err, "marking the chat as blocked")
	}
	return s.changed(ctx, tx, ws, conversation, change{Change: "blocked"})
}

// unblockedByResult lets go of the block of those whom a message has reached.
func (s *Service) unblockedByResult(ctx context.Context, tx *db.Tx, ws uuid.UUID, reached map[uuid.UUID]bool) error {
	if len(reached) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, 0, 2*len(reached))
	for id := range reached {
		ids = append(ids, id)
	}
	for len(ids)&(len(ids)-1) != 0 { // few lengths make few statements
		ids = append(ids, ids[0])
	}
	blocked, err := db.All[uuid.UUID](ctx, tx, qUnblock(len(ids)), append([]any{s.clock.Now(), ws}, db.Args(ids)...)...)
	if err != nil {
		return errs.Wrap(err, "marking chats as not blocked")
	}
	for _, id := range blocked {
		if err := s.changed(ctx, tx, ws, id, change{Change: "unblocked", Reason: "answer"}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sendDelivered(ctx context.Context, tx *db.Tx, ws uuid.UUID, r DeliveryResult) {
	var external any
	if len(r.ExternalIDs) > 0 {
		external = r.ExternalIDs[0]
	}
	if r.Reused {
		for _, ext := range r.ExternalIDs {
			tx.Push(ctx, qLoseMessageID, ws, r.ConversationID, ext)
			tx.Push(ctx, qLosePartID, ws, r.ConversationID, ext)
		}
	}
	at := r.At
	if at.IsZero() {
		at = s.clock.Now()
	}
	tx.Push(ctx, qDelivered, r.State, r.ErrorKind, r.Error, external, r.State == Sent, at, ws, r.MessageID, r.ConversationID)
	for i, ext := range r.ExternalIDs {
		tx.Push(ctx, qPartDelivered, ext, ws, r.MessageID, i)
	}
	tx.Push(ctx, qLastState, r.State, ws, r.ConversationID, r.MessageID)
}

// changeDelivered takes up the result of an edit or a deletion. What succeeded is shown
// already; what may have happened stays, with the doubt beside it.
func (s *Service) changeDelivered(ctx context.Context, tx *db.Tx, ws uuid.UUID, r DeliveryResult) error {
	if r.State != Failed && r.State != Unknown && r.State != Cancelled {
		return nil
	}
	m, err := s.locked(ctx, tx, ws, r.MessageID)
	if err != nil {
		return err
	}
	text, undone := m.Text, false
	if r.Operation == OpEdit && r.State != Unknown {
		text, undone = m.Payload.V.undo(m.Text, r.EditedAt)
	}
	switch {
	case undone:
		var editedAt *time.Time
		if n := len(m.Payload.V.Edits); n > 0 {
			editedAt = &m.Payload.V.Edits[n-1].At
		}
		tx.Push(ctx, qUnedit, text, m.Payload, editedAt, r.ErrorKind, r.Error, ws, r.MessageID)
		tx.Push(ctx, qLastText, preview(text), ws, m.ConversationID, m.ID)
	case r.Operation == OpDelete && r.State != Unknown:
		tx.Push(ctx, qUndelete, r.ErrorKind, r.Error, ws, r.MessageID)
		if err := s.refreshLast(ctx, tx, ws, m.ConversationID); err != nil {
			return err
		}
	default:
		tx.Push(ctx, qRefused, r.ErrorKind, r.Error, ws, r.MessageID, m.ConversationID)
	}
	return s.publish(ctx, tx, ws, m.ConversationID, "message.edited",
		map[string]any{"message_id": m.ID, "seq": m.Seq, "refused": r.Operation, "error": r.ErrorKind})
}

// refreshLast makes the list show the last message that is not deleted.
func (s *Service) refreshLast(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID) error {
	type last struct {
		ID                           uuid.UUID
		Text, Kind, Direction, State string
	}
	l, ok, err := db.Maybe[last](ctx, tx, qLastAlive, ws, conversation)
	if err != nil {
		return errs.Wrap(err, "finding the last message")
	}
	var id *uuid.UUID
	if ok {
		id = &l.ID
	}
	tx.Push(ctx, qSetLast, id, preview(l.Text), l.Kind, l.Direction, l.State, ws, conversation)
	return nil
}

// AttachmentReady says that the file of an attachment is stored.
func (s *Service) AttachmentReady(ctx context.Context, tx *db.Tx, ws, attachment, mediaID uuid.UUID) error {
	return s.fetched(ctx, tx, ws, attachment, Ready, &mediaID, "")
}

// AttachmentFailed says that the file could not be fetched, and why.
func (s *Service) AttachmentFailed(ctx context.Context, tx *db.Tx, ws, attachment uuid.UUID, tooLarge bool, reason string) error {
	state := Failed
	if tooLarge {
		state = TooLarge
	}
	return s.fetched(ctx, tx, ws, attachment, state, nil, reason)
}

func (s *Service) fetched(ctx context.Context, tx *db.Tx, ws, attachment uuid.UUID, state string, media *uuid.UUID, reason string) error {
	type owner struct{ MessageID, ConversationID uuid.UUID }
	o, ok, err := db.Maybe[owner](ctx, tx, qFetched, state, media, reason, ws, attachment)
	if err == nil && !ok {
		err = errs.NotFound("attachment")
	}
	if err != nil {
		return errs.Wrap(err, "keeping the file of a message")
	}
	return s.publish(ctx, tx, ws, o.ConversationID, "media.ready",
		map[string]any{"message_id": o.MessageID, "attachment_id": attachment, "state": state})
}
