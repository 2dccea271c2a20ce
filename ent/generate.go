// Package ent holds the data model (schema), its versioned migrations and the generated client (gen).
package ent

//go:generate go tool ent generate --feature sql/versioned-migration,sql/upsert,sql/lock,sql/modifier --target ./gen ./schema
