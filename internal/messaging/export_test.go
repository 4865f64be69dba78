package messaging

import (
	"context"
	"time"
)

// Step does one round of the loop.
func (d *Dispatcher) Step(ctx context.Context) (time.Time, error) { return d.step(ctx) }

// Drain is what Run does when it is to end.
func (d *Dispatcher) Drain() { d.draining = true }

// Land waits for every call under way; the next Step writes what became of them.
func (d *Dispatcher) Land() {
	for d.flying > 0 {
		d.land(<-d.results)
	}
}
