package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"net/textproto"
	"strconv"
	"strings"
)

// conn is one kept-alive HTTP connection that spends as little of the shared processors
// as it can: a request is bytes, of an answer only the status and the body are looked at.
type conn struct {
	c    net.Conn
	r    *bufio.Reader
	body []byte // of the last answer, when keep
	keep bool
}

func dial(address string) (*conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{c: c, r: bufio.NewReaderSize(c, 64<<10)}, nil
}

func (c *conn) close() { _ = c.c.Close() }

// do sends the request and returns the status of the answer.
func (c *conn) do(request []byte) (int, error) {
	if _, err := c.c.Write(request); err != nil {
		return 0, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, fmt.Errorf("not HTTP: %q", line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, fmt.Errorf("not HTTP: %q", line)
	}
	var length int64
	chunked := false
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		switch line[0] {
		case 'C', 'T', 'c', 't':
			name, value, _ := strings.Cut(string(line), ":")
			switch textproto.CanonicalMIMEHeaderKey(name) {
			case "Content-Length":
				if length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil {
					return 0, err
				}
			case "Transfer-Encoding":
				chunked = strings.TrimSpace(value) == "chunked"
			}
		}
	}
	var body io.Reader = io.LimitReader(c.r, length)
	if chunked {
		body = httputil.NewChunkedReader(c.r)
	}
	if c.keep {
		c.body, err = io.ReadAll(body)
	} else {
		_, err = io.Copy(io.Discard, body)
	}
	if err == nil && chunked { // the empty line after the last chunk
		_, err = c.r.ReadSlice('\n')
	}
	return status, err
}

// request builds a request without waste.
func request(method, path, host string, headers map[string]string, body []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, host)
	for k, v := range headers {
		fmt.Fprintf(&b, "%s: %s\r\n", k, v)
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return []byte(b.String())
}

var errNoAnswers = errors.New("the server answered nothing")
