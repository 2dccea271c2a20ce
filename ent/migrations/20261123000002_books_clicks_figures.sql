-- Append-only, partitioned and bulk-loaded tables, which ent does not express. Each is owned by one package (named above it).

-- Next months' partitions are made by a job; dates outside of them land in the DEFAULT partition.
CREATE FUNCTION ensure_partition(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first date := date_trunc('month', month)::date;
  part text := parent || '_' || to_char(month, 'YYYYMM');
BEGIN
  IF to_regclass(part) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
      part, parent, first::timestamptz, (first + interval '1 month')::timestamptz);
  END IF;
END $$;

-- Rows of books and logs are never changed or deleted.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- kit: settings of the deployment that outlive a start: the mode stamp, the demo's marker.
CREATE TABLE setting (
  name text PRIMARY KEY,
  value text NOT NULL,
  set_at timestamptz NOT NULL
);

-- auditlog: who did what, written in the transaction of the deed.
CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  brand_id uuid,
  creator_id uuid,
  actor text NOT NULL,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id uuid,
  detail jsonb NOT NULL DEFAULT '{}',
  request_id text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL
);
CREATE INDEX audit_log_of_brand ON audit_log (brand_id, created_at, id);
CREATE INDEX audit_log_of_object ON audit_log (object_id, created_at);
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- inbox: every signed body received. dedup_key is the sender's delivery or event id, or a hash of the body where it sends none.
CREATE TABLE inbox_delivery (
  id uuid PRIMARY KEY,
  source text NOT NULL,
  integration_id uuid,
  brand_id uuid,
  topic text NOT NULL,
  dedup_key text NOT NULL,
  headers jsonb NOT NULL DEFAULT '{}',
  body bytea NOT NULL,
  status text NOT NULL DEFAULT 'STORED' CHECK (status IN ('STORED','DONE','WAITING','FAILED','IGNORED')),
  attempts int NOT NULL DEFAULT 0,
  outcome text NOT NULL DEFAULT '',
  received_at timestamptz NOT NULL,
  handled_at timestamptz
);
CREATE UNIQUE INDEX inbox_delivery_key ON inbox_delivery (source, coalesce(integration_id, '00000000-0000-0000-0000-000000000000'::uuid), dedup_key);
CREATE INDEX inbox_delivery_open ON inbox_delivery (status, received_at) WHERE status IN ('STORED','WAITING');
CREATE INDEX inbox_delivery_of_brand ON inbox_delivery (brand_id, received_at);

-- order: each recorded state of an order, as it was understood.
CREATE TABLE order_version (
  order_id uuid NOT NULL REFERENCES "order" (id),
  version int NOT NULL,
  brand_id uuid NOT NULL,
  cause text NOT NULL,
  snapshot jsonb NOT NULL,
  delivery_id uuid,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, version)
);
CREATE TRIGGER order_version_append_only BEFORE UPDATE OR DELETE ON order_version FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- tracking: clicks, partitioned by the time inside their id, so that a look-up by id touches one partition.
CREATE TABLE click (
  id uuid NOT NULL,
  clicked_at timestamptz NOT NULL,
  link_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  program_id uuid NOT NULL,
  partnership_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  platform text NOT NULL,
  visitor_id uuid NOT NULL,
  network_hash bytea NOT NULL DEFAULT '',
  country char(2),
  device text NOT NULL DEFAULT 'OTHER' CHECK (device IN ('PHONE','TABLET','DESKTOP','OTHER')),
  not_counted text NOT NULL DEFAULT '' CHECK (not_counted IN ('','BOT','HEAD','PREFETCH','PREVIEW')),
  referrer_host text NOT NULL DEFAULT '',
  sub_id text NOT NULL DEFAULT '',
  PRIMARY KEY (id, clicked_at)
) PARTITION BY RANGE (clicked_at);
CREATE TABLE click_default PARTITION OF click DEFAULT;
CREATE INDEX click_of_visitor ON click (visitor_id, clicked_at);
CREATE INDEX click_of_link ON click (link_id, clicked_at);

