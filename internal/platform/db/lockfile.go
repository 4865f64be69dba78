package db

import (
	"os"
	"syscall"

	"cartie/internal/platform/errs"
)

// LockFile makes this process the only server of an SQLite file, until the returned
// function is called or the process ends, however it ends.
func LockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, errs.Conflict("Another Cartie already runs on " + path + ". Stop it first, or use PostgreSQL to run several.")
	}
	return func() { _ = f.Close() }, nil
}
