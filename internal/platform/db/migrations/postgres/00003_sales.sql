-- +goose Up

-- The sales core: fields, dictionaries, vehicles, leads, tasks, requests, partners, scenarios.

ALTER TABLE contacts ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN custom jsonb NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN merged_into uuid;
CREATE INDEX contacts_email ON contacts (workspace_id, email) WHERE email <> '';
CREATE INDEX contacts_created ON contacts (workspace_id, created_at, id);
CREATE INDEX contacts_interaction ON contacts (workspace_id, last_interaction_at, id);

ALTER TABLE bots ADD COLUMN template text NOT NULL DEFAULT '';
ALTER TABLE bots ADD COLUMN scenario_on boolean NOT NULL DEFAULT FALSE;
ALTER TABLE bots ADD COLUMN staff_chat_id bigint;
ALTER TABLE bots ADD COLUMN channel_id bigint;

-- Settings of a company by slice: one row per key, typed in Go.

CREATE TABLE settings (
  workspace_id uuid NOT NULL,
  key text NOT NULL,
  value jsonb NOT NULL,
  version bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, key)
);

-- Fields that a company adds, and views that people save.

CREATE TABLE custom_fields (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  object text NOT NULL,
  key text NOT NULL,
  label jsonb NOT NULL,
  type text NOT NULL,
  options jsonb NOT NULL,
  is_required boolean NOT NULL,
  position integer NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  archived_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, object, key)
);

CREATE TABLE saved_views (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  object text NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  owner_id uuid NOT NULL,
  is_shared boolean NOT NULL,
  position integer NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX saved_views_object ON saved_views (workspace_id, object, position, id);

-- What can be found by a piece of text: one row for each thing that is searched.

CREATE TABLE search_entries (
  docid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL,
  object text NOT NULL,
  id uuid NOT NULL,
  text text NOT NULL,
  UNIQUE (workspace_id, object, id)
);

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX search_fts ON search_entries USING gin (text gin_trgm_ops);

-- Imports from files.

CREATE TABLE imports (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  object text NOT NULL,
  file_name text NOT NULL,
  file_key text NOT NULL,
  delimiter text NOT NULL,
  columns jsonb NOT NULL,
  mapping jsonb NOT NULL,
  options jsonb NOT NULL,
  state text NOT NULL,
  is_dry_run boolean NOT NULL,
  total bigint NOT NULL,
  done bigint NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  skipped bigint NOT NULL,
  failed bigint NOT NULL,
  position bigint NOT NULL,
  problems jsonb NOT NULL,
  error_key text NOT NULL,
  error text NOT NULL,
  created_by uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX imports_object ON imports (workspace_id, object, id);

CREATE TABLE import_mappings (
  workspace_id uuid NOT NULL,
  object text NOT NULL,
  columns_hash bytea NOT NULL,
  mapping jsonb NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, object, columns_hash)
);

-- Contacts: tags, consent, merges.

CREATE TABLE contact_tags (
  workspace_id uuid NOT NULL,
  tag_folded text NOT NULL,
  contact_id uuid NOT NULL,
  tag text NOT NULL,
  PRIMARY KEY (workspace_id, tag_folded, contact_id)
);
CREATE INDEX contact_tags_contact ON contact_tags (workspace_id, contact_id);

CREATE TABLE consents (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  purpose text NOT NULL,
  text_version text NOT NULL,
  text text NOT NULL,
  source text NOT NULL,
  given_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  recorded_by uuid,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX consents_contact ON consents (workspace_id, contact_id, id);

CREATE TABLE contact_merges (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  kept_id uuid NOT NULL,
  merged_id uuid NOT NULL,
  before jsonb NOT NULL,
  moved jsonb NOT NULL,
  merged_by uuid,
  merged_at timestamptz NOT NULL,
  undone_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contact_merges_kept ON contact_merges (workspace_id, kept_id, id);

-- Dictionaries: terms and their other spellings. The nil workspace holds what all companies share.

CREATE TABLE dictionary_terms (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  parent text NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  label jsonb NOT NULL,
  position integer NOT NULL,
  is_hidden boolean NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, type, parent, key)
);

CREATE TABLE dictionary_aliases (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  parent text NOT NULL,
  alias text NOT NULL,
  alias_folded text NOT NULL,
  term_key text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, type, parent, alias_folded)
);

-- Money.

CREATE TABLE exchange_rates (
  workspace_id uuid NOT NULL,
  currency text NOT NULL,
  on_date text NOT NULL,
  rate_e6 bigint NOT NULL,
  source text NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, currency, on_date)
);

