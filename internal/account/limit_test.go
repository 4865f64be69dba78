package account

import (
	"strconv"
	"testing"
	"time"

	"cartie/internal/platform/errs"
)

func TestLimit(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	l := newLimit(3, 10*time.Second)
	for range 3 {
		if _, err := l.take("a", now); err != nil {
			t.Fatal(err)
		}
	}
	_, err := l.take("a", now)
	if e := errs.As(err); e == nil || e.Kind != errs.KindLimited || e.RetryAfter != 10*time.Second {
		t.Fatalf("the fourth attempt: %v", err)
	}
	if _, err := l.take("b", now); err != nil {
		t.Fatal("another key is limited as well")
	}
	if _, err := l.take("a", now.Add(10*time.Second)); err != nil {
		t.Fatal("the attempt did not come back")
	}
}

func TestLimitGivesBackASuccess(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	l := newLimit(2, time.Minute)
	for range 20 {
		back, err := l.take("a", now)
		if err != nil {
			t.Fatal(err)
		}
		back()
	}
}

func TestLimitIsBounded(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	l := newLimit(1, time.Hour)
	for i := range maxKeys + 50 {
		if _, err := l.take(strconv.Itoa(i), now.Add(time.Duration(i)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	if len(l.keys) > maxKeys {
		t.Fatalf("%d keys are kept", len(l.keys))
	}
	if _, err := l.take(strconv.Itoa(maxKeys+49), now.Add(time.Minute)); err == nil {
		t.Fatal("the newest key was forgotten")
	}
}

func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"::ffff:203.0.113.7":   "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"nonsense":             "unknown",
	} {
		if got := addressKey(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
