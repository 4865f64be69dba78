package telegram

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/intake"
)

// Sender is a bot that may send now.
type Sender struct {
	WorkspaceID uuid.UUID
	BotID       uuid.UUID
	Token       string
}

// CanSend reports whether the company has the bot and it is switched on.
func (s *Service) CanSend(ctx context.Context, q db.Querier, ws, bot uuid.UUID) (bool, error) {
	return db.Exists(ctx, q, "SELECT 1 FROM bots WHERE workspace_id = ? AND id = ? AND is_enabled AND deleted_at IS NULL", ws, bot)
}

// TokenRefused switches off a bot whose token Telegram does not accept, unless it has
// another one by now.
func (s *Service) TokenRefused(ctx context.Context, refused Sender) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err := byID(ctx, tx, refused.WorkspaceID, refused.BotID)
		if errs.Is(err, errs.KindNotFound) || err == nil && !b.IsEnabled {
			return nil
		}
		if err != nil {
			return err
		}
		if token, err := s.token(b); err != nil || token != refused.Token {
			return err
		}
		return s.stop(ctx, tx, b, intake.TokenRefused)
	})
}

// errSealed marks a secret that cannot be opened: a matter of this bot alone.
var errSealed = errors.New("the secret cannot be opened")

// Senders returns the bots that are switched on in companies that are. One that is gone
// meanwhile or whose token cannot be opened is left out. Any other failure fails the
// whole list: a bot that is merely not read must not be given up.
func (s *Service) Senders(ctx context.Context) ([]Sender, error) {
	type ref struct {
		WorkspaceID uuid.UUID
		ID          uuid.UUID
	}
	list, err := db.All[ref](ctx, s.db.Read(), "SELECT workspace_id, id FROM bots WHERE is_enabled = ? AND deleted_at IS NULL ORDER BY id", true)
	if err != nil {
		return nil, err
	}
	out := make([]Sender, 0, len(list))
	for _, r := range list {
		e, err := s.entry(ctx, r.ID)
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if errors.Is(err, errSealed) {
			s.log.ErrorContext(ctx, "a bot cannot send", "bot", r.ID, "error", err)
			continue
		}
		if err != nil {
			return nil, errs.Wrap(err, "reading a bot that sends")
		}
		if e.enabled {
			out = append(out, Sender{WorkspaceID: r.WorkspaceID, BotID: r.ID, Token: e.token})
		}
	}
	return out, nil
}
