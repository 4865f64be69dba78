package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"cartie/internal/platform/db"
)

// Run serves until ctx ends, then stops within the configured time: nothing new is taken,
// what is under way ends (requests, updates, deliveries, jobs), leases are given up, and
// the database is closed last.
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
	err := a.wind(ctx, srv)
	cancel()
	err = errors.Join(err, a.DB.Close())
	a.Log.InfoContext(ctx, "stopped")
	return err
}

// server is what Shutdown and Close end: the HTTP server.
type server interface {
	Shutdown(ctx context.Context) error
	Close() error
}

// wind ends requests and parts side by side: a request that drags on must not eat the
// time in which messages under way get their answers.
func (a *App) wind(ctx context.Context, srv server) error {
	ended := make([]error, len(a.parts)+1)
	var wg sync.WaitGroup
	for i, p := range a.parts {
		wg.Go(func() {
			if err := p.Stop(ctx); err != nil {
				ended[i] = fmt.Errorf("stopping %s: %w", p.Name, err)
			}
		})
	}
	wg.Go(func() {
		if err := srv.Shutdown(ctx); err != nil {
			ended[len(a.parts)] = errors.Join(fmt.Errorf("requests under way: %w", err), srv.Close())
		}
	})
	wg.Wait()
	return errors.Join(ended...)
}

// part is something that runs beside the HTTP server.
type part struct {
	Name  string
	Start func(ctx context.Context) error
	Stop  func(ctx context.Context) error
}
