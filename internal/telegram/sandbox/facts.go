package sandbox

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// factsJSON lists every method and input type of the Bot API: names, types, what is required, bounds.
//
//go:embed facts.json
var factsJSON []byte

// field is one parameter of a method or one field of an input type.
type field struct {
	Name     string   `json:"n"`
	Types    []string `json:"t"`
	Required bool     `json:"r"`
	Min      *int     `json:"min"`
	Max      *int     `json:"max"`
	Unit     string   `json:"u"` // characters, bytes, items or identifiers

	array    int // how many "Array of" stand before the item types
	bases    []string
	file     bool // an uploaded file is accepted
	afterFmt bool // the bound counts what is left after entity parsing
}

// shape is one input type.
type shape struct {
	Fields []*field `json:"f"`
	Subs   []string `json:"sub"`
	Const  []string `json:"const"` // the field and value that tell subtypes apart
}

type factBook struct {
	Version string              `json:"version"`
	Methods map[string][]*field `json:"methods"`
	Types   map[string]*shape   `json:"types"`
	lower   map[string]string   // method names are matched without case
}

var facts = loadFacts()

func loadFacts() *factBook {
	var b factBook
	if err := json.Unmarshal(factsJSON, &b); err != nil {
		panic("sandbox: facts.json: " + err.Error())
	}
	b.lower = make(map[string]string, len(b.Methods))
	for name, fields := range b.Methods {
		b.lower[strings.ToLower(name)] = name
		for _, f := range fields {
			f.prepare()
		}
	}
	for _, t := range b.Types {
		for _, f := range t.Fields {
			f.prepare()
		}
	}
	return &b
}

func (f *field) prepare() {
	for i, t := range f.Types {
		n := 0
		for strings.HasPrefix(t, "Array of ") {
			t, n = strings.TrimPrefix(t, "Array of "), n+1
		}
		if i == 0 {
			f.array = n
		}
		f.bases = append(f.bases, t)
	}
	f.file = slices.Contains(f.bases, "InputFile")
	long := f.Max != nil && *f.Max >= 1024
	f.afterFmt = long && (f.Name == "text" || f.Name == "caption" || f.Name == "quote" || f.Name == "message_text")
}

// check refuses a call whose parameters break the facts.
func (b *factBook) check(method string, c *call) *apiError {
	for _, f := range b.Methods[method] {
		v, given := c.values[f.Name]
		if f.file && c.files[f.Name] != nil {
			continue
		}
		if !given || v == "" {
			if f.Required && !(f.Name == "url" && method == "setWebhook") {
				return missing(method, f.Name)
			}
			if given && f.Min != nil && *f.Min > 0 && !f.afterFmt && f.array == 0 {
				return outOfBounds(f.Name, f, 0)
			}
			continue
		}
		if err := b.checkText(f, v); err != nil {
			return err
		}
	}
	return nil
}

// checkText checks a top-level value, which always arrives as text.
func (b *factBook) checkText(f *field, v string) *apiError {
	if f.array == 0 && slices.Contains(f.bases, "String") {
		return f.bound(v)
	}
	if f.array == 0 && len(f.bases) == 1 {
		switch f.bases[0] {
		case "Integer":
			if _, err := strconv.ParseInt(v, 10, 64); err != nil {
				return mistyped(f.Name, "an Integer")
			}
			return nil
		case "Float":
			if _, err := strconv.ParseFloat(v, 64); err != nil {
				return mistyped(f.Name, "a Float")
			}
			return nil
		case "Boolean":
			if _, ok := parseBool(v); !ok {
				return mistyped(f.Name, "a Boolean")
			}
			return nil
		case "InputFile":
			return badRequest("parameter %q must be an uploaded file", f.Name)
		}
	}
	var x any
	dec := json.NewDecoder(strings.NewReader(v))
	dec.UseNumber()
	if err := dec.Decode(&x); err != nil {
		return badRequest("can't parse %s JSON object", f.Name)
	}
	return b.checkValue(f, x, f.Name)
}

func (b *factBook) checkValue(f *field, x any, path string) *apiError {
	return b.checkNested(f, x, f.array, path)
}

