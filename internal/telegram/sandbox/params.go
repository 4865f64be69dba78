package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

const (
	maxUpload  = 50 << 20 // bytes of one uploaded file
	maxPhoto   = 10 << 20
	maxGetFile = 20 << 20
	maxRequest = 256 << 20
	maxForm    = 4 << 20 // bytes of a request without files
)

// upload is a file as it arrived.
type upload struct {
	name string
	mime string
	data []byte
}

// call is one request of a bot. Values arrive as text: objects as JSON, numbers in decimal.
type call struct {
	method string
	values map[string]string
	files  map[string]*upload
}

func (c *call) str(name string) string { return c.values[name] }

// num is for parameters that the facts have checked to be integers.
func (c *call) num(name string) int64 {
	n, _ := strconv.ParseInt(c.values[name], 10, 64)
	return n
}

func (c *call) float(name string) float64 {
	f, _ := strconv.ParseFloat(c.values[name], 64)
	return f
}

func (c *call) is(name string) bool {
	v, _ := parseBool(c.values[name])
	return v
}

// into decodes a JSON parameter that the facts have checked; absent leaves dst alone.
func (c *call) into(name string, dst any) *apiError {
	v := c.values[name]
	if v == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(v), dst); err != nil {
		return badRequest("can't parse %s JSON object", name)
	}
	return nil
}

// readCall reads the parameters wherever the client put them: query, form, JSON or multipart.
func readCall(r *http.Request, method string) (*call, *apiError) {
	c := &call{method: method, values: map[string]string{}}
	if r.URL.RawQuery != "" {
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, badRequest("can't parse the query")
		}
		c.take(q)
	}
	if r.Method != http.MethodPost || r.ContentLength == 0 {
		return c, nil
	}
	kind, args, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		return c, c.takeMultipart(r, args)
	case "application/json":
		body, err := readAll(r.Body, maxForm)
		if err != nil {
			return nil, err
		}
		return c, c.takeJSON(body)
	default:
		body, err := readAll(r.Body, maxForm)
		if err != nil {
			return nil, err
		}
		q, perr := url.ParseQuery(string(body))
		if perr != nil {
			return nil, badRequest("can't parse the form")
		}
		c.take(q)
		return c, nil
	}
}

func (c *call) take(q url.Values) {
	for k, v := range q {
		c.values[k] = v[0]
	}
}

func (c *call) takeJSON(body []byte) *apiError {
	if len(strings.TrimSpace(string(body))) == 0 {
		return nil
	}
	var obj map[string]json.RawMessage
	if err := json.Unmarshal(body, &obj); err != nil {
		return badRequest("can't parse request body as JSON object")
	}
	for k, raw := range obj {
		switch {
		case raw[0] == '"':
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return badRequest("can't parse request body as JSON object")
			}
			c.values[k] = s
		case string(raw) == "null":
		default:
			c.values[k] = string(raw)
		}
	}
	return nil
}

func (c *call) takeMultipart(r *http.Request, args map[string]string) *apiError {
	if args["boundary"] == "" {
		return badRequest("can't parse multipart/form-data without a boundary")
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxRequest)
	reader, err := r.MultipartReader()
	if err != nil {
		return badRequest("can't parse multipart/form-data")
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return badRequest("can't parse multipart/form-data: %v", err)
		}
		name := part.FormName()
		limit := int64(maxForm)
		if part.FileName() != "" {
			limit = maxUpload
		}
		data, aerr := readAll(part, limit)
		if aerr != nil {
			return aerr
		}
		if part.FileName() == "" {
			c.values[name] = string(data)
			continue
		}
		if c.files == nil {
			c.files = map[string]*upload{}
		}
		if len(data) == 0 {
			return badRequest("file must be non-empty")
		}
		c.files[name] = &upload{name: path.Base(part.FileName()), mime: part.Header.Get("Content-Type"), data: data}
	}
}

func readAll(r io.Reader, limit int64) ([]byte, *apiError) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return nil, &apiError{Code: 413, Text: "Request Entity Too Large"}
	}
	if err != nil {
		return nil, badRequest("can't read the request body")
	}
	return data, nil
}
