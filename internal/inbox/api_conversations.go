package inbox

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

type listIn struct {
	View   string `query:"view" enum:"all,mine,unassigned" default:"all"`
	Bot    string `query:"bot" format:"uuid" doc:"Absent: all bots"`
	Status string `query:"status" enum:"open,closed,any" default:"open"`
	Unread bool   `query:"unread"`
	Search string `query:"q" maxLength:"200" doc:"In title, contact name, phone and username"`
	Limit  int    `query:"limit" doc:"At most 100"`
	Cursor string `query:"cursor"`
}

// limits of a page of a thread, for which the common ones are too small.
func threadLimit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, httpapi.MaxLimit)
}

func (s *Service) conversationRoutes(a *httpapi.API) {
	httpapi.Register(a, op("list_conversations", "GET", "/api/conversations", "Conversations, the latest message first"),
		func(ctx context.Context, in *listIn) (*body[httpapi.Page[ConversationView]], error) {
			p, _ := ident.From(ctx)
			f := Filter{
				View: View(in.View), UserID: p.UserID, Status: in.Status, Unread: in.Unread, Search: in.Search, Limit: httpapi.Limit(in.Limit),
			}
			if in.Bot != "" {
				bot, err := uuid.Parse(in.Bot)
				if err != nil {
					return nil, errs.Invalid("bot", "This is not the id of a bot.")
				}
				f.Bot = bot
			}
			var from Place
			ok, err := httpapi.DecodeCursor(in.Cursor, &from)
			if err != nil {
				return nil, err
			}
			if ok {
				f.After = &from
			}
			list, more, err := s.List(ctx, p.WorkspaceID, f)
			if err != nil {
				return nil, err
			}
			out := &body[httpapi.Page[ConversationView]]{}
			out.Body.Items = viewAll(list, viewConversation)
			if more {
				last := list[len(list)-1]
				out.Body.Next = httpapi.EncodeCursor(Place{last.LastMessageAt, last.ID})
			}
			return out, nil
		})
	httpapi.Register(a, op("get_conversation", "GET", "/api/conversations/{id}", "One conversation"),
		func(ctx context.Context, in *ByID) (*body[ConversationView], error) {
			return one(s.Get(ctx, company(ctx), in.ID))
		})
	httpapi.Register(a, op("contact_conversations", "GET", "/api/contacts/{id}/conversations", "Conversations of a contact with all bots"),
		func(ctx context.Context, in *ByID) (*body[httpapi.Page[ConversationView]], error) {
			list, err := s.OfContact(ctx, company(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[httpapi.Page[ConversationView]]{httpapi.Page[ConversationView]{Items: viewAll(list, viewConversation)}}, nil
		})
	for _, step := range []struct {
		id, path, summary string
		act               func(ctx context.Context, ws, id uuid.UUID) (Conversation, error)
	}{
		{"close_conversation", "close", "Close until somebody writes again", s.Close},
		{"reopen_conversation", "reopen", "Take a closed conversation up again", s.Reopen},
		{"unread_conversation", "unread", "Mark as one to come back to", s.Unread},
	} {
		httpapi.Register(a, op(step.id, "POST", "/api/conversations/{id}/"+step.path, step.summary),
			func(ctx context.Context, in *ByID) (*body[ConversationView], error) {
				return one(step.act(ctx, company(ctx), in.ID))
			})
	}
	httpapi.Register(a, op("read_conversation", "POST", "/api/conversations/{id}/read", "Mark as read up to a message"),
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				UpToSeq int64 `json:"up_to_seq" minimum:"0"`
			}
		}) (*body[ConversationView], error) {
			return one(s.Read(ctx, company(ctx), in.ID, in.Body.UpToSeq))
		})
	httpapi.Register(a, op("assign_conversation", "POST", "/api/conversations/{id}/assign", "Give to a member, null to nobody"),
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				UserID *uuid.UUID `json:"user_id" format:"uuid" nullable:"true"`
			}
		}) (*body[ConversationView], error) {
			return one(s.Assign(ctx, company(ctx), in.ID, in.Body.UserID))
		})
	httpapi.Register(a, op("list_assignees", "GET", "/api/assignees", "Members who may answer chats"),
		func(ctx context.Context, _ *struct{}) (*body[httpapi.Page[PersonView]], error) {
			list, err := s.Assignees(ctx, company(ctx))
			if err != nil {
				return nil, err
			}
			out := &body[httpapi.Page[PersonView]]{}
			out.Body.Items = viewAll(list, func(m Member) PersonView { return PersonView{m.UserID, m.Name} })
			return out, nil
		})
}

func one(c Conversation, err error) (*body[ConversationView], error) {
	return &body[ConversationView]{viewConversation(c)}, err
}

