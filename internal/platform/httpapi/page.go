package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"cartie/internal/platform/errs"
)

// Page is one page of a list; Next is absent on the last one.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page"`
}

// Limits of a page, for `limit` query parameters.
const (
	DefaultLimit = 30
	MaxLimit     = 100
)

// Limit bounds what a caller asks for.
func Limit(asked int) int {
	if asked <= 0 {
		return DefaultLimit
	}
	return min(asked, MaxLimit)
}

// EncodeCursor writes the key after which the next page begins.
func EncodeCursor(key any) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic("httpapi: a cursor that is not JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor reads a cursor into key; false when there is none.
func DecodeCursor(cursor string, key any) (bool, error) {
	if cursor == "" {
		return false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, key)
	}
	if err == nil {
		err = checkTexts(key)
	}
	if err != nil {
		return false, errs.Invalid("cursor", "The cursor is not one of ours. Start from the first page.")
	}
	return true, nil
}

// ETag is the version of what people edit.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch reads the version that the editor saw. An absent one is refused: two people
// may edit the same thing.
func IfMatch(header string) (int64, error) {
	s := strings.Trim(strings.TrimPrefix(strings.TrimSpace(header), "W/"), `"`)
	if s == "" {
		return 0, errs.Invalid("If-Match", "Say in If-Match which version you edited.").Code("need_if_match")
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errs.Invalid("If-Match", "If-Match is not a version of ours.")
	}
	return v, nil
}

// Stale is the answer to an edit of an older version.
func Stale() error {
	return errs.Conflict("Somebody else changed this while you edited. Look at the current values and save again.").Code("stale")
}
