package notification

import (
	"context"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/jobs"
)

// Sweep is the job that removes old notifications.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "notification_sweep" }

const (
	sweepEvery = 6 * time.Hour
	sweepBatch = 200 // rows a unit
)

// RegisterJobs adds the slice's workers.
func (s *Service) RegisterJobs(r *jobs.Registry) {
	jobs.Register(r, func(ctx context.Context, _ Sweep) error { return s.Sweep(ctx) })
	r.Periodic("notification_sweep", sweepEvery, func() jobs.Args { return Sweep{} })
}

// Sweep removes what is older than 90 days, in small units.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		var n int64
		err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = sweep(ctx, tx, s.clock.Now().Add(-keepFor), sweepBatch)
			return err
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
}
