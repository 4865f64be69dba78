package clock

import (
	"testing"
	"time"
)

func TestFakeMovesOnlyWhenTold(t *testing.T) {
	start := time.Date(2026, 3, 29, 3, 0, 0, 123456789, time.FixedZone("Kyiv", 2*3600))
	f := NewFake(start)
	if got := f.Now(); got != f.Now() || got.Nanosecond() != 123000000 || got.Location() != time.UTC {
		t.Fatalf("got %v", got)
	}
	f.Advance(time.Hour)
	if got := f.Now().Sub(start.Truncate(time.Millisecond)); got != time.Hour {
		t.Fatalf("moved %v", got)
	}
}
