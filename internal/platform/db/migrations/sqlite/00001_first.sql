-- +goose Up

-- An id is its 16 bytes, which the package db binds; as text the indexes would be twice as large.

-- The tables that are not led by a workspace: people, their sessions and links, leases, and the order of events.

CREATE TABLE users (
  id UUID PRIMARY KEY,
  email TEXT NOT NULL,
  email_folded TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  status TEXT NOT NULL,
  is_super_admin BOOLEAN NOT NULL,
  language TEXT NOT NULL,
  telegram_user_id BIGINT UNIQUE,
  telegram_username TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY,
  id UUID NOT NULL UNIQUE,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  workspace_id UUID,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  last_seen_at TIMESTAMP NOT NULL,
  rotated_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  previous_hash BLOB,
  previous_until TIMESTAMP
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_previous ON sessions (previous_hash);

CREATE TABLE one_time_links (
  token_hash BLOB PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id UUID,
  workspace_id UUID,
  created_by UUID,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  token BIGINT NOT NULL,
  expires_at TIMESTAMP NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  kind TEXT NOT NULL,
  subject_type TEXT NOT NULL,
  subject_id UUID,
  actor_type TEXT NOT NULL,
  actor_id UUID,
  impersonator_id UUID,
  ip TEXT NOT NULL,
  request_id TEXT NOT NULL,
  data TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);
CREATE INDEX events_workspace ON events (workspace_id, seq);
-- Of what is not a message itself: those stand in their thread.
CREATE INDEX events_subject ON events (workspace_id, subject_id, seq) WHERE kind NOT IN ('message.received', 'message.sent', 'message.state');

CREATE TABLE idempotency_keys (
  workspace_id UUID NOT NULL,
  principal_id UUID NOT NULL,
  operation TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, principal_id, operation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Companies and the people in them.

CREATE TABLE workspaces (
  id UUID PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  plan TEXT NOT NULL,
  color TEXT NOT NULL,
  logo_media_id UUID,
  timezone TEXT NOT NULL,
  language TEXT NOT NULL,
  currency TEXT NOT NULL,
  country TEXT NOT NULL,
  hours TEXT NOT NULL,
  holidays TEXT NOT NULL,
  is_active BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP
);

CREATE TABLE memberships (
  workspace_id UUID NOT NULL REFERENCES workspaces (id),
  id UUID NOT NULL,
  user_id UUID NOT NULL REFERENCES users (id),
  role TEXT NOT NULL,
  status TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX memberships_live ON memberships (workspace_id, user_id) WHERE deleted_at IS NULL;
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE invites (
  workspace_id UUID NOT NULL REFERENCES workspaces (id),
  id UUID NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  invited_by UUID NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  accepted_at TIMESTAMP,
  revoked_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE telegram_links (
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
  bot_id UUID NOT NULL,
  chat_id BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
) WITHOUT ROWID;

CREATE TABLE notifications (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  user_id UUID NOT NULL,
  kind TEXT NOT NULL,
  params TEXT NOT NULL,
  link TEXT NOT NULL,
  read_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, id);
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_age ON notifications (created_at);

-- Bots and what they heard.

CREATE TABLE bots (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  username TEXT NOT NULL,
  telegram_id BIGINT NOT NULL,
  token BLOB NOT NULL,
  webhook_secret BLOB NOT NULL,
  mode TEXT NOT NULL,
  is_enabled BOOLEAN NOT NULL,
  greeting TEXT NOT NULL,
  greeting_on BOOLEAN NOT NULL,
  away TEXT NOT NULL,
  away_on BOOLEAN NOT NULL,
  poll_offset BIGINT NOT NULL,
  last_update_at TIMESTAMP,
  last_error TEXT NOT NULL,
  last_error_at TIMESTAMP,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX bots_telegram ON bots (telegram_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX bots_id ON bots (id);

CREATE TABLE bot_updates (
  workspace_id UUID NOT NULL,
  bot_id UUID NOT NULL,
  update_id BIGINT NOT NULL,
  sha256 BLOB NOT NULL,
  state TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, update_id)
) WITHOUT ROWID;
CREATE INDEX bot_updates_age ON bot_updates (at);

CREATE TABLE failed_updates (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  bot_id UUID NOT NULL,
  update_id BIGINT NOT NULL,
  sha256 BLOB NOT NULL,
  reason TEXT NOT NULL,
  error TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  resolved_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, bot_id, update_id, sha256)
);
CREATE INDEX failed_updates_state ON failed_updates (workspace_id, state, id);

CREATE TABLE raw_updates (
  workspace_id UUID NOT NULL,
  bot_id UUID NOT NULL,
  update_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, update_id)
) WITHOUT ROWID;

-- People and what was said.

CREATE TABLE contacts (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  name_edited BOOLEAN NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  language TEXT NOT NULL,
  tags TEXT NOT NULL,
  notes TEXT NOT NULL,
  last_interaction_at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contacts_phone ON contacts (workspace_id, phone);
CREATE INDEX contacts_name ON contacts (workspace_id, name_folded);

CREATE TABLE identities (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  channel TEXT NOT NULL,
  external_id TEXT NOT NULL,
  username TEXT NOT NULL,
  username_folded TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, channel, external_id)
);
CREATE INDEX identities_contact ON identities (workspace_id, contact_id);

CREATE TABLE conversations (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  channel TEXT NOT NULL,
  bot_id UUID NOT NULL,
  chat_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  contact_id UUID,
  assignee_id UUID,
  status TEXT NOT NULL,
  is_blocked BOOLEAN NOT NULL,
  unread_count INTEGER NOT NULL,
  last_seq BIGINT NOT NULL,
  last_message_at TIMESTAMP NOT NULL,
  last_message_id UUID,
  last_text TEXT NOT NULL,
  last_kind TEXT NOT NULL,
  last_direction TEXT NOT NULL,
  last_state TEXT NOT NULL,
  away_period TEXT NOT NULL,
  migrated_to BIGINT,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, bot_id, chat_id)
);
CREATE INDEX conversations_list ON conversations (workspace_id, status, last_message_at, id);
CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, status, last_message_at, id);
CREATE INDEX conversations_bot ON conversations (workspace_id, bot_id, status, last_message_at, id);
CREATE INDEX conversations_unread ON conversations (workspace_id, status, last_message_at, id) WHERE unread_count > 0;
CREATE INDEX conversations_contact ON conversations (workspace_id, contact_id);
CREATE INDEX conversations_title ON conversations (workspace_id, title_folded);

CREATE TABLE messages (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  direction TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  payload TEXT NOT NULL,
  album_id TEXT,
  external_id BIGINT,
  reply_to_id UUID,
  reply_to_external_id BIGINT,
  author_id UUID,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error TEXT NOT NULL,
  sent_at TIMESTAMP NOT NULL,
  edited_at TIMESTAMP,
  deleted_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, conversation_id, seq)
);
CREATE UNIQUE INDEX messages_external ON messages (workspace_id, conversation_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX messages_album ON messages (workspace_id, conversation_id, album_id) WHERE album_id IS NOT NULL;

CREATE TABLE raw_messages (
  workspace_id UUID NOT NULL,
  message_id UUID NOT NULL,
  external_id BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (workspace_id, message_id, external_id)
) WITHOUT ROWID;

CREATE TABLE attachments (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  message_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  external_id BIGINT,
  media_id UUID,
  file_id TEXT NOT NULL,
  file_unique_id TEXT NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size BIGINT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX attachments_message ON attachments (workspace_id, message_id, position);
CREATE INDEX attachments_external ON attachments (workspace_id, conversation_id, external_id);

CREATE TABLE notes (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  author_id UUID NOT NULL,
  text TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notes_conversation ON notes (workspace_id, conversation_id, id);

CREATE TABLE drafts (
  workspace_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  user_id UUID NOT NULL,
  text TEXT NOT NULL,
  reply_to_id UUID,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, user_id)
);

CREATE TABLE canned_replies (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  shortcut TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, shortcut)
);

-- Files.

CREATE TABLE media (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  sha256 BLOB NOT NULL,
  mime TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  has_thumb BOOLEAN NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, sha256)
);

