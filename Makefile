# Run 'make help' for the list. Every target does its own set-up and prints one line a step.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run build test soak bench bench-attribution bench-orders bench-redirect lint fmt generate check-generated migration portal-packages tools-for-tests

STEP := .ci/step
GOLANGCI := go tool -modfile=internal/tools/go.mod golangci-lint
# Two packages at a time on a small machine, four tests at a time in each: the tests wait for PostgreSQL more than they compute.
GO_TEST := go test -p 2 -parallel 4 -timeout 15m
WITH_POSTGRES := go run ./internal/kit/testdb/withpostgres --

# All that the built portal is made of. Folders are listed too: a removed file changes its folder.
PORTAL_SOURCES := $(shell find portal -mindepth 1 -not -path '*/node_modules*' -not -path 'portal/dist*' -not -path 'portal/test-results*' \
	-not -path 'portal/e2e*' -not -name '*.go' 2>/dev/null) schema.graphql

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' Makefile | while IFS=$$'\t' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: ## set up everything and start the server with a local database, the Stripe sandbox and demo data
	@$(STEP) 'prerequisites' .ci/prerequisites run
	@[ -n "$${DATABASE_URL:-}" ] || $(STEP) 'PostgreSQL' .ci/postgres
	@$(MAKE) build
	@TRIBUTARY_DATA_DIR="$${TRIBUTARY_DATA_DIR:-./data}" exec bin/tributary serve --demo

build: portal/dist/index.html ## build bin/tributary, one file with the portal and the migrations inside
	@$(STEP) 'build server' go build -trimpath -o bin/tributary ./server

portal/dist/index.html: $(PORTAL_SOURCES)
	@$(MAKE) portal-packages
	@$(STEP) 'build portal' npm --prefix portal run build
	@touch $@

portal-packages:
	@$(STEP) 'portal packages' .ci/npm_packages portal

tools-for-tests:
	@$(STEP) 'prerequisites of the tests' .ci/prerequisites test
	@$(STEP) 'PostgreSQL' .ci/postgres

test: tools-for-tests portal-packages ## run every test: Go on PostgreSQL with the race detector, portal, end to end in a browser
	@$(STEP) --live 'Go tests' $(WITH_POSTGRES) $(GO_TEST) -race ./...
	@$(STEP) --show '^ *(Test Files|Tests) ' 'portal tests' npm --prefix portal run test
	@$(MAKE) portal/dist/index.html
	@$(STEP) 'build server with the race detector' go build -race -o bin/tributary-race ./server
	@TEST_E2E_BINARY="$(CURDIR)/bin/tributary-race" \
		$(STEP) --show '^ *(Test Files|Tests) ' 'end to end' $(WITH_POSTGRES) npm --prefix portal run e2e \
		|| { tail -n 50 portal/test-results/*.log 2>/dev/null; exit 1; }

soak: tools-for-tests ## lose no click for long: kill and restart everything far more often than the tests do; ROUNDS=200 kills
	@TEST_KILL_ROUNDS="$${ROUNDS:-200}" $(STEP) --live 'soak' $(WITH_POSTGRES) go test -count 3 -timeout 60m -run 'Click|PostgreSQL|Spool' ./server/app ./internal/tracking/...

bench: portal/dist/index.html ## race the whole server against the same work by hand, in the same run
	@$(STEP) 'PostgreSQL' .ci/postgres
	@$(WITH_POSTGRES) go test -run '^$$' -bench 'Order$$|Paid|Nested' -timeout 10m ./server/bench | grep -vE '^(PASS|ok |--- BENCH)|testdbconf'

bench-attribution: portal/dist/index.html ## compare models of attribution over a million journeys, beside only streaming them out of PostgreSQL
	@$(STEP) 'PostgreSQL' .ci/postgres
	@$(WITH_POSTGRES) go test -run '^$$' -bench BenchmarkAttribution -benchtime 1x -timeout 30m ./server/bench | grep -vE '^(PASS|ok |--- BENCH)|testdbconf'

bench-orders: portal/dist/index.html ## race orders told by webhooks against a handler and one SQL function by hand; ORDERS=2000000 shows the cost with so many stored
	@$(STEP) 'PostgreSQL' .ci/postgres
	@$(WITH_POSTGRES) go test -run '^$$' -bench 'Webhook|FirstOrders|OrderGrowth' -benchtime 1x -timeout 90m -v ./server/bench | grep -vE '^(PASS|ok |=== |--- BENCH)|testdbconf'

bench-redirect: portal/dist/index.html ## race the redirect against nginx and handlers by hand; STORED=50000000 shows the cost with so many clicks stored
	@$(STEP) 'prerequisites of the bench' .ci/prerequisites redirect
	@$(STEP) 'PostgreSQL' .ci/postgres
	@$(MAKE) build
	@TEST_BENCH_BINARY="$(CURDIR)/bin/tributary" go test -run '^$$' -bench . -benchtime 1x -timeout 60m -v ./server/bench/redirect | grep -vE '^(PASS|ok |=== )|testdbconf'

lint: portal-packages ## check format, vet, golangci-lint, eslint and types
	@$(STEP) 'gofmt' .ci/gofmt_is_clean
	@$(STEP) 'go vet' go vet ./...
	@$(STEP) 'golangci-lint' $(GOLANGCI) run
	@$(STEP) 'eslint' npm --prefix portal run lint
	@$(STEP) 'tsc' npm --prefix portal run typecheck

fmt: ## format the Go files
	@.ci/gofmt_is_clean --write

generate: portal-packages ## generate ent's client, the GraphQL server code and the portal's types
	@$(STEP) 'generate ent' go generate ./ent
	@$(STEP) 'generate gqlgen' go tool gqlgen generate
	@$(STEP) 'generate portal types' npm --prefix portal run generate

check-generated: portal-packages
	@$(STEP) 'generated code is current' .ci/generated_is_current
	@$(STEP) 'PostgreSQL' .ci/postgres
	@$(STEP) 'migrations match the schema' $(WITH_POSTGRES) go run ./internal/kit/database/migrateplan check

migration: ## plan a migration from ent/schema: make migration NAME=what_it_does
	@$(STEP) 'generate ent' go generate ./ent
	@$(WITH_POSTGRES) go run ./internal/kit/database/migrateplan diff $(NAME)
