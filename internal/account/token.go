package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// tokenBytes is the length of every secret we hand out: sessions and one-time links.
const tokenBytes = 32

var tokenText = base64.RawURLEncoding.Strict()

// newToken returns a secret for a person and the hash under which it is kept. The
// text has only the characters that Telegram allows in a start payload.
func newToken() (token string, hash []byte) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	sum := sha256.Sum256(raw)
	return tokenText.EncodeToString(raw), sum[:]
}

// hashToken returns the hash of a presented secret, false when it cannot be one of ours.
func hashToken(token string) (hash []byte, ok bool) {
	if len(token) != tokenText.EncodedLen(tokenBytes) {
		return nil, false
	}
	raw, err := tokenText.DecodeString(token)
	if err != nil || len(raw) != tokenBytes {
		return nil, false
	}
	sum := sha256.Sum256(raw)
	return sum[:], true
}
