-- +goose Up

-- The sales core: fields, dictionaries, vehicles, leads, tasks, requests, partners, scenarios.

ALTER TABLE contacts ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN custom TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN merged_into UUID;
CREATE INDEX contacts_email ON contacts (workspace_id, email) WHERE email <> '';
CREATE INDEX contacts_created ON contacts (workspace_id, created_at, id);
CREATE INDEX contacts_interaction ON contacts (workspace_id, last_interaction_at, id);

ALTER TABLE bots ADD COLUMN template TEXT NOT NULL DEFAULT '';
ALTER TABLE bots ADD COLUMN scenario_on BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE bots ADD COLUMN staff_chat_id BIGINT;
ALTER TABLE bots ADD COLUMN channel_id BIGINT;

-- Settings of a company by slice: one row per key, typed in Go.

CREATE TABLE settings (
  workspace_id UUID NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, key)
);

-- Fields that a company adds, and views that people save.

CREATE TABLE custom_fields (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  object TEXT NOT NULL,
  key TEXT NOT NULL,
  label TEXT NOT NULL,
  type TEXT NOT NULL,
  options TEXT NOT NULL,
  is_required BOOLEAN NOT NULL,
  position INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, object, key)
);

CREATE TABLE saved_views (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  owner_id UUID NOT NULL,
  is_shared BOOLEAN NOT NULL,
  position INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX saved_views_object ON saved_views (workspace_id, object, position, id);

-- What can be found by a piece of text: one row for each thing that is searched.

CREATE TABLE search_entries (
  docid INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id UUID NOT NULL,
  object TEXT NOT NULL,
  id UUID NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (workspace_id, object, id)
);

CREATE VIRTUAL TABLE search_fts USING fts5(text, content='search_entries', content_rowid='docid', tokenize='trigram');
-- +goose StatementBegin
CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN
  INSERT INTO search_fts (rowid, text) VALUES (new.docid, new.text);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN
  INSERT INTO search_fts (search_fts, rowid, text) VALUES ('delete', old.docid, old.text);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_entries_changed AFTER UPDATE OF text ON search_entries BEGIN
  INSERT INTO search_fts (search_fts, rowid, text) VALUES ('delete', old.docid, old.text);
  INSERT INTO search_fts (rowid, text) VALUES (new.docid, new.text);
END;
-- +goose StatementEnd

-- Imports from files.

CREATE TABLE imports (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  object TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_key TEXT NOT NULL,
  delimiter TEXT NOT NULL,
  columns TEXT NOT NULL,
  mapping TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  is_dry_run BOOLEAN NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  position BIGINT NOT NULL,
  problems TEXT NOT NULL,
  error_key TEXT NOT NULL,
  error TEXT NOT NULL,
  created_by UUID NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX imports_object ON imports (workspace_id, object, id);

CREATE TABLE import_mappings (
  workspace_id UUID NOT NULL,
  object TEXT NOT NULL,
  columns_hash BLOB NOT NULL,
  mapping TEXT NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, object, columns_hash)
);

-- Contacts: tags, consent, merges.

CREATE TABLE contact_tags (
  workspace_id UUID NOT NULL,
  tag_folded TEXT NOT NULL,
  contact_id UUID NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (workspace_id, tag_folded, contact_id)
);
CREATE INDEX contact_tags_contact ON contact_tags (workspace_id, contact_id);

CREATE TABLE consents (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  purpose TEXT NOT NULL,
  text_version TEXT NOT NULL,
  text TEXT NOT NULL,
  source TEXT NOT NULL,
  given_at TIMESTAMP NOT NULL,
  withdrawn_at TIMESTAMP,
  recorded_by UUID,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX consents_contact ON consents (workspace_id, contact_id, id);

CREATE TABLE contact_merges (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  kept_id UUID NOT NULL,
  merged_id UUID NOT NULL,
  before TEXT NOT NULL,
  moved TEXT NOT NULL,
  merged_by UUID,
  merged_at TIMESTAMP NOT NULL,
  undone_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contact_merges_kept ON contact_merges (workspace_id, kept_id, id);

-- Dictionaries: terms and their other spellings. The nil workspace holds what all companies share.

CREATE TABLE dictionary_terms (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  type TEXT NOT NULL,
  parent TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  position INTEGER NOT NULL,
  is_hidden BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, type, parent, key)
);

CREATE TABLE dictionary_aliases (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  type TEXT NOT NULL,
  parent TEXT NOT NULL,
  alias TEXT NOT NULL,
  alias_folded TEXT NOT NULL,
  term_key TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, type, parent, alias_folded)
);

-- Money.

CREATE TABLE exchange_rates (
  workspace_id UUID NOT NULL,
  currency TEXT NOT NULL,
  on_date TEXT NOT NULL,
  rate_e6 BIGINT NOT NULL,
  source TEXT NOT NULL,
  created_by UUID,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, currency, on_date)
);

