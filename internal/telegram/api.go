package telegram

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// View is a bot on the wire; its secrets are not on it.
type View struct {
	ID           uuid.UUID  `json:"id" format:"uuid"`
	Name         string     `json:"name"`
	Username     string     `json:"username"`
	Link         string     `json:"link" doc:"Where a customer starts the bot"`
	Mode         string     `json:"mode" enum:"webhook,polling"`
	IsEnabled    bool       `json:"is_enabled"`
	Greeting     Texts      `json:"greeting"`
	GreetingOn   bool       `json:"greeting_on"`
	Away         Texts      `json:"away"`
	AwayOn       bool       `json:"away_on"`
	LastUpdateAt *time.Time `json:"last_update_at" nullable:"true"`
	LastError    string     `json:"last_error"`
	LastErrorAt  *time.Time `json:"last_error_at" nullable:"true"`
	Version      int64      `json:"version"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

func (s *Service) view(b Bot) View {
	return View{
		ID: b.ID, Name: b.Name, Username: b.Username, Link: s.BotLink(b.Username, ""), Mode: b.Mode, IsEnabled: b.IsEnabled,
		Greeting: texts(b.Greeting.V), GreetingOn: b.GreetingOn, Away: texts(b.Away.V), AwayOn: b.AwayOn,
		LastUpdateAt: b.LastUpdateAt, LastError: b.LastError, LastErrorAt: b.LastErrorAt,
		Version: b.Version, CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt,
	}
}

func texts(t Texts) Texts {
	if t == nil {
		return Texts{}
	}
	return t
}

type botOut struct {
	ETag string `header:"ETag"`
	Body View
}

func (s *Service) out(b Bot, err error) (*botOut, error) {
	if err != nil {
		return nil, err
	}
	return &botOut{ETag: httpapi.ETag(b.Version), Body: s.view(b)}, nil
}

type webhookView struct {
	Host           string     `json:"host" doc:"Where Telegram pushes updates, empty when it does not"`
	Ours           bool       `json:"ours"`
	Pending        int        `json:"pending_update_count"`
	LastErrorAt    *time.Time `json:"last_error_at" nullable:"true"`
	LastError      string     `json:"last_error"`
	MaxConnections int        `json:"max_connections"`
	IPAddress      string     `json:"ip_address"`
	Missing        []string   `json:"missing_updates"`
}

type meView struct {
	Username                string `json:"username"`
	Name                    string `json:"name"`
	CanJoinGroups           bool   `json:"can_join_groups"`
	CanReadAllGroupMessages bool   `json:"can_read_all_group_messages"`
}

type deliveriesView struct {
	Queued   int64      `json:"queued"`
	Sending  int64      `json:"sending"`
	OldestAt *time.Time `json:"oldest_at" nullable:"true"`
}

type diagnosisView struct {
	Bot           View           `json:"bot"`
	Problems      []string       `json:"problems" doc:"company_inactive, disabled, token_unreadable, token_refused, telegram_unreachable, webhook_missing, webhook_elsewhere, webhook_blocks_polling, updates_missing, webhook_errors, updates_failed"`
	Telegram      *meView        `json:"telegram,omitempty" doc:"Absent when Telegram did not say"`
	TelegramError string         `json:"telegram_error"`
	Webhook       *webhookView   `json:"webhook,omitempty" doc:"Absent when Telegram did not say"`
	Deliveries    deliveriesView `json:"deliveries"`
	FailedUpdates int64          `json:"failed_updates"`
}

func (s *Service) viewDiagnosis(d Diagnosis) diagnosisView {
	v := diagnosisView{
		Bot: s.view(d.Bot), Problems: d.Problems, TelegramError: d.MeError, FailedUpdates: d.Failed,
		Deliveries: deliveriesView{d.Backlog.Queued, d.Backlog.Sending, d.Backlog.Oldest},
	}
	if v.Problems == nil {
		v.Problems = []string{}
	}
	if d.Me != nil {
		v.Telegram = &meView{d.Me.Username, d.Me.FirstName, d.Me.CanJoinGroups, d.Me.CanReadAllGroupMessages}
	}
	if w := d.Webhook; w != nil {
		v.Webhook = &webhookView{w.Host, w.Ours, w.Pending, w.LastErrorAt, w.LastError, w.MaxConnections, w.IPAddress, w.Missing}
		if v.Webhook.Missing == nil {
			v.Webhook.Missing = []string{}
		}
	}
	return v
}

type oneBot struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

func company(ctx context.Context) uuid.UUID {
	p, _ := ident.From(ctx)
	return p.WorkspaceID
}

// RegisterAPI adds the operations of bots and of failed updates.
func (s *Service) RegisterAPI(a *httpapi.API) {
	op := func(id, method, path, summary string, who ident.Permission) httpapi.Op {
		return httpapi.Op{ID: id, Method: method, Path: path, Summary: summary, Permission: who, Tags: []string{"Bots"}}
	}
	httpapi.Register(a, op("list_bots", "GET", "/api/bots", "The company's bots", httpapi.Member),
		func(ctx context.Context, _ *struct{}) (*struct{ Body httpapi.Page[View] }, error) {
			list, err := s.Bots(ctx, company(ctx))
			page := httpapi.Page[View]{Items: make([]View, 0, len(list))}
			for _, b := range list {
				page.Items = append(page.Items, s.view(b))
			}
			return &struct{ Body httpapi.Page[View] }{page}, err
		})
	add := op("add_bot", "POST", "/api/bots", "Connect a bot by its token", ident.ManageBots)
	add.Status, add.Create = 201, true
	httpapi.Register(a, add,
		func(ctx context.Context, in *struct {
			Body struct {
				Token string `json:"token" maxLength:"256" doc:"From @BotFather; it is never shown again"`
				Name  string `json:"name,omitempty" maxLength:"400" doc:"Empty: as Telegram names it"`
				Mode  string `json:"mode,omitempty" enum:"webhook,polling,"`
			}
		}) (*botOut, error) {
			return s.out(s.Add(ctx, company(ctx), in.Body.Token, in.Body.Name, in.Body.Mode))
		})
	httpapi.Register(a, op("get_bot", "GET", "/api/bots/{id}", "One bot", httpapi.Member),
		func(ctx context.Context, in *oneBot) (*botOut, error) { return s.out(s.Bot(ctx, company(ctx), in.ID)) })
	httpapi.Register(a, op("edit_bot", "PATCH", "/api/bots/{id}", "Change a bot", ident.ManageBots),
		func(ctx context.Context, in *struct {
			ID      uuid.UUID `path:"id" format:"uuid"`
			IfMatch string    `header:"If-Match"`
			Body    struct {
				Name       *string `json:"name,omitempty" maxLength:"400"`
				Mode       *string `json:"mode,omitempty" enum:"webhook,polling"`
				IsEnabled  *bool   `json:"is_enabled,omitempty"`
				Greeting   *Texts  `json:"greeting,omitempty" doc:"Telegram HTML per language; {name}, {first_name}, {company}"`
				GreetingOn *bool   `json:"greeting_on,omitempty"`
				Away       *Texts  `json:"away,omitempty" doc:"Telegram HTML per language; {name}, {first_name}, {company}"`
				AwayOn     *bool   `json:"away_on,omitempty"`
				Token      *string `json:"token,omitempty" maxLength:"256" doc:"A new token of the same bot"`
			}
		}) (*botOut, error) {
			version, err := httpapi.IfMatch(in.IfMatch)
			if err != nil {
				return nil, err
			}
			b := in.Body
			return s.out(s.Edit(ctx, company(ctx), in.ID, version, Patch{
				Name: b.Name, Mode: b.Mode, Token: b.Token, IsEnabled: b.IsEnabled,
				Greeting: b.Greeting, GreetingOn: b.GreetingOn, Away: b.Away, AwayOn: b.AwayOn,
			}))
		})
	httpapi.Register(a, op("delete_bot", "DELETE", "/api/bots/{id}", "Disconnect a bot", ident.ManageBots),
		func(ctx context.Context, in *oneBot) (*struct{}, error) {
			return nil, s.Delete(ctx, company(ctx), in.ID)
		})
	httpapi.Register(a, op("diagnose_bot", "GET", "/api/bots/{id}/diagnostics", "Whether a bot works", ident.ManageBots),
		func(ctx context.Context, in *oneBot) (*struct{ Body diagnosisView }, error) {
			d, err := s.Diagnose(ctx, company(ctx), in.ID)
			return &struct{ Body diagnosisView }{s.viewDiagnosis(d)}, err
		})
	connect := op("connect_bot", "POST", "/api/bots/{id}/webhook", "Set the bot up at Telegram again", ident.ManageBots)
	connect.Status = 204
	httpapi.Register(a, connect,
		func(ctx context.Context, in *oneBot) (*struct{}, error) {
			return nil, s.Connect(ctx, company(ctx), in.ID)
		})
	test := op("test_bot", "POST", "/api/bots/{id}/test", "Send a test message to your own Telegram", ident.ManageBots)
	test.Status = 204
	httpapi.Register(a, test,
		func(ctx context.Context, in *oneBot) (*struct{}, error) {
			p, _ := ident.From(ctx)
			return nil, s.Test(ctx, p, in.ID)
		})
	s.failedRoutes(a)
}
