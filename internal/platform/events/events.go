// Package events is the append-only record of what changed: the audit trail, and what
// browsers and other readers are told.
//
//	Publish (in the unit) ──► events row ──commit──► Hub: re-read from the last seq ──► subscribers
//	                                         └──► NOTIFY (PostgreSQL) wakes the other processes' hubs
package events

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// Event is one change. Data holds ids and states, never what a person wrote.
type Event struct {
	Seq          int64
	ID           uuid.UUID
	WorkspaceID  uuid.UUID // zero for the installation itself
	Kind         string    // "message.received"
	SubjectType  string    // "conversation"
	SubjectID    *uuid.UUID
	ActorType    string // user, contact or system; from the context when empty
	ActorID      *uuid.UUID
	Impersonator *uuid.UUID `db:"impersonator_id"`
	IP           string
	RequestID    string
	Data         any `db:"-"`
	At           time.Time
}

// Log appends events.
type Log struct {
	clock clock.Clock
	hub   *Hub
}

// NewLog returns the log; hub may be nil where nobody listens.
func NewLog(c clock.Clock, hub *Hub) *Log { return &Log{clock: c, hub: hub} }

const qInsert = `INSERT INTO events (id, workspace_id, kind, subject_type, subject_id, actor_type, actor_id, impersonator_id, ip, request_id, data, at)
	VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`

// Publish appends the event in the unit. The actor is the context's principal, else the
// system. A data value that cannot be written as JSON fails the unit.
func (l *Log) Publish(ctx context.Context, tx *db.Tx, e Event) error {
	data := []byte("{}")
	if e.Data != nil {
		var err error
		if data, err = json.Marshal(e.Data); err != nil {
			return errs.Wrap(err, "writing the event "+e.Kind)
		}
	}
	if e.ActorType == "" {
		e.ActorType = "system"
		if p, ok := ident.From(ctx); ok && p.UserID != uuid.Nil {
			e.ActorType, e.ActorID = "user", &p.UserID
			e.IP, e.RequestID = p.IP, p.RequestID
			if p.Impersonator != uuid.Nil {
				e.Impersonator = &p.Impersonator
			}
		}
	}
	tx.Push(ctx, qInsert, ident.New(), e.WorkspaceID, e.Kind, e.SubjectType, e.SubjectID,
		e.ActorType, e.ActorID, e.Impersonator, e.IP, e.RequestID, string(data), l.clock.Now())
	if l.hub != nil {
		tx.AfterCommit(l.hub.Wake)
	}
	return nil
}

// Stored is an event as it was written.
type Stored struct {
	Seq         int64                    `json:"seq"`
	WorkspaceID uuid.UUID                `json:"-"`
	Kind        string                   `json:"kind"`
	SubjectType string                   `json:"subject_type"`
	SubjectID   *uuid.UUID               `json:"subject_id,omitempty"`
	ActorType   string                   `json:"actor_type"`
	ActorID     *uuid.UUID               `json:"actor_id,omitempty"`
	Data        db.JSON[json.RawMessage] `json:"-"`
	At          time.Time                `json:"at"`
}

const columns = "seq, workspace_id, kind, subject_type, subject_id, actor_type, actor_id, data, at"

// settled hides rows whose transaction could still be followed by a lower seq: numbers
// are given before commit on PostgreSQL.
func settled(q db.Querier) string {
	if q.Engine() == db.Postgres {
		return " AND xid < pg_snapshot_xmin(pg_current_snapshot())"
	}
	return ""
}

// After returns up to limit events of all companies with seq > after, in order.
func After(ctx context.Context, q db.Querier, after int64, limit int) ([]Stored, error) {
	return db.All[Stored](ctx, q, "SELECT "+columns+" FROM events WHERE seq > ?"+settled(q)+" ORDER BY seq LIMIT ?", after, limit)
}

// OfWorkspace returns up to limit events of one company with seq > after, in order.
func OfWorkspace(ctx context.Context, q db.Querier, ws uuid.UUID, after int64, limit int) ([]Stored, error) {
	return db.All[Stored](ctx, q, "SELECT "+columns+" FROM events WHERE workspace_id = ? AND seq > ?"+settled(q)+" ORDER BY seq LIMIT ?", ws, after, limit)
}

// Last returns the highest settled seq, 0 when there is no event.
func Last(ctx context.Context, q db.Querier) (int64, error) {
	return db.One[int64](ctx, q, "SELECT COALESCE(MAX(seq), 0) FROM events WHERE seq > 0"+settled(q))
}
