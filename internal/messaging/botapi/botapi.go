// Package botapi carries messages through Telegram's Bot API.
//
//	Parcel ──▶ method and parameters (+ files: by file_id, else streamed) ──▶ ids of the messages
//	                                               └──▶ messaging.Failure: its kind, and whether it can have gone out
//
// A file is uploaded once per bot and kind; then its file_id is reused.
package botapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"cartie/internal/messaging"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/botapi"
)

// File names a file at Telegram, for one bot and as one kind.
type File struct {
	WorkspaceID, BotID, MediaID uuid.UUID
	Kind                        string
}

// Media opens stored files and remembers how Telegram names them.
type Media interface {
	Open(ctx context.Context, ws, mediaID uuid.UUID) (io.ReadCloser, error)
	FileID(ctx context.Context, f File) (string, bool, error)
	KeepFileID(ctx context.Context, f File, fileID, fileUniqueID string) error
}

// Carrier makes the calls.
type Carrier struct {
	api   *botapi.Client
	media Media
	log   *slog.Logger
}

// New returns a carrier.
func New(api *botapi.Client, media Media, log *slog.Logger) *Carrier {
	return &Carrier{api: api, media: media, log: log}
}

// Carry makes the call of a parcel. The error is a *messaging.Failure.
func (c *Carrier) Carry(ctx context.Context, p messaging.Parcel) ([]int64, error) {
	var ids []int64
	var err error
	switch p.Operation {
	case messaging.OpEdit:
		err = c.edit(ctx, p)
	case messaging.OpDelete:
		err = c.delete(ctx, p)
	default:
		ids, err = c.send(ctx, p, true)
		if wrongFileID(err) { // refused, so nothing went out; upload it once more
			ids, err = c.send(ctx, p, false)
		}
	}
	if err != nil {
		return nil, failure(err)
	}
	return ids, nil
}

// failure turns the client's error into messaging's.
func failure(err error) *messaging.Failure {
	var e *botapi.Error
	if !errors.As(err, &e) { // before any call
		f := &messaging.Failure{Kind: messaging.Internal, Text: "The message could not be prepared.", NotSent: true}
		switch errs.KindOf(err) {
		case errs.KindNotFound:
			f.Text = "The file of this message does not exist any more."
		case errs.KindUnavailable:
			f.Kind, f.Text = messaging.Unavailable, "The file store or database did not answer."
		}
		return f
	}
	f := &messaging.Failure{
		Kind: messaging.Internal, Code: e.Code, Text: e.Description, RetryAfter: e.RetryAfter, MigrateTo: e.MigrateTo, NotSent: e.NotSent,
	}
	switch e.Kind {
	case botapi.Blocked:
		f.Kind = messaging.Blocked
	case botapi.ChatNotFound:
		f.Kind = messaging.ChatNotFound
	case botapi.BadRequest, botapi.Conflict:
		f.Kind = messaging.BadRequest
	case botapi.TooLarge:
		f.Kind = messaging.TooLarge
	case botapi.Unauthorized:
		f.Kind = messaging.Unauthorized
	case botapi.Limited:
		f.Kind = messaging.Limited
	case botapi.Unavailable, botapi.Unknown:
		f.Kind = messaging.Unavailable
		if errs.Is(err, errs.KindNotFound) {
			f.Kind, f.Text = messaging.Internal, "The file of this message does not exist any more."
		}
	}
	return f
}

