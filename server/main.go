// Command tributary is the whole product: server, command line and portal in one file.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"tributary/server/app"
	"tributary/server/config"
)

// version is set when a release is built.
var version = "development"

type commands struct {
	Serve          serveCommand   `cmd:"" help:"Run the server: API, portal, jobs."`
	Migrate        migrateCommand `cmd:"" help:"Bring the database to the version of this program."`
	Demo           demoCommand    `cmd:"" help:"Make the demo and return when it is done: brands, creators, 120 days of sales and payouts. Only in the sandbox."`
	User           userCommand    `cmd:"" help:"Manage users."`
	Token          tokenCommand   `cmd:"" help:"Manage access tokens."`
	Import         importCommand  `cmd:"" help:"Import from files."`
	RebuildRollups rebuildCommand `cmd:"" help:"Compute all figures again from the raw rows."`
	Audit          auditCommand   `cmd:"" help:"Check every invariant of the books; prints balanced, or what is off and exits 1."`
	Doctor         doctorCommand  `cmd:"" help:"Check the installation and say in words what to mend."`
	Version        versionCommand `cmd:"" help:"Print the version."`
}

type (
	serveCommand struct {
		Demo bool `help:"Make the demo when the database is new, or go on with one that was interrupted, while the server runs; print its logins."`
	}
	migrateCommand struct {
		Check bool `help:"Only say whether anything is missing; exits 1 when it is."`
	}
	demoCommand struct{}
	userCommand struct {
		Create struct {
			Email string `arg:"" help:"Address to sign in with."`
			Name  string `help:"Name to show." default:"Operator"`
			Admin bool   `help:"Make the user an operator of this deployment."`
		} `cmd:"" help:"Make a user; the password is read from standard input."`
	}
	tokenCommand struct {
		Create struct {
			Email string `arg:"" help:"Address of the user to sign in."`
		} `cmd:"" help:"Print a short-lived access token of a user."`
	}
	importCommand struct {
		Orders struct {
			File     string `arg:"" help:"File of orders: CSV in UTF-8, at most 32 MiB and 200,000 orders."`
			Brand    string `help:"Short name of the brand, as it stands in its addresses." required:""`
			Store    string `help:"Shop whose orders they are; the host of the brand's website when left out."`
			Format   string `help:"Its columns: auto finds them by their names." enum:"auto,tributary,shopify,woocommerce" default:"auto"`
			Record   bool   `help:"Record the orders. Without it the file is only checked, and what is wrong is listed; exits 1 when anything is."`
			LeaveOut bool   `help:"Record the others where some orders have problems."`
		} `cmd:"" help:"Check a file of orders, and record them. The same file again changes nothing, and goes on where it was stopped."`
	}
	rebuildCommand struct{}
	auditCommand   struct{}
	doctorCommand  struct{}
	versionCommand struct{}
)

func main() {
	debug.SetTraceback("single")
	if os.Getenv("GOGC") == "" { // who sets it knows better
		manageMemory()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parsed := kong.Parse(&c, kong.Name("tributary"), kong.Description("Creator-affiliate programs: API, portal, payouts."), kong.UsageOnError())
	err := run(ctx, c, parsed.Command())
	var exit app.ExitCode
	switch {
	case err == nil:
	case errors.As(err, &exit):
		os.Exit(int(exit)) //nolint:gocritic // the signal handler has nothing left to do
	default:
		fmt.Fprintln(os.Stderr, "tributary:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c commands, command string) error {
	if command == "version" {
		fmt.Println(version)
		return nil
	}
	cfg, err := config.Load(os.Environ(), ".env")
	if err != nil {
		return err
	}
	a := app.App{Config: cfg, Version: version, Out: os.Stdout, Err: os.Stderr, In: os.Stdin, Ready: releaseProgramPages}
	switch command {
	case "serve":
		return a.Serve(ctx, c.Serve.Demo)
	case "migrate":
		return a.Migrate(ctx, c.Migrate.Check)
	case "demo":
		return a.Demo(ctx)
	case "user create <email>":
		return a.CreateUser(ctx, c.User.Create.Email, c.User.Create.Name, c.User.Create.Admin)
	case "token create <email>":
		return a.CreateToken(ctx, c.Token.Create.Email)
	case "import orders <file>":
		o := c.Import.Orders
		return a.ImportOrders(ctx, app.OrderFile{Path: o.File, Brand: o.Brand, Store: o.Store, Format: o.Format, Record: o.Record, LeaveOut: o.LeaveOut})
	case "rebuild-rollups":
		return a.RebuildRollups(ctx)
	case "audit":
		return a.Audit(ctx)
	case "doctor":
		return a.Doctor(ctx)
	}
	return fmt.Errorf("unknown command %q", command)
}
