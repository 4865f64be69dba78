package account

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

const (
	minPassword = 10  // characters
	maxPassword = 200 // characters
	// hashWait bounds how long a sign-in waits for its turn to be hashed.
	hashWait = 5 * time.Second
	// hashers bounds the concurrency: each holds 19 MiB and one core for about 25 ms.
	hashers = 2
)

// strongHash is OWASP's choice for argon2id with one lane.
var strongHash = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher hashes passwords, a few at a time.
type hasher struct {
	params argon2id.Params
	turns  chan struct{}
	decoy  string // compared when there is nobody, so that both answers cost the same
}

func newHasher(params argon2id.Params) (*hasher, error) {
	decoy, err := argon2id.CreateHash("nobody has this password", &params)
	if err != nil {
		return nil, errs.Wrap(err, "making the decoy hash")
	}
	return &hasher{params: params, turns: make(chan struct{}, hashers), decoy: decoy}, nil
}

func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	late := time.NewTimer(hashWait)
	defer late.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-late.C:
		return nil, errs.Unavailable("Too many people are signing in. Try again in a moment.").Code("sign_in_busy")
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	out, err := argon2id.CreateHash(password, &h.params)
	return out, errs.Wrap(err, "hashing a password")
}

// matches compares the password with the hash; an empty hash matches nothing and costs
// as much as any other.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if utf8.RuneCountInString(password) > maxPassword {
		password = ""
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	real := hash != ""
	if !real {
		hash = h.decoy
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, errs.Wrap(err, "comparing a password")
	}
	return ok && real, nil
}

// checkPassword says what is wrong with a new password.
func checkPassword(field, password, email string) error {
	n := utf8.RuneCountInString(password)
	folded := db.Folded(strings.TrimSpace(password))
	name, _, _ := strings.Cut(db.Folded(email), "@")
	switch {
	case n < minPassword:
		return errs.Invalid(field, "Use at least 10 characters.").Code("password_short")
	case n > maxPassword:
		return errs.Invalid(field, "Use at most 200 characters.").Code("password_long")
	case folded == db.Folded(email), folded == name:
		return errs.Invalid(field, "Do not use the e-mail as the password.").Code("password_is_email")
	case commonPasswords[folded], strings.Trim(folded, folded[:1]) == "":
		return errs.Invalid(field, "This password is one of the first that others try. Choose another.").Code("password_common")
	}
	return nil
}

// commonPasswords are the commonest of ten characters and more, folded.
var commonPasswords = func() map[string]bool {
	out := map[string]bool{}
	for _, p := range strings.Fields(`
		1234567890 12345678910 0123456789 0987654321 9876543210 1234567891 123456789a 123456789q
		a123456789 q123456789 qwerty12345 qwerty123456 qwertyuiop qwertyuiop1 qwertyuiop123 1q2w3e4r5t
		1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx3edc zaq12wsxcde3 zaq1zaq1zaq1 qazwsxedcrfv
		password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123 mypassword
		mypassword1 changeme123 changeme1234 letmein1234 welcome123 welcome1234 admin12345 admin123456
		administrator superadmin superadmin1 iloveyou12 iloveyou123 princess123 football123 baseball123
		sunshine123 dragon1234 monkey1234 master1234 shadow1234 abc1234567 abcd123456 abcdefghij
		abc123456789 asdfghjkl1 asdfghjkl123 asdfasdfasdf 1122334455 1231231231 123123123123 123321123321
		1029384756 5555555555 1111111111 0000000000 7777777777 qweasdzxc1 qweasdzxc123 qweqweqwe1
		test123456 testtest12 testtesttest user123456 guest12345 secret1234 secret12345 google1234
		samsung123 computer12 internet12 whatever12 liverpool1 manchester barcelona1 ukraine2022
		ukraine123 slavaukraini kyiv123456 parol12345 parol123456 privet1234 natasha123 йцукенгшщз
		йцукен12345 пароль1234 пароль12345 привет1234 cartie1234 cartie12345 cartiecartie`) {
		out[p] = true
	}
	return out
}()
