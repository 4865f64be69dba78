package account

import (
	"strings"
	"testing"

	"cartie/internal/platform/errs"
)

func TestCheckPassword(t *testing.T) {
	for _, c := range []struct {
		password string
		code     string
	}{
		{"short", "password_short"},
		{"", "password_short"},
		{strings.Repeat("длинный", 40), "password_long"},
		{"Olena.Bondar@Example.com", "password_is_email"},
		{"olena.bondar", "password_is_email"},
		{"Qwerty12345", "password_common"},
		{"ЙЦУКЕН12345", "password_common"},
		{"zzzzzzzzzzzz", "password_common"},
		{"three warm bricks", ""},
		{"десять букв и ещё", ""},
	} {
		err := checkPassword("password", c.password, "olena.bondar@example.com")
		var code string
		if e := errs.As(err); e != nil {
			code = e.Token
			if e.Field != "password" || e.Kind != errs.KindInvalid {
				t.Errorf("%q: field %q kind %q", c.password, e.Field, e.Kind)
			}
		}
		if code != c.code {
			t.Errorf("%q: got %q, want %q", c.password, code, c.code)
		}
	}
}

func TestHashTokenTakesOnlyItsOwnSpelling(t *testing.T) {
	token, hash := newToken()
	again, ok := hashToken(token)
	if !ok || string(again) != string(hash) || len(token) != 43 {
		t.Fatal("a token does not lead to its own hash")
	}
	for _, bad := range []string{"", "x", token + "A", token[:42], token[:42] + "=", strings.Repeat("*", 43)} {
		if _, ok := hashToken(bad); ok {
			t.Errorf("%q is taken for a token", bad)
		}
	}
}
