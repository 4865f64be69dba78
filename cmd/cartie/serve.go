package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"cartie/internal/app"
	"cartie/internal/platform/config"
	"cartie/internal/telegram/sandbox"
)

type serveCmd struct {
	config.Config `embed:""`
}

func (c *serveCmd) Run(ctx context.Context) error {
	a, err := app.Build(ctx, c.Config, app.Options{})
	if err != nil {
		return err
	}
	a.Ready = func(ctx context.Context) { printSetup(ctx, a) }
	return a.Run(ctx)
}

// printSetup shows the one-time link of a first run.
func printSetup(ctx context.Context, a *app.App) {
	url, needed, err := a.SetupURL(ctx)
	if err != nil {
		a.Log.ErrorContext(ctx, "making the set-up link", "error", err)
		return
	}
	if needed {
		fmt.Fprintf(os.Stdout, "\nNobody can sign in yet. Open this link once to make the owner:\n\n    %s\n\n", url)
	}
}

type sandboxCmd struct {
	Listen string `default:"127.0.0.1:8081" help:"Address to listen on."`
	State  string `help:"File that keeps the sandbox's chats; without it they live in memory."`
}

func (c *sandboxCmd) Run(ctx context.Context) error {
	s := sandbox.New(sandbox.Options{StateFile: c.State, BaseURL: "http://" + c.Listen})
	defer func() { _ = s.Close() }()
	srv := &http.Server{Addr: c.Listen, Handler: s} //nolint:gosec // a tool on one's own machine; long polls need no read limit
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	fmt.Printf("The sandbox runs at http://%s/ — use --telegram-api http://%s\n", c.Listen, c.Listen)
	if err := srv.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}
