package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"cartie/internal/platform/errs"
	"cartie/internal/telegram/markup"
)

// MaxBody bounds one update, in bytes.
const MaxBody = 1 << 20

// Update is one understood update. Body is its compact form: the webhook and
// getUpdates give the same bytes, so the same hash.
type Update struct {
	ID   int64
	Kind string // the name of the field that holds it, "" when there is none
	Body []byte
	Hash [sha256.Size]byte

	message       *message
	editedMessage *message
	callback      *callbackQuery
	membership    *chatMemberUpdated

	// broken says why a known kind could not be read; the update is kept whole.
	broken error
	// byPerson is set while a person has the kept update applied.
	byPerson bool
}

// Parse reads an update. Only what is no update at all is an error: unknown kinds and
// fields are fine, a known kind that cannot be read is kept in the update as broken.
func Parse(raw []byte) (*Update, error) {
	if len(raw) > MaxBody {
		return nil, errs.TooLarge("An update is at most 1 MiB.")
	}
	return parse(raw)
}

func parse(raw []byte) (*Update, error) {
	raw = bytes.ToValidUTF8(raw, []byte("�"))
	var buf bytes.Buffer
	buf.Grow(len(raw))
	if err := json.Compact(&buf, raw); err != nil {
		return nil, errs.Invalid("body", "The body is not JSON.").Because(err)
	}
	u := &Update{Body: buf.Bytes()}
	u.Hash = sha256.Sum256(u.Body)
	var w struct {
		ID            *int64             `json:"update_id"`
		Message       *message           `json:"message"`
		EditedMessage *message           `json:"edited_message"`
		CallbackQuery *callbackQuery     `json:"callback_query"`
		MyChatMember  *chatMemberUpdated `json:"my_chat_member"`
	}
	err := json.Unmarshal(u.Body, &w)
	if err == nil && w.ID != nil {
		u.ID = *w.ID
		switch {
		case w.Message != nil:
			u.Kind, u.message = "message", w.Message
		case w.EditedMessage != nil:
			u.Kind, u.editedMessage = "edited_message", w.EditedMessage
		case w.CallbackQuery != nil:
			u.Kind, u.callback = "callback_query", w.CallbackQuery
		case w.MyChatMember != nil:
			u.Kind, u.membership = "my_chat_member", w.MyChatMember
		}
		if u.Kind != "" {
			return u, nil
		}
	}
	var fields map[string]json.RawMessage
	if ferr := json.Unmarshal(u.Body, &fields); ferr != nil {
		return nil, errs.Invalid("body", "The body is not an update.").Because(ferr)
	}
	id, ierr := strconv.ParseInt(string(fields["update_id"]), 10, 64)
	if ierr != nil {
		return nil, errs.Invalid("body", "The body is not an update: it has no update_id.").Because(ierr)
	}
	u.ID = id
	for _, k := range sortedKeys(fields) {
		if k != "update_id" {
			u.Kind = markup.Clean(k)
			break
		}
	}
	var te *json.UnmarshalTypeError
	if errors.As(err, &te) {
		u.broken = errs.Invalid("body", fmt.Sprintf("The field %s cannot be read: it is a %s.", te.Field, te.Value)).Because(err)
	} else if err != nil {
		u.broken = errs.Invalid("body", fmt.Sprintf("The %s cannot be read.", u.Kind)).Because(err)
	}
	return u, nil
}

func sortedKeys(m map[string]json.RawMessage) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// chat returns the chat whose order the update belongs to; false when it has none.
func (u *Update) chat() (int64, bool) {
	switch {
	case u.message != nil:
		return u.message.Chat.ID, true
	case u.editedMessage != nil:
		return u.editedMessage.Chat.ID, true
	case u.callback != nil && u.callback.Message != nil:
		return u.callback.Message.Chat.ID, true
	case u.membership != nil:
		return u.membership.Chat.ID, true
	}
	return 0, false
}

// The parts of Telegram's objects that are used; ids have up to 52 bits, but 64 are kept.

type user struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Username     string `json:"username"`
	LanguageCode string `json:"language_code"`
}

type chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title"`
	Username  string `json:"username"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

type file struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"`
	FileName     string `json:"file_name"`
	MimeType     string `json:"mime_type"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	Length       int    `json:"length"` // a video note's side
	Duration     int    `json:"duration"`
	Title        string `json:"title"`
	Performer    string `json:"performer"`
	Emoji        string `json:"emoji"`
	IsAnimated   bool   `json:"is_animated"`
	IsVideo      bool   `json:"is_video"`
}

type location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

type message struct {
	MessageID       int64           `json:"message_id"`
	Date            int64           `json:"date"`
	EditDate        int64           `json:"edit_date"`
	From            *user           `json:"from"`
	SenderChat      *chat           `json:"sender_chat"`
	Chat            chat            `json:"chat"`
	ReplyTo         *messageRef     `json:"reply_to_message"`
	Quote           *quote          `json:"quote"`
	ForwardOrigin   *origin         `json:"forward_origin"`
	MediaGroupID    string          `json:"media_group_id"`
	Text            string          `json:"text"`
	Entities        []markup.Entity `json:"entities"`
	Caption         string          `json:"caption"`
	CaptionEntities []markup.Entity `json:"caption_entities"`
	Photo           []file          `json:"photo"`
	Video           *file           `json:"video"`
	Animation       *file           `json:"animation"`
	Audio           *file           `json:"audio"`
	Voice           *file           `json:"voice"`
	VideoNote       *file           `json:"video_note"`
	Document        *file           `json:"document"`
	Sticker         *file           `json:"sticker"`
	Contact         *struct {
		PhoneNumber string `json:"phone_number"`
		FirstName   string `json:"first_name"`
		LastName    string `json:"last_name"`
		UserID      int64  `json:"user_id"`
	} `json:"contact"`
	Location *location `json:"location"`
	Venue    *struct {
		Location location `json:"location"`
		Title    string   `json:"title"`
		Address  string   `json:"address"`
	} `json:"venue"`
	Dice *struct {
		Emoji string `json:"emoji"`
		Value int    `json:"value"`
	} `json:"dice"`
	NewChatMembers  []user       `json:"new_chat_members"`
	LeftChatMember  *user        `json:"left_chat_member"`
	NewChatTitle    string       `json:"new_chat_title"`
	MigrateToChat   int64        `json:"migrate_to_chat_id"`
	MigrateFromChat int64        `json:"migrate_from_chat_id"`
	ReplyMarkup     *replyMarkup `json:"reply_markup"`
}

type messageRef struct {
	MessageID int64 `json:"message_id"`
}

type quote struct {
	Text string `json:"text"`
}

type origin struct {
	SenderUser     *user  `json:"sender_user"`
	SenderUserName string `json:"sender_user_name"`
	SenderChat     *chat  `json:"sender_chat"`
	Chat           *chat  `json:"chat"`
}

type replyMarkup struct {
	InlineKeyboard [][]struct {
		Text         string `json:"text"`
		CallbackData string `json:"callback_data"`
	} `json:"inline_keyboard"`
}

type callbackQuery struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

type chatMemberUpdated struct {
	Chat chat  `json:"chat"`
	From user  `json:"from"`
	Date int64 `json:"date"`
	New  struct {
		Status   string `json:"status"`
		IsMember *bool  `json:"is_member"`
	} `json:"new_chat_member"`
}
