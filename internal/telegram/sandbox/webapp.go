package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// OpenWebApp returns the address of a mini app as Telegram opens it: with signed launch data in the fragment.
func (s *Server) OpenWebApp(botID, user int64, link string) (string, error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && !loopback(u) {
		return "", fmt.Errorf("sandbox: a mini app has an https address: %q", link)
	}
	s.mu.Lock()
	b, who := s.bots[botID], s.users[user]
	s.mu.Unlock()
	if b == nil || who == nil {
		return "", fmt.Errorf("%w bot %d or user %d", ErrUnknown, botID, user)
	}
	profile, err := json.Marshal(map[string]any{
		"id": who.ID, "first_name": who.FirstName, "last_name": who.LastName, "username": who.Username,
		"language_code": who.LanguageCode, "allows_write_to_pm": true,
	})
	if err != nil {
		return "", fmt.Errorf("sandbox: encode user: %w", err)
	}
	data := url.Values{
		"user":          {string(profile)},
		"auth_date":     {strconv.FormatInt(s.now(), 10)},
		"chat_type":     {"sender"},
		"chat_instance": {strconv.FormatInt(user*7919, 10)},
	}
	data.Set("hash", signLaunch(b.Token, data))
	u.Fragment = ""
	return u.String() + "#tgWebAppData=" + url.QueryEscape(data.Encode()) + "&tgWebAppVersion=9.1&tgWebAppPlatform=weba", nil
}

// signLaunch is Telegram's HMAC over the sorted launch data.
func signLaunch(token string, data url.Values) string {
	pairs := make([]string, 0, len(data))
	for k := range data {
		pairs = append(pairs, k+"="+data.Get(k))
	}
	sort.Strings(pairs)
	key := hmac.New(sha256.New, []byte("WebAppData"))
	key.Write([]byte(token))
	sum := hmac.New(sha256.New, key.Sum(nil))
	sum.Write([]byte(strings.Join(pairs, "\n")))
	return hex.EncodeToString(sum.Sum(nil))
}
