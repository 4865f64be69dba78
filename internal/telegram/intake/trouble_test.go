package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

func TestOnlyWhatWouldFailAgainIsPoison(t *testing.T) {
	pg := func(code string) error { return fmt.Errorf("sql: %w", &pgconn.PgError{Code: code}) }
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&db.PanicError{Value: "boom"}, true},
		{errs.Invalid("x", "No."), true}, {errs.NotFound("x"), true}, {errs.Conflict("No."), true}, {errs.Forbidden("No."), true},
		{errs.Wrap(errs.Conflict("No."), "doing"), true}, {errors.New("cannot read it"), true},
		{pg("23505"), true}, {pg("22021"), true}, {pg("42703"), true}, // unique, zero byte, unknown column
		{pg("57P01"), false}, {pg("53100"), false}, {pg("40001"), false}, // shutdown, disk full, serialization
		{errs.Unavailable("Later."), false}, {errs.Limited("Later.", 0), false},
		{fmt.Errorf("x: %w", io.ErrUnexpectedEOF), false}, {&net.OpError{Op: "read", Err: errors.New("reset")}, false},
		{context.Canceled, false}, {context.DeadlineExceeded, false}, {errors.New("conn closed"), false},
	} {
		if got := poison(c.err); got != c.want {
			t.Errorf("%v: poison %t", c.err, got)
		}
	}
}
