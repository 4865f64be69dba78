package inbox

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

// Message is a message as people see it.
type Message struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	BotID          uuid.UUID
	ChatID         int64
	Seq            int64
	Direction      string
	Kind           string
	Text           string
	Payload        db.JSON[Payload]
	AlbumID        *string
	ExternalID     *int64
	AuthorID       *uuid.UUID
	AuthorName     string
	Origin         string
	State          string
	ErrorKind      string
	Error          string
	SentAt         time.Time
	EditedAt       *time.Time
	DeletedAt      *time.Time
	CreatedAt      time.Time
	ReplyToID      *uuid.UUID
	ReplyText      string
	ReplyKind      string
	ReplyAuthor    string
	Attachments    []Attachment `db:"-"`
}

// Attachment is a file of a message.
type Attachment struct {
	ID         uuid.UUID
	MessageID  uuid.UUID
	Position   int
	Kind       string
	ExternalID *int64
	MediaID    *uuid.UUID
	Name       string
	Mime       string
	Size       int64
	Width      int
	Height     int
	Duration   int
	State      string
	Error      string
	HasThumb   bool
}

const (
	selectMessage = `SELECT m.id, m.conversation_id, c.bot_id, c.chat_id, m.seq, m.direction, m.kind, m.text, m.payload, m.album_id, m.external_id,
		m.author_id, COALESCE(u.name, '') AS author_name, m.origin, m.state, m.error_kind, m.error, m.sent_at, m.edited_at, m.deleted_at,
		m.created_at, m.reply_to_id, COALESCE(r.text, '') AS reply_text, COALESCE(r.kind, '') AS reply_kind,
		COALESCE(CASE WHEN r.direction = 'out' THEN COALESCE(ru.name, b.name) ELSE ct.name END, '') AS reply_author
		FROM messages m
		JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
		LEFT JOIN bots b ON b.workspace_id = c.workspace_id AND b.id = c.bot_id
		LEFT JOIN contacts ct ON ct.workspace_id = c.workspace_id AND ct.id = c.contact_id
		LEFT JOIN users u ON u.id = m.author_id
		LEFT JOIN messages r ON r.workspace_id = m.workspace_id AND r.id = m.reply_to_id AND r.deleted_at IS NULL
		LEFT JOIN users ru ON ru.id = r.author_id `
	qMessage      = selectMessage + `WHERE m.workspace_id = ? AND m.id = ?`
	qThreadBefore = selectMessage + `WHERE m.workspace_id = ? AND m.conversation_id = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?`
	qThreadAfter  = selectMessage + `WHERE m.workspace_id = ? AND m.conversation_id = ? AND m.seq > ? ORDER BY m.seq LIMIT ?`

	qAttachments = `SELECT a.id, a.message_id, a.position, a.kind, a.external_id, a.media_id, COALESCE(NULLIF(a.name, ''), f.name, '') AS name,
		COALESCE(f.mime, a.mime) AS mime, COALESCE(f.size, a.size) AS size, COALESCE(NULLIF(f.width, 0), a.width) AS width,
		COALESCE(NULLIF(f.height, 0), a.height) AS height, COALESCE(NULLIF(f.duration, 0), a.duration) AS duration,
		a.state, a.error, COALESCE(f.has_thumb, FALSE) AS has_thumb
		FROM messages m
		JOIN attachments a ON a.workspace_id = m.workspace_id AND a.message_id = m.id
		LEFT JOIN media f ON f.workspace_id = a.workspace_id AND f.id = a.media_id
		WHERE m.workspace_id = ? AND m.conversation_id = ? AND m.seq BETWEEN ? AND ? ORDER BY m.seq, a.position`
	qContactChats = `SELECT id FROM conversations WHERE workspace_id = ? AND contact_id = ? ORDER BY id LIMIT 100`
	qContactHere  = `SELECT 1 FROM contacts WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL`
	qConvHere     = `SELECT 1 FROM conversations WHERE workspace_id = ? AND id = ?`
)

// message returns a message of the company with its files.
func (s *Service) message(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Message, error) {
	m, ok, err := db.Maybe[Message](ctx, q, qMessage, ws, id)
	if err == nil && !ok {
		err = errs.NotFound("message")
	}
	if err != nil {
		return m, err
	}
	list := []Message{m}
	err = withFiles(ctx, q, ws, list)
	return list[0], err
}

// withFiles fills in the attachments of neighbouring messages of one conversation.
func withFiles(ctx context.Context, q db.Querier, ws uuid.UUID, list []Message) error {
	if len(list) == 0 {
		return nil
	}
	from, to := list[0].Seq, list[len(list)-1].Seq
	files, err := db.All[Attachment](ctx, q, qAttachments, ws, list[0].ConversationID, min(from, to), max(from, to))
	if err != nil {
		return errs.Wrap(err, "reading attachments")
	}
	at := map[uuid.UUID]int{}
	for i := range list {
		at[list[i].ID] = i
	}
	for _, f := range files {
		if i, ok := at[f.MessageID]; ok {
			list[i].Attachments = append(list[i].Attachments, f)
		}
	}
	return nil
}

