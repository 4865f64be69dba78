package inbox

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

// Conversation is a conversation as people see it.
type Conversation struct {
	ID            uuid.UUID
	Channel       string
	Kind          string
	Title         string
	ChatID        int64
	ContactID     *uuid.UUID
	ContactName   string
	ContactPhone  string
	Language      string
	Username      string
	BotID         uuid.UUID
	BotName       string
	BotUsername   string
	AssigneeID    *uuid.UUID
	AssigneeName  string
	Status        string
	IsBlocked     bool
	UnreadCount   int
	LastSeq       int64
	LastMessageID *uuid.UUID
	LastMessageAt time.Time
	LastText      string
	LastKind      string
	LastDirection string
	LastState     string
	LastOrigin    string // empty when there is no last message
	LastAuthorID  *uuid.UUID
	LastAuthor    string
	Version       int64
}

// Name is what the conversation is called: the contact as the team knows it, or the
// group's title.
func (c Conversation) Name() string {
	if c.Kind == Private && c.ContactName != "" {
		return c.ContactName
	}
	return c.Title
}

const selectConversation = `SELECT c.id, c.channel, c.kind, c.title, c.chat_id, c.contact_id, COALESCE(ct.name, '') AS contact_name,
	COALESCE(ct.phone, '') AS contact_phone, COALESCE(ct.language, '') AS language, COALESCE(i.username, '') AS username,
	c.bot_id, COALESCE(b.name, '') AS bot_name, COALESCE(b.username, '') AS bot_username,
	c.assignee_id, COALESCE(u.name, '') AS assignee_name, c.status, c.is_blocked, c.unread_count, c.last_seq,
	c.last_message_id, c.last_message_at, c.last_text, c.last_kind, c.last_direction, c.last_state,
	COALESCE(lm.origin, '') AS last_origin, lm.author_id AS last_author_id, COALESCE(lu.name, '') AS last_author, c.version
	FROM conversations c
	LEFT JOIN contacts ct ON ct.workspace_id = c.workspace_id AND ct.id = c.contact_id
	LEFT JOIN identities i ON i.workspace_id = c.workspace_id AND i.channel = c.channel AND i.external_id = CAST(c.chat_id AS text)
	LEFT JOIN bots b ON b.workspace_id = c.workspace_id AND b.id = c.bot_id
	LEFT JOIN users u ON u.id = c.assignee_id
	LEFT JOIN messages lm ON lm.workspace_id = c.workspace_id AND lm.id = c.last_message_id
	LEFT JOIN users lu ON lu.id = lm.author_id `

const (
	qConversation       = selectConversation + `WHERE c.workspace_id = ? AND c.id = ?`
	qContactConvDetails = selectConversation + `WHERE c.workspace_id = ? AND c.contact_id = ? ORDER BY c.last_message_at DESC, c.id DESC LIMIT 100`
)

// View says whose conversations are listed.
type View string

// Views of the list.
const (
	All        View = "all"
	Mine       View = "mine"
	Unassigned View = "unassigned"
)

// Filter chooses conversations; the zero value means all that are open.
type Filter struct {
	View   View
	UserID uuid.UUID // for Mine
	Bot    uuid.UUID // zero: all bots
	Status string    // open, closed, or "any"
	Unread bool
	Search string // in title, contact's name, phone and username
	After  *Place
	Limit  int
}

// Place is where the next page begins.
type Place struct {
	At time.Time `json:"t"`
	ID uuid.UUID `json:"i"`
}

// List returns conversations, the one with the latest message first, and whether there
// are more.
func (s *Service) List(ctx context.Context, ws uuid.UUID, f Filter) ([]Conversation, bool, error) {
	statuses := []string{f.Status}
	switch f.Status {
	case "":
		statuses[0] = Open
	case "any": // each status has its range in the index: read both and merge
		statuses = []string{Open, Closed}
	}
	var out []Conversation
	for _, status := range statuses {
		query, args := listQuery(ws, status, f)
		part, err := db.All[Conversation](ctx, s.db.Read(), query, args...)
		if err != nil {
			return nil, false, errs.Wrap(err, "listing conversations")
		}
		out = append(out, part...)
	}
	if len(statuses) > 1 {
		slices.SortFunc(out, func(a, b Conversation) int {
			return cmp.Or(b.LastMessageAt.Compare(a.LastMessageAt), bytes.Compare(b.ID[:], a.ID[:]))
		})
	}
	more := len(out) > f.Limit
	return out[:min(len(out), f.Limit)], more, nil
}

