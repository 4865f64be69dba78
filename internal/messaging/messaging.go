// Package messaging brings messages to people: callers say what to send in which
// conversation, and need not know how.
//
//	Send (in the caller's unit) ──▶ deliveries row + message row ──commit──▶ Dispatcher
//	Dispatcher: lease per bot ──▶ pace ──▶ sending (token checked) ──▶ Carrier ──▶ sent | failed | unknown
//
// Telegram has no idempotency key. A call that may have arrived is unknown and is never
// repeated by itself; only what provably was not sent is tried again.
package messaging

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/messaging/pace"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// States of a delivery.
const (
	Queued    = "queued"
	Sending   = "sending"
	Sent      = "sent"
	Failed    = "failed"
	Unknown   = "unknown"
	Cancelled = "cancelled"
)

// Operations of a delivery.
const (
	OpSend   = "send"
	OpEdit   = "edit"
	OpDelete = "delete"
)

// Class decides who goes first.
type Class string

// The classes.
const (
	Reply    Class = "reply"
	Notice   Class = "notice"
	Campaign Class = "campaign"
)

var paceClass = map[Class]pace.Class{Reply: pace.Reply, Notice: pace.Notice, Campaign: pace.Campaign}

// ErrorKind says why a delivery did not succeed.
type ErrorKind string

// The error kinds.
const (
	Blocked      ErrorKind = "blocked"
	ChatNotFound ErrorKind = "chat_not_found"
	BadRequest   ErrorKind = "bad_request"
	TooLarge     ErrorKind = "too_large"
	Unauthorized ErrorKind = "unauthorized"
	Limited      ErrorKind = "limited"
	Unavailable  ErrorKind = "unavailable"
	Internal     ErrorKind = "internal"
)

// Outgoing is a message on its way into its conversation.
type Outgoing struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID
	AuthorID       *uuid.UUID
	Origin         string
	Content        Content
}

// Appended is where the message of a delivery stands.
type Appended struct {
	MessageID uuid.UUID
	Seq       int64 // its number in the conversation: the order of sending
	BotID     uuid.UUID
	ChatID    int64
}

// Result is what became of a delivery that has a message.
type Result struct {
	ConversationID uuid.UUID
	MessageID      uuid.UUID
	Operation      string
	State          string
	ErrorKind      ErrorKind
	Error          string  // Telegram's own words
	ExternalIDs    []int64 // one, or one for each part of an album
	At             time.Time
	EditedAt       time.Time // of the Target that was edited
	// Reused is set when the ids may belong to earlier messages of the chat, whose numbers
	// began anew: those lose them.
	Reused bool
}

// Conversations holds the messages that deliveries carry.
type Conversations interface {
	AppendOutgoing(ctx context.Context, tx *db.Tx, o Outgoing) (Appended, error)
	DeliveryChanged(ctx context.Context, tx *db.Tx, ws uuid.UUID, results []Result) error
	// ExternalID is Telegram's id of a message, 0 while it has none.
	ExternalID(ctx context.Context, q db.Querier, ws, messageID uuid.UUID) (int64, error)
}

// Waker is told of due deliveries after their commit.
type Waker interface {
	Wake(bot uuid.UUID, class Class)
}

// Service is the facade. Its methods run in the caller's unit.
type Service struct {
	clock clock.Clock
	convs Conversations
	waker Waker
}

// New returns the facade; waker may be nil in a process that dispatches nothing.
func New(c clock.Clock, convs Conversations, waker Waker) *Service {
	return &Service{clock: c, convs: convs, waker: waker}
}

// SendRequest is a message to a conversation, or, without one, a notice to a chat.
type SendRequest struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID // zero: a notice to BotID and ChatID
	BotID          uuid.UUID
	ChatID         int64
	Class          Class // Reply when empty, Notice without a conversation
	AuthorID       *uuid.UUID
	Origin         string
	Content        Content
	DueAt          time.Time // now when zero
}

// Receipt names what Send made.
type Receipt struct {
	DeliveryID uuid.UUID
	MessageID  uuid.UUID // zero for a notice
	Seq        int64
}

// Send checks the content and queues it. Errors: invalid, not found.
func (s *Service) Send(ctx context.Context, tx *db.Tx, r SendRequest) (Receipt, error) {
	if r.WorkspaceID == uuid.Nil {
		return Receipt{}, errs.Invalid("workspace", "The company is missing.")
	}
	if err := r.Content.Validate(); err != nil {
		return Receipt{}, err
	}
	now := s.clock.Now()
	row := delivery{
		WorkspaceID: r.WorkspaceID, ID: ident.New(), BotID: r.BotID, ChatID: r.ChatID, Class: r.Class,
		Operation: OpSend, DueAt: r.DueAt, Content: db.JSON[payload]{V: payload{Content: r.Content}},
	}
	if row.DueAt.IsZero() {
		row.DueAt = now
	}
	if r.ConversationID == uuid.Nil {
		if r.BotID == uuid.Nil || r.ChatID == 0 {
			return Receipt{}, errs.Invalid("chat", "Say to which conversation or chat the message goes.")
		}
		if row.Class == "" {
			row.Class = Notice
		}
	} else {
		if row.Class == "" {
			row.Class = Reply
		}
		if to := r.Content.ReplyToID; to != nil {
			external, err := s.convs.ExternalID(ctx, tx, r.WorkspaceID, *to)
			if err != nil {
				return Receipt{}, errs.Wrap(err, "finding the message that is answered")
			}
			row.Content.V.ReplyTo = external
		}
		a, err := s.convs.AppendOutgoing(ctx, tx, Outgoing{
			WorkspaceID: r.WorkspaceID, ConversationID: r.ConversationID, AuthorID: r.AuthorID, Origin: r.Origin, Content: r.Content,
		})
		if err != nil {
			return Receipt{}, err
		}
		row.ConversationID, row.MessageID = &r.ConversationID, &a.MessageID
		row.BotID, row.ChatID, row.Seq = a.BotID, a.ChatID, a.Seq
	}
	if _, ok := paceClass[row.Class]; !ok {
		return Receipt{}, errs.Invalid("class", "A message is a reply, a notice or part of a campaign.")
	}
	s.insert(ctx, tx, row, now)
	out := Receipt{DeliveryID: row.ID, Seq: row.Seq}
	if row.MessageID != nil {
		out.MessageID = *row.MessageID
	}
	return out, nil
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, row delivery, now time.Time) {
	insertDelivery(ctx, tx, row, now)
	s.wakeAfter(tx, row.BotID, row.Class)
}

