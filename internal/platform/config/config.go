// Package config is what an operator sets: by flag, by environment (CARTIE_…) or in a
// file of `name = value` lines, in this order of precedence.
package config

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"cartie/internal/platform/errs"
)

// Config is everything that `cartie serve` takes.
type Config struct {
	Listen         string        `default:"127.0.0.1:8080" env:"CARTIE_LISTEN" help:"Address to listen on."`
	PublicURL      string        `name:"public-url" env:"CARTIE_PUBLIC_URL" help:"Address under which people and Telegram reach this server, e.g. https://crm.example.com. Needed for webhooks and links."`
	Data           string        `default:"data" env:"CARTIE_DATA" help:"Folder for the database file, media and keys."`
	Database       string        `env:"CARTIE_DATABASE" secret:"url" help:"postgres://… or the path of an SQLite file; default: cartie.db in the data folder."`
	Media          string        `env:"CARTIE_MEDIA" secret:"url" help:"Where files are kept: a folder or s3://key:secret@host/bucket; default: media in the data folder."`
	Role           string        `default:"all" enum:"all,web,worker,telegram" env:"CARTIE_ROLE" help:"What this process does: all, web, worker or telegram. Other than all needs PostgreSQL."`
	TelegramAPI    string        `name:"telegram-api" default:"https://api.telegram.org" env:"CARTIE_TELEGRAM_API" help:"Address of the Bot API."`
	SQLiteSync     string        `name:"sqlite-sync" default:"full" enum:"full,normal" env:"CARTIE_SQLITE_SYNC" help:"full keeps acknowledged updates over a power loss; normal is faster and does not."`
	SecretKeys     string        `name:"secret-keys" env:"CARTIE_SECRET_KEYS" secret:"all" help:"The keyset for secrets at rest, base64; default: the file secrets.json in the data folder."`
	TrustedProxies []string      `name:"trusted-proxies" env:"CARTIE_TRUSTED_PROXIES" help:"Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto count."`
	MetricsToken   string        `name:"metrics-token" env:"CARTIE_METRICS_TOKEN" secret:"all" help:"Bearer token for /metrics and the details of /health/deep; without one they answer this machine only."`
	LogLevel       string        `name:"log-level" default:"info" enum:"debug,info,warn,error" env:"CARTIE_LOG_LEVEL" help:"debug, info, warn or error."`
	LogFormat      string        `name:"log-format" default:"text" enum:"text,json" env:"CARTIE_LOG_FORMAT" help:"text or json."`
	StopWithin     time.Duration `name:"stop-within" default:"20s" env:"CARTIE_STOP_WITHIN" help:"How long a stop may take to end what is under way."`
	LeaseTTL       time.Duration `name:"lease-ttl" default:"1m" env:"CARTIE_LEASE_TTL" help:"How long the bots of a process that was killed wait before another one sends for them, on PostgreSQL."`
}

const minLeaseTTL = 5 * time.Second

// Validate completes what depends on other settings and names the one that is wrong.
func (c *Config) Validate() error {
	if c.Data == "" {
		return errs.Invalid("data", "Say which folder holds the data.")
	}
	if c.Database == "" {
		c.Database = filepath.Join(c.Data, "cartie.db")
	}
	if c.Media == "" {
		c.Media = filepath.Join(c.Data, "media")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return errs.Invalid("listen", fmt.Sprintf("%q is not an address like 127.0.0.1:8080.", c.Listen))
	}
	if c.Role != "all" && !c.Postgres() {
		return errs.Invalid("role", "A role other than all needs PostgreSQL: set database to postgres://….")
	}
	for name, s := range map[string]*string{"public-url": &c.PublicURL, "telegram-api": &c.TelegramAPI} {
		*s = strings.TrimRight(*s, "/")
		if *s == "" {
			continue
		}
		u, err := url.Parse(*s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return errs.Invalid(name, fmt.Sprintf("%q is not an address like https://crm.example.com.", *s))
		}
	}
	if c.LeaseTTL != 0 && c.LeaseTTL < minLeaseTTL {
		return errs.Invalid("lease-ttl", "Leave at least five seconds, so that a busy process keeps its bots.")
	}
	if c.StopWithin < time.Second {
		return errs.Invalid("stop-within", "Leave at least one second for a stop.")
	}
	return nil
}

// Postgres reports whether the data lives in PostgreSQL.
func (c *Config) Postgres() bool {
	return strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://")
}

// BaseURL is the address for links: the public one, else where we listen.
func (c *Config) BaseURL() string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	host, port, _ := net.SplitHostPort(c.Listen)
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Setting is one line of what doctor prints.
type Setting struct{ Name, Value string }

// Settings lists every setting with its value; secrets are masked.
func (c *Config) Settings() []Setting {
	v := reflect.ValueOf(*c)
	var out []Setting
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("name")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		out = append(out, Setting{name, masked(f.Tag.Get("secret"), fmt.Sprint(v.Field(i).Interface()))})
	}
	return out
}

func masked(how, value string) string {
	switch {
	case how == "" || value == "":
		return value
	case how == "all":
		return "•••"
	}
	u, err := url.Parse(value)
	if err != nil {
		return "•••"
	}
	if u.User == nil {
		return value
	}
	u.User = url.User("•••")
	return strings.Replace(u.String(), url.PathEscape("•••"), "•••", 1)
}

// File reads settings from the file at path for flags that were not given otherwise.
// A line that names no setting is an error.
func File(path string) (kong.Resolver, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	defer func() { _ = f.Close() }()
	known := map[string]bool{}
	for _, s := range (&Config{}).Settings() {
		known[s.Name] = true
	}
	values := map[string]string{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || !known[name] {
			return nil, errs.Invalid("config", fmt.Sprintf("%s, line %d: %q is not `name = value` with a name that `cartie serve --help` lists.", path, n, line))
		}
		values[name] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, env := range flag.Envs {
			if _, set := os.LookupEnv(env); set {
				return nil, nil //nolint:nilnil // the environment precedes the file
			}
		}
		if v, ok := values[flag.Name]; ok {
			return v, nil
		}
		return nil, nil //nolint:nilnil // kong's way to say 'not set here'
	}), nil
}
