package safehttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"cartie/internal/platform/errs"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func wantRefused(t *testing.T, res *Response, err error) {
	t.Helper()
	if !errors.Is(err, ErrRefused) || !errs.Is(err, errs.KindInvalid) || res != nil {
		t.Errorf("response %v, error %v", res, err)
	}
	if e := errs.As(err); e != nil && strings.Contains(e.Message, "127.0.0") {
		t.Errorf("the sentence for people names an inner address: %s", e.Message)
	}
}

func TestGet(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new?a=1", http.StatusFound)
			return
		}
		w.Header().Set("X-Agent", r.UserAgent())
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	})
	res, err := New(Options{AllowPrivate: loopback, UserAgent: "Test/1"}).Get(t.Context(), base+"/old", 15)
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != http.StatusTeapot || string(res.Body) != "short and stout" ||
		res.FinalURL.String() != base+"/new?a=1" || res.Header.Get("X-Agent") != "Test/1" {
		t.Errorf("%+v", res)
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	reached := false
	base := serve(t, func(http.ResponseWriter, *http.Request) { reached = true })
	u, _ := url.Parse(base)
	c := New(Options{Ports: []uint16{80, 443, port(t, u)}})
	for _, address := range []string{
		base,
		"http://localhost:" + u.Port(),
		"http://[::1]:" + u.Port(),
		"http://[::ffff:127.0.0.1]:" + u.Port(),
		"http://[::ffff:10.0.0.1]",
		"http://[64:ff9b::7f00:1]",
		"http://127.0.0.1",
		"http://127.1",
		"http://10.0.0.1",
		"http://172.16.0.1",
		"http://192.168.1.1",
		"http://100.64.0.1",
		"http://169.254.169.254/latest/meta-data",
		"http://0.0.0.0",
		"http://[fd00::1]",
		"http://[fe80::1]",
		"http://1.1.1.1:22",
	} {
		res, err := c.Get(t.Context(), address, 100)
		if errs.Is(err, errs.KindUnavailable) && address == "http://127.1" {
			continue // not an address to the resolver: also fine
		}
		t.Run(address, func(t *testing.T) { wantRefused(t, res, err) })
	}
	if reached {
		t.Error("the private server was reached")
	}
}

func port(t *testing.T, u *url.URL) uint16 {
	t.Helper()
	a, err := netip.ParseAddrPort(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	return a.Port()
}

func TestOddAddressesAreRefused(t *testing.T) {
	c := New(Options{AllowPrivate: loopback})
	for _, address := range []string{
		"", "file:///etc/passwd", "ftp://example.com", "gopher://example.com", "example.com", "http://", "://",
		"http://user:pass@example.com", "javascript:alert(1)", "http://exa mple.com",
	} {
		res, err := c.Get(t.Context(), address, 100)
		t.Run(address, func(t *testing.T) { wantRefused(t, res, err) })
	}
}

func TestRedirectIntoThePrivateNetworkIsRefused(t *testing.T) {
	reached := false
	l, err := net.Listen("tcp4", "127.0.0.2:0") // loopback too, but not in the allowed prefix
	if err != nil {
		t.Skip("no second loopback address here: ", err)
	}
	inner := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	inner.Listener.Close()
	inner.Listener = l
	inner.Start()
	t.Cleanup(inner.Close)

	for _, target := range []string{inner.URL, "http://169.254.169.254/", "file:///etc/passwd", "http://u:p@example.com/"} {
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusFound)
		})
		res, err := New(Options{AllowPrivate: loopback}).Get(t.Context(), base, 100)
		t.Run(target, func(t *testing.T) { wantRefused(t, res, err) })
	}
	if reached {
		t.Error("the redirect led to the private server")
	}
}

func TestRedirectsAreLimited(t *testing.T) {
	hops := 0
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hops++
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	res, err := New(Options{AllowPrivate: loopback}).Get(t.Context(), base, 100)
	wantRefused(t, res, err)
	if hops != maxRedirects+1 {
		t.Errorf("%d requests for %d redirects", hops, maxRedirects)
	}
}

func TestNameThatResolvesToAPrivateAddressIsRefused(t *testing.T) {
	for _, answer := range []string{"127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1"} {
		c := New(Options{resolver: resolverAnswering(netip.MustParseAddr(answer))})
		res, err := c.Get(t.Context(), "http://shop.example.com/", 100)
		t.Run(answer, func(t *testing.T) { wantRefused(t, res, err) })
	}
}

// resolverAnswering resolves every name to one IPv4 address.
func resolverAnswering(ip netip.Addr) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			for answerOne(server, ip) == nil {
			}
		}()
		return client, nil
	}}
}

// answerOne speaks DNS as over TCP: a two-byte length before each message.
func answerOne(conn io.ReadWriter, ip netip.Addr) error {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return err
	}
	query := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, query); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return err
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60},
			Body:   &dnsmessage.AResource{A: ip.As4()},
		}}
	}
	packed, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...))
	return err
}

func TestLongBodyIsCut(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, strings.Repeat("x", 101))
	})
	c := New(Options{AllowPrivate: loopback})
	res, err := c.Get(t.Context(), base, 100)
	if !errors.Is(err, ErrTooLarge) || !errs.Is(err, errs.KindTooLarge) {
		t.Fatalf("error %v", err)
	}
	if len(res.Body) != 100 {
		t.Errorf("%d bytes", len(res.Body))
	}
	if _, err = c.Get(t.Context(), base, 101); err != nil {
		t.Errorf("exactly as long as allowed: %v", err)
	}
}

func TestCompressedBodyIsCountedUnpacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(make([]byte, 10<<20))
	z.Close()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed.Bytes())
	})
	res, err := New(Options{AllowPrivate: loopback}).Get(t.Context(), base, 1<<20)
	if !errors.Is(err, ErrTooLarge) || len(res.Body) != 1<<20 {
		t.Errorf("error %v", err)
	}
}

func TestSilentServerIsUnavailable(t *testing.T) {
	release := make(chan struct{})
	base := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) }) // before the server closes
	_, err := New(Options{AllowPrivate: loopback, Timeout: time.Millisecond}).Get(t.Context(), base, 1)
	if !errs.Is(err, errs.KindUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestCallersEndIsNotTheAddressesFault(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := New(Options{AllowPrivate: loopback}).Get(ctx, base, 1)
	if !errors.Is(err, context.Canceled) || errs.Is(err, errs.KindUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestPostIsSentOnce(t *testing.T) {
	var got []string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+string(body)+" "+r.Header.Get("X-Signature"))
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base, strings.NewReader("event"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Signature", "abc")
	if _, err := New(Options{AllowPrivate: loopback}).Do(req, 10); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0] != "POST event abc" {
		t.Errorf("%q", got)
	}
}
