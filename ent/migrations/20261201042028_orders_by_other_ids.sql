-- Modify "refund" table
ALTER TABLE "refund" ADD COLUMN "unconfirmed_minor" bigint NOT NULL DEFAULT 0;
-- Create index "order_of_number" to table: "order"
CREATE INDEX "order_of_number" ON "order" ("brand_id", "store", "name");
-- Create "order_alias" table
CREATE TABLE "order_alias" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "source" character varying NOT NULL, "store" character varying NOT NULL, "external_id" character varying NOT NULL, "brand_id" uuid NOT NULL, "order_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "order_alias_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "order_alias_order_order" FOREIGN KEY ("order_id") REFERENCES "order" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "order_alias_source" CHECK ((source)::text = ANY ((ARRAY['API'::character varying, 'SHOPIFY'::character varying, 'WOOCOMMERCE'::character varying, 'CHECKOUT'::character varying, 'POSTBACK'::character varying, 'CSV'::character varying])::text[])));
-- Create index "order_alias_key" to table: "order_alias"
CREATE UNIQUE INDEX "order_alias_key" ON "order_alias" ("brand_id", "store", "external_id");
-- Ids that orders were told with before
INSERT INTO "order_alias" ("id", "created_at", "source", "store", "external_id", "brand_id", "order_id")
SELECT gen_random_uuid(), v.recorded_at, v.snapshot->>'source', v.snapshot->>'store', v.snapshot->>'externalId', v.brand_id, v.order_id
FROM "order_version" v
WHERE v.cause = 'JOINED' AND NOT EXISTS (
  SELECT FROM "order" o WHERE o.brand_id = v.brand_id AND o.store = v.snapshot->>'store' AND o.external_id = v.snapshot->>'externalId')
ORDER BY v.recorded_at
ON CONFLICT DO NOTHING;
