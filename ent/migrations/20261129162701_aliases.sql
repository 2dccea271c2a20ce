-- Modify "creator" table
ALTER TABLE "creator" ADD COLUMN "aliases" jsonb NOT NULL DEFAULT '[]';
-- Modify "partnership" table
ALTER TABLE "partnership" ADD COLUMN "aliases" jsonb NOT NULL DEFAULT '[]';