-- Vehicles.

CREATE TABLE branches (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  city text NOT NULL,
  address text NOT NULL,
  phone text NOT NULL,
  position integer NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE vehicles (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  title text NOT NULL,
  make text NOT NULL,
  model text NOT NULL,
  trim_level text NOT NULL,
  year integer,
  price_amount bigint,
  price_currency text NOT NULL,
  price_base bigint,
  mileage bigint,
  city text NOT NULL,
  branch_id uuid,
  vin text NOT NULL,
  plate text NOT NULL,
  fuel text NOT NULL,
  gearbox text NOT NULL,
  drive text NOT NULL,
  body text NOT NULL,
  color text NOT NULL,
  engine_volume integer,
  power integer,
  owners integer,
  description text NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  source_chat_id bigint,
  source_message_id bigint,
  media_group_key text NOT NULL,
  raw jsonb NOT NULL,
  status text NOT NULL,
  stock text NOT NULL,
  reserved_until timestamptz,
  reserved_by uuid,
  reserved_lead_id uuid,
  cost_amount bigint,
  cost_currency text NOT NULL,
  is_consignment boolean NOT NULL,
  consignor_id uuid,
  agreed_amount bigint,
  agreed_currency text NOT NULL,
  commission_amount bigint,
  commission_currency text NOT NULL,
  partner_id uuid,
  cover_media_id uuid,
  photo_count integer NOT NULL,
  custom jsonb NOT NULL,
  arrived_at timestamptz NOT NULL,
  posted_at timestamptz,
  sold_at timestamptz,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
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
  workspace_id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  id uuid NOT NULL,
  media_id uuid NOT NULL,
  marked_media_id uuid,
  position integer NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, vehicle_id, id)
);

CREATE TABLE vehicle_prices (
  workspace_id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  id uuid NOT NULL,
  amount bigint,
  currency text NOT NULL,
  reason text NOT NULL,
  changed_by uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, vehicle_id, id)
);

-- Leads.

CREATE TABLE pipelines (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  slug text NOT NULL,
  name jsonb NOT NULL,
  position integer NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  archived_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, slug)
);

CREATE TABLE stages (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  pipeline_id uuid NOT NULL,
  slug text NOT NULL,
  name jsonb NOT NULL,
  type text NOT NULL,
  required_fields jsonb NOT NULL,
  position integer NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  archived_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, pipeline_id, slug)
);

CREATE TABLE leads (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  contact_id uuid NOT NULL,
  pipeline_id uuid NOT NULL,
  stage_id uuid NOT NULL,
  stage_type text NOT NULL,
  type text NOT NULL,
  source text NOT NULL,
  title text NOT NULL,
  text text NOT NULL,
  goal text NOT NULL,
  notes text NOT NULL,
  language text NOT NULL,
  city text NOT NULL,
  assignee_id uuid,
  value_amount bigint,
  value_currency text NOT NULL,
  value_base bigint,
  lost_reason text NOT NULL,
  bot_id uuid,
  conversation_id uuid,
  custom jsonb NOT NULL,
  payload jsonb NOT NULL,
  stage_at timestamptz NOT NULL,
  closed_at timestamptz,
  last_activity_at timestamptz NOT NULL,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
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
  workspace_id uuid NOT NULL,
  lead_id uuid NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  text text NOT NULL,
  payload jsonb NOT NULL,
  actor_id uuid,
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, lead_id, id)
);

CREATE TABLE lead_vehicles (
  workspace_id uuid NOT NULL,
  lead_id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  state text NOT NULL,
  reserved_until timestamptz,
  deposit_amount bigint,
  deposit_currency text NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, lead_id, vehicle_id)
);
CREATE INDEX lead_vehicles_vehicle ON lead_vehicles (workspace_id, vehicle_id);

