package db

import (
	"context"
	"sync/atomic"
)

type preludeKey struct{}

type prelude struct {
	fn   UnitFunc
	done atomic.Bool
}

// WithPrelude returns a context whose first unit begins with fn, in the same
// transaction: what fn writes exists if and only if that unit commits.
func WithPrelude(ctx context.Context, fn UnitFunc) context.Context {
	return context.WithValue(ctx, preludeKey{}, &prelude{fn: fn})
}

// withPrelude puts the context's prelude, when it still waits, before fn.
func withPrelude(ctx context.Context, fn UnitFunc) UnitFunc {
	p, _ := ctx.Value(preludeKey{}).(*prelude)
	if p == nil || p.done.Load() {
		return fn
	}
	return func(ctx context.Context, tx *Tx) error {
		if err := p.fn(ctx, tx); err != nil {
			return err
		}
		tx.AfterCommit(func() { p.done.Store(true) })
		return fn(ctx, tx)
	}
}
