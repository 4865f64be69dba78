package messaging_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/messaging"
	carrier "cartie/internal/messaging/botapi"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

func picture(shade uint8) []byte {
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	img.Set(1, 1, color.Gray{shade})
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

func (w *world) attach(kind, name string, content []byte) messaging.Attachment {
	return messaging.Attachment{MediaID: w.shelf.add(content), Kind: kind, Name: name, Size: int64(len(content))}
}

func TestFilesAreUploadedOnce(t *testing.T) {
	each(t, func(w *world) {
		photo := w.attach(messaging.Photo, "car.png", picture(1))
		c := messaging.Content{Kind: messaging.Photo, Text: "<b>Golf</b>", Attachments: []messaging.Attachment{photo}}
		w.expectAfter(w.send(c))
		w.expectAfter(w.send(c))
		calls := w.sandbox.Calls(w.bot.ID, "sendPhoto")
		if len(calls) != 2 || calls[0].Files["photo"] != "car.png" || len(calls[1].Files) != 0 || calls[1].Params["photo"] == "" {
			t.Fatalf("calls %+v", calls)
		}
		// Telegram has forgotten the name: uploaded once more, and the new one is kept.
		for f := range w.shelf.ids {
			w.shelf.ids[f] = "AgACAgIAAxkBAAI-forgotten"
		}
		w.expectAfter(w.send(c))
		w.expectAfter(w.send(c))
		calls = w.sandbox.Calls(w.bot.ID, "sendPhoto")
		if len(calls) != 5 || calls[2].OK || len(calls[3].Files) != 1 || len(calls[4].Files) != 0 || !calls[4].OK {
			t.Fatalf("calls %+v", calls)
		}
		if got := w.arrived(); !slices.Equal(got, []string{"Golf", "Golf", "Golf", "Golf"}) {
			t.Fatalf("got %v", got)
		}
	})
}

// expectAfter lets a minute pass, in which the message is sent.
func (w *world) expectAfter(r messaging.Receipt) {
	w.Helper()
	w.run(time.Minute)
	if got := w.state(r); got[0] != messaging.Sent {
		text, _ := db.One[string](w.Context(), w.DB.Read(), "SELECT error FROM deliveries WHERE workspace_id = ? AND id = ?", w.Workspace, r.DeliveryID)
		w.Fatalf("is %v: %s", got, text)
	}
	w.expect(r, messaging.Sent)
}

func TestEveryKindOfFileTravels(t *testing.T) {
	each(t, func(w *world) {
		for kind, content := range map[string][]byte{
			messaging.Document: []byte("%PDF-1.4"), messaging.Voice: []byte("OggS voice"), messaging.Video: []byte("\x00\x00\x00\x18ftypmp42"),
			messaging.VideoNote: []byte("\x00\x00\x00\x18ftypmp42"), messaging.Audio: []byte("ID3 audio"), messaging.Animation: []byte("GIF89a"),
			messaging.Sticker: []byte("RIFF\x00\x00\x00\x00WEBPVP8 "),
		} {
			w.expectAfter(w.send(messaging.Content{Kind: kind, Attachments: []messaging.Attachment{w.attach(kind, kind+".bin", content)}}))
		}
		if len(w.shelf.ids) < 6 {
			t.Fatalf("names kept for %v", w.shelf.ids)
		}
	})
}

func TestAlbumIsOneCallAndKnowsItsParts(t *testing.T) {
	each(t, func(w *world) {
		c := messaging.Content{Kind: messaging.Album, Text: "дві світлини", Attachments: []messaging.Attachment{
			w.attach(messaging.Photo, "1.png", picture(1)), w.attach(messaging.Photo, "2.png", picture(2)),
		}}
		first := w.send(c)
		w.expectAfter(first)
		w.expectAfter(w.send(c))
		calls := w.sandbox.Calls(w.bot.ID, "sendMediaGroup")
		if len(calls) != 2 || len(calls[0].Files) != 2 || len(calls[1].Files) != 0 {
			t.Fatalf("calls %+v", calls)
		}
		parts, err := db.All[int64](t.Context(), w.DB.Read(), "SELECT external_id FROM attachments WHERE workspace_id = ? AND message_id = ? ORDER BY position", w.Workspace, first.MessageID)
		if err != nil || len(parts) != 2 || parts[0] == parts[1] {
			t.Fatalf("parts %v %v", parts, err)
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Delete(ctx, tx, messaging.Target{
				WorkspaceID: w.Workspace, ConversationID: w.conv, MessageID: first.MessageID, BotID: w.Bot, ChatID: w.user.ID,
				Kind: messaging.Album, ExternalIDs: parts,
			})
		})
		w.run(time.Minute)
		if n := len(w.arrived()); n != 2 {
			t.Fatalf("%d messages are left", n)
		}
	})
}

