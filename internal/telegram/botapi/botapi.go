// Package botapi calls the Telegram Bot API, or whatever speaks it at another address.
//
//	Call ──▶ form, or multipart streamed from its files ──▶ {ok, result} ──▶ result
//	                    └──▶ *Error: its kind, and whether the call provably had no effect
//
// A client serves every bot: the token is an argument, and it appears in no error.
package botapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/OvyFlash/telegram-bot-api"
)

// DefaultBase is Telegram's own server.
const DefaultBase = "https://api.telegram.org"

const (
	// callTimeout bounds one call. Telegram holds calls open near its limits: a shorter
	// one would call sent messages lost.
	callTimeout = 75 * time.Second
	// uploadTimeout bounds a call that carries files.
	uploadTimeout = 10 * time.Minute
	// answerTimeout is the wait for an answer once the request is written; a long poll
	// of 50 s fits.
	answerTimeout = 60 * time.Second
	dialTimeout   = 10 * time.Second
)

// Client calls the Bot API at Base.
type Client struct {
	Base string // without a trailing slash
	HTTP *http.Client
}

// New returns a client for a base address, DefaultBase when it is empty.
func New(base string) *Client {
	if base == "" {
		base = DefaultBase
	}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: answerTimeout,
		MaxIdleConns:          1024,
		MaxIdleConnsPerHost:   256, // the default of two closes a connection after nearly every call
		IdleConnTimeout:       90 * time.Second,
		Protocols:             new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true) // one call, one connection: then it is known what was written
	return &Client{
		Base: strings.TrimRight(base, "/"),
		HTTP: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
	}
}

// Params are the parameters of a method. Strings, numbers and booleans go as they are,
// everything else as JSON.
type Params map[string]any

// File is sent in the multipart field named Field. Open is called when its turn comes.
type File struct {
	Field, Name string
	Open        func() (io.ReadCloser, error)
}

// Call calls a method and returns its result. The error is always an *Error.
func (c *Client) Call(ctx context.Context, token, method string, params Params, files ...File) (json.RawMessage, error) {
	form, err := params.form()
	if err != nil {
		return nil, &Error{Kind: BadRequest, NotSent: true, Description: "encoding the parameters of " + method + ": " + err.Error()}
	}
	if token == "" || strings.ContainsAny(token, "/?#% \r\n") {
		return nil, &Error{Kind: Unauthorized, NotSent: true, Description: "the bot token is malformed"}
	}
	limit := callTimeout
	if len(files) > 0 {
		limit = uploadTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var w written
	ctx = httptrace.WithClientTrace(ctx, w.trace())

	api := &tgbotapi.BotAPI{Token: token, Client: c.HTTP}
	api.SetAPIEndpoint(c.Base + "/bot%s/%s")
	var answer *tgbotapi.APIResponse
	if len(files) == 0 {
		answer, err = api.MakeRequestWithContext(ctx, method, form)
	} else {
		uploads := make([]tgbotapi.RequestFile, len(files))
		for i, f := range files {
			uploads[i] = tgbotapi.RequestFile{Name: f.Field, Data: upload{f}}
		}
		answer, err = api.UploadFilesWithContext(ctx, method, form, uploads)
	}
	if err != nil {
		return nil, classify(err, token, &w)
	}
	return answer.Result, nil
}

// call calls a method and reads its result into out.
func (c *Client) call(ctx context.Context, token, method string, params Params, out any) error {
	raw, err := c.Call(ctx, token, method, params)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return &Error{Kind: Unknown, Description: "the answer to " + method + " is not what the Bot API documents"}
	}
	return nil
}

func (p Params) form() (tgbotapi.Params, error) {
	form := make(tgbotapi.Params, len(p))
	for k, v := range p {
		switch v := v.(type) {
		case string:
			form[k] = v
		case bool:
			form[k] = strconv.FormatBool(v)
		case int:
			form[k] = strconv.Itoa(v)
		case int64:
			form[k] = strconv.FormatInt(v, 10)
		default:
			b, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
			form[k] = string(b)
		}
	}
	return form, nil
}

// upload is a File as the library reads it.
type upload struct{ f File }

func (u upload) NeedsUpload() bool { return true }
func (u upload) SendData() string  { return "" }
func (u upload) UploadData() (string, io.Reader, error) {
	r, err := u.f.Open()
	if err != nil {
		return "", nil, &sourceError{err}
	}
	return u.f.Name, source{r}, nil
}

// source marks errors of reading a file, so that they are not taken for Telegram's.
type source struct{ io.ReadCloser }

func (s source) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &sourceError{err}
	}
	return n, err
}

type sourceError struct{ err error }

func (e *sourceError) Error() string { return "reading the file: " + e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// written remembers how far a request came.
type written struct {
	connected  atomic.Bool // a connection was handed to the request
	incomplete atomic.Bool // writing ended before the whole request was out
}

func (w *written) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { w.connected.Store(true); w.incomplete.Store(false) },
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			w.incomplete.Store(i.Err != nil)
		},
	}
}
