-- When people were told that a delivery waits too long for its order.
ALTER TABLE inbox_delivery ADD COLUMN alarmed_at timestamptz;
-- Files of orders: the parts as they were sent until the import is over, how far it has come, and what was wrong in which cell.
CREATE TABLE "order_import" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "file_name" character varying NOT NULL, "store" character varying NOT NULL, "format" character varying NULL, "status" character varying NOT NULL DEFAULT 'UPLOADING', "parts" bigint NOT NULL DEFAULT 0, "bytes" bigint NOT NULL DEFAULT 0, "orders_total" bigint NOT NULL DEFAULT 0, "orders_done" bigint NOT NULL DEFAULT 0, "orders_new" bigint NOT NULL DEFAULT 0, "orders_known" bigint NOT NULL DEFAULT 0, "orders_refused" bigint NOT NULL DEFAULT 0, "refunds" bigint NOT NULL DEFAULT 0, "problems" bigint NOT NULL DEFAULT 0, "failure" character varying NOT NULL DEFAULT '', "finished_at" timestamptz NULL, "created_by" uuid NULL, "brand_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "order_import_brand_brand" FOREIGN KEY ("brand_id") REFERENCES "brand" ("id") ON UPDATE NO ACTION ON DELETE RESTRICT, CONSTRAINT "order_import_format" CHECK ((format)::text = ANY ((ARRAY['TRIBUTARY'::character varying, 'SHOPIFY'::character varying, 'WOOCOMMERCE'::character varying])::text[])), CONSTRAINT "order_import_status" CHECK ((status)::text = ANY ((ARRAY['UPLOADING'::character varying, 'CHECKING'::character varying, 'CHECKED'::character varying, 'RUNNING'::character varying, 'DONE'::character varying, 'FAILED'::character varying])::text[])));
CREATE INDEX "order_import_of_brand" ON "order_import" ("brand_id", "created_at", "id");
CREATE TABLE order_import_part (
  import_id uuid NOT NULL REFERENCES "order_import" (id),
  number int NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (import_id, number)
);
CREATE TABLE order_import_problem (
  import_id uuid NOT NULL REFERENCES "order_import" (id),
  number int NOT NULL,
  line int NOT NULL,
  column_name text NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (import_id, number)
);
