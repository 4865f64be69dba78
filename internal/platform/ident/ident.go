// Package ident holds identity: ids of rows and the principal who acts.
package ident

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// New returns a UUIDv7: ordered by time of creation, not by time of commit.
func New() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// Floor is not greater than any id that New makes at t or later: what is below it is older.
func Floor(t time.Time) (id uuid.UUID) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(0, t.UnixMilli()))) //nolint:gosec // not negative
	copy(id[:6], ms[2:])
	return id
}

// Role is what a person is in a company.
type Role string

const (
	SuperAdmin Role = "SUPER_ADMIN" // of the whole installation, not of a company
	Owner      Role = "OWNER"
	Admin      Role = "ADMIN"
	Manager    Role = "MANAGER"
	Operator   Role = "OPERATOR"
	Dealer     Role = "DEALER"
	Viewer     Role = "VIEWER"
)

// Permission is one right; the table role × permission is in roles.go.
type Permission string

const (
	ManageUsers     Permission = "MANAGE_USERS"
	ManageSettings  Permission = "MANAGE_SETTINGS"
	ViewAnalytics   Permission = "VIEW_ANALYTICS"
	ApproveContent  Permission = "APPROVE_CONTENT"
	SendCampaigns   Permission = "SEND_CAMPAIGNS"
	ManageLeads     Permission = "MANAGE_LEADS"
	ManageRequests  Permission = "MANAGE_REQUESTS"
	ViewLogs        Permission = "VIEW_LOGS"
	ManageCompanies Permission = "MANAGE_COMPANIES"
	ManageEntities  Permission = "MANAGE_ENTITIES"
	AnswerChats     Permission = "ANSWER_CHATS"
	ManageBots      Permission = "MANAGE_BOTS"
	ManageInventory Permission = "MANAGE_INVENTORY"
	ManagePartners  Permission = "MANAGE_PARTNERS"
	ViewCosts       Permission = "VIEW_COSTS"
)

// Principal is the person on whose behalf a request runs.
type Principal struct {
	UserID      uuid.UUID
	SessionID   uuid.UUID
	WorkspaceID uuid.UUID // zero when no company is chosen
	Name        string
	Language    string
	Role        Role // in WorkspaceID
	SuperAdmin  bool
	// Impersonator is the super admin behind the session, zero when there is none.
	Impersonator uuid.UUID
	IP           string
	RequestID    string
}

// Can reports whether the principal holds the right in its company.
func (p Principal) Can(perm Permission) bool {
	if p.SuperAdmin {
		return true
	}
	return p.WorkspaceID != uuid.Nil && p.Role.Can(perm)
}

type principalKey struct{}

// With returns a context that carries the principal.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns the principal of the request; false outside of one.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}
