package demo

import (
	"bytes"
	"context"
	"embed"
	"slices"

	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/sandbox"
)

// assets are made for this demo: a spoken sentence, a sticker and a short clip.
//
//go:embed assets
var assets embed.FS

func asset(name string) []byte {
	data, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is in the binary
	}
	return data
}

const maxUpload = 5 << 20 // bytes

// What customers do.

// send performs an act of the customer.
func (s *scene) send(a sandbox.Act) error {
	a.Bot = s.bot.telegramID
	if a.User == 0 {
		a.User = s.user
	}
	if s.group != "" {
		a.Chat = s.chat
	}
	list, err := s.Sandbox.Send(a)
	if err == nil {
		s.said = list[len(list)-1]
	}
	return err
}

func says(at when, text string) line {
	return line{at, func(_ context.Context, s *scene) error { return s.send(sandbox.Act{Text: text}) }}
}

// saysAs is a line of another person in a group.
func saysAs(at when, who, text string) line {
	return line{at, func(_ context.Context, s *scene) error {
		return s.send(sandbox.Act{User: s.users[who], Text: text})
	}}
}

func starts(at when, payload string) line {
	return line{at, func(_ context.Context, s *scene) error {
		_, err := s.Sandbox.Start(s.bot.telegramID, s.user, payload)
		return err
	}}
}

// file is made when it is needed: drawing takes time.
type file struct {
	kind, name, mime string
	seconds          int
	data             func() []byte
}

func photo(p Picture) file {
	return file{kind: "photo", name: "photo.jpg", mime: "image/jpeg", data: p.JPEG}
}

func odometer(km int) file {
	return file{kind: "photo", name: "odometer.jpg", mime: "image/jpeg", data: func() []byte { return Odometer(km) }}
}

func papers(name string, page func() []byte) file {
	return file{kind: "document", name: name, mime: "application/pdf", data: func() []byte { return pdf(page()) }}
}

var (
	voice   = file{kind: "voice", name: "voice.ogg", mime: "audio/ogg", seconds: 6, data: func() []byte { return asset("voice.ogg") }}
	sticker = file{kind: "sticker", name: "sticker.webp", mime: "image/webp", data: func() []byte { return asset("sticker.webp") }}
	clip    = file{kind: "video", name: "clip.mp4", mime: "video/mp4", seconds: 3, data: func() []byte { return asset("clip.mp4") }}
)

// sends is a message with files; several are an album under one caption.
func sends(at when, caption string, files ...file) line {
	return line{at, func(_ context.Context, s *scene) error {
		var items []sandbox.Item
		for i, f := range files {
			it := sandbox.Item{
				Medium: sandbox.Medium{Kind: f.kind, Duration: f.seconds},
				Upload: sandbox.Upload{Name: f.name, Mime: f.mime, Data: f.data()},
			}
			if i == 0 {
				it.Caption = caption
			}
			items = append(items, it)
		}
		return s.send(sandbox.Act{Items: items})
	}}
}

func sharesPhone(at when, phone string) line {
	return line{at, func(_ context.Context, s *scene) error {
		for _, u := range s.Sandbox.Users() {
			if u.ID == s.user {
				return s.send(sandbox.Act{Contact: &sandbox.Contact{PhoneNumber: phone, FirstName: u.FirstName, LastName: u.LastName, UserID: u.ID}})
			}
		}
		return errs.NotFound("customer")
	}}
}

func sharesPlace(at when, lat, lon float64) line {
	return line{at, func(_ context.Context, s *scene) error {
		return s.send(sandbox.Act{Location: &sandbox.Location{Latitude: lat, Longitude: lon}})
	}}
}

// edits changes the customer's last message.
func edits(at when, text string) line {
	return line{at, func(_ context.Context, s *scene) error {
		_, err := s.Sandbox.Edit(s.bot.telegramID, s.user, s.said.Chat.ID, s.said.MessageID, text)
		return err
	}}
}

// presses a button under the last message of the bot that has buttons.
func presses(at when, button string) line {
	return line{at, func(_ context.Context, s *scene) error {
		thread := s.Sandbox.Messages(s.bot.telegramID, s.user)
		for _, m := range slices.Backward(thread) {
			if m.ReplyMarkup != nil {
				_, err := s.Sandbox.Press(s.bot.telegramID, s.user, 0, m.MessageID, button)
				return err
			}
		}
		return errs.NotFound("button")
	}}
}

func blocks(at when) line {
	return line{at, func(_ context.Context, s *scene) error {
		return s.Sandbox.Block(s.bot.telegramID, s.user, true)
	}}
}

// gathers makes the group; the bot is its administrator.
func gathers(at when) line {
	return line{at, func(_ context.Context, s *scene) error {
		members := []int64{s.user}
		for _, g := range s.guest {
			members = append(members, s.users[g])
		}
		chat, err := s.Sandbox.AddGroup(sandbox.NewGroup{Type: "group", Title: s.group, Members: members, Admins: []int64{s.bot.telegramID}})
		s.chat = chat.ID
		return err
	}}
}

