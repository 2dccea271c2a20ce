-- Modify "brand_domain" table
ALTER TABLE "brand_domain" ADD CONSTRAINT "brand_domain_tracking" CHECK ((NOT tracking) OR (verified_at IS NOT NULL)), ADD COLUMN "tracking" boolean NOT NULL DEFAULT false;
-- Create index "brand_domain_tracking_host_key" to table: "brand_domain"
CREATE UNIQUE INDEX "brand_domain_tracking_host_key" ON "brand_domain" ("host") WHERE tracking;
-- Create index "brand_domain_tracking_key" to table: "brand_domain"
CREATE UNIQUE INDEX "brand_domain_tracking_key" ON "brand_domain" ("brand_id") WHERE tracking;
-- Modify "code" table
ALTER TABLE "code" ADD COLUMN "rotated_from_id" uuid NULL, ADD CONSTRAINT "code_code_rotations" FOREIGN KEY ("rotated_from_id") REFERENCES "code" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT;
-- Create index "code_rotated_key" to table: "code"
CREATE UNIQUE INDEX "code_rotated_key" ON "code" ("rotated_from_id") WHERE (rotated_from_id IS NOT NULL);
-- Modify "link" table
ALTER TABLE "link" ADD CONSTRAINT "link_health" CHECK ((health)::text = ANY ((ARRAY['UNKNOWN'::character varying, 'OK'::character varying, 'FAILING'::character varying, 'PARAMETERS_LOST'::character varying])::text[])), ADD COLUMN "looks_like" character varying NULL, ADD COLUMN "fallback_url" character varying NULL, ADD COLUMN "out_of_stock_at" timestamptz NULL, ADD COLUMN "health" character varying NOT NULL DEFAULT 'UNKNOWN', ADD COLUMN "health_checked_at" timestamptz NULL, ADD COLUMN "health_detail" character varying NOT NULL DEFAULT '', ADD COLUMN "health_due_at" timestamptz NULL;
-- Links of before are looked at over the next day. Of those whose codes are read alike the oldest has the claim; none loses its code.
UPDATE "link" SET "health_due_at" = now() + random() * interval '1 day' WHERE "archived_at" IS NULL;
UPDATE "link" SET "looks_like" = first.looks_like
  FROM (SELECT DISTINCT ON (translate("code", '01', 'ol')) "id", translate("code", '01', 'ol') AS looks_like FROM "link" ORDER BY 2, "id") first
  WHERE "link"."id" = first."id";
-- Create index "link_health_due" to table: "link"
CREATE INDEX "link_health_due" ON "link" ("health_due_at") WHERE (health_due_at IS NOT NULL);
-- Create index "link_looks_like_key" to table: "link"
CREATE UNIQUE INDEX "link_looks_like_key" ON "link" ("looks_like");