type sendBody struct {
	Text        string `json:"text,omitempty" maxLength:"65536" doc:"Telegram HTML"`
	Attachments []struct {
		MediaID uuid.UUID `json:"media_id" format:"uuid"`
		Kind    string    `json:"kind,omitempty" doc:"How to show it; the file's own kind when absent"`
	} `json:"attachments,omitempty"`
	ReplyToID *uuid.UUID `json:"reply_to_id,omitempty" format:"uuid" nullable:"true"`
	Buttons   [][]Button `json:"buttons,omitempty"`
}

func (s *Service) messageRoutes(a *httpapi.API) {
	httpapi.Register(a, op("list_messages", "GET", "/api/conversations/{id}/messages", "A piece of the thread in the order of seq"),
		func(ctx context.Context, in *struct {
			ByID
			Before int64 `query:"before" minimum:"0" doc:"Messages with a lower seq"`
			After  int64 `query:"after" minimum:"0" doc:"Messages with a higher seq; wins over before"`
			Limit  int   `query:"limit" doc:"At most 100"`
		}) (*body[httpapi.Page[MessageView]], error) {
			ws := company(ctx)
			list, more, err := s.Thread(ctx, ws, in.ID, Page{in.Before, in.After, threadLimit(in.Limit)})
			if err != nil {
				return nil, err
			}
			out := &body[httpapi.Page[MessageView]]{}
			out.Body.Items = viewAll(list, viewMessage(ws))
			if more { // the next before, or the next after
				edge := list[0].Seq
				if in.After > 0 {
					edge = list[len(list)-1].Seq
				}
				out.Body.Next = strconv.FormatInt(edge, 10)
			}
			return out, nil
		})
	httpapi.Register(a, op("contact_messages", "GET", "/api/contacts/{id}/messages", "A contact's messages across all bots, the newest first"),
		func(ctx context.Context, in *struct {
			ByID
			Before string `query:"before" maxLength:"4800"`
			Limit  int    `query:"limit" doc:"At most 100"`
		}) (*body[httpapi.Page[MessageView]], error) {
			from, err := ReadSpot(in.Before)
			if err != nil {
				return nil, err
			}
			ws := company(ctx)
			list, next, err := s.Timeline(ctx, ws, in.ID, from, threadLimit(in.Limit))
			if err != nil {
				return nil, err
			}
			out := &body[httpapi.Page[MessageView]]{}
			out.Body.Items = viewAll(list, viewMessage(ws))
			out.Body.Next = next.String()
			return out, nil
		})
	send := op("send_message", "POST", "/api/conversations/{id}/messages", "Send a message")
	send.Create, send.Status = true, 201
	httpapi.Register(a, send, func(ctx context.Context, in *struct {
		ByID
		Body sendBody
	}) (*body[MessageView], error) {
		r := Reply{Text: in.Body.Text, ReplyToID: in.Body.ReplyToID, Buttons: in.Body.Buttons}
		for _, f := range in.Body.Attachments {
			r.Attachments = append(r.Attachments, ReplyFile(f))
		}
		ws := company(ctx)
		return sent(ws)(s.Answer(ctx, ws, in.ID, r))
	})
	httpapi.Register(a, op("edit_message", "PATCH", "/api/messages/{id}", "Change the text of a sent message"),
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				Text string `json:"text" maxLength:"65536" doc:"Telegram HTML"`
			}
		}) (*body[MessageView], error) {
			ws := company(ctx)
			return sent(ws)(s.EditSent(ctx, ws, in.ID, in.Body.Text))
		})
	httpapi.Register(a, op("delete_message", "DELETE", "/api/messages/{id}", "Withdraw or delete a sent message"),
		func(ctx context.Context, in *ByID) (*struct{}, error) {
			return nil, s.DeleteSent(ctx, company(ctx), in.ID)
		})
	httpapi.Register(a, op("retry_message", "POST", "/api/messages/{id}/retry", "Send a failed message again"),
		func(ctx context.Context, in *ByID) (*body[MessageView], error) {
			ws := company(ctx)
			return sent(ws)(s.RetryFailed(ctx, ws, in.ID))
		})
	httpapi.Register(a, op("resolve_message", "POST", "/api/messages/{id}/resolve", "Say whether a message of unknown fate arrived"),
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				Outcome string `json:"outcome" enum:"arrived,send_again"`
			}
		}) (*body[MessageView], error) {
			ws := company(ctx)
			return sent(ws)(s.ResolveUnknown(ctx, ws, in.ID, in.Body.Outcome == "arrived"))
		})
}

func sent(ws uuid.UUID) func(Message, error) (*body[MessageView], error) {
	return func(m Message, err error) (*body[MessageView], error) {
		return &body[MessageView]{viewMessage(ws)(m)}, err
	}
}
