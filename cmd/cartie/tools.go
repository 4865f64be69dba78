package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"cartie/internal/app"
	"cartie/internal/platform/config"
	"cartie/internal/platform/db"
)

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("cartie", app.Version)
	return nil
}

type openapiCmd struct{}

func (openapiCmd) Run() error {
	doc, err := app.OpenAPI()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

type migrateCmd struct {
	config.Config `embed:""`
	Check         bool `help:"Only say whether the schema is what this program expects; the exit code tells."`
}

func (c *migrateCmd) Run(ctx context.Context) error {
	if err := c.Validate(); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: c.Database, SyncNormal: c.SQLiteSync == "normal"})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if c.Check {
		if err := d.CheckSchema(ctx); err != nil {
			return err
		}
		fmt.Println("The schema is what this program expects.")
		return nil
	}
	n, err := d.Migrate(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d migrations applied.\n", n)
	return nil
}
