-- tracking: what visitors did at a shop after a click, as the shop's pages and its server tell it. Partitioned by the time inside
-- the id, so that the same event again is found in one partition. No address, browser or page is kept.
CREATE TABLE store_event (
  brand_id uuid NOT NULL,
  id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  source text NOT NULL CHECK (source IN ('BROWSER','API')),
  type text NOT NULL CHECK (type IN ('PAGE_VIEW','ADD_TO_CART','CHECKOUT','PURCHASE','CONSENT_DENIED')),
  click_id uuid NOT NULL,
  clicked_at timestamptz NOT NULL,
  -- Of the click; NULL until it is known.
  link_id uuid,
  program_id uuid,
  partnership_id uuid,
  creator_id uuid,
  platform text,
  visitor_id uuid,
  product_id text,
  checkout_token text,
  order_reference text,
  store text NOT NULL DEFAULT '',
  PRIMARY KEY (brand_id, id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE TABLE store_event_default PARTITION OF store_event DEFAULT;
CREATE INDEX store_event_of_checkout ON store_event (brand_id, checkout_token, occurred_at) WHERE checkout_token IS NOT NULL;
CREATE INDEX store_event_of_order ON store_event (brand_id, order_reference, occurred_at) WHERE order_reference IS NOT NULL;
CREATE INDEX store_event_of_click ON store_event (click_id, received_at);
CREATE INDEX store_event_of_visitor ON store_event (visitor_id, occurred_at);
CREATE INDEX store_event_unknown ON store_event (received_at) WHERE link_id IS NULL;

-- rollup: what visitors did, and how many visitors did it, each once a day and link.
ALTER TABLE rollup_delta
  ADD COLUMN page_views bigint NOT NULL DEFAULT 0, ADD COLUMN page_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN add_to_carts bigint NOT NULL DEFAULT 0, ADD COLUMN cart_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN checkouts bigint NOT NULL DEFAULT 0, ADD COLUMN checkout_visitors bigint NOT NULL DEFAULT 0;
ALTER TABLE rollup_day
  ADD COLUMN page_views bigint NOT NULL DEFAULT 0, ADD COLUMN page_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN add_to_carts bigint NOT NULL DEFAULT 0, ADD COLUMN cart_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN checkouts bigint NOT NULL DEFAULT 0, ADD COLUMN checkout_visitors bigint NOT NULL DEFAULT 0;
ALTER TABLE rollup_link
  ADD COLUMN page_views bigint NOT NULL DEFAULT 0, ADD COLUMN page_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN add_to_carts bigint NOT NULL DEFAULT 0, ADD COLUMN cart_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN checkouts bigint NOT NULL DEFAULT 0, ADD COLUMN checkout_visitors bigint NOT NULL DEFAULT 0;
ALTER TABLE rollup_link_day
  ADD COLUMN page_views bigint NOT NULL DEFAULT 0, ADD COLUMN page_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN add_to_carts bigint NOT NULL DEFAULT 0, ADD COLUMN cart_visitors bigint NOT NULL DEFAULT 0,
  ADD COLUMN checkouts bigint NOT NULL DEFAULT 0, ADD COLUMN checkout_visitors bigint NOT NULL DEFAULT 0;
