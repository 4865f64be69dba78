package inboxtest

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
)

// SeedPlan is how much Seed writes, and for whom.
type SeedPlan struct {
	Workspace     uuid.UUID
	Bots          []uuid.UUID
	Assignees     []uuid.UUID // taken in turn; every fourth conversation stays unassigned
	Conversations int
	Messages      int // in each conversation
	// FirstChat is the chat id of the first conversation; the others follow.
	FirstChat int64
	// Until is when the last message was written; the others lie before it.
	Until time.Time
}

// seedUnit bounds the rows of one unit.
const seedUnit = 200

// Seed writes contacts, conversations and messages as Receive and Answer would leave
// them, without events and raw bodies, and returns the conversations.
func Seed(ctx context.Context, d *db.DB, p SeedPlan) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, p.Conversations)
	for i := range ids {
		ids[i] = ident.New()
	}
	perUnit := max(1, seedUnit/(p.Messages+3))
	for from := 0; from < len(ids); from += perUnit {
		to := min(from+perUnit, len(ids))
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < to; i++ {
				p.conversation(ctx, tx, i, ids[i])
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("seeding conversations from %d: %w", from, err)
		}
	}
	return ids, nil
}

var (
	givenNames  = []string{"Олена", "Петро", "Ірина", "Андрій", "Наталія", "Максим", "Юлія", "Дмитро", "Anna", "Сергей"}
	familyNames = []string{"Коваль", "Бондаренко", "Шевчук", "Мельник", "Іваненко", "Ткач", "Лисенко", "Novak", "Поліщук", "Гончар"}
	lines       = []string{
		"Добрий день! Цікавить Audi A6 2019 року.", "Який пробіг?", "Чи можлива розстрочка?", "Надішліть, будь ласка, фото салону.",
		"Можу під'їхати сьогодні після 18:00.", "Дякую, подумаю.", "А є дизель?", "Скільки буде з доставкою до Львова?",
	}
)

func (p SeedPlan) conversation(ctx context.Context, tx *db.Tx, i int, id uuid.UUID) {
	contact, chat := ident.New(), p.FirstChat+int64(i)
	name := givenNames[i%len(givenNames)] + " " + familyNames[i/len(givenNames)%len(familyNames)] + " " + strconv.Itoa(i)
	folded, username := db.Folded(name), "client_"+strconv.Itoa(i)
	last := p.Until.Add(-time.Duration(p.Conversations-1-i) * time.Second)
	begun := last.Add(-time.Duration(p.Messages) * time.Minute)
	tx.Push(ctx, `INSERT INTO contacts (workspace_id, id, name, name_folded, name_edited, phone, email, language, tags, notes, last_interaction_at, version, created_at, updated_at)
		VALUES (?,?,?,?,FALSE,?,'','uk','[]','',?,1,?,?)`, p.Workspace, contact, name, folded, fmt.Sprintf("+380%09d", 500000000+i), last, begun, begun)
	tx.Push(ctx, `INSERT INTO identities (workspace_id, id, contact_id, channel, external_id, username, username_folded, created_at) VALUES (?,?,?,?,?,?,?,?)`,
		p.Workspace, ident.New(), contact, inbox.Telegram, strconv.FormatInt(chat, 10), username, username, begun)
	var assignee *uuid.UUID
	if len(p.Assignees) > 0 && i%4 != 0 {
		assignee = &p.Assignees[i%len(p.Assignees)]
	}
	status := inbox.Open
	if i%5 == 1 {
		status = inbox.Closed
	}
	var lastID *uuid.UUID
	var text, direction, state string
	for seq := 1; seq <= p.Messages; seq++ {
		m, at := ident.New(), begun.Add(time.Duration(seq)*time.Minute)
		lastID, text, direction, state = &m, lines[(i+seq)%len(lines)], inbox.In, ""
		var author *uuid.UUID
		origin := "channel"
		if seq%2 == 0 {
			direction, state, origin, author = inbox.Out, inbox.Sent, inbox.ByPerson, assignee
		}
		tx.Push(ctx, `INSERT INTO messages (workspace_id, id, conversation_id, seq, direction, kind, text, payload, external_id, author_id, origin, state, error_kind, error, sent_at, created_at)
			VALUES (?,?,?,?,?,'text',?,'{}',?,?,?,?,'','',?,?)`, p.Workspace, m, id, seq, direction, text, seq, author, origin, state, at, at)
	}
	unread := 0
	if direction == inbox.In && i%3 == 0 {
		unread = 1
	}
	tx.Push(ctx, `INSERT INTO conversations (workspace_id, id, channel, bot_id, chat_id, kind, title, title_folded, contact_id, assignee_id, status, is_blocked, unread_count,
		last_seq, last_message_at, last_message_id, last_text, last_kind, last_direction, last_state, away_period, version, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,FALSE,?,?,?,?,?,'text',?,?,'',1,?,?)`,
		p.Workspace, id, inbox.Telegram, p.Bots[i%len(p.Bots)], chat, inbox.Private, name, folded, contact, assignee, status, unread,
		p.Messages, last, lastID, text, direction, state, begun, last)
}
