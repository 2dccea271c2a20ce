-- fraud: the networks that recent orders came from, by the partnership whose link led to them, to see many orders from one network.
-- A hash is of one day and of no use after it; rows are kept for a week. No foreign keys: a row outlives nothing.
CREATE TABLE order_network (
  partnership_id uuid NOT NULL,
  network_hash bytea NOT NULL,
  order_id uuid NOT NULL,
  placed_at timestamptz NOT NULL,
  PRIMARY KEY (partnership_id, network_hash, order_id)
);
CREATE INDEX order_network_old ON order_network (placed_at); -- the hourly job

-- What was seen is kept as figures, which the portal puts into words of the reader's language.
UPDATE hold SET evidence = (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', 'NOTE', 'signal', hold.signal, 'name', e)), '[]'::jsonb)
  FROM jsonb_array_elements(hold.evidence) AS e WHERE jsonb_typeof(e) = 'string')
WHERE evidence <> '[]'::jsonb;

ALTER TABLE "hold" DROP CONSTRAINT "hold_signal", ADD CONSTRAINT "hold_signal" CHECK ((signal)::text = ANY ((ARRAY['PERSON'::character varying, 'SELF_REFERRAL'::character varying, 'CODE_LEAK'::character varying, 'CLICK_FLOOD'::character varying, 'CLICK_TO_ORDER_TIME'::character varying, 'SAME_NETWORK'::character varying, 'REFUND_RATE'::character varying, 'CHARGEBACK'::character varying, 'BANNED_SOURCE'::character varying, 'PAUSED_PARTNERSHIP'::character varying])::text[]));
-- Create index "hold_of_commission" to table: "hold"
CREATE INDEX "hold_of_commission" ON "hold" ("commission_id");
