package app

import (
	"context"
	"errors"
	"testing"
)

// stubborn is a server with a request that ends when told, not before.
type stubborn struct{ request chan struct{} }

func (s stubborn) Shutdown(ctx context.Context) error {
	select {
	case <-s.request:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (stubborn) Close() error { return nil }

func TestARequestThatDragsOnDoesNotHoldUpTheParts(t *testing.T) {
	request := make(chan struct{})
	refused := errors.New("a part that does not stop well")
	a := &App{parts: []part{
		{Name: "dispatcher", Stop: func(ctx context.Context) error {
			close(request) // only now: were requests ended first, the test would never end
			return ctx.Err()
		}},
		{Name: "polling", Stop: func(context.Context) error { return refused }},
	}}
	if err := a.wind(t.Context(), stubborn{request}); !errors.Is(err, refused) {
		t.Fatalf("the stop ended with %v, want the error of the part", err)
	}
}
