-- fraud: how codes were used lately, to see those that have leaked. Rows are kept for three weeks. No foreign keys: a row outlives nothing.
CREATE TABLE code_use (
  code_id uuid NOT NULL,
  order_id uuid NOT NULL,
  program_id uuid NOT NULL,
  placed_at timestamptz NOT NULL,
  clicked boolean NOT NULL,      -- the shopper had clicked on a link of the code's creator
  coupon_site text NOT NULL,     -- host of a coupon site that the shopper came from; '' for none
  new_customer boolean NOT NULL,
  PRIMARY KEY (code_id, order_id)
);
CREATE INDEX code_use_recent ON code_use (placed_at); -- the hourly look over all codes, and the sweep
-- fraud: the networks that creators used the portal from, by the hash of the day, to see a buyer who is the creator. Kept for a week.
CREATE TABLE creator_network (
  creator_id uuid NOT NULL,
  network_hash bytea NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (creator_id, network_hash)
);
CREATE INDEX creator_network_old ON creator_network (seen_at); -- the hourly job

-- Create "code_guard" table
CREATE TABLE "code_guard" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "program_id" uuid NOT NULL, "partnership_id" uuid NOT NULL, "mode" character varying NULL, "leaked_at" timestamptz NULL, "cleared_at" timestamptz NULL, "updated_at" timestamptz NOT NULL, "updated_by" uuid NULL, "brand_id" uuid NOT NULL, "code_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "code_guard_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "code_guard_code_code" FOREIGN KEY ("code_id") REFERENCES "code" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "code_guard_mode" CHECK ((mode IS NULL) OR ((mode)::text = ANY ((ARRAY['OBSERVE'::character varying, 'HOLD'::character varying, 'PAY_ONLY_WITH_CLICK'::character varying])::text[]))));
-- Create index "code_guard_key" to table: "code_guard"
CREATE UNIQUE INDEX "code_guard_key" ON "code_guard" ("code_id");
-- Create index "code_guard_of_brand" to table: "code_guard"
CREATE INDEX "code_guard_of_brand" ON "code_guard" ("brand_id", "leaked_at");
-- Create "finding" table
CREATE TABLE "finding" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "creator_id" uuid NOT NULL, "signal" character varying NOT NULL, "subject" character varying NOT NULL, "network_hash" bytea NULL, "evidence" jsonb NOT NULL, "status" character varying NOT NULL DEFAULT 'OPEN', "seen_at" timestamptz NOT NULL, "closed_by" uuid NULL, "closed_at" timestamptz NULL, "close_reason" character varying NULL, "brand_id" uuid NOT NULL, "program_id" uuid NOT NULL, "partnership_id" uuid NOT NULL, "code_id" uuid NULL, "link_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "finding_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "finding_code_code" FOREIGN KEY ("code_id") REFERENCES "code" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "finding_link_link" FOREIGN KEY ("link_id") REFERENCES "link" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "finding_partnership_partnership" FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "finding_program_program" FOREIGN KEY ("program_id") REFERENCES "program" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "finding_signal" CHECK ((signal)::text = ANY ((ARRAY['CODE_LEAK'::character varying, 'CLICK_FLOOD'::character varying, 'REFUND_RATE'::character varying])::text[])), CONSTRAINT "finding_status" CHECK ((status)::text = ANY ((ARRAY['OPEN'::character varying, 'CLOSED'::character varying])::text[])));
-- Create index "finding_of_brand" to table: "finding"
CREATE INDEX "finding_of_brand" ON "finding" ("brand_id", "status", "created_at", "id");
-- Create index "finding_of_subject" to table: "finding"
CREATE INDEX "finding_of_subject" ON "finding" ("partnership_id", "signal", "subject", "closed_at");
-- Create index "finding_open_key" to table: "finding"
CREATE UNIQUE INDEX "finding_open_key" ON "finding" ("partnership_id", "signal", "subject") WHERE ((status)::text = 'OPEN'::text);
-- Create "partnership_guard" table
CREATE TABLE "partnership_guard" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "own_purchases" boolean NOT NULL DEFAULT false, "reason" character varying NOT NULL, "updated_at" timestamptz NOT NULL, "updated_by" uuid NULL, "brand_id" uuid NOT NULL, "partnership_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "partnership_guard_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "partnership_guard_partnership_partnership" FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT);
-- Create index "partnership_guard_key" to table: "partnership_guard"
CREATE UNIQUE INDEX "partnership_guard_key" ON "partnership_guard" ("partnership_id");
-- Create "program_guard" table
CREATE TABLE "program_guard" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "leak_mode" character varying NOT NULL, "banned_mode" character varying NOT NULL, "finding_mode" character varying NOT NULL, "banned_sources" jsonb NOT NULL, "updated_at" timestamptz NOT NULL, "updated_by" uuid NULL, "brand_id" uuid NOT NULL, "program_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "program_guard_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "program_guard_program_program" FOREIGN KEY ("program_id") REFERENCES "program" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "program_guard_banned" CHECK ((banned_mode)::text = ANY ((ARRAY['HOLD'::character varying, 'REFUSE'::character varying])::text[])), CONSTRAINT "program_guard_finding" CHECK ((finding_mode)::text = ANY ((ARRAY['OBSERVE'::character varying, 'HOLD'::character varying])::text[])), CONSTRAINT "program_guard_leak" CHECK ((leak_mode)::text = ANY ((ARRAY['OBSERVE'::character varying, 'HOLD'::character varying, 'PAY_ONLY_WITH_CLICK'::character varying])::text[])));
-- Create index "program_guard_key" to table: "program_guard"
CREATE UNIQUE INDEX "program_guard_key" ON "program_guard" ("program_id");