-- Vehicles.

CREATE TABLE branches (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  address TEXT NOT NULL,
  phone TEXT NOT NULL,
  position INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE vehicles (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  title TEXT NOT NULL,
  make TEXT NOT NULL,
  model TEXT NOT NULL,
  trim_level TEXT NOT NULL,
  year INTEGER,
  price_amount BIGINT,
  price_currency TEXT NOT NULL,
  price_base BIGINT,
  mileage BIGINT,
  city TEXT NOT NULL,
  branch_id UUID,
  vin TEXT NOT NULL,
  plate TEXT NOT NULL,
  fuel TEXT NOT NULL,
  gearbox TEXT NOT NULL,
  drive TEXT NOT NULL,
  body TEXT NOT NULL,
  color TEXT NOT NULL,
  engine_volume INTEGER,
  power INTEGER,
  owners INTEGER,
  description TEXT NOT NULL,
  source TEXT NOT NULL,
  source_url TEXT NOT NULL,
  source_chat_id BIGINT,
  source_message_id BIGINT,
  media_group_key TEXT NOT NULL,
  raw TEXT NOT NULL,
  status TEXT NOT NULL,
  stock TEXT NOT NULL,
  reserved_until TIMESTAMP,
  reserved_by UUID,
  reserved_lead_id UUID,
  cost_amount BIGINT,
  cost_currency TEXT NOT NULL,
  is_consignment BOOLEAN NOT NULL,
  consignor_id UUID,
  agreed_amount BIGINT,
  agreed_currency TEXT NOT NULL,
  commission_amount BIGINT,
  commission_currency TEXT NOT NULL,
  partner_id UUID,
  cover_media_id UUID,
  photo_count INTEGER NOT NULL,
  custom TEXT NOT NULL,
  arrived_at TIMESTAMP NOT NULL,
  posted_at TIMESTAMP,
  sold_at TIMESTAMP,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX vehicles_created ON vehicles (workspace_id, created_at, id);
CREATE INDEX vehicles_status ON vehicles (workspace_id, status, created_at, id);
CREATE INDEX vehicles_make ON vehicles (workspace_id, make, model, year, id);
CREATE INDEX vehicles_price ON vehicles (workspace_id, price_base, id);
CREATE INDEX vehicles_year ON vehicles (workspace_id, year, id);
CREATE INDEX vehicles_mileage ON vehicles (workspace_id, mileage, id);
CREATE INDEX vehicles_arrived ON vehicles (workspace_id, arrived_at, id);
CREATE INDEX vehicles_vin ON vehicles (workspace_id, vin) WHERE vin <> '';
CREATE INDEX vehicles_reserved ON vehicles (reserved_until) WHERE reserved_until IS NOT NULL;
CREATE UNIQUE INDEX vehicles_source_message ON vehicles (workspace_id, source_chat_id, source_message_id) WHERE source_message_id IS NOT NULL;

CREATE TABLE vehicle_photos (
  workspace_id UUID NOT NULL,
  vehicle_id UUID NOT NULL,
  id UUID NOT NULL,
  media_id UUID NOT NULL,
  marked_media_id UUID,
  position INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, vehicle_id, id)
);

CREATE TABLE vehicle_prices (
  workspace_id UUID NOT NULL,
  vehicle_id UUID NOT NULL,
  id UUID NOT NULL,
  amount BIGINT,
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed_by UUID,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, vehicle_id, id)
);

-- Leads.

CREATE TABLE pipelines (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, slug)
);

CREATE TABLE stages (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  pipeline_id UUID NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  required_fields TEXT NOT NULL,
  position INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, pipeline_id, slug)
);

