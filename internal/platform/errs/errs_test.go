package errs

import (
	"errors"
	"testing"
)

func TestKindSurvivesWrapping(t *testing.T) {
	base := errors.New("disk on fire")
	err := Wrap(Conflict("The conversation is closed.").Code("closed").Because(base), "sending")
	if KindOf(err) != KindConflict {
		t.Fatalf("kind %s", KindOf(err))
	}
	if !errors.Is(err, base) {
		t.Fatal("the cause is lost")
	}
	if As(err).Token != "closed" {
		t.Fatal("the code is lost")
	}
	if KindOf(base) != KindInternal || As(base) != nil {
		t.Fatal("a plain error must be internal")
	}
	if Wrap(nil, "x") != nil {
		t.Fatal("nil must stay nil")
	}
}
