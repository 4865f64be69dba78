package messaging

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// Sender is a bot that deliveries go through.
type Sender struct {
	WorkspaceID uuid.UUID
	BotID       uuid.UUID
	Token       string
}

// Senders are the bots that may send now.
type Senders interface {
	Senders(ctx context.Context) ([]Sender, error)
	// TokenRefused hears once that Telegram does not accept the sender's token.
	TokenRefused(ctx context.Context, s Sender) error
}

// Parcel is one call to make.
type Parcel struct {
	Sender
	ChatID    int64
	Operation string
	Content   Content
	ReplyTo   int64   // Telegram's id of the message that is answered, 0 for none
	Targets   []int64 // messages to edit or delete
}

// Carrier makes the call. Its error is a *Failure; any other counts as unknown.
type Carrier interface {
	Carry(ctx context.Context, p Parcel) (externalIDs []int64, err error)
}

// Chats follows a group that became a supergroup.
type Chats interface {
	Migrated(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, from, to int64) error
}

// Failure is a call that did not succeed.
type Failure struct {
	Kind       ErrorKind
	Code       int    // Telegram's, 0 when it did not answer
	Text       string // Telegram's own words
	RetryAfter time.Duration
	MigrateTo  int64
	// NotSent is true when the message provably did not go out.
	NotSent bool
}

func (f *Failure) Error() string { return fmt.Sprintf("%s (%d): %s", f.Kind, f.Code, f.Text) }