// Page bounds a piece of a thread: before or after a seq, neither for the end.
type Page struct {
	Before, After int64
	Limit         int
}

// Thread returns messages of a conversation in the order of seq, and whether there are
// more in the direction that was asked for.
func (s *Service) Thread(ctx context.Context, ws, conversation uuid.UUID, p Page) ([]Message, bool, error) {
	q := s.db.Read()
	if err := here(ctx, q, qConvHere, ws, conversation, "conversation"); err != nil {
		return nil, false, err
	}
	var list []Message
	var err error
	if p.After > 0 {
		list, err = db.All[Message](ctx, q, qThreadAfter, ws, conversation, p.After, p.Limit+1)
	} else {
		list, err = s.before(ctx, q, ws, conversation, p.Before, p.Limit+1)
	}
	if err != nil {
		return nil, false, errs.Wrap(err, "reading the thread")
	}
	more := len(list) > p.Limit
	if more {
		list = list[:p.Limit]
	}
	if p.After == 0 {
		slices.Reverse(list)
	}
	return list, more, withFiles(ctx, q, ws, list)
}

const endOfThread = int64(1) << 62

// before returns messages with a lower seq, the newest first, without their files.
func (s *Service) before(ctx context.Context, q db.Querier, ws, conversation uuid.UUID, seq int64, limit int) ([]Message, error) {
	if seq <= 0 {
		seq = endOfThread
	}
	return db.All[Message](ctx, q, qThreadBefore, ws, conversation, seq, limit)
}

func here(ctx context.Context, q db.Querier, query string, ws, id uuid.UUID, what string) error {
	ok, err := db.Exists(ctx, q, query, ws, id)
	if err == nil && !ok {
		err = errs.NotFound(what)
	}
	return err
}

// Spot is where a reader of a contact's timeline stands: the lowest seq seen in each
// conversation. Each conversation keeps the order of its seq, whatever the clocks said,
// so a page neither repeats nor skips a message.
type Spot map[uuid.UUID]int64

// String writes the spot as 48 digits for each conversation, empty for the empty spot.
func (p Spot) String() string {
	ids := make([]uuid.UUID, 0, len(p))
	for id := range p {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	var out []byte
	for _, id := range ids {
		out = fmt.Appendf(out, "%x%016x", id[:], p[id])
	}
	return string(out)
}

// ReadSpot reads what String wrote; the empty text is the end of the timeline.
func ReadSpot(s string) (Spot, error) {
	const one = 48
	bad := errs.Invalid("before", "This place in the timeline cannot be read.").Code("bad_cursor")
	if len(s)%one != 0 || len(s) > 100*one {
		return nil, bad
	}
	p := Spot{}
	for ; s != ""; s = s[one:] {
		id, err := uuid.Parse(s[:32])
		var seq int64
		if err == nil {
			_, err = fmt.Sscanf(s[32:one], "%016x", &seq)
		}
		if err != nil || seq < 1 {
			return nil, bad
		}
		p[id] = seq
	}
	return p, nil
}

// Timeline returns a contact's messages across all its conversations, the newest first,
// and where to go on; the empty spot when there is nothing more.
func (s *Service) Timeline(ctx context.Context, ws, contact uuid.UUID, from Spot, limit int) ([]Message, Spot, error) {
	q := s.db.Read()
	if err := here(ctx, q, qContactHere, ws, contact, "contact"); err != nil {
		return nil, nil, err
	}
	chats, err := db.All[uuid.UUID](ctx, q, qContactChats, ws, contact)
	if err != nil {
		return nil, nil, errs.Wrap(err, "reading the contact's conversations")
	}
	heads := make([][]Message, len(chats))
	next := Spot{}
	for i, chat := range chats {
		seq := from[chat]
		if len(from) > 0 && seq == 0 { // a conversation that began after the first page
			next[chat] = 1
			continue
		}
		if heads[i], err = s.before(ctx, q, ws, chat, seq, limit+1); err != nil {
			return nil, nil, errs.Wrap(err, "reading the timeline")
		}
		if err := withFiles(ctx, q, ws, heads[i]); err != nil {
			return nil, nil, err
		}
		switch { // what comes after this page must not slip in behind it
		case seq > 0:
			next[chat] = seq
		case len(heads[i]) > 0:
			next[chat] = heads[i][0].Seq + 1
		default:
			next[chat] = 1
		}
	}
	out := merge(heads, limit)
	for _, m := range out {
		next[m.ConversationID] = m.Seq
	}
	total := 0
	for _, h := range heads {
		total += len(h)
	}
	if total <= limit {
		return out, nil, nil
	}
	return out, next, nil
}

// merge takes the newest of the heads until limit messages are taken.
func merge(heads [][]Message, limit int) []Message {
	heads = slices.Clone(heads)
	out := []Message{}
	for len(out) < limit {
		best := -1
		for i, h := range heads {
			if len(h) > 0 && (best < 0 || newer(h[0], heads[best][0])) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		out = append(out, heads[best][0])
		heads[best] = heads[best][1:]
	}
	return out
}

func newer(a, b Message) bool {
	return cmp.Or(a.SentAt.Compare(b.SentAt), bytes.Compare(a.ID[:], b.ID[:])) > 0
}