CREATE TABLE leads (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  code TEXT NOT NULL,
  contact_id UUID NOT NULL,
  pipeline_id UUID NOT NULL,
  stage_id UUID NOT NULL,
  stage_type TEXT NOT NULL,
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  goal TEXT NOT NULL,
  notes TEXT NOT NULL,
  language TEXT NOT NULL,
  city TEXT NOT NULL,
  assignee_id UUID,
  value_amount BIGINT,
  value_currency TEXT NOT NULL,
  value_base BIGINT,
  lost_reason TEXT NOT NULL,
  bot_id UUID,
  conversation_id UUID,
  custom TEXT NOT NULL,
  payload TEXT NOT NULL,
  stage_at TIMESTAMP NOT NULL,
  closed_at TIMESTAMP,
  last_activity_at TIMESTAMP NOT NULL,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, code)
);
CREATE INDEX leads_created ON leads (workspace_id, created_at, id);
CREATE INDEX leads_stage ON leads (workspace_id, stage_id, stage_at, id);
CREATE INDEX leads_assignee ON leads (workspace_id, assignee_id, created_at, id);
CREATE INDEX leads_contact ON leads (workspace_id, contact_id, created_at, id);
CREATE INDEX leads_value ON leads (workspace_id, value_base, id);
CREATE INDEX leads_conversation ON leads (workspace_id, conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TABLE lead_activities (
  workspace_id UUID NOT NULL,
  lead_id UUID NOT NULL,
  id UUID NOT NULL,
  type TEXT NOT NULL,
  text TEXT NOT NULL,
  payload TEXT NOT NULL,
  actor_id UUID,
  at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, lead_id, id)
);

CREATE TABLE lead_vehicles (
  workspace_id UUID NOT NULL,
  lead_id UUID NOT NULL,
  vehicle_id UUID NOT NULL,
  state TEXT NOT NULL,
  reserved_until TIMESTAMP,
  deposit_amount BIGINT,
  deposit_currency TEXT NOT NULL,
  created_by UUID,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, lead_id, vehicle_id)
);
CREATE INDEX lead_vehicles_vehicle ON lead_vehicles (workspace_id, vehicle_id);