func TestEditRepliesButtonsAndDelete(t *testing.T) {
	each(t, func(w *world) {
		asked := w.Receive(w.From(w.user.ID, "Олена", "яка ціна?"))
		// The sandbox must know the message that is answered.
		m, err := w.sandbox.Say(w.bot.ID, w.user.ID, "яка ціна?")
		if err != nil {
			t.Fatal(err)
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE messages SET external_id = ? WHERE workspace_id = ? AND id = ?", m.MessageID+0, w.Workspace, asked.MessageID)
			return err
		})
		c := text("<b>12 500</b>")
		c.ReplyToID, c.Buttons = &asked.MessageID, [][]messaging.Button{{{Text: "Беру", Data: "buy"}, {Text: "Сайт", URL: "https://example.com/a"}}}
		first := w.send(c)
		c2 := text("і торг")
		c2.ReplyToID = &first.MessageID // still waiting itself
		second := w.send(c2)
		w.run(time.Minute)
		w.expect(second, messaging.Sent)
		list := w.sandbox.Messages(w.bot.ID, w.user.ID)
		one, two := list[len(list)-2], list[len(list)-1]
		if one.ReplyToMessage == nil || one.ReplyToMessage.MessageID != m.MessageID || one.ReplyMarkup == nil {
			t.Fatalf("got %+v", one)
		}
		if two.ReplyToMessage == nil || two.ReplyToMessage.MessageID != one.MessageID {
			t.Fatalf("got %+v", two)
		}
		target := messaging.Target{
			WorkspaceID: w.Workspace, ConversationID: w.conv, MessageID: first.MessageID, BotID: w.Bot, ChatID: w.user.ID,
			Kind: messaging.Text, ExternalIDs: []int64{one.MessageID}, Buttons: c.Buttons,
		}
		edit := func(s string) error {
			return w.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.msgs.Edit(ctx, tx, target, s) })
		}
		if err := edit("11 900"); err != nil {
			t.Fatal(err)
		}
		if err := edit("11 900"); err != nil { // the same once more is no failure
			t.Fatal(err)
		}
		if err := edit(strings.Repeat("я", 4097)); !errs.Is(err, errs.KindInvalid) {
			t.Fatalf("got %v", err)
		}
		w.run(time.Minute)
		if got := w.arrived(); !slices.Equal(got, []string{"11 900", "і торг"}) {
			t.Fatalf("got %v", got)
		}
		if n, err := db.One[int64](t.Context(), w.DB.Read(), "SELECT count(*) FROM deliveries WHERE workspace_id = ? AND operation = 'edit' AND state = 'sent'", w.Workspace); err != nil || n != 2 {
			t.Fatalf("%d edits %v", n, err)
		}
		for range 2 { // a deletion made twice is no failure either
			w.Tx(func(ctx context.Context, tx *db.Tx) error { return w.msgs.Delete(ctx, tx, target) })
		}
		w.run(time.Minute)
		if got := w.arrived(); !slices.Equal(got, []string{"і торг"}) {
			t.Fatalf("got %v", got)
		}
		if n, err := db.One[int64](t.Context(), w.DB.Read(), "SELECT count(*) FROM deliveries WHERE workspace_id = ? AND operation = 'delete' AND state = 'sent'", w.Workspace); err != nil || n != 2 {
			t.Fatalf("%d deletions %v", n, err)
		}
	})
}

func TestAMessageThatWaitsIsNotEdited(t *testing.T) {
	each(t, func(w *world) {
		r := w.send(text("чорнетка"))
		target := messaging.Target{WorkspaceID: w.Workspace, ConversationID: w.conv, MessageID: r.MessageID, BotID: w.Bot, ChatID: w.user.ID, Kind: inbox.Text}
		err := w.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.msgs.Edit(ctx, tx, target, "начисто") })
		if !errs.Is(err, errs.KindConflict) {
			t.Fatalf("got %v", err)
		}
		w.run(time.Minute)
		if got := w.arrived(); !slices.Equal(got, []string{"чорнетка"}) {
			t.Fatalf("got %v", got)
		}
	})
}

func TestAMissingFileFailsForGood(t *testing.T) {
	each(t, func(w *world) {
		r := w.send(messaging.Content{Kind: messaging.Photo, Attachments: []messaging.Attachment{{MediaID: uuid.New(), Kind: messaging.Photo}}})
		after := w.send(text("далі"))
		w.run(time.Hour)
		w.expect(r, messaging.Failed)
		w.expect(after, messaging.Sent)
		if n := len(w.sandbox.Calls(w.bot.ID, "sendPhoto")); n > 1 {
			t.Fatalf("%d calls", n)
		}
	})
}

var _ carrier.Media = (*shelf)(nil)

func TestKeyboardsComeAndGo(t *testing.T) {
	each(t, func(w *world) {
		ask := messaging.Content{Kind: messaging.Text, Text: "Ваш номер?", Keyboard: &messaging.Keyboard{
			OneTime: true, Rows: [][]messaging.Key{{{Text: "Поділитися", Contact: true}}, {{Text: "Назад"}, {Text: "Скасувати"}}},
		}}
		w.expectAfter(w.send(ask))
		said, err := w.sandbox.PressKey(w.bot.ID, w.user.ID, "Поділитися")
		if err != nil || len(said) != 1 || said[0].Contact == nil {
			t.Fatalf("the key gave %+v %v", said, err)
		}
		calls := w.sandbox.Calls(w.bot.ID, "sendMessage")
		want := `{"keyboard":[[{"request_contact":true,"text":"Поділитися"}],[{"text":"Назад"},{"text":"Скасувати"}]],"one_time_keyboard":true,"resize_keyboard":true}`
		if got := calls[len(calls)-1].Params["reply_markup"]; got != want {
			t.Errorf("sent %s", got)
		}
		w.expectAfter(w.send(messaging.Content{Kind: messaging.Text, Text: "Дякуємо", Keyboard: &messaging.Keyboard{Remove: true}}))
		if _, err := w.sandbox.PressKey(w.bot.ID, w.user.ID, "Назад"); err == nil {
			t.Error("the keyboard is still there")
		}
	})
}
