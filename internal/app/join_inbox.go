package app

import (
	"context"
	"io"
	"strconv"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/media/picture"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/intake"
)

// inboxOfIntake is the inbox as intake needs it.
type inboxOfIntake struct{ *inbox.Service }

func (j inboxOfIntake) Receive(ctx context.Context, tx *db.Tx, in intake.Incoming) (intake.Received, error) {
	out := inbox.Incoming{
		WorkspaceID: in.WorkspaceID, BotID: in.BotID, ChatID: in.ChatID, ChatKind: in.ChatKind, ChatTitle: in.Title,
		Kind: in.Kind, Text: in.Text, ExternalID: in.ExternalID, ReplyToExternalID: in.ReplyToExternalID,
		AlbumID: in.AlbumID, Payload: inboxPayload(in.Payload), Raw: string(in.Body), SentAt: in.SentAt,
		Own: in.Own,
	}
	if in.Person.TelegramID != 0 {
		out.Person = inbox.Person{
			ExternalID: strconv.FormatInt(in.Person.TelegramID, 10), Username: in.Person.Username,
			Name: in.Person.Name, Language: in.Person.Language,
		}
	}
	for _, a := range in.Attachments {
		out.Files = append(out.Files, inbox.IncomingFile{
			Kind: a.Kind, FileID: a.FileID, FileUniqueID: a.FileUniqueID, Name: a.Name, Mime: a.Mime, Size: a.Size,
			Width: a.Width, Height: a.Height, Duration: a.Duration, TooLarge: a.TooLarge,
		})
	}
	got, err := j.Service.Receive(ctx, tx, out)
	return intake.Received{
		ConversationID: got.ConversationID, MessageID: got.MessageID, NewConversation: got.NewConversation,
		ContactID: got.ContactID, ContactName: got.ContactName, ContactLanguage: got.ContactLanguage,
		AwayPeriod: got.AwayPeriod, AttachmentIDs: got.Attachments,
	}, err
}

func inboxPayload(p intake.Payload) inbox.Payload {
	var out inbox.Payload
	if p.Contact != nil {
		out.ContactCard = &inbox.ContactCard{Name: p.Contact.Name, Phone: p.Contact.Phone}
	}
	if p.Location != nil {
		out.Location = &inbox.Location{Lat: p.Location.Latitude, Lon: p.Location.Longitude, Title: p.Location.Title}
	}
	if p.Callback != nil {
		out.Callback = &inbox.Callback{Data: p.Callback.Data, Label: p.Callback.Label}
	}
	if p.Service != nil {
		out.Service = p.Service.Type
	}
	if p.Sender != nil {
		out.Sender = &inbox.Speaker{Name: p.Sender.Name, Username: p.Sender.Username}
	}
	return out
}

func (j inboxOfIntake) EditIncoming(ctx context.Context, tx *db.Tx, in intake.Incoming) (bool, error) {
	e := inbox.EditedIncoming{
		WorkspaceID: in.WorkspaceID, BotID: in.BotID, ChatID: in.ChatID, ExternalID: in.ExternalID,
		Text: in.Text, Raw: string(in.Body), EditedAt: in.SentAt,
	}
	if in.EditedAt != nil {
		e.EditedAt = *in.EditedAt
	}
	return j.Service.EditIncoming(ctx, tx, e)
}

// contactsOfInbox finds or makes the contact of who wrote.
type contactsOfInbox struct{ *contact.Service }

func (j contactsOfInbox) Touch(ctx context.Context, tx *db.Tx, ws uuid.UUID, channel string, who inbox.Person) (inbox.Known, bool, error) {
	c, created, err := j.Service.Touch(ctx, tx, ws, contact.Identity{
		Channel: channel, ExternalID: who.ExternalID, Username: who.Username, Name: who.Name, Language: who.Language,
	})
	return inbox.Known{ID: c.ID, Name: c.Name, Language: c.Language}, created, err
}

// membersOfInbox are those who may answer chats.
type membersOfInbox struct{ *account.Service }

func (j membersOfInbox) Members(ctx context.Context, q db.Querier, ws uuid.UUID) ([]inbox.Member, error) {
	list, err := j.Service.Members(ctx, q, ws)
	var out []inbox.Member
	for _, m := range list {
		if m.Role.Can(ident.AnswerChats) {
			out = append(out, inbox.Member{UserID: m.UserID, Name: m.Name, Role: m.Role})
		}
	}
	return out, err
}

// picturesOfWorkspace keeps logos.
type picturesOfWorkspace struct{ *media.Service }

// maxLogo in bytes.
const maxLogo = 5 << 20

func (j picturesOfWorkspace) SavePicture(ctx context.Context, ws uuid.UUID, name string, from io.Reader) (uuid.UUID, error) {
	m, err := j.Store(ctx, ws, name, from, maxLogo, media.Hint{Kind: picture.Photo})
	if err == nil && m.Kind != picture.Photo {
		err = errs.Invalid("file", "A logo is a JPEG, PNG or WebP picture.").Code("not_a_picture")
	}
	return m.ID, err
}
