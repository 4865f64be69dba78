package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"cartie/internal/app"
	"cartie/internal/app/demo"
	"cartie/internal/platform/config"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/sandbox"
)

type demoCmd struct {
	Listen string `default:"127.0.0.1:8080" env:"CARTIE_LISTEN" help:"Loopback address to listen on; a taken port gives way to a free one."`
	Data   string `default:"data/demo" help:"Folder for the demo's data; remove it to begin anew."`
	Quiet  bool   `help:"Log warnings only."`
}

func (c *demoCmd) Run(ctx context.Context) error {
	l, err := listenLoopback(c.Listen)
	if err != nil {
		return err
	}
	address := l.Addr().String()
	base := "http://" + address
	level := "info"
	if c.Quiet {
		level = "warn"
	}
	clock := demo.NewClock()
	box := sandbox.New(sandbox.Options{Clock: clock.Now, BaseURL: base + "/sandbox", StateFile: filepath.Join(c.Data, "sandbox.json")})
	defer func() { _ = box.Close() }()
	a, err := app.Build(ctx, config.Config{
		Listen: address, Data: c.Data, Role: "all", TelegramAPI: base + "/sandbox", SQLiteSync: "full",
		LogLevel: level, LogFormat: "text", StopWithin: 10e9,
	}, app.Options{Sandbox: box, SignInLinks: true, Clock: clock})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	a.Listener = l
	a.Stopping = func() { _ = box.Close() }
	a.Ready = func(ctx context.Context) {
		if err := c.play(ctx, a, box, clock, base); err != nil {
			a.Log.ErrorContext(ctx, "playing the demo", "error", err)
		}
	}
	return a.Run(ctx)
}

func (c *demoCmd) play(ctx context.Context, a *app.App, box *sandbox.Server, clock *demo.Clock, base string) error {
	w := demo.World{
		DB: a.DB, Accounts: a.Accounts, Companies: a.Companies, Workspaces: a.Workspaces, Contacts: a.Contacts, Inbox: a.Inbox,
		Media: a.Media, Bots: a.Bots, Dispatcher: a.Dispatcher, Sandbox: box, Log: a.Log, Clock: clock, URL: base, SandboxURL: base + "/sandbox",
	}
	if err := demo.Play(ctx, w); err != nil {
		return err
	}
	links, err := demo.Links(ctx, w)
	if err != nil {
		return err
	}
	fmt.Printf("\nCartie's demo runs at %s\n\n", base)
	for _, link := range links {
		fmt.Printf("  %-36s %s\n", strings.TrimSuffix(link.Name+", "+link.Role, ", "), link.URL)
	}
	fmt.Println()
	return nil
}

// listenLoopback refuses other addresses: the demo's sign-in links need no password.
func listenLoopback(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errs.Invalid("listen", "Give an address like 127.0.0.1:8080.")
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errs.Invalid("listen", "The demo listens on this machine only: its sign-in links need no password.")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	return l, nil
}