CREATE TABLE sales (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  lead_id uuid NOT NULL,
  vehicle_id uuid,
  price_amount bigint NOT NULL,
  price_currency text NOT NULL,
  price_base bigint,
  trade_in text NOT NULL,
  trade_in_amount bigint,
  trade_in_currency text NOT NULL,
  trade_in_vehicle_id uuid,
  seller_id uuid,
  before jsonb NOT NULL,
  sold_at timestamptz NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL,
  reversed_at timestamptz,
  reversed_by uuid,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX sales_lead ON sales (workspace_id, lead_id) WHERE reversed_at IS NULL;
CREATE UNIQUE INDEX sales_vehicle ON sales (workspace_id, vehicle_id) WHERE reversed_at IS NULL AND vehicle_id IS NOT NULL;
CREATE INDEX sales_sold ON sales (workspace_id, sold_at, id);

-- Tasks.

CREATE TABLE tasks (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  title text NOT NULL,
  text text NOT NULL,
  state text NOT NULL,
  due_at timestamptz NOT NULL,
  minutes integer NOT NULL,
  timezone text NOT NULL,
  place text NOT NULL,
  assignee_id uuid,
  contact_id uuid,
  lead_id uuid,
  request_id uuid,
  vehicle_id uuid,
  remind_at timestamptz,
  reminded_at timestamptz,
  moved_from timestamptz,
  result text NOT NULL,
  done_at timestamptz,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
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
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  bot_id uuid NOT NULL,
  chat_id bigint NOT NULL,
  type text NOT NULL,
  title text NOT NULL,
  username text NOT NULL,
  can_post boolean NOT NULL,
  status text NOT NULL,
  tags jsonb NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, bot_id, chat_id)
);

CREATE TABLE standing_messages (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  bot_id uuid NOT NULL,
  chat_id bigint NOT NULL,
  subject_type text NOT NULL,
  subject_id uuid NOT NULL,
  kind text NOT NULL,
  external_id bigint,
  state text NOT NULL,
  error_kind text NOT NULL,
  error text NOT NULL,
  content jsonb NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX standing_messages_subject ON standing_messages (workspace_id, subject_id, kind);
CREATE INDEX standing_messages_external ON standing_messages (workspace_id, bot_id, chat_id, external_id) WHERE external_id IS NOT NULL;

ALTER TABLE deliveries ADD COLUMN standing_id uuid;

CREATE TABLE channel_posts (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  request_id uuid,
  vehicle_id uuid,
  bot_id uuid NOT NULL,
  destination_id uuid NOT NULL,
  standing_id uuid NOT NULL,
  template text NOT NULL,
  language text NOT NULL,
  text text NOT NULL,
  status text NOT NULL,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX channel_posts_request ON channel_posts (workspace_id, request_id, destination_id) WHERE request_id IS NOT NULL;
CREATE INDEX channel_posts_vehicle ON channel_posts (workspace_id, vehicle_id) WHERE vehicle_id IS NOT NULL;

-- Partners.

CREATE TABLE partners (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  city text NOT NULL,
  phone text NOT NULL,
  email text NOT NULL,
  website text NOT NULL,
  notes text NOT NULL,
  status text NOT NULL,
  invite_code text NOT NULL,
  sees text NOT NULL,
  custom jsonb NOT NULL,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, invite_code)
);
CREATE INDEX partners_created ON partners (workspace_id, created_at, id);

CREATE TABLE partner_members (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partner_id uuid,
  contact_id uuid,
  telegram_user_id bigint NOT NULL,
  name text NOT NULL,
  username text NOT NULL,
  phone text NOT NULL,
  status text NOT NULL,
  bot_id uuid,
  chat_id bigint,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, telegram_user_id)
);
CREATE INDEX partner_members_partner ON partner_members (workspace_id, partner_id, id);

-- Requests and offers.

