// Package scenario leads talks by flows: what a bot asks, and what becomes of the answers.
//
//	intake ──Handle (in the update's unit)──► session row ──► engine.Step ──► Say ──► Sender
//	                                              ▲              │ ▲
//	                                              └── saved ◄────┘ └─ Query, Call ──► Dictionary, Contacts,
//	                                                                  Leads, Support, Requests
//
// The session of a chat is one row, written in the unit of the update that moved it: a
// process that dies between two updates loses nothing, and a dealer may go on after days.
package scenario

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/events"
	"cartie/internal/platform/money"
	"cartie/internal/scenario/engine"
)

// Templates say what a bot is for.
const (
	ClientLead = "CLIENT_LEAD"
	Catalog    = "CATALOG"
	B2B        = "B2B"
)

// homes are the flows that a bot's chats rest in. A template without one leads dealers only.
var homes = map[string]string{ClientLead: leadCapture}

// Origin marks messages of flows in their conversation.
const Origin = "scenario"

// attention is how long a person who was answered by a member is left to members.
const attention = 4 * time.Hour

// Person is who talks to the bot.
type Person struct {
	ContactID  uuid.UUID
	TelegramID int64
	Name       string
	Username   string // without @
	Language   string // en, uk, ru or empty
}

// Update is what intake has kept of an update in a private chat.
type Update struct {
	WorkspaceID    uuid.UUID
	BotID          uuid.UUID
	Template       string // of the bot
	Company        string // its name
	Language       string // the company's
	ChatID         int64
	ConversationID uuid.UUID
	MessageID      uuid.UUID
	IsNew          bool // the conversation began with it
	Person         Person

	Text       string      // plain: of a message, or the caption of a file
	Contact    *Contact    // a shared contact
	Photos     []uuid.UUID // attachments that are pictures
	HasFile    bool        // it carries something that is no text
	CallbackID string      // of a pressed button
	Data       string      // of a pressed button
}

// Contact is a shared contact.
type Contact struct {
	Phone string
	Own   bool // the sender's own
}

// Chat names where a flow talks.
type Chat struct {
	WorkspaceID    uuid.UUID
	BotID          uuid.UUID
	ChatID         int64
	ConversationID uuid.UUID
}

// Message is what a flow says.
type Message struct {
	Chat
	Text     string      // Telegram HTML
	Media    []uuid.UUID // stored pictures; several are an album, whose buttons follow it
	Inline   [][]engine.Button
	Keyboard [][]engine.Key
	Remove   bool // takes the reply keyboard away
}

// Sender talks.
type Sender interface {
	Send(ctx context.Context, tx *db.Tx, m Message) error
	// AnswerCallback stops the waiting mark on a pressed button, with a text or without.
	AnswerCallback(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, callbackID, text string) error
}

// Lead is what a customer asks for.
type Lead struct {
	Chat
	Person
	Name   string
	Phone  string // E.164
	Type   string // BUY or SELL
	Car    string
	Budget *money.Money
	City   string
}

// Captured is what became of a lead.
type Captured struct {
	Code      string
	Duplicate bool // joined to a lead that was there
}

// The ports below refuse with an error of a kind and a code: conflict, invalid, forbidden,
// not found. The code is the reason that the flow goes on by. What refuses has written
// nothing. Other errors fail the unit.

// Leads keeps leads and what they ask for.
type Leads interface {
	Capture(ctx context.Context, tx *db.Tx, l Lead) (Captured, error)
}

// Question is what a customer wants a person to read.
type Question struct {
	Chat
	Person
	MessageID uuid.UUID
	Text      string // plain
}

// Support brings questions to the staff chat.
type Support interface {
	Forward(ctx context.Context, tx *db.Tx, q Question) error
}

// Wanted is a request as a dealer sees it.
type Wanted struct {
	PublicID string
	Summary  string // plain, in the dealer's language: car, years, budget, city
}

// Dealer is who offers.
type Dealer struct {
	Company string // of the partner, empty when it is none
	Phone   string // E.164, empty when it is not known yet
}

// Offer is a car for a request.
type Offer struct {
	Chat
	Person
	Request string // public id
	Offer   string // id of the earlier offer that the link named, or empty
	Partner string // id of the partner whose link brought the dealer, or empty
	Phone   string
	Price   money.Money
	Year    int
	VIN     string
	URL     string
	Note    string
	Photos  []uuid.UUID // attachments, in order
}

// Requests are the wanted cars and the dealers who answer them.
type Requests interface {
	// Open returns a request that takes offers. Reasons: not_found, closed, blocked.
	Open(ctx context.Context, tx *db.Tx, ws uuid.UUID, publicID string, p Person) (Wanted, error)
	// Dealer says what is known of the person as a dealer. Reason: blocked.
	Dealer(ctx context.Context, tx *db.Tx, ws uuid.UUID, p Person) (Dealer, error)
	// Join makes the person one of a partner's people. Reasons: not_found, blocked.
	Join(ctx context.Context, tx *db.Tx, ws uuid.UUID, partner string, p Person) (Dealer, error)
	// Submit keeps an offer and tells the staff. Reasons: closed, blocked, duplicate_url, duplicate_vin.
	Submit(ctx context.Context, tx *db.Tx, o Offer) error
}

// Dictionary knows how makes, models and cities are written.
type Dictionary interface {
	// Normalise returns the canonical form of a make, model, city or car, or the text as it was typed.
	Normalise(ctx context.Context, tx *db.Tx, ws uuid.UUID, kind, text string) (string, error)
}

// Contacts keeps what people say of themselves.
type Contacts interface {
	// Phone reads a number, typed or shared, as E.164. A number that cannot be read is invalid.
	Phone(ctx context.Context, tx *db.Tx, ws uuid.UUID, raw string) (string, error)
	SetPhone(ctx context.Context, tx *db.Tx, ws, contact uuid.UUID, phone string) error
	SetLanguage(ctx context.Context, tx *db.Tx, ws, contact uuid.UUID, language string) error
}

// Conversations knows whether people look after a chat.
type Conversations interface {
	// Attended is true when the conversation has an assignee or a member wrote in it since.
	Attended(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, since time.Time) (bool, error)
}

// Ports are the other slices.
type Ports struct {
	Sender        Sender
	Leads         Leads
	Support       Support
	Requests      Requests
	Dictionary    Dictionary
	Contacts      Contacts
	Conversations Conversations
}

// Service is the slice's one door.
type Service struct {
	Ports
	clock  clock.Clock
	events *events.Log
	flows  map[string]*engine.Flow
}

// New returns the service with the flows that are built in.
func New(c clock.Clock, log *events.Log, p Ports) (*Service, error) {
	flows, err := builtIn()
	if err != nil {
		return nil, err
	}
	return &Service{Ports: p, clock: c, events: log, flows: flows}, nil
}
