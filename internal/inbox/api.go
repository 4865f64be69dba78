package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// Routes adds the operations of the inbox.
func (s *Service) RegisterAPI(a *httpapi.API) {
	s.conversationRoutes(a)
	s.messageRoutes(a)
	s.workRoutes(a)
	s.cannedRoutes(a)
}

// company returns the company of the request; the route's permission has proved it.
func company(ctx context.Context) uuid.UUID {
	p, _ := ident.From(ctx)
	return p.WorkspaceID
}

func op(id, method, path, summary string) httpapi.Op {
	return httpapi.Op{ID: id, Method: method, Path: path, Summary: summary, Permission: ident.AnswerChats, Tags: []string{"Inbox"}}
}

type body[T any] struct{ Body T }

// ByID names the thing in the path.
type ByID struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

// PersonView is somebody with a name.
type PersonView struct {
	ID   uuid.UUID `json:"id" format:"uuid"`
	Name string    `json:"name"`
}

// ContactView is the contact of a conversation.
type ContactView struct {
	ID       uuid.UUID `json:"id" format:"uuid"`
	Name     string    `json:"name"`
	Username string    `json:"username"`
	Language string    `json:"language"`
	Phone    string    `json:"phone"`
}

// BotView is the bot of a conversation.
type BotView struct {
	ID       uuid.UUID `json:"id" format:"uuid"`
	Name     string    `json:"name"`
	Username string    `json:"username"`
}

// LastView is the last message as lists show it.
type LastView struct {
	ID        uuid.UUID `json:"id" format:"uuid"`
	Text      string    `json:"text" doc:"Plain text, one line"`
	Kind      string    `json:"kind"`
	Direction string    `json:"direction" enum:"in,out"`
	State     string    `json:"state"`
	At        time.Time `json:"at"`
	// Author is the member who wrote it; Origin tells what the program wrote by itself.
	Author *PersonView `json:"author" required:"false" doc:"The member who wrote it"`
	Origin string      `json:"origin" doc:"channel, person, or what in the program wrote it"`
}

// ConversationView is a conversation on the wire.
type ConversationView struct {
	ID          uuid.UUID    `json:"id" format:"uuid"`
	Kind        string       `json:"kind" doc:"private, group, supergroup or channel"`
	Title       string       `json:"title"`
	Contact     *ContactView `json:"contact" required:"false"`
	Bot         BotView      `json:"bot"`
	Assignee    *PersonView  `json:"assignee" required:"false"`
	Status      string       `json:"status" enum:"open,closed"`
	UnreadCount int          `json:"unread_count"`
	LastSeq     int64        `json:"last_seq"`
	LastMessage *LastView    `json:"last_message" required:"false"`
	Blocked     bool         `json:"blocked" doc:"The person blocked the bot"`
	Version     int64        `json:"version"`
}

func viewConversation(c Conversation) ConversationView {
	v := ConversationView{
		ID: c.ID, Kind: c.Kind, Title: c.Name(), Bot: BotView{c.BotID, c.BotName, c.BotUsername}, Status: c.Status,
		UnreadCount: c.UnreadCount, LastSeq: c.LastSeq, Blocked: c.IsBlocked, Version: c.Version,
	}
	if c.ContactID != nil {
		v.Contact = &ContactView{*c.ContactID, c.ContactName, c.Username, c.Language, c.ContactPhone}
	}
	if c.AssigneeID != nil {
		v.Assignee = &PersonView{*c.AssigneeID, c.AssigneeName}
	}
	if c.LastMessageID != nil {
		v.LastMessage = &LastView{
			ID: *c.LastMessageID, Text: c.LastText, Kind: c.LastKind, Direction: c.LastDirection, State: c.LastState,
			At: c.LastMessageAt, Origin: c.LastOrigin,
		}
		if c.LastAuthorID != nil {
			v.LastMessage.Author = &PersonView{*c.LastAuthorID, c.LastAuthor}
		}
	}
	return v
}

func viewAll[T, V any](list []T, view func(T) V) []V {
	out := make([]V, 0, len(list))
	for _, x := range list {
		out = append(out, view(x))
	}
	return out
}

