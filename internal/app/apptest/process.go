package apptest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var built struct {
	once sync.Once
	path string
	err  error
}

// Binary builds the real program, once per test run.
func Binary(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		dir, err := os.MkdirTemp("", "cartie-binary-")
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "cartie")
		out, err := exec.Command("go", "build", "-o", built.path, "cartie/cmd/cartie").CombinedOutput() //nolint:gosec // our own program
		if err != nil {
			built.err = errors.New(err.Error() + ": " + string(out))
		}
	})
	if built.err != nil {
		t.Fatalf("building the program: %v", built.err)
	}
	return built.path
}

// RemoveBinary is for TestMain.
func RemoveBinary() {
	if built.path != "" {
		_ = os.RemoveAll(filepath.Dir(built.path))
	}
}

// Process is the real program, which can be killed and started again.
type Process struct {
	testing.TB
	URL  string
	args []string
	cmd  *exec.Cmd
	out  output
	end  chan struct{}
	err  error
}

// NewProcess prepares `cartie serve` with these flags on a port of its own.
func NewProcess(t testing.TB, flags ...string) *Process {
	t.Helper()
	l := Listen(t)
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p := &Process{TB: t, URL: "http://" + address}
	p.args = append([]string{"serve", "--listen", address, "--log-level", "warn"}, flags...)
	t.Cleanup(func() {
		if p.cmd != nil {
			p.Kill()
		}
		if s := p.Output(); t.Failed() && s != "" {
			t.Logf("the program at %s said:\n%s", p.URL, s[max(0, len(s)-6000):])
		}
	})
	return p
}

// Flag adds flags for the next start.
func (p *Process) Flag(flags ...string) { p.args = append(p.args, flags...) }

// Launch starts the program and does not wait for it to be ready.
func (p *Process) Launch() {
	p.Helper()
	p.cmd = exec.Command(Binary(p.TB), p.args...) //nolint:gosec // our own program
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.Env = clean()
	if err := p.cmd.Start(); err != nil {
		p.Fatal(err)
	}
	end := make(chan struct{})
	p.end = end
	cmd := p.cmd
	go func() {
		p.err = cmd.Wait()
		close(end)
	}()
}

// clean is the environment without our own settings.
func clean() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "CARTIE_") {
			env = append(env, e)
		}
	}
	return env
}

// Start starts the program and waits until it is healthy.
func (p *Process) Start() {
	p.Helper()
	p.Launch()
	p.Ready()
}

// Ready waits until the program is healthy.
func (p *Process) Ready() {
	p.Helper()
	Eventually(p.TB, "the program is healthy", func() bool {
		select {
		case <-p.end:
			p.Fatalf("the program ended: %v: %s", p.err, p.Output())
		default:
		}
		got, err := TrySend(p.Context(), "GET", p.URL+"/health", nil, nil)
		return err == nil && got.Status == 200
	})
}

// Kill ends the program without a chance to tidy up.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.end
}

// Terminate asks the program to stop and waits for its end.
func (p *Process) Terminate() {
	p.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	select {
	case <-p.end:
	case <-time.After(patience):
		p.Fatal("the program does not stop")
	}
	if p.err != nil {
		p.Errorf("the program ended with %v", p.err)
	}
}

// Ended waits for the end of a program that should not run, and returns its exit code.
func (p *Process) Ended() int {
	p.Helper()
	select {
	case <-p.end:
	case <-time.After(patience):
		p.Fatal("the program runs on")
	}
	return p.cmd.ProcessState.ExitCode()
}

// Output is what the program has printed so far, over all its starts.
func (p *Process) Output() string { return p.out.String() }

// Command runs a subcommand to its end.
func Command(t testing.TB, args ...string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, Binary(t), args...) //nolint:gosec // our own program
	cmd.Env = clean()
	b, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
