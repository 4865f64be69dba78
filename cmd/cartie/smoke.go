package main

import (
	"context"
	"fmt"
	"os"

	"cartie/internal/platform/errs"
	"cartie/internal/smoke"
	"cartie/web"
)

type smokeCmd struct {
	URL      string `required:"" help:"Address of the running instance."`
	Email    string `env:"CARTIE_SMOKE_EMAIL" help:"Who signs in."`
	Password string `env:"CARTIE_SMOKE_PASSWORD" help:"Their password."`
	SignIn   string `name:"sign-in" help:"Token of a one-click link, instead of e-mail and password."`
	Browser  string `help:"Path of Chromium; 'none' walks the API only."`
}

func (c *smokeCmd) Run(ctx context.Context) error {
	findings, err := smoke.Run(ctx, smoke.Options{
		URL: c.URL, Email: c.Email, Password: c.Password, SignIn: c.SignIn,
		Pages: web.Routes, Browser: c.Browser, Out: os.Stdout,
	})
	if err != nil {
		return err
	}
	for _, f := range findings {
		fmt.Printf("%s: %s\n", f.Where, f.What)
	}
	if len(findings) > 0 {
		return errs.Conflict(fmt.Sprintf("%d things are wrong with this instance.", len(findings)))
	}
	fmt.Println("Nothing is wrong.")
	return nil
}
