package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/app"
	"cartie/internal/platform/config"
	"cartie/internal/platform/ident"
)

type adminCmd struct {
	Setup      adminSetup      `cmd:"" help:"Print a new set-up link while there is no user."`
	CreateUser adminCreateUser `cmd:"" name:"create-user" help:"Make a user; prints a link to set the password."`
	ResetLink  adminResetLink  `cmd:"" name:"reset-link" help:"Print a link with which a user sets a new password."`
}

// withApp opens the data beside a running server.
func withApp(ctx context.Context, cfg config.Config, do func(a *app.App) error) error {
	a, err := app.Build(ctx, cfg, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { _ = a.DB.Close() }()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return err
	}
	return do(a)
}

type adminSetup struct {
	config.Config `embed:""`
}

func (c *adminSetup) Run(ctx context.Context) error {
	return withApp(ctx, c.Config, func(a *app.App) error {
		url, needed, err := a.SetupURL(ctx)
		if err != nil {
			return err
		}
		if !needed {
			fmt.Println("There is a user already. For another one use `cartie admin create-user`.")
			return nil
		}
		fmt.Println(url)
		return nil
	})
}

type adminCreateUser struct {
	config.Config `embed:""`
	Email         string     `required:"" help:"What the person signs in with."`
	Name          string     `required:"" help:"Full name."`
	Language      string     `default:"uk" enum:"en,uk,ru" help:"en, uk or ru."`
	SuperAdmin    bool       `name:"super-admin" help:"Administrator of the whole installation."`
	Company       string     `help:"Id of the company that the person works in."`
	MemberRole    ident.Role `name:"member-role" default:"OWNER" help:"Role in that company."`
}

func (c *adminCreateUser) Run(ctx context.Context) error {
	u := account.NewUser{
		Name: c.Name, Email: c.Email, Language: c.Language, SuperAdmin: c.SuperAdmin,
		Password: rand.Text(), // nobody knows it: the link below sets one
	}
	if c.Company != "" {
		id, err := uuid.Parse(c.Company)
		if err != nil {
			return fmt.Errorf("company: %q is not an id; the address of the company's page has it", c.Company)
		}
		u.Company, u.Role = id, c.MemberRole
	}
	return withApp(ctx, c.Config, func(a *app.App) error {
		if _, err := a.Accounts.CreateUser(ctx, u); err != nil {
			return err
		}
		return printReset(ctx, a, c.Email)
	})
}

type adminResetLink struct {
	config.Config `embed:""`
	Email         string `required:"" help:"Whose password."`
}

func (c *adminResetLink) Run(ctx context.Context) error {
	return withApp(ctx, c.Config, func(a *app.App) error { return printReset(ctx, a, c.Email) })
}

func printReset(ctx context.Context, a *app.App, email string) error {
	url, err := a.ResetURL(ctx, email)
	if err != nil {
		return err
	}
	fmt.Printf("%s sets a password with this link, once, within an hour:\n%s\n", email, url)
	return nil
}
