// Package bench measures the whole product on this machine, by the doors that everybody
// uses.
//
//	generator (this process)                      server (a child process of this binary)
//	connections ──HTTP keep-alive──► routes ──► app.Build's App: units, jobs, dispatcher
//	Telegram    ◄──────Bot API calls──────────────────────┘
//	            ◄──questions as JSON lines on stdin, answers on stdout──► CPU, rows, commits
//
// Two processes, so that the share of the load generator can be told from the server's.
package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"cartie/internal/platform/errs"
)

// Target is where the measured server keeps its data and what is written of it.
type Target struct {
	// Database is a PostgreSQL server's address; a database of its own is made there and
	// dropped afterwards. Empty means SQLite.
	Database string
	// Data is the folder for everything on disk, under a name of its own and removed
	// afterwards; empty means the system's temporary folder.
	Data string
	// SyncNormal gives up power-loss durability on SQLite.
	SyncNormal bool
	// Profile is a file for the server's CPU profile of the measured time.
	Profile string
	// Args is the command line as it is printed.
	Args []string
	Out  io.Writer
}

// machine is the first line of every report.
func machine() string {
	model := "unknown processor"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(v)
				break
			}
		}
	}
	pgx, lite := "?", "?"
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, d := range b.Deps {
			switch d.Path {
			case "github.com/jackc/pgx/v5":
				pgx = d.Version
			case "modernc.org/sqlite":
				lite = d.Version
			}
		}
	}
	return fmt.Sprintf("%d cores of %s, %s/%s, %s, modernc.org/sqlite %s, pgx %s",
		runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version(), lite, pgx)
}