CREATE TABLE media_file_ids (
  workspace_id UUID NOT NULL,
  bot_id UUID NOT NULL,
  media_id UUID NOT NULL,
  kind TEXT NOT NULL,
  file_id TEXT NOT NULL,
  file_unique_id TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, media_id, kind)
) WITHOUT ROWID;
CREATE INDEX media_file_ids_unique ON media_file_ids (workspace_id, file_unique_id) WHERE file_unique_id <> '';

-- Outgoing messages on their way.

CREATE TABLE deliveries (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  bot_id UUID NOT NULL,
  chat_id BIGINT NOT NULL,
  conversation_id UUID,
  message_id UUID,
  seq BIGINT NOT NULL,
  class TEXT NOT NULL,
  operation TEXT NOT NULL,
  content TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_at TIMESTAMP NOT NULL,
  lease_token BIGINT NOT NULL,
  external_ids TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error_code INTEGER NOT NULL,
  error TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX deliveries_open ON deliveries (workspace_id, bot_id, class, due_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX deliveries_message ON deliveries (workspace_id, message_id);

-- +goose Down
DROP TABLE deliveries;
DROP TABLE media_file_ids;
DROP TABLE media;
DROP TABLE canned_replies;
DROP TABLE drafts;
DROP TABLE notes;
DROP TABLE attachments;
DROP TABLE raw_messages;
DROP TABLE messages;
DROP TABLE conversations;
DROP TABLE identities;
DROP TABLE contacts;
DROP TABLE raw_updates;
DROP TABLE failed_updates;
DROP TABLE bot_updates;
DROP TABLE bots;
DROP TABLE notifications;
DROP TABLE telegram_links;
DROP TABLE invites;
DROP TABLE memberships;
DROP TABLE workspaces;
DROP TABLE idempotency_keys;
DROP TABLE events;
DROP TABLE leases;
DROP TABLE one_time_links;
DROP TABLE sessions;
DROP TABLE users;
