// Package safehttp fetches addresses that a user can choose: pages to read, feeds,
// webhooks, photos by link. It must never reach what only this machine can reach.
//
//	URL ──▶ scheme, no user info ──▶ resolve ──▶ every dialled address checked ──▶ connect
//	  ▲                                                                              │
//	  └────────────── redirect, at most 5, checked the same way ◀────────────────────┘
//	answer ──▶ at most max bytes, counted after decompression
//
// The check sits in the dialer, after name resolution, on the address that is really
// connected to: a name that resolves to a private address, or to a public one first and
// a private one later, gains nothing. Proxies of the environment are not used: behind
// one, the check would see the proxy's address only.
package safehttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"cartie/internal/platform/errs"
)

var (
	// ErrRefused says that the address, or one it redirected to, may not be fetched. It is
	// never worth repeating. Its kind is invalid.
	ErrRefused = errors.New("safehttp: the address is not on the public web")
	// ErrTooLarge says that the body is longer than allowed. Its kind is too large.
	ErrTooLarge = errors.New("safehttp: the answer is too large")
)

const (
	maxRedirects   = 5
	maxHeader      = 64 << 10         // bytes of response header
	defaultTimeout = 20 * time.Second // for the whole exchange, redirects and body included
)

// Options of a Client. The zero value is right for production.
type Options struct {
	// AllowPrivate lists networks that may be reached although they are not public, on any
	// port: for tests, and for installations whose partners live on a private network.
	AllowPrivate []netip.Prefix
	// Ports that may be reached; 80 and 443 when empty.
	Ports     []uint16
	Timeout   time.Duration // 20 s when zero
	UserAgent string        // "Cartie" when empty

	resolver *net.Resolver
}

// Client fetches. It is safe for concurrent use and keeps connections alive.
type Client struct {
	http      *http.Client
	guard     *ssrf.Guardian
	private   []netip.Prefix
	userAgent string
}

// Response is a whole answer.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte
	FinalURL *url.URL // after redirects
}

// New makes a client.
func New(o Options) *Client {
	if len(o.Ports) == 0 {
		o.Ports = []uint16{80, 443}
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.UserAgent == "" {
		o.UserAgent = "Cartie"
	}
	c := &Client{
		guard:     ssrf.New(ssrf.WithPorts(o.Ports...)),
		private:   o.AllowPrivate,
		userAgent: o.UserAgent,
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: c.control, Resolver: o.resolver}
	c.http = &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: c.checkRedirect,
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: maxHeader,
			MaxIdleConnsPerHost:    2,
			MaxIdleConns:           100,
			IdleConnTimeout:        30 * time.Second,
		},
	}
	return c
}

// Get fetches address and follows redirects. See Do.
func (c *Client) Get(ctx context.Context, address string, max int64) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, invalid("The address is not a URL.", ErrRefused)
	}
	return c.Do(req, max)
}

// Do sends the request and reads at most max bytes of the answer; every HTTP status is an
// answer, not an error. A longer body is cut: Do then returns the response with the first
// max bytes and an error that is ErrTooLarge. Other errors come without a response: invalid
// (ErrRefused) for an address that may not be fetched, unavailable for one that does not
// answer.
func (c *Client) Do(req *http.Request, max int64) (*Response, error) {
	if err := checkURL(req.URL); err != nil {
		return nil, err
	}
	if req.Header.Get("User-Agent") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", c.userAgent)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, explain(req.Context(), err)
	}
	defer res.Body.Close()
	out := &Response{Status: res.StatusCode, Header: res.Header, FinalURL: res.Request.URL}
	out.Body, err = io.ReadAll(io.LimitReader(res.Body, max+1))
	if err != nil {
		return nil, explain(req.Context(), err)
	}
	if int64(len(out.Body)) > max {
		out.Body = out.Body[:max:max]
		return out, errs.TooLarge(fmt.Sprintf("The answer of %s is larger than %d bytes.", out.FinalURL.Host, max)).
			Code("remote_too_large").Because(ErrTooLarge)
	}
	return out, nil
}

// control sees the resolved address of every connection before it is made.
func (c *Client) control(network, address string, raw syscall.RawConn) error {
	if target, err := netip.ParseAddrPort(address); err == nil {
		for _, p := range c.private {
			if p.Contains(target.Addr().Unmap()) {
				return nil
			}
		}
	}
	if err := c.guard.Safe(network, address, raw); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}

func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: more than %d redirects", ErrRefused, maxRedirects)
	}
	return checkURL(req.URL)
}

func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return invalid("The address must start with https:// or http://.", ErrRefused)
	case u.Hostname() == "":
		return invalid("The address has no host.", ErrRefused)
	case u.User != nil:
		// A password there would travel to logs and to whom it redirects.
		return invalid("The address must not hold a user name or password.", ErrRefused)
	}
	return nil
}

// explain gives a failed exchange its kind. The text for people names no inner address:
// it would let a stranger map the network.
func explain(ctx context.Context, err error) error {
	var known *errs.Error
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("fetching: %w", err)
	case errors.As(err, &known):
		return known
	case errors.Is(err, ErrRefused):
		return invalid("The address is not on the public web, or redirects too often.", err)
	}
	return errs.Unavailable("The address does not answer.").Code("remote_unavailable").Because(err)
}

func invalid(message string, cause error) error {
	return errs.Invalid("url", message).Code("url_refused").Because(cause)
}
