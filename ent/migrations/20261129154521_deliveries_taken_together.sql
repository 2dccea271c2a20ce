-- Create index "order_of_shop_customer" to table: "order"
CREATE INDEX "order_of_shop_customer" ON "order" ("brand_id", "store", "customer_external_id", "placed_at") WHERE (customer_external_id IS NOT NULL);
-- Whether a job of its own handles a delivery. Those of shops that came without one are taken many at once, oldest first.
ALTER TABLE inbox_delivery ADD COLUMN by_job boolean NOT NULL DEFAULT true;
ALTER TABLE inbox_delivery ALTER COLUMN by_job DROP DEFAULT;
CREATE INDEX inbox_delivery_to_take ON inbox_delivery (received_at, id) WHERE status = 'STORED' AND NOT by_job;