func says(err error, parts ...string) bool {
	var e *botapi.Error
	if !errors.As(err, &e) || e.Kind != botapi.BadRequest {
		return false
	}
	text := strings.ToLower(e.Description)
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

func wrongFileID(err error) bool {
	return says(err, "wrong file identifier", "wrong remote file", "wrong file_id", "invalid file_id", "file reference", "file is temporarily unavailable")
}

// methods by kind; the file travels in the parameter named like the kind.
var methods = map[string]string{
	messaging.Photo: "sendPhoto", messaging.Document: "sendDocument", messaging.Voice: "sendVoice",
	messaging.Video: "sendVideo", messaging.VideoNote: "sendVideoNote", messaging.Animation: "sendAnimation",
	messaging.Audio: "sendAudio", messaging.Sticker: "sendSticker",
}

func (c *Carrier) send(ctx context.Context, p messaging.Parcel, reuse bool) ([]int64, error) {
	params := botapi.Params{"chat_id": p.ChatID}
	if p.ReplyTo != 0 {
		params["reply_parameters"] = map[string]any{"message_id": p.ReplyTo, "allow_sending_without_reply": true}
	}
	if m := replyMarkup(p.Content); m != nil {
		params["reply_markup"] = m
	}
	if p.Content.Kind == messaging.Text {
		params["text"], params["parse_mode"] = p.Content.Text, "HTML"
		raw, err := c.api.Call(ctx, p.Token, "sendMessage", params)
		return messageIDs(raw), err
	}
	if p.Content.Kind == messaging.Album {
		return c.sendAlbum(ctx, p, params, reuse)
	}
	method, ok := methods[p.Content.Kind]
	if !ok || len(p.Content.Attachments) != 1 {
		return nil, errs.Invalid("content", "This content cannot be sent.")
	}
	if p.Content.Text != "" {
		params["caption"], params["parse_mode"] = p.Content.Text, "HTML"
	}
	a := p.Content.Attachments[0]
	a.Kind = p.Content.Kind
	shape(params, a)
	part, err := c.part(ctx, p, a, a.Kind, reuse)
	if err != nil {
		return nil, err
	}
	if part.fileID != "" {
		params[a.Kind] = part.fileID
	}
	raw, err := c.api.Call(ctx, p.Token, method, params, part.files()...)
	if err != nil {
		return nil, err
	}
	c.keep(ctx, raw, []piece{part})
	return messageIDs(raw), nil
}

func (c *Carrier) sendAlbum(ctx context.Context, p messaging.Parcel, params botapi.Params, reuse bool) ([]int64, error) {
	var media []botapi.Params
	var parts []piece
	var uploads []botapi.File
	for i, a := range p.Content.Attachments {
		field := "file" + strconv.Itoa(i)
		part, err := c.part(ctx, p, a, field, reuse)
		if err != nil {
			return nil, err
		}
		item := botapi.Params{"type": a.Kind, "media": part.fileID}
		if part.fileID == "" {
			item["media"] = "attach://" + field
		}
		if i == 0 && p.Content.Text != "" {
			item["caption"], item["parse_mode"] = p.Content.Text, "HTML"
		}
		shape(item, a)
		media = append(media, item)
		parts = append(parts, part)
		uploads = append(uploads, part.files()...)
	}
	params["media"] = media
	raw, err := c.api.Call(ctx, p.Token, "sendMediaGroup", params, uploads...)
	if err != nil {
		return nil, err
	}
	c.keep(ctx, raw, parts)
	return messageIDs(raw), nil
}

// shape adds what players want to know beforehand.
func shape(params botapi.Params, a messaging.Attachment) {
	add := func(name string, v int) {
		if v > 0 {
			params[name] = v
		}
	}
	switch a.Kind {
	case messaging.Video, messaging.Animation:
		add("width", a.Width)
		add("height", a.Height)
		add("duration", a.Duration)
		if a.Kind == messaging.Video {
			params["supports_streaming"] = true
		}
	case messaging.Audio, messaging.Voice, messaging.VideoNote:
		add("duration", a.Duration)
	}
}

// piece is a file of a message: known to Telegram already, or to be uploaded.
type piece struct {
	File
	fileID string
	upload *botapi.File
}

func (p piece) files() []botapi.File {
	if p.upload == nil {
		return nil
	}
	return []botapi.File{*p.upload}
}

func (c *Carrier) part(ctx context.Context, p messaging.Parcel, a messaging.Attachment, field string, reuse bool) (piece, error) {
	out := piece{File: File{WorkspaceID: p.WorkspaceID, BotID: p.BotID, MediaID: a.MediaID, Kind: a.Kind}}
	if reuse {
		id, ok, err := c.media.FileID(ctx, out.File)
		if err != nil {
			return out, err
		}
		if ok {
			out.fileID = id
			return out, nil
		}
	}
	name := a.Name
	if name == "" {
		name = a.Kind
	}
	out.upload = &botapi.File{Field: field, Name: name, Open: func() (io.ReadCloser, error) {
		return c.media.Open(ctx, p.WorkspaceID, a.MediaID)
	}}
	return out, nil
}

// sent is as much of an answered message as is of use.
type sent struct {
	MessageID int64    `json:"message_id"`
	Photo     []fileAt `json:"photo"`
	Document  *fileAt  `json:"document"`
	Voice     *fileAt  `json:"voice"`
	Video     *fileAt  `json:"video"`
	VideoNote *fileAt  `json:"video_note"`
	Animation *fileAt  `json:"animation"`
	Audio     *fileAt  `json:"audio"`
	Sticker   *fileAt  `json:"sticker"`
}

type fileAt struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
}

