-- +goose Up

-- The tables that are not led by a workspace: people, their sessions and links, leases, and the order of events.

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  email_folded text NOT NULL UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  status text NOT NULL,
  is_super_admin boolean NOT NULL,
  language text NOT NULL,
  telegram_user_id bigint UNIQUE,
  telegram_username text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  workspace_id uuid,
  ip text NOT NULL,
  user_agent text NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  rotated_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  previous_hash bytea,
  previous_until timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_previous ON sessions (previous_hash);

CREATE TABLE one_time_links (
  token_hash bytea PRIMARY KEY,
  purpose text NOT NULL,
  user_id uuid,
  workspace_id uuid,
  created_by uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE leases (
  name text PRIMARY KEY,
  owner text NOT NULL,
  token bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  kind text NOT NULL,
  subject_type text NOT NULL,
  subject_id uuid,
  actor_type text NOT NULL,
  actor_id uuid,
  impersonator_id uuid,
  ip text NOT NULL,
  request_id text NOT NULL,
  data jsonb NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX events_workspace ON events (workspace_id, seq);
-- Of what is not a message itself: those stand in their thread.
CREATE INDEX events_subject ON events (workspace_id, subject_id, seq) WHERE kind NOT IN ('message.received', 'message.sent', 'message.state');

CREATE TABLE idempotency_keys (
  workspace_id uuid NOT NULL,
  principal_id uuid NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  status integer NOT NULL,
  headers jsonb NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, principal_id, operation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Companies and the people in them.

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  plan text NOT NULL,
  color text NOT NULL,
  logo_media_id uuid,
  timezone text NOT NULL,
  language text NOT NULL,
  currency text NOT NULL,
  country text NOT NULL,
  hours jsonb NOT NULL,
  holidays jsonb NOT NULL,
  is_active boolean NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE memberships (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id),
  role text NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX memberships_live ON memberships (workspace_id, user_id) WHERE deleted_at IS NULL;
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE invites (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id uuid NOT NULL,
  email text NOT NULL,
  role text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  invited_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE telegram_links (
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  chat_id bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);

CREATE TABLE notifications (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind text NOT NULL,
  params jsonb NOT NULL,
  link text NOT NULL,
  read_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, id);
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_age ON notifications (created_at);

-- Bots and what they heard.

CREATE TABLE bots (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  username text NOT NULL,
  telegram_id bigint NOT NULL,
  token bytea NOT NULL,
  webhook_secret bytea NOT NULL,
  mode text NOT NULL,
  is_enabled boolean NOT NULL,
  greeting jsonb NOT NULL,
  greeting_on boolean NOT NULL,
  away jsonb NOT NULL,
  away_on boolean NOT NULL,
  poll_offset bigint NOT NULL,
  last_update_at timestamptz,
  last_error text NOT NULL,
  last_error_at timestamptz,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX bots_telegram ON bots (telegram_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX bots_id ON bots (id);

CREATE TABLE bot_updates (
  workspace_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  update_id bigint NOT NULL,
  sha256 bytea NOT NULL,
  state text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, update_id)
);
CREATE INDEX bot_updates_age ON bot_updates (at);

CREATE TABLE failed_updates (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  bot_id uuid NOT NULL,
  update_id bigint NOT NULL,
  sha256 bytea NOT NULL,
  reason text NOT NULL,
  error text NOT NULL,
  body text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL,
  created_at timestamptz NOT NULL,
  resolved_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, bot_id, update_id, sha256)
);
CREATE INDEX failed_updates_state ON failed_updates (workspace_id, state, id);

CREATE TABLE raw_updates (
  workspace_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  update_id bigint NOT NULL,
  kind text NOT NULL,
  body text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, update_id)
);

-- People and what was said.

CREATE TABLE contacts (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  name_folded text NOT NULL,
  name_edited boolean NOT NULL,
  phone text NOT NULL,
  email text NOT NULL,
  language text NOT NULL,
  tags jsonb NOT NULL,
  notes text NOT NULL,
  last_interaction_at timestamptz NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contacts_phone ON contacts (workspace_id, phone);
CREATE INDEX contacts_name ON contacts (workspace_id, name_folded);

CREATE TABLE identities (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  channel text NOT NULL,
  external_id text NOT NULL,
  username text NOT NULL,
  username_folded text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, channel, external_id)
);
CREATE INDEX identities_contact ON identities (workspace_id, contact_id);

CREATE TABLE conversations (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  channel text NOT NULL,
  bot_id uuid NOT NULL,
  chat_id bigint NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  title_folded text NOT NULL,
  contact_id uuid,
  assignee_id uuid,
  status text NOT NULL,
  is_blocked boolean NOT NULL,
  unread_count integer NOT NULL,
  last_seq bigint NOT NULL,
  last_message_at timestamptz NOT NULL,
  last_message_id uuid,
  last_text text NOT NULL,
  last_kind text NOT NULL,
  last_direction text NOT NULL,
  last_state text NOT NULL,
  away_period text NOT NULL,
  migrated_to bigint,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
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
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  seq bigint NOT NULL,
  direction text NOT NULL,
  kind text NOT NULL,
  text text NOT NULL,
  payload jsonb NOT NULL,
  album_id text,
  external_id bigint,
  reply_to_id uuid,
  reply_to_external_id bigint,
  author_id uuid,
  origin text NOT NULL,
  state text NOT NULL,
  error_kind text NOT NULL,
  error text NOT NULL,
  sent_at timestamptz NOT NULL,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, conversation_id, seq)
);
CREATE UNIQUE INDEX messages_external ON messages (workspace_id, conversation_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX messages_album ON messages (workspace_id, conversation_id, album_id) WHERE album_id IS NOT NULL;

CREATE TABLE raw_messages (
  workspace_id uuid NOT NULL,
  message_id uuid NOT NULL,
  external_id bigint NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (workspace_id, message_id, external_id)
);

CREATE TABLE attachments (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  message_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  position integer NOT NULL,
  kind text NOT NULL,
  external_id bigint,
  media_id uuid,
  file_id text NOT NULL,
  file_unique_id text NOT NULL,
  name text NOT NULL,
  mime text NOT NULL,
  size bigint NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  duration integer NOT NULL,
  state text NOT NULL,
  error text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX attachments_message ON attachments (workspace_id, message_id, position);
CREATE INDEX attachments_external ON attachments (workspace_id, conversation_id, external_id);

CREATE TABLE notes (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  author_id uuid NOT NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notes_conversation ON notes (workspace_id, conversation_id, id);

CREATE TABLE drafts (
  workspace_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  user_id uuid NOT NULL,
  text text NOT NULL,
  reply_to_id uuid,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, user_id)
);

CREATE TABLE canned_replies (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  shortcut text NOT NULL,
  title text NOT NULL,
  text jsonb NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, shortcut)
);

-- Files.

CREATE TABLE media (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  sha256 bytea NOT NULL,
  mime text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  size bigint NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  duration integer NOT NULL,
  has_thumb boolean NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, sha256)
);

CREATE TABLE media_file_ids (
  workspace_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  media_id uuid NOT NULL,
  kind text NOT NULL,
  file_id text NOT NULL,
  file_unique_id text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, media_id, kind)
);
CREATE INDEX media_file_ids_unique ON media_file_ids (workspace_id, file_unique_id) WHERE file_unique_id <> '';

-- Outgoing messages on their way.

CREATE TABLE deliveries (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  bot_id uuid NOT NULL,
  chat_id bigint NOT NULL,
  conversation_id uuid,
  message_id uuid,
  seq bigint NOT NULL,
  class text NOT NULL,
  operation text NOT NULL,
  content jsonb NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL,
  due_at timestamptz NOT NULL,
  lease_token bigint NOT NULL,
  external_ids jsonb NOT NULL,
  error_kind text NOT NULL,
  error_code integer NOT NULL,
  error text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX deliveries_open ON deliveries (workspace_id, bot_id, class, due_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX deliveries_message ON deliveries (workspace_id, message_id);

-- +goose Down
DROP TABLE deliveries, media_file_ids, media, canned_replies, drafts, notes, attachments, raw_messages, messages,
  conversations, identities, contacts, raw_updates, failed_updates, bot_updates, bots, notifications, telegram_links,
  invites, memberships, workspaces, idempotency_keys, events, leases, one_time_links, sessions, users;
