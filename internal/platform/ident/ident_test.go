package ident

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestCan(t *testing.T) {
	ws := New()
	for _, c := range []struct {
		name string
		p    Principal
		perm Permission
		want bool
	}{
		{"operator answers chats", Principal{WorkspaceID: ws, Role: Operator}, AnswerChats, true},
		{"operator does not manage bots", Principal{WorkspaceID: ws, Role: Operator}, ManageBots, false},
		{"owner manages bots", Principal{WorkspaceID: ws, Role: Owner}, ManageBots, true},
		{"dealer answers no chats", Principal{WorkspaceID: ws, Role: Dealer}, AnswerChats, false},
		{"role without a company grants nothing", Principal{Role: Owner}, ManageBots, false},
		{"super admin needs no company", Principal{SuperAdmin: true}, ManageBots, true},
		{"unknown role", Principal{WorkspaceID: ws, Role: "ROOT"}, ViewAnalytics, false},
	} {
		if got := c.p.Can(c.perm); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestOutranks(t *testing.T) {
	if Admin.Outranks(Owner) || !Owner.Outranks(Owner) || !Admin.Outranks(Admin) || Manager.Outranks(Admin) || Role("x").Outranks(Viewer) {
		t.Fatal("ranks are wrong")
	}
}

func TestPrincipalTravelsInContext(t *testing.T) {
	if _, ok := From(context.Background()); ok {
		t.Fatal("nobody expected")
	}
	id := New()
	p, ok := From(With(context.Background(), Principal{UserID: id}))
	if !ok || p.UserID != id || id.Version() != 7 || id == uuid.Nil {
		t.Fatal("the principal is lost")
	}
}

func TestIDsTellTheirTime(t *testing.T) {
	before := time.Now()
	id := New()
	after := time.Now()
	for _, d := range []time.Duration{0, time.Millisecond, 90 * 24 * time.Hour} {
		floor := Floor(before.Add(-d))
		if bytes.Compare(floor[:], id[:]) > 0 {
			t.Errorf("%s before: %s is above %s", d, floor, id)
		}
	}
	if floor := Floor(after.Add(time.Millisecond)); bytes.Compare(floor[:], id[:]) <= 0 {
		t.Errorf("%s is not older than %s", id, floor)
	}
}
