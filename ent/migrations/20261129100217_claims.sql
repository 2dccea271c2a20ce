-- Modify "brand" table
ALTER TABLE "brand" ADD COLUMN "claim_answer_hours" bigint NOT NULL DEFAULT 72;
-- Modify "commission" table
ALTER TABLE "commission" ADD COLUMN "borne" boolean NOT NULL DEFAULT false;
-- Create "claim" table
CREATE TABLE "claim" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "order_number" character varying NOT NULL, "reference" character varying NOT NULL, "placed_on" character varying NOT NULL, "amount_minor" bigint NOT NULL, "currency" character varying NOT NULL, "evidence" character varying NOT NULL, "evidence_url" character varying NOT NULL, "order_known" boolean NOT NULL DEFAULT false, "finding" character varying NOT NULL, "status" character varying NOT NULL DEFAULT 'OPEN', "answer_due_at" timestamptz NOT NULL, "answer" character varying NULL, "answered_at" timestamptz NULL, "answered_by" uuid NULL, "reopen_reason" character varying NULL, "reopened_at" timestamptz NULL, "closed_at" timestamptz NULL, "brand_id" uuid NOT NULL, "program_id" uuid NOT NULL, "partnership_id" uuid NOT NULL, "creator_id" uuid NOT NULL, "order_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "claim_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "claim_creator_creator" FOREIGN KEY ("creator_id") REFERENCES "creator" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "claim_order_order" FOREIGN KEY ("order_id") REFERENCES "order" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "claim_partnership_partnership" FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "claim_program_program" FOREIGN KEY ("program_id") REFERENCES "program" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "claim_status" CHECK ((status)::text = ANY ((ARRAY['OPEN'::character varying, 'ANSWERED'::character varying, 'ACCEPTED'::character varying, 'CLOSED'::character varying])::text[])));
-- Create index "claim_of_brand" to table: "claim"
CREATE INDEX "claim_of_brand" ON "claim" ("brand_id", "status", "created_at", "id");
-- Create index "claim_of_creator" to table: "claim"
CREATE INDEX "claim_of_creator" ON "claim" ("creator_id", "created_at", "id");
-- Create index "claim_open_key" to table: "claim"
CREATE UNIQUE INDEX "claim_open_key" ON "claim" ("partnership_id", "reference") WHERE ((status)::text = 'OPEN'::text);
