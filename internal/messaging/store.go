package messaging

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// payload is the column content.
type payload struct {
	Content
	ReplyTo int64   `json:"reply_to_external_id,omitempty"`
	Targets []int64 `json:"targets,omitempty"` // messages to edit or delete
	// EditedAt says which edit it is, to those who told it us.
	EditedAt time.Time `json:"edited_at,omitzero"`
}

// delivery is a row of deliveries.
type delivery struct {
	WorkspaceID    uuid.UUID
	ID             uuid.UUID
	BotID          uuid.UUID
	ChatID         int64
	ConversationID *uuid.UUID
	MessageID      *uuid.UUID
	Seq            int64
	Class          Class
	Operation      string
	Content        db.JSON[payload]
	State          string
	Attempts       int
	DueAt          time.Time
	LeaseToken     int64
}

const qInsert = `INSERT INTO deliveries (workspace_id, id, bot_id, chat_id, conversation_id, message_id, seq, class, operation,
	content, state, attempts, due_at, lease_token, external_ids, error_kind, error_code, error, created_at, updated_at)
	VALUES (?,?,?,?,?,?,?,?,?,?,'queued',0,?,0,'[]','',0,'',?,?)`

func insertDelivery(ctx context.Context, tx *db.Tx, d delivery, now time.Time) {
	tx.Push(ctx, qInsert, d.WorkspaceID, d.ID, d.BotID, d.ChatID, d.ConversationID, d.MessageID, d.Seq, d.Class, d.Operation,
		d.Content, d.DueAt, now, now)
}

const columns = `workspace_id, id, bot_id, chat_id, conversation_id, message_id, seq, class, operation, content, state, attempts, due_at, lease_token`

// sendingOf returns the delivery that sends the message.
func sendingOf(ctx context.Context, q db.Querier, ws, messageID uuid.UUID) (delivery, bool, error) {
	return db.Maybe[delivery](ctx, q, "SELECT "+columns+" FROM deliveries WHERE workspace_id = ? AND message_id = ? AND operation = 'send'", ws, messageID)
}

const (
	qCancel = `UPDATE deliveries SET state = 'cancelled', updated_at = ?
		WHERE workspace_id = ? AND message_id = ? AND operation = 'send' AND state IN ('queued', 'failed')`
	qArrived = `UPDATE deliveries SET state = 'sent', error_kind = '', error_code = 0, error = '', lease_token = 0, updated_at = ?
		WHERE workspace_id = ? AND message_id = ? AND operation = 'send' AND state = 'unknown'`
	qAgain = `UPDATE deliveries SET state = 'queued', attempts = 0, due_at = ?, lease_token = 0, error_kind = '', error_code = 0, error = '', updated_at = ?
		WHERE workspace_id = ? AND message_id = ? AND operation = 'send' AND state IN (?, ?) RETURNING bot_id, class`
)

// head is what the queue needs to know of a waiting row.
type head struct {
	ID     uuid.UUID
	ChatID int64
	Seq    int64
	DueAt  time.Time
}

// The open states stand in each query as the partial index has them: SQLite compares text.
const isOpen = "state IN ('queued', 'sending')"

// qDue reads what is due, and what was tried and waits for its next attempt: that holds
// back what follows it in its chat.
const qDue = `SELECT id, chat_id, seq, due_at FROM deliveries
	WHERE workspace_id = ? AND bot_id = ? AND class = ? AND ` + isOpen + ` AND state = 'queued'
	AND due_at <= ? AND (due_at <= ? OR attempts > 0) ORDER BY due_at, id LIMIT ?`

// qAwaited lists the bots with due rows, whoever wrote them.
const qAwaited = `SELECT DISTINCT bot_id, class FROM deliveries WHERE ` + isOpen + ` AND state = 'queued' AND due_at <= ?`

// leaseName names a bot's lease; qMark builds the same name.
func leaseName(bot uuid.UUID) string { return "sender:" + bot.String() }

func qMark(q db.Querier, n int) string {
	return `UPDATE deliveries SET state = 'sending', attempts = deliveries.attempts + 1, updated_at = ?,
		lease_token = (SELECT leases.token FROM leases WHERE leases.name = 'sender:' || ` + db.IDText(q, "deliveries.bot_id") + `)
		WHERE ` + pairsIn(q, n) + ` AND ` + isOpen + ` AND state = 'queued' RETURNING ` + columns
}