// What members do.

// answers reads what came and writes.
func answers(at when, member, text string, files ...file) line {
	return reply(at, member, inbox.Reply{Text: text}, false, files...)
}

// quotes answers as a reply to the customer's last message.
func quotes(at when, member, text string) line {
	return reply(at, member, inbox.Reply{Text: text}, true)
}

func offers(at when, member, text string, buttons ...inbox.Button) line {
	var rows [][]inbox.Button
	for _, b := range buttons {
		rows = append(rows, []inbox.Button{b})
	}
	return reply(at, member, inbox.Reply{Text: text, Buttons: rows}, false)
}

func reply(at when, member string, r inbox.Reply, quote bool, files ...file) line {
	return line{at, func(ctx context.Context, s *scene) error {
		ctx, _, err := s.as(ctx, member)
		if err != nil {
			return err
		}
		c, err := s.conversation(ctx)
		if err != nil {
			return err
		}
		if _, err := s.Inbox.Read(ctx, s.ws, c.ID, c.LastSeq); err != nil {
			return err
		}
		out := r
		for _, f := range files {
			m, err := s.Media.Store(ctx, s.ws, f.name, bytes.NewReader(f.data()), maxUpload, media.Hint{Kind: f.kind, Mime: f.mime, Duration: f.seconds})
			if err != nil {
				return err
			}
			out.Attachments = append(out.Attachments, inbox.ReplyFile{MediaID: m.ID, Kind: f.kind})
		}
		if quote {
			thread, _, err := s.Inbox.Thread(ctx, s.ws, c.ID, inbox.Page{Limit: 10})
			if err != nil {
				return err
			}
			for _, m := range thread {
				if m.Direction == inbox.In {
					out.ReplyToID = &m.ID
				}
			}
		}
		_, err = s.Inbox.Answer(ctx, s.ws, c.ID, out)
		return err
	}}
}

// team runs what a member does with a conversation that they have read.
func team(at when, member string, do func(ctx context.Context, s *scene, c inbox.Conversation) error) line {
	return line{at, func(ctx context.Context, s *scene) error {
		ctx, _, err := s.as(ctx, member)
		if err != nil {
			return err
		}
		c, err := s.conversation(ctx)
		if err != nil {
			return err
		}
		if c, err = s.Inbox.Read(ctx, s.ws, c.ID, c.LastSeq); err != nil {
			return err
		}
		return do(ctx, s, c)
	}}
}

func notes(at when, member, text string) line {
	return team(at, member, func(ctx context.Context, s *scene, c inbox.Conversation) error {
		_, err := s.Inbox.AddNote(ctx, s.ws, c.ID, text)
		return err
	})
}

func assigns(at when, member, to string) line {
	return team(at, member, func(ctx context.Context, s *scene, c inbox.Conversation) error {
		m, ok := s.members[to]
		if !ok {
			return errs.NotFound("member")
		}
		_, err := s.Inbox.Assign(ctx, s.ws, c.ID, &m.UserID)
		return err
	})
}

func closes(at when, member string) line {
	return team(at, member, func(ctx context.Context, s *scene, c inbox.Conversation) error {
		_, err := s.Inbox.Close(ctx, s.ws, c.ID)
		return err
	})
}

func drafts(at when, member, text string) line {
	return team(at, member, func(ctx context.Context, s *scene, c inbox.Conversation) error {
		_, err := s.Inbox.SaveDraft(ctx, s.ws, c.ID, text, nil)
		return err
	})
}

func tags(at when, member string, list ...string) line {
	return team(at, member, func(ctx context.Context, s *scene, c inbox.Conversation) error {
		if c.ContactID == nil {
			return errs.NotFound("contact")
		}
		who, err := s.Contacts.Get(ctx, s.ws, *c.ContactID)
		if err != nil {
			return err
		}
		_, err = s.Contacts.Edit(ctx, s.ws, who.ID, who.Version, contact.Patch{Tags: &list})
		return err
	})
}

// What goes wrong.

// refused has Telegram say of the next message that the customer blocked the bot.
func refused(at when) line {
	return trouble(at, sandbox.Fault{Kind: sandbox.FaultBlocked})
}

// unsure breaks the connection after the next message was taken: nobody knows its fate.
func unsure(at when) line {
	return trouble(at, sandbox.Fault{Kind: sandbox.FaultTimeoutAfterAccept, DelayMS: 1})
}

func trouble(at when, f sandbox.Fault) line {
	return line{at, func(_ context.Context, s *scene) error {
		once := f
		once.Bot, once.Chat, once.Method, once.Count = s.bot.telegramID, s.chat, "sendMessage", 1
		_, err := s.Sandbox.Misbehave(once)
		return err
	}}
}