CREATE TABLE requests (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  public_id text NOT NULL,
  type text NOT NULL,
  status text NOT NULL,
  title text NOT NULL,
  make text NOT NULL,
  model text NOT NULL,
  year_min integer,
  year_max integer,
  budget_min bigint,
  budget_max bigint,
  currency text NOT NULL,
  budget_base bigint,
  mileage_max bigint,
  fuel text NOT NULL,
  gearbox text NOT NULL,
  drive text NOT NULL,
  body text NOT NULL,
  city text NOT NULL,
  language text NOT NULL,
  priority text NOT NULL,
  description text NOT NULL,
  internal_note text NOT NULL,
  lost_reason text NOT NULL,
  audience text NOT NULL,
  source text NOT NULL,
  assignee_id uuid,
  contact_id uuid,
  conversation_id uuid,
  lead_id uuid,
  bot_id uuid,
  offer_count integer NOT NULL,
  custom jsonb NOT NULL,
  status_at timestamptz NOT NULL,
  published_at timestamptz,
  closed_at timestamptz,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
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
  workspace_id uuid NOT NULL,
  request_id uuid NOT NULL,
  partner_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, request_id, partner_id)
);

CREATE TABLE offers (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  request_id uuid NOT NULL,
  partner_member_id uuid,
  partner_id uuid,
  vehicle_id uuid,
  source text NOT NULL,
  source_url text NOT NULL,
  url_key text NOT NULL,
  status text NOT NULL,
  title text NOT NULL,
  make text NOT NULL,
  model text NOT NULL,
  year integer,
  price_amount bigint,
  price_currency text NOT NULL,
  price_base bigint,
  mileage bigint,
  city text NOT NULL,
  vin text NOT NULL,
  note text NOT NULL,
  manager_note text NOT NULL,
  reject_reason text NOT NULL,
  bot_id uuid,
  chat_id bigint,
  client_answer text NOT NULL,
  client_answered_at timestamptz,
  sent_at timestamptz,
  reviewed_by uuid,
  reviewed_at timestamptz,
  created_by uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX offers_request ON offers (workspace_id, request_id, created_at, id);
CREATE INDEX offers_created ON offers (workspace_id, created_at, id);
CREATE INDEX offers_partner ON offers (workspace_id, partner_id, created_at, id);
CREATE UNIQUE INDEX offers_url ON offers (workspace_id, request_id, url_key) WHERE url_key <> '';
CREATE UNIQUE INDEX offers_vin ON offers (workspace_id, request_id, vin) WHERE vin <> '';

CREATE TABLE offer_photos (
  workspace_id uuid NOT NULL,
  offer_id uuid NOT NULL,
  id uuid NOT NULL,
  attachment_id uuid,
  media_id uuid,
  position integer NOT NULL,
  PRIMARY KEY (workspace_id, offer_id, id)
);

-- Scenarios: where each chat stands in its flow.

CREATE TABLE scenario_sessions (
  workspace_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  chat_id bigint NOT NULL,
  id uuid NOT NULL,
  flow text NOT NULL,
  flow_version bigint NOT NULL,
  node text NOT NULL,
  variables jsonb NOT NULL,
  history jsonb NOT NULL,
  state text NOT NULL,
  contact_id uuid,
  conversation_id uuid,
  language text NOT NULL,
  role text NOT NULL,
  wake_at timestamptz,
  expires_at timestamptz,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, bot_id, chat_id)
);
CREATE INDEX scenario_sessions_wake ON scenario_sessions (wake_at) WHERE wake_at IS NOT NULL;

-- What is there becomes findable; tags become rows.
INSERT INTO search_entries (workspace_id, object, id, text)
  SELECT workspace_id, 'contact', id, name_folded || ' ' || phone || ' ' || lower(email) FROM contacts WHERE deleted_at IS NULL;
INSERT INTO contact_tags (workspace_id, tag_folded, contact_id, tag)
  SELECT c.workspace_id, lower(t.value), c.id, t.value FROM contacts c, jsonb_array_elements_text(c.tags) t (value) WHERE c.deleted_at IS NULL
  ON CONFLICT DO NOTHING;

-- +goose Down
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
