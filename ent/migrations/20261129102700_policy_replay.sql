-- Create "policy_replay" table
CREATE TABLE "policy_replay" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "requested_by" uuid NULL, "model" character varying NOT NULL, "precedence" jsonb NOT NULL, "half_life_days" bigint NOT NULL, "minimum_confidence_ppm" bigint NOT NULL, "survey_pays" boolean NOT NULL, "window_days" bigint NULL, "touch_kinds" jsonb NOT NULL, "from_at" timestamptz NOT NULL, "to_at" timestamptz NOT NULL, "status" character varying NOT NULL DEFAULT 'RUNNING', "total" bigint NOT NULL, "done" bigint NOT NULL DEFAULT 0, "changed" bigint NOT NULL DEFAULT 0, "kept" bigint NOT NULL DEFAULT 0, "cursor_at" timestamptz NULL, "cursor_id" uuid NULL, "failures" bigint NOT NULL DEFAULT 0, "failure" character varying NULL, "finished_at" timestamptz NULL, "updated_at" timestamptz NOT NULL, "brand_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "policy_replay_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "policy_replay_model" CHECK ((model)::text = ANY ((ARRAY['LAST_TOUCH'::character varying, 'FIRST_TOUCH'::character varying, 'LINEAR'::character varying, 'POSITION_BASED'::character varying, 'TIME_DECAY'::character varying])::text[])), CONSTRAINT "policy_replay_status" CHECK ((status)::text = ANY ((ARRAY['RUNNING'::character varying, 'DONE'::character varying, 'STOPPED'::character varying, 'FAILED'::character varying])::text[])));
-- Create index "policy_replay_of_brand" to table: "policy_replay"
CREATE INDEX "policy_replay_of_brand" ON "policy_replay" ("brand_id", "created_at", "id");
-- Create index "policy_replay_running_key" to table: "policy_replay"
CREATE UNIQUE INDEX "policy_replay_running_key" ON "policy_replay" ("brand_id") WHERE ((status)::text = 'RUNNING'::text);
-- sale: what a replay of a draft would change for a creator. Sums that batches add to.
CREATE TABLE policy_replay_row (
    replay_id uuid NOT NULL REFERENCES policy_replay (id) ON DELETE CASCADE,
    creator_id uuid NOT NULL REFERENCES creator (id),
    currency character(3) NOT NULL,
    before_minor bigint NOT NULL, -- commission under the policies that were in force
    after_minor bigint NOT NULL,  -- commission under the draft
    before_ppm bigint NOT NULL,   -- credit, a million for each order
    after_ppm bigint NOT NULL,
    PRIMARY KEY (replay_id, creator_id, currency)
);