func (b *factBook) checkNested(f *field, x any, depth int, path string) *apiError {
	if depth == 0 {
		return b.checkOne(f, x, path)
	}
	list, ok := x.([]any)
	if !ok {
		return mistyped(path, "an Array")
	}
	if depth == f.array && (f.Unit == "items" || f.Unit == "identifiers") {
		if err := f.bound(len(list)); err != nil {
			return err
		}
	}
	for i, item := range list {
		if err := b.checkNested(f, item, depth-1, path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
	return nil
}

func (b *factBook) checkOne(f *field, x any, path string) *apiError {
	want := ""
	for _, t := range f.bases {
		ok := false
		switch t {
		case "String", "InputFile":
			_, ok = x.(string)
			if n, isNumber := x.(json.Number); isNumber {
				x, ok = n.String(), true
			}
			want = "a String"
		case "Integer":
			if n, isNumber := x.(json.Number); isNumber {
				_, err := n.Int64()
				ok = err == nil
			} else if s, isString := x.(string); isString {
				_, err := strconv.ParseInt(s, 10, 64)
				ok = err == nil
			}
			want = "an Integer"
		case "Float":
			_, ok = x.(json.Number)
			want = "a Float"
		case "Boolean":
			_, ok = x.(bool)
			want = "a Boolean"
		default:
			want = "an Object of type " + t
			if obj, isObject := x.(map[string]any); isObject {
				return b.checkObject(f.bases, obj, path)
			}
			if t == "RichText" {
				return nil
			}
		}
		if ok {
			if s, isString := x.(string); isString && t == "String" {
				return f.bound(s)
			}
			return nil
		}
	}
	return mistyped(path, want)
}

// checkObject picks the type an object means and checks its fields.
func (b *factBook) checkObject(names []string, obj map[string]any, path string) *apiError {
	t := b.pick(names, obj)
	if t == nil {
		return badRequest("can't parse %s: object matches none of %s", path, strings.Join(names, ", "))
	}
	for _, f := range t.Fields {
		v, given := obj[f.Name]
		if !given || v == nil {
			if f.Required {
				return badRequest("can't parse %s: field %q must be given", path, f.Name)
			}
			continue
		}
		if err := b.checkValue(f, v, path+"."+f.Name); err != nil {
			return err
		}
	}
	return nil
}

func (b *factBook) pick(names []string, obj map[string]any) *shape {
	var leaves []*shape
	var walk func([]string)
	walk = func(names []string) {
		for _, n := range names {
			t := b.Types[n]
			switch {
			case t == nil:
			case len(t.Subs) > 0:
				walk(t.Subs)
			default:
				leaves = append(leaves, t)
			}
		}
	}
	walk(names)
	if len(leaves) == 1 {
		return leaves[0]
	}
	var partial *shape
	for _, t := range leaves {
		if len(t.Const) == 2 {
			if s, _ := obj[t.Const[0]].(string); s != t.Const[1] {
				continue
			}
			if t.complete(obj) {
				return t
			}
			if partial == nil {
				partial = t
			}
		} else if t.complete(obj) {
			return t
		}
	}
	return partial
}

func (t *shape) complete(obj map[string]any) bool {
	for _, f := range t.Fields {
		if _, ok := obj[f.Name]; f.Required && !ok {
			return false
		}
	}
	return true
}

// bound checks a string's characters or bytes, or a list's length.
func (f *field) bound(v any) *apiError {
	if f.Max == nil || f.afterFmt {
		return nil
	}
	n := 0
	switch v := v.(type) {
	case int:
		n = v
	case string:
		if f.array > 0 {
			return nil // the bound counts the list
		}
		if f.Unit == "bytes" {
			n = len(v)
		} else {
			n = utf8.RuneCountInString(v)
		}
	}
	if n > *f.Max || f.Min != nil && n < *f.Min {
		return outOfBounds(f.Name, f, n)
	}
	return nil
}

func outOfBounds(name string, f *field, n int) *apiError {
	switch {
	case name == "callback_data":
		return badRequest("BUTTON_DATA_INVALID")
	case name == "command":
		return badRequest("BOT_COMMAND_INVALID")
	case name == "description" && f.Max != nil && *f.Max == 256:
		return badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
	case name == "text" && f.Max != nil && *f.Max == 200:
		return badRequest("MESSAGE_TOO_LONG")
	}
	low := 0
	if f.Min != nil {
		low = *f.Min
	}
	return badRequest("parameter %q must have %d-%d %s, got %d", name, low, *f.Max, f.Unit, n)
}

func mistyped(path, want string) *apiError {
	return badRequest("parameter %q must be %s", path, want)
}

func missing(method, name string) *apiError {
	switch name {
	case "chat_id":
		return badRequest("chat_id is empty")
	case "user_id":
		return badRequest("invalid user_id specified")
	case "text":
		return badRequest("message text is empty")
	case "photo", "video", "animation", "audio", "voice", "document", "sticker", "video_note":
		return badRequest("there is no %s in the request", strings.ReplaceAll(name, "_", " "))
	}
	return badRequest("parameter %q is required by %s", name, method)
}

func parseBool(v string) (value, ok bool) {
	switch strings.ToLower(v) {
	case "true", "yes", "y", "1":
		return true, true
	case "false", "no", "n", "0", "":
		return false, true
	}
	return false, false
}

// apiError is a refusal in Telegram's shape.
type apiError struct {
	Code       int
	Text       string
	RetryAfter int   // seconds
	MigrateTo  int64 // the supergroup's id
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Text) }

func badRequest(format string, args ...any) *apiError {
	return &apiError{Code: 400, Text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(text string) *apiError { return &apiError{Code: 403, Text: "Forbidden: " + text} }

func conflict(text string) *apiError { return &apiError{Code: 409, Text: "Conflict: " + text} }
