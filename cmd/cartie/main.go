// Command cartie is the whole product: the server, its sandbox and its tools.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"cartie/internal/platform/config"
	"cartie/internal/platform/errs"
)

type cli struct {
	Config string `env:"CARTIE_CONFIG" help:"File of name = value lines; flags and environment precede it." type:"path"`

	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Demo    demoCmd    `cmd:"" help:"Run Cartie with its Telegram sandbox and sample data on this machine."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date, or check it."`
	Admin   adminCmd   `cmd:"" help:"Make users, reset and sign-in links without a browser."`
	Sandbox sandboxCmd `cmd:"" help:"Run the Telegram sandbox alone."`
	Doctor  doctorCmd  `cmd:"" help:"Check the configuration and everything the server needs."`
	Smoke   smokeCmd   `cmd:"" help:"Walk every page and GET of a running instance."`
	Bench   benchCmd   `cmd:"" help:"Measure this machine with the whole product."`
	OpenAPI openapiCmd `cmd:"" name:"openapi" help:"Print the API document."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cartie: "+sentence(err))
		os.Exit(1)
	}
}

func run(args []string) error {
	var c cli
	opts := []kong.Option{
		kong.Name("cartie"), kong.Description("Cartie turns a car dealership's Telegram into leads and sales."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}
	if path := configPath(args); path != "" {
		r, err := config.File(path)
		if err != nil {
			return err
		}
		opts = append(opts, kong.Resolvers(r))
	}
	parser, err := kong.New(&c, opts...)
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	return k.Run()
}

// configPath finds --config before parsing: its values take part in parsing.
func configPath(args []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("CARTIE_CONFIG")
}

// sentence is what the operator reads: the setting first, then what is wrong with it.
func sentence(err error) string {
	if e := errs.As(err); e != nil && e.Cause == nil {
		if e.Field != "" {
			return e.Field + ": " + e.Message
		}
		return e.Message
	}
	return err.Error()
}
