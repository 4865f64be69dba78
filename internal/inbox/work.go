package inbox

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// change runs f on a conversation of the company and returns it as it is after.
func (s *Service) change(ctx context.Context, ws, id uuid.UUID, f func(ctx context.Context, tx *db.Tx, c Conversation) error) (Conversation, error) {
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := conversation(ctx, tx, ws, id)
		if err != nil {
			return err
		}
		return f(ctx, tx, c)
	})
	if err != nil {
		return Conversation{}, err
	}
	return s.Get(ctx, ws, id)
}

// Close ends a conversation until somebody writes again.
func (s *Service) Close(ctx context.Context, ws, id uuid.UUID) (Conversation, error) {
	return s.setStatus(ctx, ws, id, Closed, "closed")
}

// Reopen takes a closed conversation up again.
func (s *Service) Reopen(ctx context.Context, ws, id uuid.UUID) (Conversation, error) {
	return s.setStatus(ctx, ws, id, Open, "reopened")
}

func (s *Service) setStatus(ctx context.Context, ws, id uuid.UUID, status, word string) (Conversation, error) {
	return s.change(ctx, ws, id, func(ctx context.Context, tx *db.Tx, c Conversation) error {
		n, err := tx.Exec(ctx, qStatus, status, s.clock.Now(), ws, id, status)
		if err != nil || n == 0 {
			return errs.Wrap(err, "changing the status")
		}
		return s.changed(ctx, tx, ws, id, change{Change: word})
	})
}

// Read marks what came up to a seq as read; later messages stay unread.
func (s *Service) Read(ctx context.Context, ws, id uuid.UUID, upTo int64) (Conversation, error) {
	return s.change(ctx, ws, id, func(ctx context.Context, tx *db.Tx, c Conversation) error {
		if c.UnreadCount == 0 {
			return nil
		}
		left := int64(0)
		if upTo < c.LastSeq {
			var err error
			if left, err = db.One[int64](ctx, tx, qUnreadAfter, ws, id, upTo); err != nil {
				return errs.Wrap(err, "counting what is unread")
			}
		}
		n, err := tx.Exec(ctx, qRead, left, ws, id, left)
		if err != nil || n == 0 {
			return errs.Wrap(err, "marking as read")
		}
		return s.changed(ctx, tx, ws, id, change{Change: "read"})
	})
}

// Unread marks the conversation as one to come back to.
func (s *Service) Unread(ctx context.Context, ws, id uuid.UUID) (Conversation, error) {
	return s.change(ctx, ws, id, func(ctx context.Context, tx *db.Tx, _ Conversation) error {
		n, err := tx.Exec(ctx, qUnread, ws, id)
		if err != nil || n == 0 {
			return errs.Wrap(err, "marking as unread")
		}
		return s.changed(ctx, tx, ws, id, change{Change: "unread"})
	})
}

// Assign gives the conversation to a member who may answer chats, nil to nobody, and
// tells the member unless they did it themselves.
func (s *Service) Assign(ctx context.Context, ws, id uuid.UUID, user *uuid.UUID) (Conversation, error) {
	p, _ := ident.From(ctx)
	return s.change(ctx, ws, id, func(ctx context.Context, tx *db.Tx, c Conversation) error {
		if user != nil {
			if _, err := s.assignable(ctx, tx, ws, *user); err != nil {
				return err
			}
		}
		if same(c.AssigneeID, user) {
			return nil
		}
		if _, err := tx.Exec(ctx, qAssign, user, s.clock.Now(), ws, id); err != nil {
			return errs.Wrap(err, "assigning")
		}
		word := "assigned"
		if user == nil {
			word = "unassigned"
		} else if *user != p.UserID && s.ports.Notifier != nil {
			a := Assignment{WorkspaceID: ws, ConversationID: id, AssigneeID: *user, Title: c.Name(), By: p.Name}
			if err := s.ports.Notifier.ConversationAssigned(ctx, tx, a); err != nil {
				return errs.Wrap(err, "telling the assignee")
			}
		}
		return s.changed(ctx, tx, ws, id, change{Change: word, AssigneeID: user})
	})
}

func same(a, b *uuid.UUID) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func (s *Service) assignable(ctx context.Context, q db.Querier, ws, user uuid.UUID) (Member, error) {
	list, err := s.assignees(ctx, q, ws)
	if err != nil {
		return Member{}, err
	}
	if i := slices.IndexFunc(list, func(m Member) bool { return m.UserID == user }); i >= 0 {
		return list[i], nil
	}
	return Member{}, errs.Invalid("user_id", "This person is not a member who answers chats.").Code("not_assignable")
}

// Assignees returns the members who may answer chats.
func (s *Service) Assignees(ctx context.Context, ws uuid.UUID) ([]Member, error) {
	return s.assignees(ctx, s.db.Read(), ws)
}

func (s *Service) assignees(ctx context.Context, q db.Querier, ws uuid.UUID) ([]Member, error) {
	list, err := s.ports.Members.Members(ctx, q, ws)
	if err != nil {
		return nil, errs.Wrap(err, "reading the members")
	}
	return slices.DeleteFunc(list, func(m Member) bool { return !m.Role.Can(ident.AnswerChats) }), nil
}

// Note is what the team tells itself about a conversation.
type Note struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	AuthorID       uuid.UUID
	AuthorName     string
	Text           string
	CreatedAt      time.Time
}

