-- Modify "attribution_policy" table
ALTER TABLE "attribution_policy" ADD COLUMN "modelled_pays" boolean NOT NULL DEFAULT false;
-- Modify "order" table
ALTER TABLE "order" ADD COLUMN "network_hash" bytea NULL;
-- Modify "policy_replay" table
ALTER TABLE "policy_replay" ADD COLUMN "modelled_pays" boolean NOT NULL DEFAULT false;
-- The networks of clicks by which estimated matches are found, of programs that allow them, for the day of their salt.
CREATE TABLE click_network (
  brand_id uuid NOT NULL,
  network_hash bytea NOT NULL,
  clicked_at timestamptz NOT NULL,
  click_id uuid NOT NULL,
  PRIMARY KEY (brand_id, network_hash, clicked_at, click_id)
);
CREATE INDEX click_network_to_forget ON click_network (clicked_at);
