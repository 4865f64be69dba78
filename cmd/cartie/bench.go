package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"cartie/internal/app/bench"
)

type benchCmd struct {
	Intake   benchIntakeCmd   `cmd:"" help:"Post webhook updates; tell how many are kept a second."`
	Dispatch benchDispatchCmd `cmd:"" help:"Send what waits, unpaced through many bots or paced through one."`
	API      benchAPICmd      `cmd:"" name:"api" help:"Create, view and list records over HTTP."`
	Server   benchServerCmd   `cmd:"" hidden:"" help:"The measured process; the other benches start it."`
}

// benchTarget is where the measured server keeps its data.
type benchTarget struct {
	Database   string `help:"A PostgreSQL server, postgres://…: a database of its own is made there and dropped afterwards. Default: SQLite."`
	Data       string `help:"Folder for the data, removed afterwards; default: the system's temporary folder. It must be on the disk that is meant." type:"path"`
	SQLiteSync string `name:"sqlite-sync" default:"full" enum:"full,normal" help:"full or normal."`
	Profile    string `help:"Write the server's CPU profile to this file." type:"path"`
}

func (t benchTarget) target() bench.Target {
	return bench.Target{
		Database: t.Database, Data: t.Data, SyncNormal: t.SQLiteSync == "normal", Profile: t.Profile,
		Args: shown(os.Args), Out: os.Stdout,
	}
}

// shown leaves out the address of the database: it may hold a password.
func shown(args []string) []string {
	out := []string{"cartie"}
	for i, a := range args[1:] {
		switch {
		case strings.HasPrefix(a, "--database="):
			a = "--database=postgres://…"
		case args[i] == "--database":
			a = "postgres://…"
		}
		out = append(out, a)
	}
	return out
}

// share is a part of the whole: 10% or 0.1.
type share float64

func (s *share) Decode(c *kong.DecodeContext) error {
	token, err := c.Scan.PopValue("share")
	if err != nil {
		return err
	}
	raw := fmt.Sprint(token.Value)
	number, percent := strings.CutSuffix(raw, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || v < 0 || v >= 1 {
		return fmt.Errorf("%q is not a share like 10%%", raw)
	}
	*s = share(v)
	return nil
}

type benchIntakeCmd struct {
	benchTarget
	Duration    time.Duration `default:"15s" help:"How long to post."`
	Connections int           `default:"40" help:"Connections kept alive; Telegram's default is 40."`
	Duplicates  share         `default:"10%" help:"Share of posts that repeat a recent update."`
	Chats       int           `default:"2000" help:"Chats that have written before."`
	NewEvery    int           `name:"new-every" default:"25" help:"One of so many updates comes from somebody new, who is greeted."`
	Bots        int           `default:"4" help:"Bots that they write to."`
}

func (c *benchIntakeCmd) Run(ctx context.Context) error {
	return bench.RunIntake(ctx, bench.Intake{
		Target: c.target(), Duration: c.Duration, Connections: max(1, c.Connections), Duplicates: float64(c.Duplicates),
		Chats: max(c.Bots, c.Chats, 1), Bots: max(1, c.Bots), NewEvery: max(2, c.NewEvery),
	})
}

type benchDispatchCmd struct {
	benchTarget
	Paced    bool          `help:"Through one bot, at Telegram's pace."`
	Duration time.Duration `default:"60s" help:"How long to send paced."`
	Bots     int           `default:"50" help:"Bots, unpaced."`
	Chats    int           `default:"200" help:"Chats of each bot, unpaced."`
	Messages int           `default:"3" help:"Messages to each chat, unpaced."`
	Latency  time.Duration `default:"0s" help:"How long the Bot API takes to answer."`
}

func (c *benchDispatchCmd) Run(ctx context.Context) error {
	return bench.RunDispatch(ctx, bench.Dispatch{
		Target: c.target(), Paced: c.Paced, Bots: max(1, c.Bots), Chats: max(1, c.Chats), Messages: max(1, c.Messages),
		Duration: c.Duration, Latency: c.Latency,
	})
}

type benchAPICmd struct {
	benchTarget
	Duration    time.Duration `default:"5s" help:"How long to call each operation."`
	Connections int           `default:"16" help:"Connections kept alive."`
}

func (c *benchAPICmd) Run(ctx context.Context) error {
	return bench.RunAPI(ctx, bench.API{Target: c.target(), Duration: c.Duration, Connections: max(1, c.Connections)})
}

type benchServerCmd struct{}

func (benchServerCmd) Run(ctx context.Context) error { return bench.Serve(ctx, os.Stdin, os.Stdout) }
