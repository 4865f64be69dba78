package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
)

// Transient reports whether an error without a kind comes from a database that is away
// or busy, rather than from what was asked of it.
func Transient(err error) bool {
	var state interface{ SQLState() string } // PostgreSQL
	if errors.As(err, &state) {
		switch class := state.SQLState(); {
		case strings.HasPrefix(class, "22"), strings.HasPrefix(class, "23"), strings.HasPrefix(class, "42"):
			return false // bad value, broken key, wrong statement
		}
		return true
	}
	var code interface{ Code() int } // SQLite
	if errors.As(err, &code) {
		switch code.Code() & 0xff {
		case 1, 18, 19, 20, 25: // wrong statement, too big, constraint, mismatch, range
			return false
		}
		return true
	}
	var network net.Error
	if errors.As(err, &network) {
		return true
	}
	for _, known := range []error{
		context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return strings.Contains(err.Error(), "conn closed") // pgx has no value for it
}
