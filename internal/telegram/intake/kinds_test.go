package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cartie/internal/platform/db/dbtest"
	"cartie/internal/telegram/intake"
)

func TestKindsOfMessages(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		check   func(in intake.Incoming) bool
	}{
		"formatted text": {`"text":"🚗 BMW & co","entities":[{"type":"bold","offset":3,"length":3}]`,
			func(in intake.Incoming) bool {
				return in.Kind == "text" && in.Text == "🚗 <b>BMW</b> &amp; co" && in.ReplyToExternalID == 0
			}},
		"reply with a quote": {`"text":"yes","reply_to_message":{"message_id":9,"date":1},"quote":{"text":"this one","position":0}`,
			func(in intake.Incoming) bool { return in.ReplyToExternalID == 9 && in.Payload.Quote == "this one" }},
		"forward": {`"text":"look","forward_origin":{"type":"hidden_user","sender_user_name":"Old friend","date":1}`,
			func(in intake.Incoming) bool { return in.Payload.Forward == "Old friend" }},
		"photo": {`"photo":[{"file_id":"s","file_unique_id":"a","width":90,"height":60},{"file_id":"l","file_unique_id":"b","width":1280,"height":720,"file_size":99},{"file_id":"m","file_unique_id":"c","width":320,"height":180}],"caption":"my <car>"`,
			func(in intake.Incoming) bool {
				a := in.Attachments
				return in.Kind == "photo" && in.Text == "my &lt;car&gt;" && len(a) == 1 && a[0].FileID == "l" && a[0].Size == 99 && a[0].Width == 1280
			}},
		"album part": {`"media_group_id":"77","photo":[{"file_id":"s","file_unique_id":"a","width":90,"height":60}]`,
			func(in intake.Incoming) bool { return in.AlbumID == "77" && in.Kind == "photo" }},
		"video": {`"video":{"file_id":"v","file_unique_id":"u","width":1,"height":2,"duration":3,"mime_type":"video/mp4","file_name":"a.mp4","file_size":9007199254740993}`, func(in intake.Incoming) bool {
			return attached("video", "v")(in) && in.Attachments[0].TooLarge
		}},
		"animation":  {`"animation":{"file_id":"g","file_unique_id":"u","width":1,"height":2,"duration":3},"document":{"file_id":"g","file_unique_id":"u"}`, attached("animation", "g")},
		"audio":      {`"audio":{"file_id":"a","file_unique_id":"u","duration":3,"performer":"X","title":"Y"}`, attached("audio", "a")},
		"voice":      {`"voice":{"file_id":"o","file_unique_id":"u","duration":3,"mime_type":"audio/ogg"}`, attached("voice", "o")},
		"video note": {`"video_note":{"file_id":"n","file_unique_id":"u","length":240,"duration":3}`, attached("video_note", "n")},
		"document":   {`"document":{"file_id":"d","file_unique_id":"u","file_name":"price.pdf"}`, attached("document", "d")},
		"sticker": {`"sticker":{"file_id":"k","file_unique_id":"u","type":"regular","width":512,"height":512,"is_animated":true,"is_video":false,"emoji":"👍"}`,
			func(in intake.Incoming) bool {
				return attached("sticker", "k")(in) && in.Payload.Emoji == "👍" && in.Attachments[0].Mime == "application/x-tgsticker"
			}},
		"somebody's contact": {`"contact":{"phone_number":"+380501112233","first_name":"Bo","user_id":5}`,
			func(in intake.Incoming) bool {
				return in.Kind == "contact" && *in.Payload.Contact == intake.ContactCard{Name: "Bo", Phone: "+380501112233", UserID: 5}
			}},
		"location": {`"location":{"latitude":50.45,"longitude":30.52}`,
			func(in intake.Incoming) bool { return in.Kind == "location" && in.Payload.Location.Latitude == 50.45 }},
		"venue": {`"location":{"latitude":1,"longitude":2},"venue":{"location":{"latitude":50.45,"longitude":30.52},"title":"Autohaus","address":"Main 1"}`,
			func(in intake.Incoming) bool {
				return *in.Payload.Location == intake.Location{Latitude: 50.45, Longitude: 30.52, Title: "Autohaus", Address: "Main 1"}
			}},
		"dice":                {`"dice":{"emoji":"🎲","value":5}`, func(in intake.Incoming) bool { return in.Text == "🎲 5" }},
		"what is yet to come": {`"hologram":{"a":1}`, func(in intake.Incoming) bool { return in.Kind == "service" && in.Payload.Service.Type == "hologram" }},
		"something with a caption": {`"paid_media":{"star_count":1},"caption":"see"`,
			func(in intake.Incoming) bool { return in.Kind == "text" && in.Text == "see" }},
		"start":                      {`"text":"/start promo-1_A"`, func(in intake.Incoming) bool { return in.Payload.Start == "promo-1_A" }},
		"start with an illegal load": {`"text":"/start a:b"`, func(in intake.Incoming) bool { return in.Payload.Start == "" }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dbtest.SQLite(t))
			w.mustAccept(message(1, 100, 1, c.content))
			if len(w.incoming) != 1 || !c.check(w.incoming[0]) {
				t.Fatalf("%+v", w.incoming)
			}
		})
	}
}