// syncTime is the median time of an fsync in the folder: what a durable commit costs here.
func syncTime(dir string) (time.Duration, error) {
	f, err := os.CreateTemp(dir, "sync-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close(); _ = os.Remove(f.Name()) }()
	block := make([]byte, 4096)
	times := make([]time.Duration, 50)
	for i := range times {
		start := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// ownCPU is the CPU time that this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// machineCPU is how long all processors together have worked, for whomever; false where
// the system does not tell.
func machineCPU() (busy time.Duration, ok bool) {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	var v [8]int64 // user, nice, system, idle, iowait, irq, softirq, steal, in hundredths of a second
	var name string
	n, _ := fmt.Sscan(line, &name, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7])
	return time.Duration(v[0]+v[1]+v[2]+v[5]+v[6]+v[7]) * 10 * time.Millisecond, n >= 8
}

// server is the measured process.
type server struct {
	Hello
	target  Target
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	cleanup []func()
	mu      sync.Mutex
}

// launch starts the server and waits until it runs.
func launch(ctx context.Context, t Target, p Plan) (_ *server, err error) {
	s := &server{target: t}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if t.Data != "" {
		if err := os.MkdirAll(t.Data, 0o750); err != nil {
			return nil, err
		}
	}
	if p.Data, err = os.MkdirTemp(t.Data, "cartie-bench-"); err != nil {
		return nil, err
	}
	s.cleanup = append(s.cleanup, func() { _ = os.RemoveAll(p.Data) })
	if t.Database != "" {
		drop, err := ownDatabase(ctx, t.Database, &p)
		if err != nil {
			return nil, err
		}
		s.cleanup = append(s.cleanup, drop)
	}
	p.SyncNormal = t.SyncNormal
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s.cmd = exec.Command(self, "bench", "server")
	s.cmd.Stderr = os.Stderr
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt is for the generator, which ends it
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewScanner(out)
	s.out.Buffer(nil, 64<<20)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.ask(p, &s.Hello); err != nil {
		return nil, fmt.Errorf("starting the server: %w", err)
	}
	sync, err := syncTime(p.Data)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(t.Out, "machine    %s\n", machine())
	fmt.Fprintf(t.Out, "command    %s\n", strings.Join(t.Args, " "))
	fmt.Fprintf(t.Out, "database   %s; an fsync here takes %s\n", s.Engine, sync.Round(10*time.Microsecond))
	return s, nil
}

// ownDatabase makes a database for this run alone.
func ownDatabase(ctx context.Context, address string, p *Plan) (drop func(), err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errs.Invalid("database", "Give the address of a PostgreSQL server: postgres://user@host/postgres. Without it the bench uses SQLite.")
	}
	var tail [4]byte
	if _, err := rand.Read(tail[:]); err != nil {
		return nil, err
	}
	name := "cartie_bench_" + hex.EncodeToString(tail[:])
	run := func(ctx context.Context, sql string) error {
		conn, err := pgx.Connect(ctx, address)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close(ctx) }()
		_, err = conn.Exec(ctx, sql)
		return err
	}
	if err := run(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, fmt.Errorf("making a database for the bench: %w", err)
	}
	u.Path = "/" + name
	p.Database = u.String()
	return func() { _ = run(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)") }, nil
}

// ask sends one line and reads one line.
func (s *server) ask(question, answer any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	line, err := json.Marshal(question)
	if err != nil {
		return err
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		return err
	}
	if !s.out.Scan() {
		return errors.Join(errors.New("the server ended"), s.out.Err())
	}
	var failed struct{ Error string }
	if bytes.HasPrefix(s.out.Bytes(), []byte(`{"Error":`)) {
		if err := json.Unmarshal(s.out.Bytes(), &failed); err != nil {
			return err
		}
		return errors.New(failed.Error)
	}
	return json.Unmarshal(s.out.Bytes(), answer)
}

func (s *server) usage() (u Usage, err error) {
	err = s.ask(Question{Do: "usage"}, &u)
	return u, err
}

func (s *server) state() (st State, err error) {
	err = s.ask(Question{Do: "state"}, &st)
	return st, err
}

func (s *server) profile(path string) error {
	if s.target.Profile == "" {
		return nil
	}
	return s.ask(Question{Do: "profile", Path: path}, &struct{}{})
}

// close ends the server and removes what it left.
func (s *server) close() {
	if s.in != nil {
		_ = s.in.Close() // the server stops when its input ends
	}
	if s.cmd != nil && s.cmd.Process != nil {
		kill := time.AfterFunc(30*time.Second, func() { _ = s.cmd.Process.Kill() })
		_ = s.cmd.Wait()
		kill.Stop()
	}
	for _, f := range slices.Backward(s.cleanup) {
		f()
	}
}

// span is the measured time: what everybody used in it.
type span struct {
	server         *server
	start          time.Time
	own, all       time.Duration
	before         Usage
	allKnown       bool
	Wall           time.Duration
	Own, Serv, All time.Duration
	Units, Commits int64
}

// begin starts the clock, and the profile when one is wanted.
func (s *server) begin() (*span, error) {
	if err := s.profile(s.target.Profile); err != nil {
		return nil, err
	}
	before, err := s.usage()
	if err != nil {
		return nil, err
	}
	sp := &span{server: s, before: before, own: ownCPU(), start: time.Now()}
	sp.all, sp.allKnown = machineCPU()
	return sp, nil
}

func (sp *span) end() error {
	sp.Wall = time.Since(sp.start)
	sp.Own = ownCPU() - sp.own
	if all, ok := machineCPU(); ok {
		sp.All = all - sp.all
	}
	after, err := sp.server.usage()
	if err != nil {
		return err
	}
	sp.Serv, sp.Units, sp.Commits = after.CPU-sp.before.CPU, after.Units-sp.before.Units, after.Commits-sp.before.Commits
	return sp.server.profile("")
}

// report tells who used the processors. What is left of the machine's work is the
// database server's, or load that does not belong here.
func (sp *span) report(w io.Writer, pieces int64) {
	total := sp.Wall * time.Duration(runtime.NumCPU())
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / total.Seconds() }
	fmt.Fprintf(w, "cpu        server %.1f s (%.0f %%), generator %.1f s (%.0f %%)", sp.Serv.Seconds(), share(sp.Serv), sp.Own.Seconds(), share(sp.Own))
	if sp.allKnown {
		others := max(0, sp.All-sp.Serv-sp.Own)
		fmt.Fprintf(w, ", everything else on the machine %.1f s (%.0f %%)", others.Seconds(), share(others))
	}
	fmt.Fprintf(w, " of %d × %.1f s; %.0f µs of the server for each\n", runtime.NumCPU(), sp.Wall.Seconds(), float64(sp.Serv.Microseconds())/float64(max(1, pieces)))
	if sp.Commits > 0 {
		fmt.Fprintf(w, "commits    %d for %d units: %.1f units a commit\n", sp.Commits, sp.Units, float64(sp.Units)/float64(sp.Commits))
	}
}

// latencies are times of answers in microseconds, one list per connection.
type latencies [][]uint32

func (l latencies) report(w io.Writer, wall time.Duration, what string) {
	all := slices.Concat(l...)
	if len(all) == 0 {
		fmt.Fprintf(w, "%-10s nothing was answered\n", what)
		return
	}
	slices.Sort(all)
	at := func(q float64) float64 {
		i := min(len(all)-1, int(math.Ceil(q*float64(len(all))))-1)
		return float64(all[max(0, i)]) / 1000
	}
	fmt.Fprintf(w, "%-10s %.0f/s (%d in %.1f s), p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, worst %.1f ms\n",
		what, float64(len(all))/wall.Seconds(), len(all), wall.Seconds(), at(0.5), at(0.99), at(0.999), at(1))
}
