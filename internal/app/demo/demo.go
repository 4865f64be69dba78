// Package demo fills an installation with a made-up dealership, by the doors that
// everybody uses.
//
//	stories ──customer's line──► sandbox ──webhook, polling──► intake ──► inbox
//	        └─member's line────► inbox.Answer… ──► dispatcher ──► sandbox
//
// The lines of all stories are played in the order of their times. With World.Clock they
// lie in the last days, without it all of them are of now. A conversation that is there
// is not played again, so Play may run at every start.
package demo

import (
	"context"
	"log/slog"
	"strings"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/messaging"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram"
	"cartie/internal/telegram/sandbox"
	"cartie/internal/workspace"
)

// World is what the demo plays in: a running product and the sandbox that it takes for
// Telegram.
type World struct {
	DB         *db.DB
	Accounts   *account.Service
	Companies  *workspace.Companies
	Workspaces *workspace.Service
	Contacts   *contact.Service
	Inbox      *inbox.Service
	Media      *media.Service
	Bots       *telegram.Service
	Sandbox    *sandbox.Server
	Log        *slog.Logger

	// Dispatcher is woken while a line waits: its timers were set before the clock moved.
	Dispatcher *messaging.Dispatcher
	// Clock is the one that the product and the sandbox were built with, nil when they
	// tell the machine's time.
	Clock *Clock
	// URL is the product's address, SandboxURL that of the sandbox, both without a slash
	// at the end.
	URL        string
	SandboxURL string
}

// Play makes the company, its members and bots, and plays the stories that were not
// played yet.
func Play(ctx context.Context, w World) error {
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	p := &player{World: w, bots: map[string]bot{}, users: map[string]int64{}, members: map[string]ident.Principal{}, convs: map[chatKey]uuid.UUID{}}
	if err := p.company(ctx); err != nil {
		return errs.Wrap(err, "making the demo's company")
	}
	if err := p.connectBots(ctx); err != nil {
		return errs.Wrap(err, "connecting the demo's bots")
	}
	if err := p.canned(ctx); err != nil {
		return errs.Wrap(err, "writing the demo's canned replies")
	}
	return errs.Wrap(p.play(ctx), "playing the demo")
}

// Link is an address to open.
type Link struct {
	Name string
	Role string // empty: for anybody
	URL  string
}

// Links makes a one-click sign-in link for each kind of member, valid for a day, and
// names the pages of the sandbox.
func Links(ctx context.Context, w World) ([]Link, error) {
	var out []Link
	for _, m := range people {
		if !m.link {
			continue
		}
		token, err := w.Accounts.SignInLink(ctx, m.email)
		if err != nil {
			return nil, errs.Wrap(err, "making a sign-in link for "+m.name)
		}
		out = append(out, Link{Name: m.name, Role: string(m.role), URL: strings.TrimRight(w.URL, "/") + "/signin/" + token})
	}
	base := strings.TrimRight(w.SandboxURL, "/")
	return append(out,
		Link{Name: "Customers (sandbox)", URL: base + "/"},
		Link{Name: "Customer beside manager", URL: base + "/side"},
	), nil
}
