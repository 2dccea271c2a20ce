-- Modify "attribution_suggestion" table
ALTER TABLE "attribution_suggestion" ADD COLUMN "proposed_by" uuid NULL, ADD COLUMN "proposal" character varying NULL, ADD CONSTRAINT "attribution_suggestion_proposal" CHECK ((proposed_by IS NULL) = (proposal IS NULL));
-- A person's word is a cause of its own
ALTER TABLE "attribution_suggestion" DROP CONSTRAINT "attribution_suggestion_cause", ADD CONSTRAINT "attribution_suggestion_cause" CHECK ((cause)::text = ANY ((ARRAY['LATE_CLICK'::character varying, 'LATE_SURVEY'::character varying, 'ORDER_EDIT'::character varying, 'HOLD_REJECTED'::character varying, 'REASSIGNED'::character varying])::text[]));