-- ledger. A balance is the sum of its entries; nothing is ever changed.
CREATE TABLE ledger_account (
  id uuid PRIMARY KEY,
  brand_id uuid,             -- NULL = the operator's own book
  kind text NOT NULL,        -- chart of accounts
  party_id uuid,             -- creator or, in the operator's book, brand
  currency char(3) NOT NULL,
  mode text NOT NULL CHECK (mode IN ('SANDBOX','TEST','LIVE')),
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX ledger_account_key ON ledger_account
  (coalesce(brand_id, '00000000-0000-0000-0000-000000000000'::uuid), kind, coalesce(party_id, '00000000-0000-0000-0000-000000000000'::uuid), currency, mode);
CREATE INDEX ledger_account_of_party ON ledger_account (party_id, kind);
CREATE TABLE ledger_transaction (
  id uuid PRIMARY KEY,
  brand_id uuid,
  reference text NOT NULL,   -- names the cause; each cause posts at most once
  request_hash bytea NOT NULL, -- same reference with other entries is a defect
  kind text NOT NULL,        -- P1 to P39 of the posting table, by name
  mode text NOT NULL CHECK (mode IN ('SANDBOX','TEST','LIVE')),
  reason text NOT NULL DEFAULT '',
  actor text NOT NULL,
  dimensions jsonb NOT NULL DEFAULT '{}',
  occurred_at timestamptz NOT NULL,
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  rate_date date,
  reverses_id uuid REFERENCES ledger_transaction (id)
);
CREATE UNIQUE INDEX ledger_transaction_reference_key ON ledger_transaction (reference);
CREATE UNIQUE INDEX ledger_transaction_reverses_key ON ledger_transaction (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX ledger_transaction_of_brand ON ledger_transaction (brand_id, effective_at, id);
CREATE TABLE ledger_entry (
  id uuid NOT NULL,
  transaction_id uuid NOT NULL REFERENCES ledger_transaction (id),
  account_id uuid NOT NULL REFERENCES ledger_account (id),
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0), -- debit positive, credit negative
  currency char(3) NOT NULL,
  commission_id uuid,        -- what an item on a creator's payable account belongs to
  effective_at timestamptz NOT NULL,
  PRIMARY KEY (id, effective_at)
) PARTITION BY RANGE (effective_at);
CREATE TABLE ledger_entry_default PARTITION OF ledger_entry DEFAULT;
CREATE INDEX ledger_entry_of_account ON ledger_entry (account_id, effective_at, id);
CREATE INDEX ledger_entry_of_transaction ON ledger_entry (transaction_id);
CREATE INDEX ledger_entry_of_commission ON ledger_entry (commission_id) WHERE commission_id IS NOT NULL;
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON ledger_transaction FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transaction_no_truncate BEFORE TRUNCATE ON ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION ledger_zero_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_entry WHERE transaction_id = NEW.transaction_id GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
    RAISE EXCEPTION 'ledger transaction % does not sum to zero', NEW.transaction_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_zero_sum AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_zero_sum();

-- rollup. One row of deltas for each change of figures, written in the writer's transaction and folded soon after.
CREATE TABLE rollup_delta (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id uuid NOT NULL,
  program_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  partnership_id uuid NOT NULL,
  link_id uuid,
  platform text NOT NULL,
  day date NOT NULL,
  currency char(3) NOT NULL,
  clicks bigint NOT NULL DEFAULT 0,
  unique_clicks bigint NOT NULL DEFAULT 0,
  orders_ppm bigint NOT NULL DEFAULT 0,       -- credited orders, in parts per million
  new_customers_ppm bigint NOT NULL DEFAULT 0,
  revenue_minor bigint NOT NULL DEFAULT 0,    -- credited net
  refunds_minor bigint NOT NULL DEFAULT 0,
  commission_minor bigint NOT NULL DEFAULT 0
);
-- One row for each program, creator, platform and day: series by day, creator and platform read it.
CREATE TABLE rollup_day (
  brand_id uuid NOT NULL,
  program_id uuid NOT NULL,
  day date NOT NULL,
  creator_id uuid NOT NULL,
  partnership_id uuid NOT NULL,
  platform text NOT NULL,
  currency char(3) NOT NULL,
  clicks bigint NOT NULL DEFAULT 0,
  unique_clicks bigint NOT NULL DEFAULT 0,
  orders_ppm bigint NOT NULL DEFAULT 0,
  new_customers_ppm bigint NOT NULL DEFAULT 0,
  revenue_minor bigint NOT NULL DEFAULT 0,
  refunds_minor bigint NOT NULL DEFAULT 0,
  commission_minor bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (brand_id, program_id, day, creator_id, platform, currency)
);
CREATE INDEX rollup_day_of_creator ON rollup_day (creator_id, day);
-- Totals of a link over all time: nested lists of links read one row each.
CREATE TABLE rollup_link (
  link_id uuid NOT NULL,
  currency char(3) NOT NULL,
  brand_id uuid NOT NULL,
  program_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  clicks bigint NOT NULL DEFAULT 0,
  unique_clicks bigint NOT NULL DEFAULT 0,
  orders_ppm bigint NOT NULL DEFAULT 0,
  new_customers_ppm bigint NOT NULL DEFAULT 0,
  revenue_minor bigint NOT NULL DEFAULT 0,
  refunds_minor bigint NOT NULL DEFAULT 0,
  commission_minor bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (link_id, currency)
);
-- Figures of a link by day, for sparklines and grouping by link.
CREATE TABLE rollup_link_day (
  link_id uuid NOT NULL,
  day date NOT NULL,
  currency char(3) NOT NULL,
  brand_id uuid NOT NULL,
  program_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  clicks bigint NOT NULL DEFAULT 0,
  unique_clicks bigint NOT NULL DEFAULT 0,
  orders_ppm bigint NOT NULL DEFAULT 0,
  new_customers_ppm bigint NOT NULL DEFAULT 0,
  revenue_minor bigint NOT NULL DEFAULT 0,
  refunds_minor bigint NOT NULL DEFAULT 0,
  commission_minor bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (link_id, day, currency)
);
CREATE INDEX rollup_link_day_of_brand ON rollup_link_day (brand_id, program_id, day);