func (s *Service) wakeAfter(tx *db.Tx, bot uuid.UUID, class Class) {
	if s.waker != nil {
		tx.AfterCommit(func() { s.waker.Wake(bot, class) })
	}
}

// Target is a message to act on.
type Target struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID
	MessageID      uuid.UUID
	BotID          uuid.UUID
	ChatID         int64
	Kind           string
	ExternalIDs    []int64 // empty while it was not sent
	Buttons        [][]Button
	EditedAt       time.Time // which edit it is, for the Result
}

// Edit changes the text or caption of a message at Telegram. Errors: invalid, conflict
// when it was not sent.
func (s *Service) Edit(ctx context.Context, tx *db.Tx, t Target, text string) error {
	if len(t.ExternalIDs) == 0 {
		return errs.Conflict("Only a message that was sent can be edited.").Code("not_sent")
	}
	c := Content{Kind: t.Kind, Text: text, Buttons: t.Buttons}
	if err := c.validateText(); err != nil {
		return err
	}
	s.change(ctx, tx, t, OpEdit, c, s.clock.Now())
	return nil
}

// Delete withdraws a message that waits and deletes one that was sent. Errors: conflict
// while it is being sent.
func (s *Service) Delete(ctx context.Context, tx *db.Tx, t Target) error {
	now := s.clock.Now()
	if len(t.ExternalIDs) > 0 {
		s.change(ctx, tx, t, OpDelete, Content{Kind: t.Kind}, now)
		return nil
	}
	return s.Cancel(ctx, tx, t.WorkspaceID, t.MessageID)
}

func (s *Service) change(ctx context.Context, tx *db.Tx, t Target, op string, c Content, now time.Time) {
	row := delivery{
		WorkspaceID: t.WorkspaceID, ID: ident.New(), BotID: t.BotID, ChatID: t.ChatID,
		ConversationID: &t.ConversationID, MessageID: &t.MessageID, Class: Reply, Operation: op, DueAt: now,
		Content: db.JSON[payload]{V: payload{Content: c, Targets: t.ExternalIDs, EditedAt: t.EditedAt}},
	}
	s.insert(ctx, tx, row, now)
}

// Cancel withdraws a message that waits. Errors: not found, conflict when it does not
// wait any more.
func (s *Service) Cancel(ctx context.Context, tx *db.Tx, ws, messageID uuid.UUID) error {
	n, err := tx.Exec(ctx, qCancel, s.clock.Now(), ws, messageID)
	if err != nil || n > 0 {
		return errs.Wrap(err, "withdrawing a message")
	}
	_, ok, err := sendingOf(ctx, tx, ws, messageID)
	if err == nil && !ok {
		err = errs.NotFound("message")
	}
	if err != nil {
		return err
	}
	return errs.Conflict("This message is being sent at this moment. Try again in a few seconds.").Code("sending")
}

// Retry queues a failed or withdrawn message again. Errors: not found, conflict when it
// did not fail.
func (s *Service) Retry(ctx context.Context, tx *db.Tx, ws, messageID uuid.UUID) error {
	return s.again(ctx, tx, ws, messageID, "Only a message that failed can be sent again.", Failed, Cancelled)
}

// Resolve ends the doubt about a message: it arrived, or it is sent again. Errors: not
// found, conflict when there is no doubt.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, ws, messageID uuid.UUID, arrived bool) error {
	if !arrived {
		return s.again(ctx, tx, ws, messageID, "There is no doubt about this message.", Unknown, Unknown)
	}
	n, err := tx.Exec(ctx, qArrived, s.clock.Now(), ws, messageID)
	if err == nil && n == 0 {
		err = errs.Conflict("There is no doubt about this message.").Code("not_unknown")
	}
	return err
}

func (s *Service) again(ctx context.Context, tx *db.Tx, ws, messageID uuid.UUID, refusal, from, orFrom string) error {
	now := s.clock.Now()
	type queued struct {
		BotID uuid.UUID
		Class Class
	}
	row, ok, err := db.Maybe[queued](ctx, tx, qAgain, now, now, ws, messageID, from, orFrom)
	if err != nil {
		return errs.Wrap(err, "sending again")
	}
	if ok {
		s.wakeAfter(tx, row.BotID, row.Class)
		return nil
	}
	_, exists, err := sendingOf(ctx, tx, ws, messageID)
	if err == nil && !exists {
		err = errs.NotFound("message")
	}
	if err != nil {
		return err
	}
	return errs.Conflict(refusal).Code("not_" + from)
}
