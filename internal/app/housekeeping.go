package app

import (
	"context"
	"errors"
	"time"

	"cartie/internal/platform/jobs"
)

// sweep is the job that removes what is no longer needed, in small units.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "housekeeping" }

const sweepEvery = time.Hour

func (a *App) housekeeping(r *jobs.Registry) {
	jobs.Register(r, func(ctx context.Context, _ sweep) error {
		return errors.Join(a.forgetKeys(ctx), a.Intake.Sweep(ctx), a.Accounts.Sweep(ctx), a.Inbox.Sweep(ctx), a.Messaging.Sweep(ctx, a.DB))
	})
	r.Periodic("housekeeping", sweepEvery, func() jobs.Args { return sweep{} })
}

func (a *App) forgetKeys(ctx context.Context) error {
	for {
		more, err := a.API.ForgetKeys(ctx)
		if err != nil || !more {
			return err
		}
	}
}
