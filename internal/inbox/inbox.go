// Package inbox holds conversations, their messages and what the team does with them.
//
//	intake ──Receive──► conversation (counter, unread) ──► message, attachments, raw body ──► event
//	person ──Answer──► Sender (messaging) ──AppendOutgoing──► message ──DeliveryChanged──► its state
//
// The number of a message in its conversation (seq) orders the thread; it is given under
// the conversation's row, so it never repeats and never skips a kept message.
package inbox

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

// Telegram is the channel of conversations with bots.
const Telegram = "telegram"

// Directions of a message.
const (
	In  = "in"
	Out = "out"
)

// States of a conversation.
const (
	Open   = "open"
	Closed = "closed"
)

// Delivery states of an outgoing message; an incoming one has the empty state. One that
// is being sent is queued until its result is known.
const (
	Queued    = "queued"
	Sent      = "sent"
	Failed    = "failed"
	Unknown   = "unknown" // may have arrived: a person decides
	Cancelled = "cancelled"
)

// States of an attachment.
const (
	Pending  = "pending" // its file is still to be fetched
	Ready    = "ready"
	TooLarge = "too_large"
)

// Kinds of a message that the code treats specially; the others are Telegram's words.
const (
	Text     = "text"
	Photo    = "photo"
	Video    = "video"
	Document = "document"
	Audio    = "audio"
	Album    = "album"
)

// Origins of an outgoing message.
const ByPerson = "person"

// Person is who wrote, as the channel names them.
type Person struct {
	ExternalID string // empty: nobody, as in a channel's post
	Username   string
	Name       string
	Language   string
}

// Known is what the inbox keeps of a contact while it works.
type Known struct {
	ID       uuid.UUID
	Name     string
	Language string
}

// Contacts finds or makes the contact of a person.
type Contacts interface {
	Touch(ctx context.Context, tx *db.Tx, ws uuid.UUID, channel string, p Person) (k Known, created bool, err error)
}

// Target is an outgoing message that messaging is to act on.
type Target struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID
	MessageID      uuid.UUID
	BotID          uuid.UUID
	ChatID         int64
	Kind           string
	State          string
	ExternalIDs    []int64 // of the message, or of each part of an album; empty when not sent
	Buttons        [][]Button
	EditedAt       time.Time // which edit it is; its result names it again
}

// Outbound is a message that a person sends.
type Outbound struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID
	AuthorID       *uuid.UUID
	Origin         string
	Content        Content
}

// Content is what a message carries.
type Content struct {
	Kind        string
	Text        string // Telegram HTML
	Attachments []File
	ReplyToID   *uuid.UUID
	Buttons     [][]Button
	Keyboard    *Keyboard
}

// File is a stored file on its way out.
type File struct {
	MediaID  uuid.UUID
	Kind     string
	Name     string
	Mime     string
	Size     int64
	Width    int
	Height   int
	Duration int // seconds
}

