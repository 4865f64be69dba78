package messaging

import (
	"context"
	"time"

	"cartie/internal/platform/db"
)

// ForgetQuery lets tests look at its plan.
const ForgetQuery = qForget

// Step does one round of the loop.
func (d *Dispatcher) Step(ctx context.Context) (time.Time, error) { return d.step(ctx) }

// Drain is what Run does when it is to end.
func (d *Dispatcher) Drain() { d.draining = true }

// LoseAnswer has the next unit that marks rows committed, and its answer lost.
func (d *Dispatcher) LoseAnswer(err error) {
	unit := d.unit
	d.unit = func(ctx context.Context, f db.UnitFunc) error {
		d.unit = unit
		if done := unit(ctx, f); done != nil {
			return done
		}
		return err
	}
}

// Land waits for every call under way; the next Step writes what became of them.
func (d *Dispatcher) Land() {
	for d.flying > 0 {
		d.land(<-d.results)
	}
}