// AttachmentView is a file of a message on the wire.
type AttachmentView struct {
	ID       uuid.UUID  `json:"id" format:"uuid"`
	MediaID  *uuid.UUID `json:"media_id,omitempty" format:"uuid"`
	Kind     string     `json:"kind"`
	State    string     `json:"state" enum:"pending,ready,failed,too_large"`
	Name     string     `json:"name"`
	Mime     string     `json:"mime"`
	Size     int64      `json:"size" doc:"Bytes"`
	Width    int        `json:"width"`
	Height   int        `json:"height"`
	Duration int        `json:"duration" doc:"Seconds"`
	URL      string     `json:"url,omitempty"`
	ThumbURL string     `json:"thumb_url,omitempty"`
	Error    string     `json:"error,omitempty"`
}

// ReplyView is the message that another one replies to.
type ReplyView struct {
	ID     uuid.UUID `json:"id" format:"uuid"`
	Text   string    `json:"text" doc:"Plain text, one line"`
	Kind   string    `json:"kind"`
	Author string    `json:"author"`
}

// ErrorView says why a message did not arrive.
type ErrorView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// MessageView is a message on the wire.
type MessageView struct {
	ID             uuid.UUID        `json:"id" format:"uuid"`
	ConversationID uuid.UUID        `json:"conversation_id" format:"uuid"`
	BotID          uuid.UUID        `json:"bot_id" format:"uuid"`
	Seq            int64            `json:"seq"`
	Direction      string           `json:"direction" enum:"in,out"`
	Kind           string           `json:"kind"`
	Text           string           `json:"text" doc:"Telegram HTML"`
	Attachments    []AttachmentView `json:"attachments"`
	ContactCard    *ContactCard     `json:"contact_card,omitempty"`
	Location       *Location        `json:"location,omitempty"`
	Callback       *Callback        `json:"callback,omitempty" doc:"The pressed button"`
	Service        string           `json:"service,omitempty" doc:"What happened in the chat"`
	Buttons        [][]Button       `json:"buttons,omitempty"`
	Edits          []Edit           `json:"edits,omitempty" doc:"Earlier texts, oldest first"`
	ReplyTo        *ReplyView       `json:"reply_to" required:"false"`
	Conflict       bool             `json:"conflict,omitempty" doc:"Applied by a person although another message of the chat has its number"`
	AlbumID        string           `json:"album_id,omitempty"`
	Author         *PersonView      `json:"author" required:"false" doc:"Null or the member who wrote, or the speaker in a group"`
	Origin         string           `json:"origin" doc:"channel, person, or what in the program wrote it"`
	State          string           `json:"state" doc:"queued, sent, failed, unknown or cancelled; empty for incoming ones"`
	Error          *ErrorView       `json:"error" required:"false"`
	SentAt         time.Time        `json:"sent_at"`
	EditedAt       *time.Time       `json:"edited_at" nullable:"true"`
	DeletedAt      *time.Time       `json:"deleted_at" nullable:"true"`
	CreatedAt      time.Time        `json:"created_at"`
}

func viewMessage(ws uuid.UUID) func(Message) MessageView {
	return func(m Message) MessageView {
		p := m.Payload.V
		v := MessageView{
			ID: m.ID, ConversationID: m.ConversationID, BotID: m.BotID, Seq: m.Seq, Direction: m.Direction, Kind: m.Kind, Text: m.Text,
			ContactCard: p.ContactCard, Location: p.Location, Callback: p.Callback, Service: p.Service, Buttons: p.shown(), Edits: p.Edits,
			Conflict: p.Conflict,
			Origin:   m.Origin, State: m.State, SentAt: m.SentAt, EditedAt: m.EditedAt, DeletedAt: m.DeletedAt, CreatedAt: m.CreatedAt,
			Attachments: viewAll(m.Attachments, viewAttachment(ws)),
		}
		if m.AlbumID != nil {
			v.AlbumID = *m.AlbumID
		}
		if m.ReplyToID != nil && m.ReplyKind != "" {
			v.ReplyTo = &ReplyView{*m.ReplyToID, preview(m.ReplyText), m.ReplyKind, m.ReplyAuthor}
		}
		switch {
		case m.AuthorID != nil:
			v.Author = &PersonView{*m.AuthorID, m.AuthorName}
		case p.Sender != nil:
			v.Author = &PersonView{p.Sender.ContactID, p.Sender.Name}
		}
		if m.ErrorKind != "" {
			v.Error = &ErrorView{m.ErrorKind, m.Error}
		}
		return v
	}
}

