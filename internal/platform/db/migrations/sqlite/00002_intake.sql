-- +goose Up
-- Who was told of what: without it each new conversation reads an hour of the company's notifications.
CREATE INDEX notifications_link ON notifications (workspace_id, link);

-- +goose Down
DROP INDEX notifications_link;
