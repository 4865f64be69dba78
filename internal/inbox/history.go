package inbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

// Entry is one thing that happened to a conversation.
type Entry struct {
	Seq       int64
	Kind      string
	ActorType string
	ActorID   *uuid.UUID
	ActorName string
	Data      db.JSON[json.RawMessage]
	At        time.Time
	// Assignee is the name of whom the conversation was given to.
	Assignee string `db:"-"`
}

const (
	// Messages themselves stand in the thread and are not in the index events_subject; that somebody read them is in the audit only.
	qHistory = `SELECT e.seq, e.kind, e.actor_type, e.actor_id, COALESCE(u.name, ct.name, '') AS actor_name, e.data, e.at FROM events e
		LEFT JOIN users u ON u.id = e.actor_id AND e.actor_type = 'user'
		LEFT JOIN contacts ct ON ct.workspace_id = e.workspace_id AND ct.id = e.actor_id AND e.actor_type = 'contact'
		WHERE e.workspace_id = ? AND e.subject_id = ? AND e.subject_type = 'conversation' AND e.seq < ?
		AND e.kind IN ('conversation.changed', 'note.added', 'note.deleted', 'message.edited', 'message.deleted')
		AND e.kind NOT IN ('message.received', 'message.sent', 'message.state')
		AND COALESCE(CAST(e.data->>'change' AS text), '') NOT IN ('read', 'unread')
		ORDER BY e.seq DESC LIMIT ?`
	qUserName = `SELECT name FROM users WHERE id = ?`
)

// History returns what was done with a conversation, the newest first, before a seq.
func (s *Service) History(ctx context.Context, ws, conversation uuid.UUID, before int64, limit int) ([]Entry, error) {
	q := s.db.Read()
	if err := here(ctx, q, qConvHere, ws, conversation, "conversation"); err != nil {
		return nil, err
	}
	if before <= 0 {
		before = endOfThread
	}
	list, err := db.All[Entry](ctx, q, qHistory, ws, conversation, before, limit)
	if err != nil {
		return nil, errs.Wrap(err, "reading the history")
	}
	names := map[uuid.UUID]string{}
	for i := range list {
		var data change
		if list[i].Kind != "conversation.changed" || json.Unmarshal(list[i].Data.V, &data) != nil || data.AssigneeID == nil {
			continue
		}
		name, known := names[*data.AssigneeID]
		if !known {
			if name, _, err = db.Maybe[string](ctx, q, qUserName, *data.AssigneeID); err != nil {
				return nil, errs.Wrap(err, "reading a name")
			}
			names[*data.AssigneeID] = name
		}
		list[i].Assignee = name
	}
	return list, nil
}