// step is how far the filtered lists' indexes tell the time: a conversation that is talked
// in moves there once in a step, not with every message. The schema keeps last_step.
const step = 10 * time.Minute

// listQuery builds the statement. The whole list walks an index that ends in
// (last_message_at, id), a filtered one an index that ends in last_step; what shares a
// step is sorted.
func listQuery(ws uuid.UUID, status string, f Filter) (string, []any) {
	var b strings.Builder
	b.WriteString(selectConversation + "WHERE c.workspace_id = ? AND c.status = ?")
	args := []any{ws, status}
	and := func(cond string, a ...any) { b.WriteString(" AND " + cond); args = append(args, a...) }
	switch f.View {
	case Mine:
		and("c.assignee_id = ?", f.UserID)
	case Unassigned:
		and("c.assignee_id IS NULL")
	}
	if f.Bot != uuid.Nil {
		and("c.bot_id = ?", f.Bot)
	}
	if f.Unread {
		and("c.is_unread")
	}
	if cond, a := search(f.Search); cond != "" {
		and(cond, a...)
	}
	key, slots := "c.last_message_at, c.id", "?, ?"
	order := "c.last_message_at DESC, c.id DESC"
	filtered := f.View == Mine || f.View == Unassigned || f.Bot != uuid.Nil || f.Unread
	if filtered {
		key, slots, order = "c.last_step, "+key, "?, "+slots, "c.last_step DESC, "+order
	}
	if p := f.After; p != nil {
		place := []any{p.At, p.ID}
		if filtered {
			place = []any{p.At.UTC().Truncate(step), p.At, p.ID}
		}
		and("("+key+") < ("+slots+")", place...)
	}
	b.WriteString(" ORDER BY " + order + " LIMIT ?")
	return b.String(), append(args, f.Limit+1)
}

// search matches parts of words; a phone matches however it is written.
func search(q string) (string, []any) {
	q = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(q), "@"))
	if q == "" {
		return "", nil
	}
	like := "%" + escapeLike(db.Folded(q)) + "%"
	cond := `(c.title_folded LIKE ? ESCAPE '\' OR ct.name_folded LIKE ? ESCAPE '\' OR i.username_folded LIKE ? ESCAPE '\'`
	args := []any{like, like, like}
	if d := phoneDigits(q); len(d) >= 3 {
		cond += ` OR ct.phone LIKE ?`
		args = append(args, "%"+d+"%")
	}
	return cond + ")", args
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

// phoneDigits returns the digits of a piece of a phone number without the trunk zero,
// empty when the text is something else.
func phoneDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.ContainsRune("+-() .", r):
			return ""
		}
	}
	return strings.TrimLeft(b.String(), "0")
}

// Get returns a conversation, not found when it is another company's.
func (s *Service) Get(ctx context.Context, ws, id uuid.UUID) (Conversation, error) {
	return conversation(ctx, s.db.Read(), ws, id)
}

func conversation(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Conversation, error) {
	c, ok, err := db.Maybe[Conversation](ctx, q, qConversation, ws, id)
	if err == nil && !ok {
		err = errs.NotFound("conversation")
	}
	return c, err
}

// OfContact returns the contact's conversations, the latest first, at most 100.
func (s *Service) OfContact(ctx context.Context, ws, contact uuid.UUID) ([]Conversation, error) {
	if err := here(ctx, s.db.Read(), qContactHere, ws, contact, "contact"); err != nil {
		return nil, err
	}
	return db.All[Conversation](ctx, s.db.Read(), qContactConvDetails, ws, contact)
}
