package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"cartie/internal/platform/db"
)

// Run serves until ctx ends, then stops within the configured time: accepting first,
// then requests, updates and deliveries under way, then jobs; leases are given up last.
func (a *App) Run(ctx context.Context) error {
	if a.DB.Engine() == db.SQLite {
		unlock, err := db.LockFile(a.cfg.Database)
		if err != nil {
			return err
		}
		defer unlock()
	}
	if _, err := a.DB.Migrate(ctx); err != nil {
		return err
	}
	if err := a.hub.Start(ctx); err != nil {
		return err
	}
	if a.Listener == nil {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.Listen)
		if err != nil {
			return fmt.Errorf("listening on %s: %w", a.cfg.Listen, err)
		}
		a.Listener = l
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	ended := make(chan error, 1)
	srv := &http.Server{
		Handler: a.Handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: nil,
	}
	srv.RegisterOnShutdown(a.stream.Close)
	if a.Stopping != nil {
		srv.RegisterOnShutdown(a.Stopping)
	}
	go func() { ended <- srv.Serve(a.Listener) }()
	go a.hub.Run(work)
	for _, part := range a.parts {
		if err := part.Start(work); err != nil {
			return fmt.Errorf("starting %s: %w", part.Name, err)
		}
	}
	a.Log.InfoContext(ctx, "Cartie runs", "address", a.Listener.Addr().String(), "url", a.cfg.BaseURL(), "engine", string(a.DB.Engine()), "role", a.cfg.Role, "version", Version)
	if a.Ready != nil {
		a.Ready(ctx)
	}
	var failed error
	select {
	case <-ctx.Done():
	case err := <-ended:
		if !errors.Is(err, http.ErrServerClosed) {
			failed = err
		}
	}
	return errors.Join(failed, a.stop(context.WithoutCancel(ctx), srv, cancel))
}

func (a *App) stop(ctx context.Context, srv *http.Server, cancel func()) error {
	a.Log.InfoContext(ctx, "stopping")
	ctx, done := context.WithTimeout(ctx, a.cfg.StopWithin)
	defer done()
	err := srv.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests under way: %w", err), srv.Close())
	}
	for i := len(a.parts) - 1; i >= 0; i-- {
		if perr := a.parts[i].Stop(ctx); perr != nil {
			err = errors.Join(err, fmt.Errorf("stopping %s: %w", a.parts[i].Name, perr))
		}
	}
	cancel()
	err = errors.Join(err, a.DB.Close())
	a.Log.InfoContext(ctx, "stopped")
	return err
}

// part is something that runs beside the HTTP server.
type part struct {
	Name  string
	Start func(ctx context.Context) error
	Stop  func(ctx context.Context) error
}
