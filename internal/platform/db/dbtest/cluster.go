package dbtest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
)

var theCluster struct {
	once sync.Once
	url  string
	err  error
}

// cluster returns the address of the test cluster, started on first use.
func cluster() (string, error) {
	theCluster.once.Do(func() {
		if u := os.Getenv("CARTIE_TEST_POSTGRES"); u != "" {
			theCluster.url = u
			return
		}
		theCluster.url, theCluster.err = startCluster()
	})
	return theCluster.url, theCluster.err
}

// startCluster starts a throwaway cluster that lives as long as this test process: a
// watching shell stops it and removes its folder when the process's pipe closes.
func startCluster() (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "cartie-pg-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	run := func(name string, args ...string) error {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir = dir
		if err := asPostgres(c, dir); err != nil {
			return err
		}
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return "", err
	}
	opts := fmt.Sprintf("-c listen_addresses=127.0.0.1 -p %d -k %s -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off", port, dir)
	if err := run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", filepath.Join(dir, "log"), "-o", opts, "start"); err != nil {
		return "", err
	}
	if err := watch(bin, data, dir); err != nil {
		return "", err
	}
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port), nil
}

// keep holds the write end of the watcher's pipe until the process ends, however it ends.
var keep *os.File //nolint:unused // holding it is its use

func watch(bin, data, dir string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	keep = w
	_ = keep
	c := exec.Command("/bin/sh", "-c", `read _; "$0" -D "$1" -m immediate stop; rm -rf "$2"`, filepath.Join(bin, "pg_ctl"), data, dir)
	c.Stdin = r
	if err := asPostgres(c, dir); err != nil {
		return err
	}
	c.SysProcAttr.Setpgid = true
	if err := c.Start(); err != nil {
		return err
	}
	return r.Close()
}

// asPostgres runs c as user postgres when we are root, which initdb refuses.
func asPostgres(c *exec.Cmd, dir string) error {
	c.SysProcAttr = &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		return err
	}
	c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}

func binaries() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(dirs) == 0 {
		return "", errors.New("no initdb on this machine: install Debian's package postgresql")
	}
	slices.Sort(dirs)
	return filepath.Dir(dirs[len(dirs)-1]), nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
