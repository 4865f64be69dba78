package account

import (
	"context"
	"strings"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// ChangeProfile sets what the person says about themselves; nil leaves it.
func (s *Service) ChangeProfile(ctx context.Context, p ident.Principal, name, language *string) error {
	if name != nil {
		clean, err := cleanName("name", *name)
		if err != nil {
			return err
		}
		name = &clean
	}
	if language != nil {
		if err := checkLanguage("language", *language); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := userByID(ctx, tx, p.UserID)
		if err != nil {
			return err
		}
		if name != nil {
			u.Name = *name
		}
		if language != nil {
			u.Language = *language
		}
		tx.AfterCommit(s.known.forget)
		if err := setProfile(ctx, tx, u.ID, u.Name, u.Language, s.clock.Now()); err != nil {
			return err
		}
		return s.userEvent(ctx, tx, u.ID, map[string]any{"profile": true})
	})
}

// ChangePassword checks the current password, sets the new one, ends the other
// sessions and gives this one a new token.
func (s *Service) ChangePassword(ctx context.Context, p ident.Principal, current, next string) (Started, error) {
	back, err := s.limits.password.take(p.UserID.String(), s.clock.Now())
	if err != nil {
		return Started{}, err
	}
	u, err := userByID(ctx, s.db.Read(), p.UserID)
	if err != nil {
		return Started{}, err
	}
	ok, err := s.hasher.matches(ctx, current, u.PasswordHash)
	if err != nil {
		return Started{}, err
	}
	if !ok {
		return Started{}, errs.Invalid("current", "This is not your current password.").Code("password_wrong")
	}
	back()
	if err := checkPassword("new", next, u.Email); err != nil {
		return Started{}, err
	}
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return Started{}, err
	}
	token, tokenHash := newToken()
	var out Started
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := s.clock.Now()
		n, err := tx.Exec(ctx, "UPDATE users SET password_hash = ?, version = version + 1, updated_at = ? WHERE id = ? AND password_hash = ?", hash, now, u.ID, u.PasswordHash)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("The password was changed elsewhere a moment ago.").Code("stale")
		}
		if err := voidLinks(ctx, tx, forReset, &u.ID, now); err != nil {
			return err
		}
		if err := s.revokeAll(ctx, tx, company(p), u.ID, p.SessionID); err != nil {
			return err
		}
		// The old token dies at once: whoever knew it may be why the password changes.
		row, err := db.One[sessionRow](ctx, tx, "UPDATE sessions SET token_hash = ?, previous_hash = NULL, previous_until = NULL, rotated_at = ? WHERE id = ? RETURNING "+sessionColumns, tokenHash, now, p.SessionID)
		if err != nil {
			return err
		}
		out = Started{Token: token, SessionID: row.ID, UserID: u.ID, ExpiresAt: row.CreatedAt.Add(absoluteLife)}
		return s.userEvent(ctx, tx, u.ID, map[string]any{"password": "changed"})
	})
	return out, err
}

// device is what a person recognises of a user agent: "Chrome, Windows".
func device(agent string) string {
	pick := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg", "Edge", "OPR/", "Opera", "YaBrowser", "Yandex", "SamsungBrowser", "Samsung Internet", "Firefox/", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := pick("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system != "":
		return browser + system
	}
	return "Unknown device"
}