func TestFilesAreFetchedLater(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(message(1, 100, 1, `"voice":{"file_id":"o","file_unique_id":"u","duration":3}`))
		w.mustAccept(text(2, 100, 2, "no file"))
		if w.downloads != 1 {
			t.Fatalf("%d downloads", w.downloads)
		}
	})
}

func attached(kind, file string) func(intake.Incoming) bool {
	return func(in intake.Incoming) bool {
		return in.Kind == kind && len(in.Attachments) == 1 && in.Attachments[0].Kind == kind && in.Attachments[0].FileID == file
	}
}

func TestTheOwnContactGivesThePhone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(message(1, 100, 1, `"contact":{"phone_number":"+380501112233","first_name":"Ann","user_id":100}`))
		w.mustAccept(message(2, 100, 2, `"contact":{"phone_number":"+1","first_name":"Bo","user_id":5}`))
		w.mustAccept(message(3, 100, 3, `"contact":{"phone_number":"call me","first_name":"Ann","user_id":100}`))
		if !slices.Equal(w.phones, []string{"+380501112233"}) || len(w.incoming) != 3 {
			t.Fatalf("phones %q, %d messages", w.phones, len(w.incoming))
		}
	})
}

func TestAnEditChangesTheMessage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(text(1, 100, 1, "twelve"))
		edit := func(update, id int64, s string) string {
			return strings.Replace(message(update, 100, id, fmt.Sprintf(`"edit_date":1795428060,"text":%q`, s)), `"message":`, `"edited_message":`, 1)
		}
		w.mustAccept(edit(2, 1, "thirteen"))
		w.mustAccept(edit(3, 44, "older than the bot"))
		if got := w.texts(); !slices.Equal(got, []string{"thirteen", "older than the bot"}) || len(w.edits) != 1 || w.edits[0].EditedAt == nil {
			t.Fatalf("kept %q, edits %+v", got, w.edits)
		}
	})
}

func TestAPressedButtonIsRecordedAndAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(`{"update_id":1,"callback_query":{"id":"4382bfdwdsb323b2d9","from":{"id":100,"first_name":"Ann"},"chat_instance":"x","data":"v:1",
			"message":{"message_id":7,"date":1,"chat":{"id":100,"type":"private","first_name":"Ann"},"text":"Choose","reply_markup":{"inline_keyboard":[[{"text":"Site","url":"https://a.b"},{"text":"Yes & go","callback_data":"v:1"}]]}}}}`)
		got := w.incoming[0]
		if got.Text != "Yes &amp; go" || got.Payload.Callback.Data != "v:1" || got.ReplyToExternalID != 7 || got.ExternalID != 0 || got.Kind != "callback" || got.Person.TelegramID != 100 {
			t.Fatalf("%+v", got)
		}
		if !slices.Equal(w.callbacks, []string{"4382bfdwdsb323b2d9"}) {
			t.Fatalf("answered %q", w.callbacks)
		}
	})
}

func TestBlockingAndComingBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		member := func(update int64, chat, kind, status string) string {
			return fmt.Sprintf(`{"update_id":%d,"my_chat_member":{"chat":{"id":%s,"type":%q,"title":"T"},"from":{"id":100,"first_name":"Ann"},"date":1795428000,"old_chat_member":{"status":"member"},"new_chat_member":{"status":%q,"user":{"id":777}}}}`, update, chat, kind, status)
		}
		w.mustAccept(member(1, "100", "private", "kicked"))
		w.mustAccept(member(2, "100", "private", "member"))
		w.mustAccept(member(3, "-5", "group", "member"))
		w.mustAccept(group(4, -5, 1, `"new_chat_members":[{"id":777,"is_bot":true,"first_name":"Bot"}],"new_chat_participant":{"id":777}`))
		w.mustAccept(group(5, -5, 2, `"new_chat_members":[{"id":8,"first_name":"Eve"}]`))
		w.mustAccept(member(6, "-5", "group", "left"))
		w.mustAccept(member(7, "-100", "channel", "administrator"))
		if want := []string{"100 true", "100 false", "-5 false", "-5 true"}; !slices.Equal(w.blocked, want) {
			t.Fatalf("blocked %q", w.blocked)
		}
		var got []string
		for _, in := range w.incoming {
			got = append(got, in.Payload.Service.Type)
		}
		if want := []string{"bot_added", "new_chat_members", "bot_removed"}; !slices.Equal(got, want) || w.incoming[1].Payload.Service.Names[0] != "Eve" {
			t.Fatalf("service %q", got)
		}
		if n := w.count("SELECT count(*) FROM raw_updates"); n != 1 {
			t.Fatalf("%d raw", n)
		}
	})
}

func TestAGroupMovesToASupergroup(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(group(1, -5, 1, `"migrate_to_chat_id":-1009007199254740`))
		w.mustAccept(group(2, -1009007199254740, 1, `"migrate_from_chat_id":-5`))
		if want := []string{"-5 to -1009007199254740", "-5 to -1009007199254740"}; !slices.Equal(w.moved, want) || len(w.incoming) != 0 {
			t.Fatalf("moved %q, %d messages", w.moved, len(w.incoming))
		}
	})
}

func TestAGroupMessageNamesItsSenderAndIsNotAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.bot.Greeting = map[string]string{"en": "Hi"}
		w.mustAccept(group(1, -5, 1, `"text":"any X5?"`))
		got := w.incoming[0]
		if got.Person.TelegramID != 5 || *got.Payload.Sender != (intake.Sender{ID: 5, Name: "Bo"}) || got.Title != "Dealers" || got.ChatKind != "supergroup" {
			t.Fatalf("%+v", got)
		}
		if len(w.sent) != 0 || w.arrivals[0].Name != "Dealers" {
			t.Fatalf("sent %v, arrivals %v", w.sent, w.arrivals)
		}
	})
}

func TestAMembersLinkMakesNoCustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(text(1, 100, 1, "/start tl_good"))
		w.mustAccept(text(2, 100, 2, "/start tl_old"))
		if !slices.Equal(w.links, []string{"100 tl_good", "100 tl_old"}) || len(w.incoming) != 0 {
			t.Fatalf("links %q, %d messages", w.links, len(w.incoming))
		}
		if len(w.notices) != 2 || !strings.Contains(w.notices[0], "Авто &amp; Co") || !strings.Contains(w.notices[1], "no longer valid") {
			t.Fatalf("notices %q", w.notices)
		}
	})
}