func viewAttachment(ws uuid.UUID) func(Attachment) AttachmentView {
	return func(a Attachment) AttachmentView {
		v := AttachmentView{
			ID: a.ID, MediaID: a.MediaID, Kind: a.Kind, State: a.State, Name: a.Name, Mime: a.Mime, Size: a.Size,
			Width: a.Width, Height: a.Height, Duration: a.Duration, Error: a.Error,
		}
		if a.MediaID != nil {
			v.URL = "/api/media/" + ws.String() + "/" + a.MediaID.String()
			if a.HasThumb {
				v.ThumbURL = v.URL + "/thumb"
			}
		}
		return v
	}
}

type cannedView struct {
	ID        uuid.UUID         `json:"id" format:"uuid"`
	Shortcut  string            `json:"shortcut"`
	Title     string            `json:"title"`
	Text      map[string]string `json:"text" doc:"By language; variables stay as they are"`
	Version   int64             `json:"version"`
	UpdatedAt time.Time         `json:"updated_at"`
}

func viewCanned(c Canned) cannedView {
	return cannedView{c.ID, c.Shortcut, c.Title, c.Text.V, c.Version, c.UpdatedAt}
}

type cannedBody struct {
	Shortcut *string           `json:"shortcut,omitempty" maxLength:"64"`
	Title    *string           `json:"title,omitempty" maxLength:"400"`
	Text     map[string]string `json:"text,omitempty"`
}

func (b cannedBody) patch() CannedPatch { return CannedPatch(b) }

type cannedOut struct {
	ETag string `header:"ETag"`
	Body cannedView
}

func (s *Service) cannedRoutes(a *httpapi.API) {
	httpapi.Register(a, op("list_canned_replies", "GET", "/api/canned-replies", "Canned replies in the order of their shortcuts"),
		func(ctx context.Context, in *struct {
			Limit  int    `query:"limit"`
			Cursor string `query:"cursor"`
		}) (*body[httpapi.Page[cannedView]], error) {
			var after string
			if _, err := httpapi.DecodeCursor(in.Cursor, &after); err != nil {
				return nil, err
			}
			limit := httpapi.Limit(in.Limit)
			list, err := s.CannedReplies(ctx, company(ctx), after, limit+1)
			if err != nil {
				return nil, err
			}
			return page(list, limit, viewCanned, func(c Canned) any { return c.Shortcut }), nil
		})
	add := op("create_canned_reply", "POST", "/api/canned-replies", "Add a canned reply")
	add.Create, add.Status = true, 201
	httpapi.Register(a, add, func(ctx context.Context, in *body[cannedBody]) (*cannedOut, error) {
		c, err := s.AddCanned(ctx, company(ctx), in.Body.patch())
		return &cannedOut{httpapi.ETag(c.Version), viewCanned(c)}, err
	})
	httpapi.Register(a, op("edit_canned_reply", "PATCH", "/api/canned-replies/{id}", "Change a canned reply"),
		func(ctx context.Context, in *struct {
			ByID
			IfMatch string `header:"If-Match"`
			Body    cannedBody
		}) (*cannedOut, error) {
			version, err := httpapi.IfMatch(in.IfMatch)
			if err != nil {
				return nil, err
			}
			c, err := s.EditCanned(ctx, company(ctx), in.ID, version, in.Body.patch())
			return &cannedOut{httpapi.ETag(c.Version), viewCanned(c)}, err
		})
	httpapi.Register(a, op("delete_canned_reply", "DELETE", "/api/canned-replies/{id}", "Remove a canned reply"),
		func(ctx context.Context, in *ByID) (*struct{}, error) {
			return nil, s.DeleteCanned(ctx, company(ctx), in.ID)
		})
}

// page cuts a list that was read with one more than the limit.
func page[T, V any](list []T, limit int, view func(T) V, key func(T) any) *body[httpapi.Page[V]] {
	out := &body[httpapi.Page[V]]{}
	if len(list) > limit {
		list = list[:limit]
		out.Body.Next = httpapi.EncodeCursor(key(list[limit-1]))
	}
	out.Body.Items = viewAll(list, view)
	return out
}
