package inbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/httpapi"
)

type noteView struct {
	ID             uuid.UUID  `json:"id" format:"uuid"`
	ConversationID uuid.UUID  `json:"conversation_id" format:"uuid"`
	Author         PersonView `json:"author"`
	Text           string     `json:"text"`
	CreatedAt      time.Time  `json:"created_at"`
}

func viewNote(n Note) noteView {
	return noteView{n.ID, n.ConversationID, PersonView{n.AuthorID, n.AuthorName}, n.Text, n.CreatedAt}
}

type entryView struct {
	Seq      int64           `json:"seq"`
	Kind     string          `json:"kind"`
	Actor    *PersonView     `json:"actor" required:"false" doc:"Null: the program itself"`
	Assignee string          `json:"assignee,omitempty" doc:"Name of whom it was given to"`
	Data     json.RawMessage `json:"data"`
	At       time.Time       `json:"at"`
}

func viewEntry(e Entry) entryView {
	v := entryView{Seq: e.Seq, Kind: e.Kind, Assignee: e.Assignee, Data: e.Data.V, At: e.At}
	if e.ActorID != nil {
		v.Actor = &PersonView{*e.ActorID, e.ActorName}
	}
	return v
}

type draftView struct {
	Text      string     `json:"text"`
	ReplyToID *uuid.UUID `json:"reply_to_id" format:"uuid" nullable:"true"`
	UpdatedAt *time.Time `json:"updated_at" nullable:"true" doc:"Null: there is no draft"`
}

// pageIn names a conversation and a place in its list.
type pageIn struct {
	ByID
	Limit  int    `query:"limit" doc:"At most 100"`
	Cursor string `query:"cursor"`
}

func (s *Service) workRoutes(a *httpapi.API) {
	httpapi.Register(a, op("list_notes", "GET", "/api/conversations/{id}/notes", "Notes of a conversation, the newest first"),
		func(ctx context.Context, in *pageIn) (*body[httpapi.Page[noteView]], error) {
			var before uuid.UUID
			if _, err := httpapi.DecodeCursor(in.Cursor, &before); err != nil {
				return nil, err
			}
			limit := httpapi.Limit(in.Limit)
			list, err := s.Notes(ctx, company(ctx), in.ID, before, limit+1)
			if err != nil {
				return nil, err
			}
			return page(list, limit, viewNote, func(n Note) any { return n.ID }), nil
		})
	add := op("create_note", "POST", "/api/conversations/{id}/notes", "Write a note that only the team sees")
	add.Create, add.Status = true, 201
	httpapi.Register(a, add, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Text string `json:"text" maxLength:"16000"`
		}
	}) (*body[noteView], error) {
		n, err := s.AddNote(ctx, company(ctx), in.ID, in.Body.Text)
		return &body[noteView]{viewNote(n)}, err
	})
	httpapi.Register(a, op("delete_note", "DELETE", "/api/notes/{id}", "Remove a note: its author or an administrator"),
		func(ctx context.Context, in *ByID) (*struct{}, error) {
			return nil, s.DeleteNote(ctx, company(ctx), in.ID)
		})
	httpapi.Register(a, op("conversation_history", "GET", "/api/conversations/{id}/history", "What was done with a conversation, the newest first"),
		func(ctx context.Context, in *pageIn) (*body[httpapi.Page[entryView]], error) {
			var before int64
			if _, err := httpapi.DecodeCursor(in.Cursor, &before); err != nil {
				return nil, err
			}
			limit := httpapi.Limit(in.Limit)
			list, err := s.History(ctx, company(ctx), in.ID, before, limit+1)
			if err != nil {
				return nil, err
			}
			return page(list, limit, viewEntry, func(e Entry) any { return e.Seq }), nil
		})
	httpapi.Register(a, op("get_draft", "GET", "/api/conversations/{id}/draft", "Your unsent text in a conversation"),
		func(ctx context.Context, in *ByID) (*body[draftView], error) {
			d, err := s.Draft(ctx, company(ctx), in.ID)
			return &body[draftView]{draftView(d)}, err
		})
	httpapi.Register(a, op("save_draft", "PUT", "/api/conversations/{id}/draft", "Keep your unsent text; an empty one is dropped"),
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				Text      string     `json:"text" maxLength:"16384"`
				ReplyToID *uuid.UUID `json:"reply_to_id,omitempty" format:"uuid" nullable:"true"`
			}
		}) (*body[draftView], error) {
			d, err := s.SaveDraft(ctx, company(ctx), in.ID, in.Body.Text, in.Body.ReplyToID)
			return &body[draftView]{draftView(d)}, err
		})
}
