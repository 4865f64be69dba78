package inbox

import "cartie/internal/platform/db"

// The statements that write; those that read are beside their readers in list.go and
// thread.go.

const (
	// Status, block, title and contact stay as they are: the caller sees what they were, and
	// the indexes that hold them are not written for every message.
	qReceive = `INSERT INTO conversations (workspace_id, id, channel, bot_id, chat_id, kind, title, title_folded, contact_id,
		status, is_blocked, unread_count, last_seq, last_message_at, last_message_id, last_text, last_kind, last_direction, last_state,
		away_period, version, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (workspace_id, bot_id, chat_id) DO UPDATE SET
		last_seq = conversations.last_seq + 1, unread_count = conversations.unread_count + 1,
		last_message_at = CASE WHEN excluded.last_message_at > conversations.last_message_at THEN excluded.last_message_at ELSE conversations.last_message_at END,
		last_message_id = excluded.last_message_id, last_text = excluded.last_text, last_kind = excluded.last_kind,
		last_direction = excluded.last_direction, last_state = excluded.last_state, updated_at = excluded.updated_at
		RETURNING id, last_seq, title, contact_id, status, is_blocked, assignee_id, away_period`
	qRename = `UPDATE conversations SET title = ?, title_folded = ?, contact_id = ? WHERE workspace_id = ? AND id = ?`
	qWakeUp = `UPDATE conversations SET status = 'open', is_blocked = FALSE, version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id = ?`

	messageColumns = `INSERT INTO messages (workspace_id, id, conversation_id, seq, direction, kind, text, payload, album_id,
		external_id, reply_to_external_id, author_id, origin, state, error_kind, error, sent_at, created_at, reply_to_id)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,`
	qInsertMessage = messageColumns + `?)`
	qInsertReply   = messageColumns + `COALESCE(
		(SELECT m.id FROM messages m WHERE m.workspace_id = ? AND m.conversation_id = ? AND m.external_id = ?),
		(SELECT a.message_id FROM attachments a WHERE a.workspace_id = ? AND a.conversation_id = ? AND a.external_id = ? LIMIT 1)))`
	qInsertAttachment = `INSERT INTO attachments (workspace_id, id, message_id, conversation_id, position, kind, external_id, media_id,
		file_id, file_unique_id, name, mime, size, width, height, duration, state, error, created_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	qRaw       = `INSERT INTO raw_messages (workspace_id, message_id, external_id, body) VALUES (?,?,?,?)`
	qRawEdited = qRaw + ` ON CONFLICT (workspace_id, message_id, external_id) DO UPDATE SET body = excluded.body`

	qAlbum = `SELECT m.id, m.conversation_id, m.seq, m.text, c.last_message_id, c.assignee_id, c.away_period,
		(SELECT count(*) FROM attachments a WHERE a.workspace_id = m.workspace_id AND a.message_id = m.id) AS parts
		FROM conversations c JOIN messages m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
		WHERE c.workspace_id = ? AND c.bot_id = ? AND c.chat_id = ? AND m.album_id = ?`
	qHoldsPart = `SELECT 1 FROM attachments WHERE workspace_id = ? AND conversation_id = ? AND external_id = ?`
	qSetText   = `UPDATE messages SET text = ? WHERE workspace_id = ? AND id = ?`
	qLastText  = `UPDATE conversations SET last_text = ? WHERE workspace_id = ? AND id = ? AND last_message_id = ?`

	qLocate = `SELECT m.id, m.conversation_id, c.contact_id, m.seq, m.text, m.payload FROM conversations c
		JOIN messages m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
		WHERE c.workspace_id = ? AND c.bot_id = ? AND c.chat_id = ? AND m.external_id = ?`
	qLocatePart = `SELECT m.id, m.conversation_id, c.contact_id, m.seq, m.text, m.payload FROM conversations c
		JOIN attachments a ON a.workspace_id = c.workspace_id AND a.conversation_id = c.id
		JOIN messages m ON m.workspace_id = c.workspace_id AND m.id = a.message_id
		WHERE c.workspace_id = ? AND c.bot_id = ? AND c.chat_id = ? AND a.external_id = ? LIMIT 1`
	qEditMessage = `UPDATE messages SET text = ?, payload = ?, edited_at = ?, error_kind = '', error = '' WHERE workspace_id = ? AND id = ?`

	qBlock = `UPDATE conversations SET is_blocked = ?, version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND bot_id = ? AND chat_id = ? AND is_blocked <> ? RETURNING id`
	qByChat    = `SELECT id FROM conversations WHERE workspace_id = ? AND bot_id = ? AND chat_id = ?`
	qSupersede = `UPDATE conversations SET migrated_to = ?, status = 'closed', version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id = ?`
	qMigrate = `UPDATE conversations SET chat_id = ?, kind = 'supergroup', version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id = ?`
	qRetireMessageIDs = `UPDATE messages SET external_id = -external_id WHERE workspace_id = ? AND conversation_id = ? AND external_id > 0`
	qRetirePartIDs    = `UPDATE attachments SET external_id = -external_id WHERE workspace_id = ? AND conversation_id = ? AND external_id > 0`
	qLoseMessageID    = `UPDATE messages SET external_id = NULL WHERE workspace_id = ? AND conversation_id = ? AND external_id = ?`
	qLosePartID       = `UPDATE attachments SET external_id = NULL WHERE workspace_id = ? AND conversation_id = ? AND external_id = ?`
	qAway             = `UPDATE conversations SET away_period = ? WHERE workspace_id = ? AND id = ? AND away_period <> ?`

	qAppend = `UPDATE conversations SET last_seq = conversations.last_seq + 1, last_message_at = CASE WHEN ? > conversations.last_message_at THEN ? ELSE conversations.last_message_at END,
		last_message_id = ?, last_text = ?, last_kind = ?, last_direction = 'out', last_state = ?, updated_at = ?
		WHERE workspace_id = ? AND id = ? RETURNING last_seq, bot_id, chat_id`
	qDelivered = `UPDATE messages SET state = ?, error_kind = ?, error = ?, external_id = COALESCE(?, messages.external_id),
		sent_at = CASE WHEN ? THEN ? ELSE messages.sent_at END WHERE workspace_id = ? AND id = ? AND conversation_id = ?`
	qPartDelivered = `UPDATE attachments SET external_id = ? WHERE workspace_id = ? AND message_id = ? AND position = ?`
	qLastState     = `UPDATE conversations SET last_state = ? WHERE workspace_id = ? AND id = ? AND last_message_id = ?`
	qBlockByID     = `UPDATE conversations SET is_blocked = TRUE, version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id = ? AND is_blocked = FALSE`
	qRefused   = `UPDATE messages SET error_kind = ?, error = ? WHERE workspace_id = ? AND id = ? AND conversation_id = ?`
	qUnedit    = `UPDATE messages SET text = ?, payload = ?, edited_at = ?, error_kind = ?, error = ? WHERE workspace_id = ? AND id = ?`
	qUndelete  = `UPDATE messages SET deleted_at = NULL, error_kind = ?, error = ? WHERE workspace_id = ? AND id = ?`
	qDelete    = `UPDATE messages SET deleted_at = ?, error_kind = '', error = '' WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL`
	qFetched   = `UPDATE attachments SET state = ?, media_id = ?, error = ? WHERE workspace_id = ? AND id = ? RETURNING message_id, conversation_id`
	qLastAlive = `SELECT id, text, kind, direction, state FROM messages WHERE workspace_id = ? AND conversation_id = ? AND deleted_at IS NULL
		ORDER BY seq DESC LIMIT 1`
	qSetLast = `UPDATE conversations SET last_message_id = ?, last_text = ?, last_kind = ?, last_direction = ?, last_state = ?
		WHERE workspace_id = ? AND id = ?`
	qMessageState = `UPDATE messages SET state = ?, error_kind = '', error = '' WHERE workspace_id = ? AND id = ? AND state = ?`

	qStatus = `UPDATE conversations SET status = ?, version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id = ? AND status <> ?`
	qAssign = `UPDATE conversations SET assignee_id = ?, version = conversations.version + 1, updated_at = ? WHERE workspace_id = ? AND id = ?`
	qTake   = `UPDATE conversations SET assignee_id = ?, version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id = ? AND assignee_id IS NULL`
	qUnreadAfter = `SELECT count(*) FROM messages WHERE workspace_id = ? AND conversation_id = ? AND seq > ? AND direction = 'in'`
	qRead        = `UPDATE conversations SET unread_count = ? WHERE workspace_id = ? AND id = ? AND unread_count > ?`
	qUnread      = `UPDATE conversations SET unread_count = 1 WHERE workspace_id = ? AND id = ? AND unread_count = 0`

	qInsertNote = `INSERT INTO notes (workspace_id, id, conversation_id, author_id, text, created_at) VALUES (?,?,?,?,?,?)`
	qDeleteNote = `DELETE FROM notes WHERE workspace_id = ? AND id = ?`
	qSaveDraft  = `INSERT INTO drafts (workspace_id, conversation_id, user_id, text, reply_to_id, updated_at) VALUES (?,?,?,?,?,?)
		ON CONFLICT (workspace_id, conversation_id, user_id) DO UPDATE SET text = excluded.text, reply_to_id = excluded.reply_to_id, updated_at = excluded.updated_at`
	qDropDraft = `DELETE FROM drafts WHERE workspace_id = ? AND conversation_id = ? AND user_id = ?`
)

// qUnblock meets the primary key once for each of the n conversations.
func qUnblock(n int) string {
	return `UPDATE conversations SET is_blocked = FALSE, version = conversations.version + 1, updated_at = ?
		WHERE workspace_id = ? AND id IN (` + db.Slots(n) + `) AND is_blocked RETURNING id`
}
