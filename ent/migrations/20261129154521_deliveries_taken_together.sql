-- Create index "order_of_shop_customer" to table: "order"
CREATE INDEX "order_of_shop_customer" ON "order" ("brand_id", "store", "customer_external_id", "placed_at") WHERE (customer_external_id IS NOT NULL);
-- Whether a job of its own handles a delivery. Those of shops that came without one are taken many at once, oldest first.
ALTER TABLE inbox_delivery ADD COLUMN by_job boolean NOT NULL DEFAULT true;
CREATE INDEX inbox_delivery_to_take ON inbox_delivery (received_at, id) WHERE status = 'STORED' AND NOT by_job;
-- What a delivery waits for: names of orders as order.Names gives them; NULL for any order of its brand.
ALTER TABLE inbox_delivery ADD COLUMN waits_for text[];
-- What waits is looked for by its brand; nothing else is looked for by its status.
DROP INDEX inbox_delivery_open;
CREATE INDEX inbox_delivery_waiting ON inbox_delivery (brand_id, received_at) WHERE status = 'WAITING';
