package botapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// User is a bot or a person.
type User struct {
	ID                      int64  `json:"id"`
	IsBot                   bool   `json:"is_bot"`
	FirstName               string `json:"first_name"`
	LastName                string `json:"last_name"`
	Username                string `json:"username"`
	CanJoinGroups           bool   `json:"can_join_groups"`
	CanReadAllGroupMessages bool   `json:"can_read_all_group_messages"`
}

// BotLink is where a person talks to a bot; start is what follows /start, if anything.
func BotLink(username, start string) string {
	link := "https://t.me/" + username
	if start != "" {
		link += "?start=" + url.QueryEscape(start)
	}
	return link
}

// GetMe tells whose token it is.
func (c *Client) GetMe(ctx context.Context, token string) (User, error) {
	var u User
	err := c.call(ctx, token, "getMe", nil, &u)
	return u, err
}

// Webhook is what SetWebhook asks for.
type Webhook struct {
	URL            string
	Secret         string   // 1-256 of A-Z a-z 0-9 _ -
	AllowedUpdates []string // always the whole list: a missing one keeps the former setting
	MaxConnections int      // 1-100, 0 leaves Telegram's 40
	DropPending    bool
}

// SetWebhook asks Telegram to push updates.
func (c *Client) SetWebhook(ctx context.Context, token string, w Webhook) error {
	p := Params{"url": w.URL, "secret_token": w.Secret, "allowed_updates": w.AllowedUpdates}
	if w.MaxConnections > 0 {
		p["max_connections"] = w.MaxConnections
	}
	if w.DropPending {
		p["drop_pending_updates"] = true
	}
	return c.call(ctx, token, "setWebhook", p, nil)
}

// DeleteWebhook ends pushing; updates wait for GetUpdates.
func (c *Client) DeleteWebhook(ctx context.Context, token string, dropPending bool) error {
	return c.call(ctx, token, "deleteWebhook", Params{"drop_pending_updates": dropPending}, nil)
}

// WebhookInfo is how pushing goes.
type WebhookInfo struct {
	URL                  string   `json:"url"`
	PendingUpdateCount   int      `json:"pending_update_count"`
	IPAddress            string   `json:"ip_address"`
	LastErrorDate        int64    `json:"last_error_date"` // Unix seconds, 0 when there was none
	LastErrorMessage     string   `json:"last_error_message"`
	MaxConnections       int      `json:"max_connections"`
	AllowedUpdates       []string `json:"allowed_updates"`
	HasCustomCertificate bool     `json:"has_custom_certificate"`
}

// GetWebhookInfo tells where updates are pushed and how that goes.
func (c *Client) GetWebhookInfo(ctx context.Context, token string) (WebhookInfo, error) {
	var i WebhookInfo
	err := c.call(ctx, token, "getWebhookInfo", nil, &i)
	return i, err
}

// GetUpdates returns updates from the offset on, each as Telegram wrote it. It waits up
// to timeout (at most 50 s) for the first.
func (c *Client) GetUpdates(ctx context.Context, token string, offset int64, limit int, timeout time.Duration, allowed []string) ([]json.RawMessage, error) {
	var out []json.RawMessage
	p := Params{
		"offset": offset, "limit": limit,
		"timeout": int(min(timeout, 50*time.Second) / time.Second), "allowed_updates": allowed,
	}
	err := c.call(ctx, token, "getUpdates", p, &out)
	return out, err
}

// FileInfo says where a file can be fetched, for at least an hour.
type FileInfo struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"` // bytes, 0 when Telegram does not say
	Path         string `json:"file_path"` // for Download
}

// GetFile prepares a file for Download. Files over 20 MB are too_large.
func (c *Client) GetFile(ctx context.Context, token, fileID string) (FileInfo, error) {
	var f FileInfo
	err := c.call(ctx, token, "getFile", Params{"file_id": fileID}, &f)
	return f, err
}

// Download opens a file of GetFile. Reading past limit bytes fails with kind too_large.
// ctx must live until Close.
func (c *Client) Download(ctx context.Context, token, filePath string, limit int64) (io.ReadCloser, error) {
	segments := strings.Split(filePath, "/")
	for i, s := range segments {
		if s == ".." {
			return nil, &Error{Kind: BadRequest, NotSent: true, Description: "the file path is not a path"}
		}
		segments[i] = url.PathEscape(s)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Base+"/file/bot"+token+"/"+strings.Join(segments, "/"), nil)
	if err != nil {
		return nil, &Error{Kind: BadRequest, NotSent: true, Description: "the file address is not valid"}
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return nil, classify(err, token, &written{})
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		return nil, refusedDownload(res)
	}
	if res.ContentLength > limit {
		res.Body.Close()
		return nil, tooLarge()
	}
	return &bounded{body: res.Body, left: limit}, nil
}

func refusedDownload(res *http.Response) *Error {
	e := &Error{Kind: Unavailable, Code: res.StatusCode, NotSent: true, Description: http.StatusText(res.StatusCode)}
	switch res.StatusCode {
	case http.StatusUnauthorized:
		e.Kind = Unauthorized
	case http.StatusNotFound, http.StatusBadRequest, http.StatusGone:
		e.Kind = BadRequest
	case http.StatusTooManyRequests:
		e.Kind, e.RetryAfter = Limited, defaultRetryAfter
	}
	return e
}

func tooLarge() *Error {
	return &Error{Kind: TooLarge, NotSent: true, Description: "the file is larger than allowed"}
}

// bounded fails when more than left bytes come.
type bounded struct {
	body io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLarge()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = &Error{Kind: Unavailable, NotSent: true, Description: "the download broke off", cause: err}
	}
	return n, err
}

func (b *bounded) Close() error { return b.body.Close() }

// AnswerCallbackQuery ends the waiting mark on a pressed button; text is 0-200 characters.
func (c *Client) AnswerCallbackQuery(ctx context.Context, token, id, text string) error {
	p := Params{"callback_query_id": id}
	if text != "" {
		p["text"] = text
	}
	return c.call(ctx, token, "answerCallbackQuery", p, nil)
}

// Command is one line of a bot's menu.
type Command struct {
	Command     string `json:"command"` // 1-32 of a-z 0-9 _
	Description string `json:"description"`
}

// SetMyCommands sets the bot's menu, for one language or, with "", for all others.
func (c *Client) SetMyCommands(ctx context.Context, token string, commands []Command, language string) error {
	p := Params{"commands": commands}
	if language != "" {
		p["language_code"] = language
	}
	return c.call(ctx, token, "setMyCommands", p, nil)
}