// qUnmark undoes qMark where no call followed.
func qUnmark(q db.Querier, n int) string {
	return `UPDATE deliveries SET state = 'queued', attempts = deliveries.attempts - 1, updated_at = ?
		WHERE ` + pairsIn(q, n) + ` AND ` + isOpen + ` AND state = 'sending' AND lease_token = ?`
}

// qTokens reads the current tokens; on PostgreSQL a takeover waits until this work is
// committed.
func qTokens(q db.Querier, n int) string {
	s := "SELECT name, token FROM leases WHERE name IN (" + db.Slots(n) + ")"
	if q.Engine() == db.Postgres {
		s += " FOR SHARE"
	}
	return s
}

func qOpenOf(q db.Querier, n int) string {
	s := "SELECT id, state, lease_token FROM deliveries WHERE " + pairsIn(q, n)
	if q.Engine() == db.Postgres {
		s += " FOR UPDATE"
	}
	return s
}

const qFinish = `UPDATE deliveries SET state = ?, external_ids = ?, error_kind = ?, error_code = ?, error = ?, attempts = ?, due_at = ?, updated_at = ?
	WHERE workspace_id = ? AND id = ?`

const qRekey = `UPDATE deliveries SET chat_id = ? WHERE workspace_id = ? AND bot_id = ? AND chat_id = ? AND ` + isOpen

// qOrphans finds what an earlier owner left on its way.
const qOrphans = `SELECT id FROM deliveries
	WHERE workspace_id = ? AND bot_id = ? AND ` + isOpen + ` AND state = 'sending' AND lease_token < ? ORDER BY id LIMIT ?`

// qWaiting finds what a bot has still to send and was due before a time.
const qWaiting = `SELECT id FROM deliveries
	WHERE workspace_id = ? AND bot_id = ? AND ` + isOpen + ` AND state = 'queued' AND due_at < ? ORDER BY id LIMIT ?`

// qLeftLong finds what began to be sent before a time and never ended.
const qLeftLong = `SELECT id FROM deliveries
	WHERE workspace_id = ? AND bot_id = ? AND ` + isOpen + ` AND state = 'sending' AND updated_at < ? ORDER BY id LIMIT ?`

// qForgotten lists where such rows are; few bots have any.
const qForgotten = `SELECT DISTINCT workspace_id, bot_id, state FROM deliveries
	WHERE ` + isOpen + ` AND (state = 'queued' AND due_at < ? OR state = 'sending' AND updated_at < ?)`

// qForget deletes by the primary key, which grows with time.
const qForget = `DELETE FROM deliveries WHERE workspace_id = ? AND id IN (SELECT id FROM deliveries
	WHERE workspace_id = ? AND id < ? AND state IN ('sent', 'failed', 'cancelled') AND updated_at < ? ORDER BY id LIMIT ?)`

func qStill(q db.Querier, n int) string {
	s := "SELECT " + columns + " FROM deliveries WHERE " + pairsIn(q, n) + " AND state = ?"
	if q.Engine() == db.Postgres {
		s += " FOR UPDATE"
	}
	return s
}

func qLeft(q db.Querier, n int) string {
	return "SELECT " + columns + " FROM deliveries WHERE " + pairsIn(q, n) + " AND state = 'sending' AND lease_token < ?"
}

const qExternalIDs = `SELECT external_ids FROM deliveries WHERE workspace_id = ? AND message_id = ? AND operation = 'send' AND state = 'sent'`

// sizes bound how many different statements the lists make; a list is filled up by
// repeating its last member.
var sizes = []int{1, 8, 32, unitRows}

func padded[T any](list []T) []T {
	for _, n := range sizes {
		if len(list) <= n {
			for len(list) < n {
				list = append(list, list[len(list)-1])
			}
			return list
		}
	}
	return list
}

type key struct{ WorkspaceID, ID uuid.UUID }

// pairsIn selects rows by their whole primary key.
func pairsIn(q db.Querier, n int) string {
	pairs := strings.TrimSuffix(strings.Repeat("(?,?),", n), ",")
	if q.Engine() == db.SQLite {
		return "(workspace_id, id) IN (VALUES " + pairs + ")"
	}
	return "(workspace_id, id) IN (" + pairs + ")"
}

func pairArgs(keys []key, before ...any) []any {
	for _, k := range keys {
		before = append(before, k.WorkspaceID, k.ID)
	}
	return before
}
