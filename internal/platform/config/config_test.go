package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func parse(t *testing.T, file string, args ...string) (*Config, error) {
	t.Helper()
	var c Config
	opts := []kong.Option{}
	if file != "" {
		path := filepath.Join(t.TempDir(), "cartie.conf")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := File(path)
		if err != nil {
			return nil, err
		}
		opts = append(opts, kong.Resolvers(r))
	}
	p, err := kong.New(&c, opts...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(args); err != nil {
		return nil, err
	}
	return &c, c.Validate()
}

func TestPrecedence(t *testing.T) {
	t.Setenv("CARTIE_LOG_LEVEL", "warn")
	c, err := parse(t, "listen = 127.0.0.1:1\nlog-level = error\n# a remark\ndata = /srv/cartie\n", "--listen", "127.0.0.1:2")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:2" || c.LogLevel != "warn" || c.Data != "/srv/cartie" || c.Database != "/srv/cartie/cartie.db" {
		t.Fatalf("got %+v", c)
	}
}

func TestWrongValuesAreOneSentence(t *testing.T) {
	for _, c := range []struct {
		file string
		args []string
		says string
	}{
		{"", []string{"--listen", "nowhere"}, "listen: "},
		{"", []string{"--role", "web"}, "needs PostgreSQL"},
		{"", []string{"--role", "king"}, "role"},
		{"", []string{"--public-url", "crm.example.com"}, "public-url: "},
		{"colour = red\n", nil, "line 1"},
		{"", []string{"--stop-within", "1ms"}, "stop-within"},
		{"", []string{"--lease-ttl", "1s"}, "lease-ttl: "},
	} {
		_, err := parse(t, c.file, c.args...)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v %q: got %v", c.args, c.file, err)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	c, err := parse(t, "", "--database", "postgres://cartie:hunter2@db/cartie", "--media", "s3://key:hunter2@s3.example.com/b", "--secret-keys", "hunter2")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "hunter2") {
			t.Errorf("%s shows its secret: %s", s.Name, s.Value)
		}
		if s.Name == "database" && !strings.Contains(s.Value, "•••@db/cartie") {
			t.Errorf("database reads %s", s.Value)
		}
	}
}
