-- rollup: rows of these tables are updated again and again. With room left in each page the new version stays beside the old one and
-- no index is touched, which takes a third of the time.
ALTER TABLE rollup_day SET (fillfactor = 50);
ALTER TABLE rollup_link SET (fillfactor = 40);
ALTER TABLE rollup_link_day SET (fillfactor = 40);