// Button is an inline button: an address or data that comes back when pressed.
type Button struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"data,omitempty"`
}

// Keyboard is what a message puts in place of the person's keyboard.
type Keyboard struct {
	Rows    [][]Key `json:"rows,omitempty"`
	OneTime bool    `json:"one_time,omitempty"`
	Remove  bool    `json:"remove,omitempty"`
}

// Key is a key of such a keyboard: it sends its text or the person's own contact.
type Key struct {
	Text    string `json:"text"`
	Contact bool   `json:"contact,omitempty"`
}

// Sender brings messages to the channel. Send appends the message through AppendOutgoing.
// Delete withdraws what still waits and deletes what was sent.
type Sender interface {
	Send(ctx context.Context, tx *db.Tx, o Outbound) (messageID uuid.UUID, err error)
	Edit(ctx context.Context, tx *db.Tx, t Target, text string) error
	Delete(ctx context.Context, tx *db.Tx, t Target) error
}

// Redelivery takes up messages that failed or whose fate is unknown.
type Redelivery interface {
	Retry(ctx context.Context, tx *db.Tx, t Target) error
	Resolve(ctx context.Context, tx *db.Tx, t Target, arrived bool) error
}

// Member is a live member of a company.
type Member struct {
	UserID uuid.UUID
	Name   string
	Role   ident.Role
}

// Members lists the live members of a company.
type Members interface {
	Members(ctx context.Context, q db.Querier, ws uuid.UUID) ([]Member, error)
}

// Bots knows whether a bot can send at all: what is queued for one that cannot would
// wait for ever.
type Bots interface {
	CanSend(ctx context.Context, q db.Querier, ws, bot uuid.UUID) (bool, error)
}

// Assignment is what the new assignee is told.
type Assignment struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID
	AssigneeID     uuid.UUID
	Title          string
	By             string // name of who assigned it
}

// Notifier tells members what concerns them.
type Notifier interface {
	ConversationAssigned(ctx context.Context, tx *db.Tx, a Assignment) error
	MessageFailed(ctx context.Context, tx *db.Tx, f Failure) error
}

// Failure is what the author of a message that was not sent is told.
type Failure struct {
	WorkspaceID    uuid.UUID
	ConversationID uuid.UUID
	AuthorID       uuid.UUID
	Title          string
}

// Ports are the other slices as the inbox needs them.
type Ports struct {
	Contacts   Contacts
	Members    Members
	Bots       Bots
	Notifier   Notifier
	Sender     Sender
	Redelivery Redelivery
}

// Service is the slice's one door.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	events *events.Log
	ports  Ports
}

// New returns the service. Messaging and the inbox need each other: Connect completes it.
func New(d *db.DB, c clock.Clock, log *events.Log, p Ports) *Service {
	return &Service{db: d, clock: c, events: log, ports: p}
}

// Connect sets the side of messaging, before the first request.
func (s *Service) Connect(send Sender, again Redelivery) {
	s.ports.Sender, s.ports.Redelivery = send, again
}

// Payload is the part of a message that has no column of its own.
type Payload struct {
	ContactCard *ContactCard `json:"contact_card,omitempty"`
	Location    *Location    `json:"location,omitempty"`
	Callback    *Callback    `json:"callback,omitempty"`
	Buttons     [][]Button   `json:"buttons,omitempty"`
	Keyboard    *Keyboard    `json:"keyboard,omitempty"`
	Sender      *Speaker     `json:"sender,omitempty"`  // in groups: who wrote
	Service     string       `json:"service,omitempty"` // what happened in the chat
	Edits       []Edit       `json:"edits,omitempty"`   // earlier texts, oldest first
	// Conflict marks what a person applied although its Telegram id was another message's:
	// it was kept without the id.
	Conflict bool `json:"conflict,omitempty"`
}

// shown are the buttons that a reader of the thread sees: those below the message, or the
// keys that it gave the person.
func (p Payload) shown() [][]Button {
	if p.Keyboard == nil {
		return p.Buttons
	}
	var out [][]Button
	for _, row := range p.Keyboard.Rows {
		var keys []Button
		for _, k := range row {
			keys = append(keys, Button{Text: k.Text})
		}
		out = append(out, keys)
	}
	return out
}

// ContactCard is a shared contact.
type ContactCard struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// Location is a shared place.
type Location struct {
	Lat   float64 `json:"lat"`
	Lon   float64 `json:"lon"`
	Title string  `json:"title,omitempty"`
}

// Callback is a pressed inline button.
type Callback struct {
	Data  string `json:"data"`
	Label string `json:"label"`
}

// Speaker is who wrote in a group.
type Speaker struct {
	ContactID uuid.UUID `json:"contact_id"` // zero for a channel or the group itself
	Name      string    `json:"name"`
	Username  string    `json:"username,omitempty"`
}

// Edit is an earlier text of a message.
type Edit struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"` // when it was replaced
}

// maxEdits bounds the earlier texts that are kept; the first one always stays.
const maxEdits = 20

func (p *Payload) remember(text string, at time.Time) {
	if len(p.Edits) >= maxEdits {
		p.Edits = append(p.Edits[:1], p.Edits[2:]...)
	}
	p.Edits = append(p.Edits, Edit{Text: text, At: at})
}

// undo takes back the edit of a time, a zero time the last one, and returns the text
// that stands then. An edit that came after it keeps its text.
func (p *Payload) undo(text string, at time.Time) (string, bool) {
	i := len(p.Edits) - 1
	if !at.IsZero() {
		i = slices.IndexFunc(p.Edits, func(e Edit) bool { return e.At.Equal(at) })
	}
	if i < 0 {
		return text, false
	}
	if i == len(p.Edits)-1 {
		text = p.Edits[i].Text
	} else { // what followed replaced the text before, not the refused one
		p.Edits[i+1].Text = p.Edits[i].Text
	}
	p.Edits = slices.Delete(p.Edits, i, i+1)
	return text, true
}

// publish appends an event about a conversation.
func (s *Service) publish(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, kind string, data any) error {
	return s.events.Publish(ctx, tx, events.Event{
		WorkspaceID: ws, Kind: kind, SubjectType: "conversation", SubjectID: &conversation, Data: data,
	})
}

// change is the data of conversation.changed.
type change struct {
	Change     string     `json:"change"` // assigned, closed, reopened, read, unread, blocked, unblocked, migrated
	AssigneeID *uuid.UUID `json:"assignee_id,omitempty"`
	Reason     string     `json:"reason,omitempty"` // message, answer
	UserID     *uuid.UUID `json:"user_id,omitempty"`
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, c change) error {
	return s.publish(ctx, tx, ws, conversation, "conversation.changed", c)
}

// messageData is the data of message.* events.
type messageData struct {
	MessageID uuid.UUID `json:"message_id"`
	Seq       int64     `json:"seq,omitempty"`
	State     string    `json:"state,omitempty"`
	AlbumPart bool      `json:"album_part,omitempty"`
	// BotID wakes the sender in another process.
	BotID *uuid.UUID `json:"bot_id,omitempty"`
}
