-- Create "self_check" table
CREATE TABLE "self_check" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "started_by" uuid NULL, "ended_at" timestamptz NULL, "brand_id" uuid NOT NULL, "integration_id" uuid NOT NULL, "link_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "self_check_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "self_check_integration_integration" FOREIGN KEY ("integration_id") REFERENCES "integration" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "self_check_link_link" FOREIGN KEY ("link_id") REFERENCES "link" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT);
-- Create index "self_check_of_integration" to table: "self_check"
CREATE INDEX "self_check_of_integration" ON "self_check" ("integration_id", "created_at", "id");
-- Create "shop_access" table
CREATE TABLE "shop_access" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "credentials_sealed" bytea NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "state" character varying NOT NULL DEFAULT 'CHECKING', "reason" character varying NOT NULL, "webhook_topics" jsonb NOT NULL, "webhook_ref" character varying NULL, "checked_at" timestamptz NULL, "attempts" bigint NOT NULL DEFAULT 0, "updated_at" timestamptz NOT NULL, "brand_id" uuid NOT NULL, "integration_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "shop_access_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "shop_access_integration_integration" FOREIGN KEY ("integration_id") REFERENCES "integration" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "shop_access_state" CHECK ((state)::text = ANY ((ARRAY['CHECKING'::character varying, 'ACTIVE'::character varying, 'FAILED'::character varying])::text[])));
-- Create index "shop_access_integration_key" to table: "shop_access"
CREATE UNIQUE INDEX "shop_access_integration_key" ON "shop_access" ("integration_id");
-- Create index "shop_access_of_brand" to table: "shop_access"
CREATE INDEX "shop_access_of_brand" ON "shop_access" ("brand_id");
-- Create "shop_code" table
CREATE TABLE "shop_code" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "state" character varying NOT NULL DEFAULT 'CREATING', "reason" character varying NOT NULL, "external_id" character varying NULL, "revision" bigint NOT NULL DEFAULT 1, "attempts" bigint NOT NULL DEFAULT 0, "updated_at" timestamptz NOT NULL, "brand_id" uuid NOT NULL, "integration_id" uuid NOT NULL, "code_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "shop_code_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "shop_code_code_code" FOREIGN KEY ("code_id") REFERENCES "code" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "shop_code_integration_integration" FOREIGN KEY ("integration_id") REFERENCES "integration" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "shop_code_state" CHECK ((state)::text = ANY ((ARRAY['NOT_CONNECTED'::character varying, 'CREATING'::character varying, 'ACTIVE'::character varying, 'DISABLED'::character varying, 'FAILED'::character varying])::text[])));
-- Create index "shop_code_key" to table: "shop_code"
CREATE UNIQUE INDEX "shop_code_key" ON "shop_code" ("code_id", "integration_id");
-- Create index "shop_code_named" to table: "shop_code"
CREATE INDEX "shop_code_named" ON "shop_code" ("integration_id", "external_id") WHERE (external_id IS NOT NULL);
-- Create index "shop_code_of_integration" to table: "shop_code"
CREATE INDEX "shop_code_of_integration" ON "shop_code" ("integration_id", "code_id");
-- tracking: clicks on links that were made for a self-check, which are found by their link. Of all others the index holds nothing.
CREATE INDEX click_of_self_check ON click (link_id, clicked_at) WHERE sub_id = 'tributary-self-check';
