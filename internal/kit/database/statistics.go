package database

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// statisticsEvery is how often KeepStatistics looks. PostgreSQL counts rows with a delay of up to a second.
	statisticsEvery = time.Second
	// statisticsFrom is how many rows a table has at least when it is looked at.
	statisticsFrom = 1000
	// tableGrowth is how often a table holds as many rows as the planner believes before it is told. PostgreSQL itself tells it from a
	// tenth more on, but only once a minute.
	tableGrowth = 10
	// partitionedGrowth is the same for a partitioned table as a whole, of which PostgreSQL never tells the planner by itself.
	partitionedGrowth = 1.2
)

// KeepStatistics tells PostgreSQL's planner about tables that have grown, until ctx ends. Statements that are kept prepared, and the
// checks of foreign keys, which PostgreSQL keeps itself, go on by plans that were made when a table was empty: they read all of it each
// time. New statistics make them be planned again. Several processes may run it on one database.
func (db *DB) KeepStatistics(ctx context.Context, log *slog.Logger) {
	look := time.NewTicker(statisticsEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		if err := db.AnalyzeGrown(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "the planner is not told about tables that have grown", "error", err)
		}
	}
}

// AnalyzeGrown has PostgreSQL look at the tables that have grown much since it did so last. While another one is doing it, it does nothing.
func (db *DB) AnalyzeGrown(ctx context.Context) error {
	grown, err := db.grownTables(ctx)
	if err != nil {
		return fmt.Errorf("tables that have grown: %w", err)
	}
	if len(grown) == 0 {
		return nil
	}
	return db.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if mine, err := TryAdvisoryLockTx(ctx, tx, "statistics"); err != nil || !mine {
			return err
		}
		for _, table := range grown {
			if _, err := tx.SQL.ExecContext(ctx, "ANALYZE "+table); err != nil {
				return fmt.Errorf("statistics of %s: %w", table, err)
			}
		}
		return nil
	})
}

// grownTables gives the names of tables that have grown, quoted where they need it.
func (db *DB) grownTables(ctx context.Context) (names []string, err error) {
	rows, err := db.SQL.QueryContext(ctx, `
		SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
			AND pg_stat_get_live_tuples(c.oid) >= greatest($1::float8, $2::float8 * c.reltuples)
		UNION ALL
		SELECT c.oid::regclass::text FROM pg_class c JOIN pg_inherits i ON i.inhparent = c.oid WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'p'
			GROUP BY c.oid, c.reltuples HAVING sum(pg_stat_get_live_tuples(i.inhrelid)) >= greatest($1::float8, $3::float8 * c.reltuples)`,
		statisticsFrom, tableGrowth, partitionedGrowth)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
