-- +goose Up
-- Who was told of what: without it each new conversation reads an hour of the company's notifications.
CREATE INDEX notifications_link ON notifications (workspace_id, link);

-- A message moves its conversation in each index that ends in last_message_at. One such index is left, for the whole
-- list; the filtered lists walk steps of ten minutes and sort within them.
ALTER TABLE conversations
  ADD COLUMN last_step timestamptz GENERATED ALWAYS AS (date_bin('10 minutes', last_message_at, timestamptz '2000-01-01 00:00:00+00')) STORED,
  ADD COLUMN is_unread boolean GENERATED ALWAYS AS (unread_count > 0) STORED;
DROP INDEX conversations_assignee;
DROP INDEX conversations_bot;
DROP INDEX conversations_unread;
CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, status, last_step);
CREATE INDEX conversations_bot ON conversations (workspace_id, bot_id, status, last_step);
CREATE INDEX conversations_unread ON conversations (workspace_id, status, last_step) WHERE is_unread;

-- +goose Down
DROP INDEX conversations_assignee;
DROP INDEX conversations_bot;
DROP INDEX conversations_unread;
ALTER TABLE conversations DROP COLUMN last_step;
ALTER TABLE conversations DROP COLUMN is_unread;
CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, status, last_message_at, id);
CREATE INDEX conversations_bot ON conversations (workspace_id, bot_id, status, last_message_at, id);
CREATE INDEX conversations_unread ON conversations (workspace_id, status, last_message_at, id) WHERE unread_count > 0;
DROP INDEX notifications_link;