func (s sent) file(kind string) *fileAt {
	switch kind {
	case messaging.Photo:
		if n := len(s.Photo); n > 0 {
			return &s.Photo[n-1] // the largest
		}
		return nil
	case messaging.Document:
		return s.Document
	case messaging.Voice:
		return s.Voice
	case messaging.Video:
		return s.Video
	case messaging.VideoNote:
		return s.VideoNote
	case messaging.Animation:
		return s.Animation
	case messaging.Audio:
		return s.Audio
	case messaging.Sticker:
		return s.Sticker
	}
	return nil
}

// messages reads a message or a list of them; what cannot be read was sent all the same.
func messages(raw json.RawMessage) []sent {
	var list []sent
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one sent
	if json.Unmarshal(raw, &one) == nil && one.MessageID != 0 {
		return []sent{one}
	}
	return nil
}

func messageIDs(raw json.RawMessage) []int64 {
	var out []int64
	for _, m := range messages(raw) {
		out = append(out, m.MessageID)
	}
	return out
}

// keep remembers the names of what was uploaded. Failing costs another upload, no more.
func (c *Carrier) keep(ctx context.Context, raw json.RawMessage, parts []piece) {
	list := messages(raw)
	for i, p := range parts {
		if p.upload == nil || i >= len(list) {
			continue
		}
		f := list[i].file(p.Kind)
		if f == nil || f.FileID == "" {
			continue
		}
		if err := c.media.KeepFileID(ctx, p.File, f.FileID, f.FileUniqueID); err != nil && c.log != nil {
			c.log.WarnContext(ctx, "remembering a file at Telegram", "error", err)
		}
	}
}

// replyMarkup is what a message has below it: buttons, a keyboard, or nothing.
func replyMarkup(c messaging.Content) any {
	k := c.Keyboard
	switch {
	case k == nil:
		return inline(c.Buttons)
	case k.Remove:
		return map[string]any{"remove_keyboard": true}
	}
	rows := make([][]map[string]any, len(k.Rows))
	for i, row := range k.Rows {
		for _, key := range row {
			out := map[string]any{"text": key.Text}
			if key.Contact {
				out["request_contact"] = true
			}
			rows[i] = append(rows[i], out)
		}
	}
	return map[string]any{"keyboard": rows, "resize_keyboard": true, "one_time_keyboard": k.OneTime}
}

func inline(rows [][]messaging.Button) any {
	if len(rows) == 0 {
		return nil
	}
	out := make([][]map[string]string, len(rows))
	for i, row := range rows {
		out[i] = []map[string]string{}
		for _, b := range row {
			k := map[string]string{"text": b.Text}
			if b.URL != "" {
				k["url"] = b.URL
			} else {
				k["callback_data"] = b.Data
			}
			out[i] = append(out[i], k)
		}
	}
	return map[string]any{"inline_keyboard": out}
}

func (c *Carrier) edit(ctx context.Context, p messaging.Parcel) error {
	if len(p.Targets) == 0 {
		return errs.Invalid("targets", "There is no message to edit.")
	}
	method, field := "editMessageCaption", "caption" // of an album: the first part carries it
	if p.Content.Kind == messaging.Text {
		method, field = "editMessageText", "text"
	}
	params := botapi.Params{"chat_id": p.ChatID, "message_id": p.Targets[0], field: p.Content.Text, "parse_mode": "HTML"}
	if m := inline(p.Content.Buttons); m != nil {
		params["reply_markup"] = m // left out, Telegram would take the buttons away
	}
	_, err := c.api.Call(ctx, p.Token, method, params)
	if says(err, "message is not modified") {
		return nil
	}
	return err
}

func (c *Carrier) delete(ctx context.Context, p messaging.Parcel) error {
	method, params := "deleteMessages", botapi.Params{"chat_id": p.ChatID, "message_ids": p.Targets}
	if len(p.Targets) == 1 {
		method, params = "deleteMessage", botapi.Params{"chat_id": p.ChatID, "message_id": p.Targets[0]}
	}
	_, err := c.api.Call(ctx, p.Token, method, params)
	if says(err, "message to delete not found") {
		return nil
	}
	return err
}
