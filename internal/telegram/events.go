package telegram

import (
	"context"

	"cartie/internal/platform/db"
	"cartie/internal/platform/events"
)

// change is the data of bot.changed.
type change struct {
	Change string   `json:"change"` // added, edited, removed, stopped, trouble, webhook_set
	Fields []string `json:"fields,omitempty"`
}

// changed publishes the change and, once it is committed, lets everybody look again.
func (s *Service) changed(ctx context.Context, tx *db.Tx, b Bot, c change) error {
	tx.AfterCommit(func() {
		s.forget(b.ID)
		s.look()
	})
	return s.events.Publish(ctx, tx, events.Event{
		WorkspaceID: b.WorkspaceID, Kind: "bot.changed", SubjectType: "bot", SubjectID: &b.ID, Data: c,
	})
}
