package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cartie/internal/platform/blob"
	"cartie/internal/platform/config"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/safehttp"
	"cartie/internal/platform/secrets"
)

type doctorCmd struct {
	config.Config `embed:""`
}

func (c *doctorCmd) Run(ctx context.Context) error {
	cfg := c.Config
	err := cfg.Validate()
	fmt.Println("Configuration")
	for _, s := range cfg.Settings() {
		fmt.Printf("  %-16s %s\n", s.Name, s.Value)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	fmt.Println("Checks")
	bad := 0
	for _, check := range []struct {
		name string
		run  func() (string, error)
	}{
		{"data folder", func() (string, error) { return dataFolder(cfg.Data) }},
		{"database", func() (string, error) { return database(ctx, cfg) }},
		{"secrets", func() (string, error) { return keys(cfg) }},
		{"media", func() (string, error) { return mediaStore(ctx, cfg.Media) }},
		{"telegram", func() (string, error) { return telegramAPI(ctx, cfg.TelegramAPI) }},
		{"webhooks", func() (string, error) { return webhooks(cfg) }},
	} {
		said, err := check.run()
		mark := "ok "
		if err != nil {
			mark, said = "BAD", sentence(err)
			bad++
		}
		fmt.Printf("  %s %-12s %s\n", mark, check.name, said)
	}
	if bad > 0 {
		return errs.Conflict(fmt.Sprintf("%d of the checks failed; the lines above say what to do.", bad))
	}
	return nil
}

func dataFolder(dir string) (string, error) {
	f, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return "", fmt.Errorf("cannot write there; `cartie serve` makes the folder, else check its owner: %w", err)
	}
	return dir, os.Remove(f.Name())
}

func database(ctx context.Context, cfg config.Config) (string, error) {
	if !cfg.Postgres() {
		if _, err := os.Stat(cfg.Database); err != nil {
			return "does not exist yet; `cartie serve` makes it", nil //nolint:nilerr // that is no fault
		}
	}
	d, err := db.Open(ctx, db.Config{URL: cfg.Database})
	if err != nil {
		return "", err
	}
	defer func() { _ = d.Close() }()
	if err := d.CheckSchema(ctx); err != nil {
		return "", err
	}
	said := string(d.Engine())
	if d.Engine() == db.SQLite {
		said += ", every commit survives a power loss"
		if cfg.SQLiteSync == "normal" {
			said = "sqlite; WARNING: sqlite-sync is normal, so the last commits may be lost in a power loss"
		}
	}
	return said, nil
}

func keys(cfg config.Config) (string, error) {
	if cfg.SecretKeys != "" {
		_, err := secrets.FromEnv(cfg.SecretKeys)
		return "from the configuration", err
	}
	path := filepath.Join(cfg.Data, "secrets.json")
	if _, err := os.Stat(path); err != nil {
		return "none yet; `cartie serve` makes them", nil //nolint:nilerr // that is no fault
	}
	_, err := secrets.Open(path)
	return path + "; keep a copy apart from the database's", err
}

func mediaStore(ctx context.Context, address string) (string, error) {
	s, err := blob.Open(address)
	if err != nil {
		return "", err
	}
	if _, err = s.Stat(ctx, "doctor/absent"); errs.Is(err, errs.KindNotFound) {
		err = nil
	}
	return "answers", err
}

func telegramAPI(ctx context.Context, base string) (string, error) {
	client := safehttp.New(safehttp.Options{Timeout: 10 * time.Second})
	if base != "https://api.telegram.org" {
		return base + " (not Telegram's own: not tried)", nil
	}
	_, err := client.Get(ctx, base, 1<<20)
	if err != nil {
		return "", fmt.Errorf("cannot reach %s; check the network or a proxy: %w", base, err)
	}
	return base, nil
}

func webhooks(cfg config.Config) (string, error) {
	if cfg.PublicURL == "" {
		return "no public-url: bots poll, which needs nothing else", nil
	}
	return cfg.PublicURL + "/api/telegram/webhook/…", nil
}
