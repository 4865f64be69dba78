package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

const (
	// keepRaw is how long a message is kept as Telegram wrote it; what people see stays.
	keepRaw   = 90 * 24 * time.Hour
	sweepRows = 200 // of one unit

	// The primary key grows with time.
	qForgetRaw = `DELETE FROM raw_messages WHERE (workspace_id, message_id, external_id) IN
		(SELECT workspace_id, message_id, external_id FROM raw_messages WHERE workspace_id = ? AND message_id < ? ORDER BY message_id LIMIT ?)`
)

// Sweep deletes what is too old, in small units.
func (s *Service) Sweep(ctx context.Context) error {
	companies, err := db.All[uuid.UUID](ctx, s.db.Read(), "SELECT id FROM workspaces")
	if err != nil {
		return errs.Wrap(err, "listing companies")
	}
	before := ident.Floor(s.clock.Now().Add(-keepRaw))
	for _, ws := range companies {
		for n := int64(sweepRows); n == sweepRows; {
			if err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = tx.Exec(ctx, qForgetRaw, ws, before, sweepRows)
				return err
			}); err != nil {
				return errs.Wrap(err, "deleting old messages as they came")
			}
		}
	}
	return nil
}
