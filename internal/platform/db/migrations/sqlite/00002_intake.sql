-- +goose Up
-- Who was told of what: without it each new conversation reads an hour of the company's notifications.
CREATE INDEX notifications_link ON notifications (workspace_id, link);

-- A message moves its conversation in each index that ends in last_message_at. One such index is left, for the whole
-- list; the filtered lists walk steps of ten minutes and sort within them.
-- Triggers keep the two columns: a generated column would be written to its index by every message, whether it
-- changed or not.
ALTER TABLE conversations ADD COLUMN last_step TIMESTAMP;
ALTER TABLE conversations ADD COLUMN is_unread BOOLEAN;
UPDATE conversations SET last_step = substr(last_message_at, 1, 15) || '0:00+00:00', is_unread = unread_count > 0;
DROP INDEX conversations_assignee;
DROP INDEX conversations_bot;
DROP INDEX conversations_unread;
CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, status, last_step);
CREATE INDEX conversations_bot ON conversations (workspace_id, bot_id, status, last_step);
CREATE INDEX conversations_unread ON conversations (workspace_id, status, last_step) WHERE is_unread;
-- +goose StatementBegin
CREATE TRIGGER conversations_made AFTER INSERT ON conversations BEGIN
  UPDATE conversations SET last_step = substr(NEW.last_message_at, 1, 15) || '0:00+00:00', is_unread = NEW.unread_count > 0 WHERE rowid = NEW.rowid;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER conversations_moved AFTER UPDATE OF last_message_at, unread_count ON conversations
WHEN NEW.is_unread IS NOT (NEW.unread_count > 0) OR NEW.last_step IS NOT substr(NEW.last_message_at, 1, 15) || '0:00+00:00' BEGIN
  UPDATE conversations SET last_step = substr(NEW.last_message_at, 1, 15) || '0:00+00:00', is_unread = NEW.unread_count > 0 WHERE rowid = NEW.rowid;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER conversations_moved;
DROP TRIGGER conversations_made;
DROP INDEX conversations_assignee;
DROP INDEX conversations_bot;
DROP INDEX conversations_unread;
ALTER TABLE conversations DROP COLUMN last_step;
ALTER TABLE conversations DROP COLUMN is_unread;
CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, status, last_message_at, id);
CREATE INDEX conversations_bot ON conversations (workspace_id, bot_id, status, last_message_at, id);
CREATE INDEX conversations_unread ON conversations (workspace_id, status, last_message_at, id) WHERE unread_count > 0;
DROP INDEX notifications_link;