const (
	maxNote = 4000 // characters

	selectNote = `SELECT n.id, n.conversation_id, n.author_id, COALESCE(u.name, '') AS author_name, n.text, n.created_at
		FROM notes n LEFT JOIN users u ON u.id = n.author_id `
	qNote  = selectNote + `WHERE n.workspace_id = ? AND n.id = ?`
	qNotes = selectNote + `WHERE n.workspace_id = ? AND n.conversation_id = ? AND n.id < ? ORDER BY n.id DESC LIMIT ?`
)

// Notes returns notes of a conversation, the newest first, before the given one.
func (s *Service) Notes(ctx context.Context, ws, conversation, before uuid.UUID, limit int) ([]Note, error) {
	if err := here(ctx, s.db.Read(), qConvHere, ws, conversation, "conversation"); err != nil {
		return nil, err
	}
	if before == uuid.Nil {
		before = uuid.Max
	}
	return db.All[Note](ctx, s.db.Read(), qNotes, ws, conversation, before, limit)
}

// AddNote keeps a note of the person who acts.
func (s *Service) AddNote(ctx context.Context, ws, conv uuid.UUID, text string) (Note, error) {
	p, _ := ident.From(ctx)
	if text = strings.TrimSpace(text); text == "" {
		return Note{}, errs.Invalid("text", "Write the note first.").Code("required")
	}
	if utf8.RuneCountInString(text) > maxNote || strings.ContainsRune(text, 0) {
		return Note{}, errs.Invalid("text", "A note has at most 4000 characters.").Code("too_long")
	}
	id := ident.New()
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := here(ctx, tx, qConvHere, ws, conv, "conversation"); err != nil {
			return err
		}
		tx.Push(ctx, qInsertNote, ws, id, conv, p.UserID, text, s.clock.Now())
		return s.publish(ctx, tx, ws, conv, "note.added", map[string]any{"note_id": id})
	})
	if err != nil {
		return Note{}, err
	}
	return db.One[Note](ctx, s.db.Read(), qNote, ws, id)
}

// DeleteNote removes a note: its author may, and who administers the company.
func (s *Service) DeleteNote(ctx context.Context, ws, id uuid.UUID) error {
	p, _ := ident.From(ctx)
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, ok, err := db.Maybe[Note](ctx, tx, qNote, ws, id)
		if err == nil && !ok {
			err = errs.NotFound("note")
		}
		if err != nil {
			return err
		}
		if n.AuthorID != p.UserID && !p.SuperAdmin && p.Role != ident.Owner && p.Role != ident.Admin {
			return errs.Forbidden("Only the author or an administrator deletes a note.").Code("not_author")
		}
		if _, err := tx.Exec(ctx, qDeleteNote, ws, id); err != nil {
			return errs.Wrap(err, "deleting the note")
		}
		return s.publish(ctx, tx, ws, n.ConversationID, "note.deleted", map[string]any{"note_id": id})
	})
}

// Draft is an unsent text of one person in one conversation.
type Draft struct {
	Text      string
	ReplyToID *uuid.UUID
	UpdatedAt *time.Time // nil: there is no draft
}

const (
	maxDraft = 16_384 // bytes
	qDraft   = `SELECT text, reply_to_id, updated_at FROM drafts WHERE workspace_id = ? AND conversation_id = ? AND user_id = ?`
)

// Draft returns the draft of the person who acts.
func (s *Service) Draft(ctx context.Context, ws, conv uuid.UUID) (Draft, error) {
	p, _ := ident.From(ctx)
	if err := here(ctx, s.db.Read(), qConvHere, ws, conv, "conversation"); err != nil {
		return Draft{}, err
	}
	d, _, err := db.Maybe[Draft](ctx, s.db.Read(), qDraft, ws, conv, p.UserID)
	return d, err
}

// SaveDraft keeps the draft of the person who acts; an empty one is dropped.
func (s *Service) SaveDraft(ctx context.Context, ws, conv uuid.UUID, text string, replyTo *uuid.UUID) (Draft, error) {
	p, _ := ident.From(ctx)
	if len(text) > maxDraft || strings.ContainsRune(text, 0) {
		return Draft{}, errs.Invalid("text", "This draft is too long.").Code("too_long")
	}
	var out Draft
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = Draft{}
		if err := here(ctx, tx, qConvHere, ws, conv, "conversation"); err != nil {
			return err
		}
		if replyTo != nil {
			if to, err := s.target(ctx, tx, ws, *replyTo); err != nil || to.ConversationID != conv {
				return errs.Invalid("reply_to_id", "The message to reply to is not there.").Code("reply_gone")
			}
		}
		if text == "" && replyTo == nil {
			n, err := tx.Exec(ctx, qDropDraft, ws, conv, p.UserID)
			if err != nil || n == 0 {
				return errs.Wrap(err, "dropping the draft")
			}
		} else {
			now := s.clock.Now()
			out = Draft{Text: text, ReplyToID: replyTo, UpdatedAt: &now}
			tx.Push(ctx, qSaveDraft, ws, conv, p.UserID, text, replyTo, now)
		}
		return s.publish(ctx, tx, ws, conv, "draft.changed", map[string]any{"user_id": p.UserID})
	})
	return out, err
}
