-- rollup: the eligible touches that led to each order with figures, the earliest first, lean enough to be read by the million. Made from
-- the latest decision by whoever writes the order's figures, and anew by `tributary rebuild-rollups`.
CREATE TABLE journey (
    brand_id uuid NOT NULL,
    placed_at timestamptz NOT NULL, -- when the order was placed
    order_id uuid NOT NULL,
    currency character(3) NOT NULL, -- of the order
    net_minor bigint NOT NULL,      -- what earns, before refunds
    -- 20 bytes a touch: the partnership's id, and how many seconds before the order it was (four bytes, the largest first). As arrays of
    -- uuid and integer the same takes four times as long to be read.
    touches bytea NOT NULL,
    CONSTRAINT journey_touches CHECK (length(touches) > 0 AND length(touches) % 20 = 0),
    PRIMARY KEY (brand_id, placed_at, order_id)
);
-- Orders that came before this table.
INSERT INTO journey (brand_id, placed_at, order_id, currency, net_minor, touches)
SELECT o.brand_id, o.placed_at, o.id, o.currency, o.net_minor, j.touches
FROM "order" o
JOIN LATERAL (SELECT touches FROM attribution_decision WHERE order_id = o.id ORDER BY version DESC LIMIT 1) d ON true
CROSS JOIN LATERAL (
    SELECT string_agg(uuid_send((t ->> 'partnershipId')::uuid)
        || int4send(least(greatest(floor(extract(epoch FROM o.placed_at - (t ->> 'at')::timestamptz)), 0), 1073741824)::integer), '' ORDER BY n) AS touches
    FROM jsonb_array_elements(d.touches) WITH ORDINALITY AS e (t, n)
    WHERE t ->> 'result' IN ('COUNTED', 'COUNTED_HELD')
        OR t ->> 'reason' = 'LOST_TO_LATER_TOUCH'
        OR t ->> 'reason' = 'LOST_TO_PRECEDENCE' AND t #>> '{facts,kindNotPaid}' IS DISTINCT FROM 'true'
) j
WHERE j.touches IS NOT NULL AND NOT o.test AND o.payment NOT IN ('AWAITING_PAYMENT', 'EXPIRED') AND (o.payment <> 'CANCELLED' OR o.paid_at IS NOT NULL);
