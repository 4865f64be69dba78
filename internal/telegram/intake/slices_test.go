package intake_test

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/intake"
)

// realInbox is the inbox as intake sees it, as the application wires it.
type realInbox struct{ *inbox.Service }

func (r realInbox) Receive(ctx context.Context, tx *db.Tx, in intake.Incoming) (intake.Received, error) {
	p := in.Payload
	out := inbox.Incoming{
		WorkspaceID: in.WorkspaceID, BotID: in.BotID, ChatID: in.ChatID, ChatKind: in.ChatKind, ChatTitle: in.Title,
		Kind: in.Kind, Text: in.Text, ExternalID: in.ExternalID, ReplyToExternalID: in.ReplyToExternalID,
		AlbumID: in.AlbumID, Raw: string(in.Body), SentAt: in.SentAt,
		Own: in.Own,
	}
	if in.Person.TelegramID != 0 {
		out.Person = inbox.Person{
			ExternalID: strconv.FormatInt(in.Person.TelegramID, 10), Username: in.Person.Username, Name: in.Person.Name, Language: in.Person.Language,
		}
	}
	if p.Contact != nil {
		out.Payload.ContactCard = &inbox.ContactCard{Name: p.Contact.Name, Phone: p.Contact.Phone}
	}
	if p.Location != nil {
		out.Payload.Location = &inbox.Location{Lat: p.Location.Latitude, Lon: p.Location.Longitude, Title: p.Location.Title}
	}
	if p.Callback != nil {
		out.Payload.Callback = &inbox.Callback{Data: p.Callback.Data, Label: p.Callback.Label}
	}
	if p.Service != nil {
		out.Payload.Service = p.Service.Type
	}
	for _, a := range in.Attachments {
		out.Files = append(out.Files, inbox.IncomingFile{
			Kind: a.Kind, FileID: a.FileID, FileUniqueID: a.FileUniqueID, Name: a.Name, Mime: a.Mime, Size: a.Size,
			Width: a.Width, Height: a.Height, Duration: a.Duration, TooLarge: a.TooLarge,
		})
	}
	got, err := r.Service.Receive(ctx, tx, out)
	return intake.Received{
		ConversationID: got.ConversationID, MessageID: got.MessageID, NewConversation: got.NewConversation,
		ContactID: got.ContactID, ContactName: got.ContactName, ContactLanguage: got.ContactLanguage,
		AwayPeriod: got.AwayPeriod, AttachmentIDs: got.Attachments,
	}, err
}

func (r realInbox) EditIncoming(ctx context.Context, tx *db.Tx, in intake.Incoming) (bool, error) {
	e := inbox.EditedIncoming{
		WorkspaceID: in.WorkspaceID, BotID: in.BotID, ChatID: in.ChatID, ExternalID: in.ExternalID, Text: in.Text, Raw: string(in.Body), EditedAt: in.SentAt,
	}
	if in.EditedAt != nil {
		e.EditedAt = *in.EditedAt
	}
	return r.Service.EditIncoming(ctx, tx, e)
}

type people struct{ *contact.Service }

func (p people) Touch(ctx context.Context, tx *db.Tx, ws uuid.UUID, channel string, who inbox.Person) (inbox.Known, bool, error) {
	c, created, err := p.Service.Touch(ctx, tx, ws, contact.Identity{
		Channel: channel, ExternalID: who.ExternalID, Username: who.Username, Name: who.Name, Language: who.Language,
	})
	return inbox.Known{ID: c.ID, Name: c.Name, Language: c.Language}, created, err
}

// newSlices is a world whose contacts and inbox are the real ones.
func newSlices(t testing.TB, d *db.DB, c clock.Clock) *world {
	w := newWorld(t, d)
	log := events.NewLog(c, nil)
	who := people{contact.New(d, c, log)}
	in := realInbox{inbox.New(d, c, log, inbox.Ports{Contacts: who})}
	w.in = intake.New(d, c, log, slog.New(slog.DiscardHandler), intake.Deps{
		Phones: who, Inbox: in, Chats: in, Messaging: w, Media: w, Notices: w, Links: w,
	})
	seedWorkspace(t, d, w.bot.WorkspaceID, start)
	return w
}

func TestWithTheRealInbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSlices(t, d, clock.NewFake(start))
		w.bot.Greeting = map[string]string{"en": "Hi {name}"}
		album := func(update, id int64, file, caption string) string {
			return message(update, 100, id, fmt.Sprintf(`"media_group_id":"77","caption":%q,"photo":[{"file_id":%q,"file_unique_id":%q,"width":90,"height":60}]`, caption, file, file))
		}
		w.mustAccept(text(1, 100, 1, "hello"))
		w.mustAccept(text(1, 100, 1, "hello"))
		w.mustAccept(album(2, 2, "a", "my car"))
		w.mustAccept(album(3, 3, "b", ""))
		w.mustAccept(album(3, 3, "b", ""))
		w.mustAccept(message(4, 100, 4, `"contact":{"phone_number":"+380501112233","first_name":"Ann","user_id":100}`))
		w.mustAccept(`{"update_id":5,"my_chat_member":{"chat":{"id":100,"type":"private"},"from":{"id":100,"first_name":"Ann"},"date":1,"new_chat_member":{"status":"kicked"}}}`)
		ws := w.bot.WorkspaceID
		for what, want := range map[string]int64{
			"SELECT count(*) FROM messages WHERE workspace_id = ?":                             3,
			"SELECT count(*) FROM messages WHERE workspace_id = ? AND kind = 'album'":          1,
			"SELECT count(*) FROM attachments WHERE workspace_id = ?":                          2,
			"SELECT count(*) FROM contacts WHERE workspace_id = ? AND phone = '+380501112233'": 1,
			"SELECT unread_count FROM conversations WHERE workspace_id = ?":                    3,
			"SELECT count(*) FROM conversations WHERE workspace_id = ? AND is_blocked":         1,
			"SELECT count(*) FROM failed_updates WHERE workspace_id = ?":                       0,
		} {
			if n := w.count(what, ws); n != want {
				t.Errorf("%s: %d, want %d", what, n, want)
			}
		}
		if w.downloads != 2 || len(w.sent) != 1 || w.sent[0].Text != "Hi Ann Lee" {
			t.Errorf("%d downloads, sent %+v", w.downloads, w.sent)
		}
		// the same message under a new update id, as after a restored backup, is not doubled
		w.mustAccept(text(99, 100, 1, "hello"))
		if n := w.count("SELECT count(*) FROM messages WHERE workspace_id = ?", ws); n != 3 {
			t.Errorf("%d messages", n)
		}
	})
}

// What a person applies although its number is taken stands beside the message that has
// the number, and an edit of that message still finds it.
func TestApplyAnywayKeepsBothMessages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSlices(t, d, clock.NewFake(start))
		ws := w.bot.WorkspaceID
		album := func(update, id int64, file string) string {
			return message(update, 100, id, fmt.Sprintf(`"media_group_id":"77","photo":[{"file_id":%q,"file_unique_id":%q,"width":90,"height":60}]`, file, file))
		}
		w.mustAccept(text(1, 100, 1, "hello"))
		w.mustAccept(album(2, 2, "a"))
		w.mustAccept(album(3, 3, "b"))
		w.mustAccept(text(1, 100, 1, "other body"))      // another body under the update's id
		w.mustAccept(album(3, 3, "c"))                   // another photo under a part's number
		w.mustAccept(text(9, 100, 1, "numbers restart")) // a new update with a number that is taken
		list, err := w.in.Failures(t.Context(), ws, nil, nil, 10)
		if err != nil || len(list) != 3 {
			t.Fatalf("%+v %v", list, err)
		}
		for _, f := range list {
			if strings.Contains(f.Error, "sql") || strings.Contains(f.Error, "constraint") || !strings.HasSuffix(f.Error, ".") {
				t.Errorf("an administrator reads %q", f.Error)
			}
		}
		for i := len(list) - 1; i >= 0; i-- {
			if err := w.in.Retry(t.Context(), w.bot, list[i].ID, true); err != nil {
				t.Fatalf("%s: %v", list[i].Reason, err)
			}
		}
		w.mustAccept(`{"update_id":10,"edited_message":{"message_id":1,"date":1,"edit_date":2,"chat":{"id":100,"type":"private"},"from":{"id":100,"first_name":"Ann"},"text":"hello there"}}`)
		type row struct {
			Text, Kind string
			Payload    db.JSON[inbox.Payload]
			ExternalID *int64
		}
		rows, err := db.All[row](t.Context(), d.Read(), "SELECT text, kind, payload, external_id FROM messages WHERE workspace_id = ? ORDER BY seq", ws)
		if err != nil || len(rows) != 5 {
			t.Fatalf("%+v %v", rows, err)
		}
		for i, want := range []row{{Text: "hello there", Kind: "text"}, {Kind: "album"}, {Text: "other body", Kind: "text"}, {Kind: "photo"}, {Text: "numbers restart", Kind: "text"}} {
			got, own := rows[i], i > 1
			if got.Text != want.Text || got.Kind != want.Kind || got.Payload.V.Conflict != own || (got.ExternalID == nil) != own {
				t.Errorf("message %d is %+v", i+1, got)
			}
		}
		if n := w.count("SELECT count(*) FROM attachments WHERE workspace_id = ?", ws); n != 3 {
			t.Errorf("%d files", n)
		}
		if n := w.count("SELECT count(*) FROM failed_updates WHERE workspace_id = ? AND state = 'open'", ws); n != 0 {
			t.Errorf("%d are still open", n)
		}
	})
}

// A text of a known chat, 40 callers over 200 chats, as the webhook calls it.
func BenchmarkAccept(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := newSlices(b, open(b), clock.System{})
			const chats = 200
			for i := range int64(chats) {
				w.mustAccept(text(i+1, 100+i, 1, "first"))
			}
			var n atomic.Int64
			n.Store(chats)
			b.SetParallelism(20)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					if err := w.accept(text(i, 100+i%chats, i, "Is the X5 still there?")); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

func seedWorkspace(t testing.TB, d *db.DB, ws uuid.UUID, now any) {
	t.Helper()
	if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO workspaces (id, slug, name, plan, color, timezone, language, currency, country, hours, holidays, is_active, version, created_at, updated_at)
			VALUES (?,?,'Авто & Co','FREE','','Europe/Kyiv','uk','USD','UA','{}','[]',TRUE,1,?,?)`, ws, "w-"+ident.New().String(), now, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
