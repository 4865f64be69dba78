package scenario

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/scenario/engine"
)

const (
	qSession = `SELECT id, flow, flow_version, node, variables, history, state, language, role, wake_at, expires_at, version, created_at
		FROM scenario_sessions WHERE workspace_id = ? AND bot_id = ? AND chat_id = ?`

	// The caller holds the chat's lock, so that the row is as it was read.
	qSave = `INSERT INTO scenario_sessions (workspace_id, bot_id, chat_id, id, flow, flow_version, node, variables, history, state,
		contact_id, conversation_id, language, role, wake_at, expires_at, version, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (workspace_id, bot_id, chat_id) DO UPDATE SET id = excluded.id, flow = excluded.flow, flow_version = excluded.flow_version,
		node = excluded.node, variables = excluded.variables, history = excluded.history, state = excluded.state, contact_id = excluded.contact_id,
		conversation_id = excluded.conversation_id, language = excluded.language, role = excluded.role, wake_at = excluded.wake_at,
		expires_at = excluded.expires_at, version = excluded.version, created_at = excluded.created_at, updated_at = excluded.updated_at`
)

// Roles of who talks.
const (
	client = "client"
	dealer = "dealer"
)

// session is a row of scenario_sessions. One run of a flow keeps its id.
type session struct {
	engine.Session
	id        uuid.UUID
	role      string
	createdAt time.Time
}

type sessionRow struct {
	ID          uuid.UUID
	Flow        string
	FlowVersion int64
	Node        string
	Variables   db.JSON[engine.Vars]
	History     db.JSON[[]engine.Asked]
	State       string
	Language    string
	Role        string
	WakeAt      *time.Time
	ExpiresAt   *time.Time
	Version     int64
	CreatedAt   time.Time
}

// load returns the session of the chat, an ended one when there is none.
func load(ctx context.Context, tx *db.Tx, u Update) (session, error) {
	r, ok, err := db.Maybe[sessionRow](ctx, tx, qSession, u.WorkspaceID, u.BotID, u.ChatID)
	if err != nil {
		return session{}, errs.Wrap(err, "reading the session of a chat")
	}
	s := session{Session: engine.Session{State: engine.Ended}}
	if ok {
		s = session{id: r.ID, role: r.Role, createdAt: r.CreatedAt, Session: engine.Session{
			Flow: r.Flow, FlowVersion: r.FlowVersion, Node: r.Node, Vars: r.Variables.V, History: r.History.V,
			State: engine.State(r.State), Language: r.Language, WakeAt: instant(r.WakeAt), ExpiresAt: instant(r.ExpiresAt), Version: r.Version,
		}}
	}
	if u.Person.Language != "" {
		s.Language = u.Person.Language
	}
	s.Fallback = u.Language
	return s, nil
}

func (s *Service) save(ctx context.Context, tx *db.Tx, u Update, is session) {
	now := s.clock.Now()
	if is.id == uuid.Nil {
		is.id, is.createdAt = ident.New(), now
	}
	var contact *uuid.UUID
	if u.Person.ContactID != uuid.Nil {
		contact = &u.Person.ContactID
	}
	vars, history := is.Vars, is.History
	if vars == nil || is.State == engine.Ended { // what somebody answered is kept no longer than it is needed
		vars = engine.Vars{}
	}
	if history == nil {
		history = []engine.Asked{}
	}
	tx.Push(ctx, qSave, u.WorkspaceID, u.BotID, u.ChatID, is.id, is.Flow, is.FlowVersion, is.Node,
		db.JSON[engine.Vars]{V: vars}, db.JSON[[]engine.Asked]{V: history}, string(is.State), contact, &u.ConversationID,
		is.Language, is.role, orNil(is.WakeAt), orNil(is.ExpiresAt), is.Version, is.createdAt, now)
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
