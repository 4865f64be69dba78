package account

import (
	"context"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/jobs"
)

// Sweep is the job that removes sessions and links that can no longer be used.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "account_sweep" }

const (
	sweepEvery = 6 * time.Hour
	sweepBatch = 200 // rows a unit
	// keepLinks is how long a link's row outlives it, to tell what happened.
	keepLinks = 30 * 24 * time.Hour
)

// RegisterJobs adds the slice's workers.
func (s *Service) RegisterJobs(r *jobs.Registry) {
	jobs.Register(r, func(ctx context.Context, _ Sweep) error { return s.Sweep(ctx) })
	r.Periodic("account_sweep", sweepEvery, func() jobs.Args { return Sweep{} })
}

// Sweep removes expired sessions and old one-time links, in small units.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.clock.Now()
	for _, st := range []struct {
		query  string
		before time.Time
	}{
		{"DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)", now},
		{"DELETE FROM one_time_links WHERE token_hash IN (SELECT token_hash FROM one_time_links WHERE expires_at <= ? LIMIT ?)", now.Add(-keepLinks)},
	} {
		for n := int64(sweepBatch); n == sweepBatch; {
			err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = tx.Exec(ctx, st.query, st.before, sweepBatch)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
