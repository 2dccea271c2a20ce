// Command migrateplan plans versioned migrations from the ent schema. It needs an empty PostgreSQL database, which it makes on
// the server named by TEST_DATABASE_URL and drops again.
//
//	migrateplan diff NAME   writes ent/migrations/<time>_NAME.sql when the schema differs from what the files make
//	migrateplan check       exits 1 when it differs
//	migrateplan hash        writes atlas.sum again after a file was edited by hand
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	atlas "ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"

	"tributary/ent/gen/migrate"
)

const folder = "ent/migrations"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "migrateplan:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("say diff NAME, check or hash")
	}
	dir, err := atlas.NewLocalDir(folder)
	if err != nil {
		return err
	}
	switch {
	case args[0] == "hash":
		return rehash(dir)
	case args[0] == "diff" && len(args) == 2:
		err := plan(dir, args[1])
		if errors.Is(err, atlas.ErrNoPlan) {
			fmt.Println("nothing to do")
			return nil
		}
		return err
	case args[0] == "check":
		scratch, err := os.MkdirTemp("", "migrations")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(scratch) }()
		if err := os.CopyFS(scratch+"/m", os.DirFS(folder)); err != nil {
			return err
		}
		copied, err := atlas.NewLocalDir(scratch + "/m")
		if err != nil {
			return err
		}
		err = plan(copied, "drift")
		if errors.Is(err, atlas.ErrNoPlan) {
			fmt.Println("migrations match the schema")
			return nil
		}
		if err == nil {
			err = errors.New("the schema differs from the migrations: run `make migration NAME=…`")
		}
		return err
	}
	return errors.New("say diff NAME, check or hash")
}

func rehash(dir *atlas.LocalDir) error {
	sum, err := dir.Checksum()
	if err != nil {
		return err
	}
	return atlas.WriteSumFile(dir, sum)
}

func plan(dir *atlas.LocalDir, name string) error {
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		return errors.New("TEST_DATABASE_URL names no server")
	}
	ctx := context.Background()
	admin, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close() }()
	scratch := fmt.Sprintf("migrateplan_%d", time.Now().UnixNano())
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+scratch); err != nil {
		return err
	}
	defer func() { _, _ = admin.ExecContext(ctx, "DROP DATABASE "+scratch+" WITH (FORCE)") }()
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	u.Path = "/" + scratch
	return migrate.NamedDiff(ctx, u.String(), name,
		entschema.WithDir(dir), entschema.WithMigrationMode(entschema.ModeReplay), entschema.WithDialect(dialect.Postgres),
		entschema.WithFormatter(atlas.DefaultFormatter), entschema.WithDropColumn(true), entschema.WithDropIndex(true),
		entschema.WithErrNoPlan(true))
}
