package notification

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/jobs"
)

// Sweep is the job that removes old notifications.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "notification_sweep" }

// Arrival is the job that tells of a new conversation. It is no part of the unit that
// keeps the customer's message: what is wrong with a notice must not stop that.
type Arrival struct {
	Workspace    uuid.UUID `json:"workspace"`
	Conversation uuid.UUID `json:"conversation"`
	Contact      string    `json:"contact"`
}

// Kind names the job.
func (Arrival) Kind() string { return "notification_new_conversation" }

const (
	sweepEvery = 6 * time.Hour
	sweepBatch = 200 // rows a unit
)

// RegisterJobs adds the slice's workers.
func (s *Service) RegisterJobs(r *jobs.Registry) {
	jobs.Register(r, func(ctx context.Context, _ Sweep) error { return s.Sweep(ctx) })
	jobs.Register(r, func(ctx context.Context, a Arrival) error {
		err := s.NewConversation(ctx, a.Workspace, a.Conversation, a.Contact)
		if errs.Is(err, errs.KindInvalid) {
			return jobs.Discard(err)
		}
		return err
	})
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
