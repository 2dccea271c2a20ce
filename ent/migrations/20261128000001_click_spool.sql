-- tracking: how far each spool of clicks has been loaded, moved in the transaction that stores the clicks.
CREATE TABLE click_spool (
  spool_id uuid PRIMARY KEY,
  segment bigint NOT NULL,
  at_offset bigint NOT NULL,
  loaded_at timestamptz NOT NULL
);

-- tracking: the random part of a day's key of network hashes; deleted when the day is over.
CREATE TABLE network_salt (
  day date PRIMARY KEY,
  salt bytea NOT NULL
);
