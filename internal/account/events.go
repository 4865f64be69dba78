package account

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

// What the slice publishes. Session events carry the session's company, none when the
// person is in no company.

func (s *Service) sessionEvent(ctx context.Context, tx *db.Tx, kind string, ws *uuid.UUID, session, user uuid.UUID, data map[string]any) error {
	if data == nil {
		data = map[string]any{}
	}
	data["user_id"] = user
	e := events.Event{Kind: kind, SubjectType: "session", Data: data}
	if session != uuid.Nil {
		e.SubjectID = &session
	}
	if ws != nil {
		e.WorkspaceID = *ws
	}
	return s.events.Publish(ctx, tx, e)
}

// revokedEvent tells every company of the person and the one of the request: a browser
// may listen to any of them, and stops at once.
func (s *Service) revokedEvent(ctx context.Context, tx *db.Tx, ws *uuid.UUID, session, user uuid.UUID, data map[string]any) error {
	list, err := belongings(ctx, tx, user)
	if err != nil {
		return err
	}
	if err := s.sessionEvent(ctx, tx, "session.revoked", ws, session, user, data); err != nil {
		return err
	}
	for _, b := range list {
		if ws != nil && b.WorkspaceID == *ws {
			continue
		}
		if err := s.sessionEvent(ctx, tx, "session.revoked", &b.WorkspaceID, session, user, data); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) memberEvent(ctx context.Context, tx *db.Tx, ws, member, user uuid.UUID, data map[string]any) error {
	data["user_id"] = user
	return s.events.Publish(ctx, tx, events.Event{WorkspaceID: ws, Kind: "member.changed", SubjectType: "member", SubjectID: &member, Data: data})
}

func (s *Service) inviteEvent(ctx context.Context, tx *db.Tx, kind string, ws, invite uuid.UUID, role ident.Role) error {
	return s.events.Publish(ctx, tx, events.Event{WorkspaceID: ws, Kind: kind, SubjectType: "invite", SubjectID: &invite, Data: map[string]any{"role": role}})
}

// userEvent tells every company of the person: a name or a status changed.
func (s *Service) userEvent(ctx context.Context, tx *db.Tx, user uuid.UUID, data map[string]any) error {
	list, err := belongings(ctx, tx, user)
	if err != nil {
		return err
	}
	data["user_id"] = user
	companies := []uuid.UUID{}
	for _, b := range list {
		companies = append(companies, b.WorkspaceID)
	}
	if len(companies) == 0 {
		companies = append(companies, uuid.Nil)
	}
	for _, ws := range companies {
		if err := s.events.Publish(ctx, tx, events.Event{WorkspaceID: ws, Kind: "member.changed", SubjectType: "user", SubjectID: &user, Data: data}); err != nil {
			return err
		}
	}
	return nil
}
