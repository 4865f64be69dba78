package telegram

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/intake"
)

type failedView struct {
	ID        uuid.UUID       `json:"id" format:"uuid"`
	BotID     uuid.UUID       `json:"bot_id" format:"uuid"`
	UpdateID  int64           `json:"update_id"`
	Reason    string          `json:"reason" enum:"error,conflict"`
	Error     string          `json:"error"`
	Body      json.RawMessage `json:"body" doc:"The update as Telegram sent it"`
	Attempts  int             `json:"attempts"`
	CreatedAt time.Time       `json:"created_at"`
}

type failedPage struct{ Body httpapi.Page[failedView] }

// failedRoutes adds what an administrator does with updates that could not be applied.
func (s *Service) failedRoutes(a *httpapi.API) {
	op := func(id, method, path, summary string) httpapi.Op {
		return httpapi.Op{ID: id, Method: method, Path: path, Summary: summary, Permission: ident.ManageBots, Tags: []string{"Bots"}}
	}
	httpapi.Register(a, op("list_failed_updates", "GET", "/api/failed-updates", "Updates that could not be applied, newest first"),
		func(ctx context.Context, in *struct {
			Bot    string `query:"bot" format:"uuid" required:"false"`
			Cursor string `query:"cursor"`
			Limit  int    `query:"limit" minimum:"0" maximum:"100"`
		}) (*failedPage, error) {
			return s.listFailed(ctx, in.Bot, in.Cursor, httpapi.Limit(in.Limit))
		})
	retry := op("retry_failed_update", "POST", "/api/failed-updates/{id}/retry", "Apply a failed update on today's state")
	retry.Status = 204
	httpapi.Register(a, retry,
		func(ctx context.Context, in *struct {
			ID   uuid.UUID `path:"id" format:"uuid"`
			Body *struct {
				Anyway bool `json:"anyway,omitempty" doc:"Also when another update with its id was applied before"`
			} `required:"false"`
		}) (*struct{}, error) {
			return nil, s.retryFailed(ctx, in.ID, in.Body != nil && in.Body.Anyway)
		})
	dismiss := op("dismiss_failed_update", "POST", "/api/failed-updates/{id}/dismiss", "Put a failed update away without applying it")
	dismiss.Status = 204
	httpapi.Register(a, dismiss,
		func(ctx context.Context, in *oneBot) (*struct{}, error) {
			return nil, s.Failed.Dismiss(ctx, company(ctx), in.ID)
		})
}

func (s *Service) listFailed(ctx context.Context, botID, cursor string, limit int) (*failedPage, error) {
	var bot, before *uuid.UUID
	if botID != "" {
		id, err := uuid.Parse(botID)
		if err != nil {
			return nil, errs.Invalid("bot", "This is not an id.")
		}
		bot = &id
	}
	var after uuid.UUID
	if ok, err := httpapi.DecodeCursor(cursor, &after); err != nil {
		return nil, err
	} else if ok {
		before = &after
	}
	list, err := s.Failed.Failures(ctx, company(ctx), bot, before, limit+1)
	if err != nil {
		return nil, err
	}
	page := &failedPage{Body: httpapi.Page[failedView]{Items: []failedView{}}}
	if len(list) > limit {
		list = list[:limit]
		page.Body.Next = httpapi.EncodeCursor(list[limit-1].ID)
	}
	for _, f := range list {
		page.Body.Items = append(page.Body.Items, viewFailed(f))
	}
	return page, nil
}

func viewFailed(f intake.Failed) failedView {
	return failedView{f.ID, f.BotID, f.UpdateID, f.Reason, f.Error, json.RawMessage(f.Body), f.Attempts, f.CreatedAt}
}

// retryFailed needs the bot as it is today, switched on or not.
func (s *Service) retryFailed(ctx context.Context, id uuid.UUID, anyway bool) error {
	f, err := s.Failed.Failure(ctx, company(ctx), id)
	if err != nil {
		return err
	}
	b, err := s.Bot(ctx, company(ctx), f.BotID)
	if errs.Is(err, errs.KindNotFound) {
		return errs.Conflict("The bot of this update is disconnected.").Code("bot_removed")
	}
	if err != nil {
		return err
	}
	e, err := s.open(ctx, b)
	if err != nil {
		return err
	}
	return s.Failed.Retry(ctx, e.bot, id, anyway)
}
