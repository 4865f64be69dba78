package telegram

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
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

// Senders returns the bots that are switched on in companies that are. One whose token
// cannot be opened is left out and logged.
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
		if err != nil {
			s.log.ErrorContext(ctx, "a bot cannot send", "bot", r.ID, "error", err)
			continue
		}
		if e.enabled {
			out = append(out, Sender{WorkspaceID: r.WorkspaceID, BotID: r.ID, Token: e.token})
		}
	}
	return out, nil
}