CREATE TABLE sales (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  lead_id UUID NOT NULL,
  vehicle_id UUID,
  price_amount BIGINT NOT NULL,
  price_currency TEXT NOT NULL,
  price_base BIGINT,
  trade_in TEXT NOT NULL,
  trade_in_amount BIGINT,
  trade_in_currency TEXT NOT NULL,
  trade_in_vehicle_id UUID,
  seller_id UUID,
  before TEXT NOT NULL,
  sold_at TIMESTAMP NOT NULL,
  created_by UUID,
  created_at TIMESTAMP NOT NULL,
  reversed_at TIMESTAMP,
  reversed_by UUID,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX sales_lead ON sales (workspace_id, lead_id) WHERE reversed_at IS NULL;
CREATE UNIQUE INDEX sales_vehicle ON sales (workspace_id, vehicle_id) WHERE reversed_at IS NULL AND vehicle_id IS NOT NULL;
CREATE INDEX sales_sold ON sales (workspace_id, sold_at, id);

-- Tasks.

CREATE TABLE tasks (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at TIMESTAMP NOT NULL,
  minutes INTEGER NOT NULL,
  timezone TEXT NOT NULL,
  place TEXT NOT NULL,
  assignee_id UUID,
  contact_id UUID,
  lead_id UUID,
  request_id UUID,
  vehicle_id UUID,
  remind_at TIMESTAMP,
  reminded_at TIMESTAMP,
  moved_from TIMESTAMP,
  result TEXT NOT NULL,
  done_at TIMESTAMP,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX tasks_due ON tasks (workspace_id, state, due_at, id);
CREATE INDEX tasks_assignee ON tasks (workspace_id, assignee_id, state, due_at, id);
CREATE INDEX tasks_lead ON tasks (workspace_id, lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX tasks_contact ON tasks (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX tasks_request ON tasks (workspace_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX tasks_vehicle ON tasks (workspace_id, vehicle_id, due_at) WHERE vehicle_id IS NOT NULL;
CREATE INDEX tasks_remind ON tasks (remind_at) WHERE remind_at IS NOT NULL AND reminded_at IS NULL;

-- Chats that a bot may write to, and what stands in them.

CREATE TABLE destinations (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  bot_id UUID NOT NULL,
  chat_id BIGINT NOT NULL,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  username TEXT NOT NULL,
  can_post BOOLEAN NOT NULL,
  status TEXT NOT NULL,
  tags TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, bot_id, chat_id)
);

CREATE TABLE standing_messages (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  bot_id UUID NOT NULL,
  chat_id BIGINT NOT NULL,
  subject_type TEXT NOT NULL,
  subject_id UUID NOT NULL,
  kind TEXT NOT NULL,
  external_id BIGINT,
  state TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error TEXT NOT NULL,
  content TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX standing_messages_subject ON standing_messages (workspace_id, subject_id, kind);
CREATE INDEX standing_messages_external ON standing_messages (workspace_id, bot_id, chat_id, external_id) WHERE external_id IS NOT NULL;

ALTER TABLE deliveries ADD COLUMN standing_id UUID;

CREATE TABLE channel_posts (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  request_id UUID,
  vehicle_id UUID,
  bot_id UUID NOT NULL,
  destination_id UUID NOT NULL,
  standing_id UUID NOT NULL,
  template TEXT NOT NULL,
  language TEXT NOT NULL,
  text TEXT NOT NULL,
  status TEXT NOT NULL,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  closed_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX channel_posts_request ON channel_posts (workspace_id, request_id, destination_id) WHERE request_id IS NOT NULL;
CREATE INDEX channel_posts_vehicle ON channel_posts (workspace_id, vehicle_id) WHERE vehicle_id IS NOT NULL;

-- Partners.

CREATE TABLE partners (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  website TEXT NOT NULL,
  notes TEXT NOT NULL,
  status TEXT NOT NULL,
  invite_code TEXT NOT NULL,
  sees TEXT NOT NULL,
  custom TEXT NOT NULL,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, invite_code)
);
CREATE INDEX partners_created ON partners (workspace_id, created_at, id);

CREATE TABLE partner_members (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  partner_id UUID,
  contact_id UUID,
  telegram_user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  username TEXT NOT NULL,
  phone TEXT NOT NULL,
  status TEXT NOT NULL,
  bot_id UUID,
  chat_id BIGINT,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, telegram_user_id)
);
CREATE INDEX partner_members_partner ON partner_members (workspace_id, partner_id, id);

-- Requests and offers.

CREATE TABLE requests (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  public_id TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  make TEXT NOT NULL,
  model TEXT NOT NULL,
  year_min INTEGER,
  year_max INTEGER,
  budget_min BIGINT,
  budget_max BIGINT,
  currency TEXT NOT NULL,
  budget_base BIGINT,
  mileage_max BIGINT,
  fuel TEXT NOT NULL,
  gearbox TEXT NOT NULL,
  drive TEXT NOT NULL,
  body TEXT NOT NULL,
  city TEXT NOT NULL,
  language TEXT NOT NULL,
  priority TEXT NOT NULL,
  description TEXT NOT NULL,
  internal_note TEXT NOT NULL,
  lost_reason TEXT NOT NULL,
  audience TEXT NOT NULL,
  source TEXT NOT NULL,
  assignee_id UUID,
  contact_id UUID,
  conversation_id UUID,
  lead_id UUID,
  bot_id UUID,
  offer_count INTEGER NOT NULL,
  custom TEXT NOT NULL,
  status_at TIMESTAMP NOT NULL,
  published_at TIMESTAMP,
  closed_at TIMESTAMP,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, public_id)
);
CREATE INDEX requests_created ON requests (workspace_id, created_at, id);
CREATE INDEX requests_status ON requests (workspace_id, status, status_at, id);
CREATE INDEX requests_assignee ON requests (workspace_id, assignee_id, created_at, id);
CREATE INDEX requests_budget ON requests (workspace_id, budget_base, id);
CREATE INDEX requests_lead ON requests (workspace_id, lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX requests_contact ON requests (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX requests_conversation ON requests (workspace_id, conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TABLE request_partners (
  workspace_id UUID NOT NULL,
  request_id UUID NOT NULL,
  partner_id UUID NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, request_id, partner_id)
);

CREATE TABLE offers (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  request_id UUID NOT NULL,
  partner_member_id UUID,
  partner_id UUID,
  vehicle_id UUID,
  source TEXT NOT NULL,
  source_url TEXT NOT NULL,
  url_key TEXT NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  make TEXT NOT NULL,
  model TEXT NOT NULL,
  year INTEGER,
  price_amount BIGINT,
  price_currency TEXT NOT NULL,
  price_base BIGINT,
  mileage BIGINT,
  city TEXT NOT NULL,
  vin TEXT NOT NULL,
  note TEXT NOT NULL,
  manager_note TEXT NOT NULL,
  reject_reason TEXT NOT NULL,
  bot_id UUID,
  chat_id BIGINT,
  client_answer TEXT NOT NULL,
  client_answered_at TIMESTAMP,
  sent_at TIMESTAMP,
  reviewed_by UUID,
  reviewed_at TIMESTAMP,
  created_by UUID,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX offers_request ON offers (workspace_id, request_id, created_at, id);
CREATE INDEX offers_created ON offers (workspace_id, created_at, id);
CREATE INDEX offers_partner ON offers (workspace_id, partner_id, created_at, id);
CREATE UNIQUE INDEX offers_url ON offers (workspace_id, request_id, url_key) WHERE url_key <> '';
CREATE UNIQUE INDEX offers_vin ON offers (workspace_id, request_id, vin) WHERE vin <> '';

CREATE TABLE offer_photos (
  workspace_id UUID NOT NULL,
  offer_id UUID NOT NULL,
  id UUID NOT NULL,
  attachment_id UUID,
  media_id UUID,
  position INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, offer_id, id)
);

-- Scenarios: where each chat stands in its flow.

CREATE TABLE scenario_sessions (
  workspace_id UUID NOT NULL,
  bot_id UUID NOT NULL,
  chat_id BIGINT NOT NULL,
  id UUID NOT NULL,
  flow TEXT NOT NULL,
  flow_version BIGINT NOT NULL,
  node TEXT NOT NULL,
  variables TEXT NOT NULL,
  history TEXT NOT NULL,
  state TEXT NOT NULL,
  contact_id UUID,
  conversation_id UUID,
  language TEXT NOT NULL,
  role TEXT NOT NULL,
  wake_at TIMESTAMP,
  expires_at TIMESTAMP,
  version BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, chat_id)
);
CREATE INDEX scenario_sessions_wake ON scenario_sessions (wake_at) WHERE wake_at IS NOT NULL;

-- What is there becomes findable; tags become rows.
INSERT INTO search_entries (workspace_id, object, id, text)
  SELECT workspace_id, 'contact', id, name_folded || ' ' || phone || ' ' || lower(email) FROM contacts WHERE deleted_at IS NULL;
INSERT OR IGNORE INTO contact_tags (workspace_id, tag_folded, contact_id, tag)
  SELECT c.workspace_id, lower(t.value), c.id, t.value FROM contacts c, json_each(c.tags) t WHERE c.deleted_at IS NULL;

-- +goose Down
DROP TABLE search_fts;
DROP TABLE scenario_sessions;
DROP TABLE offer_photos;
DROP TABLE offers;
DROP TABLE request_partners;
DROP TABLE requests;
DROP TABLE partner_members;
DROP TABLE partners;
DROP TABLE channel_posts;
DROP TABLE standing_messages;
DROP TABLE destinations;
DROP TABLE tasks;
DROP TABLE sales;
DROP TABLE lead_vehicles;
DROP TABLE lead_activities;
DROP TABLE leads;
DROP TABLE stages;
DROP TABLE pipelines;
DROP TABLE vehicle_prices;
DROP TABLE vehicle_photos;
DROP TABLE vehicles;
DROP TABLE branches;
DROP TABLE exchange_rates;
DROP TABLE dictionary_aliases;
DROP TABLE dictionary_terms;
DROP TABLE contact_merges;
DROP TABLE consents;
DROP TABLE contact_tags;
DROP TABLE import_mappings;
DROP TABLE imports;
DROP TABLE search_entries;
DROP TABLE saved_views;
DROP TABLE custom_fields;
DROP TABLE settings;
DROP INDEX contacts_email;
DROP INDEX contacts_created;
DROP INDEX contacts_interaction;
ALTER TABLE deliveries DROP COLUMN standing_id;
ALTER TABLE bots DROP COLUMN channel_id;
ALTER TABLE bots DROP COLUMN staff_chat_id;
ALTER TABLE bots DROP COLUMN scenario_on;
ALTER TABLE bots DROP COLUMN template;
ALTER TABLE contacts DROP COLUMN merged_into;
ALTER TABLE contacts DROP COLUMN custom;
ALTER TABLE contacts DROP COLUMN source;
