package telegram

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
	"cartie/internal/telegram/markup"
)

const (
	maxName     = 100      // characters
	maxTextSize = 16 << 10 // bytes of HTML
	// nameReserve is what a filled-in name may take of a text, in UTF-16 units.
	nameReserve = 128
	// webhookConnections is Telegram's default; chats beyond it wait at Telegram.
	webhookConnections = 40
)

// Bots lists the company's bots.
func (s *Service) Bots(ctx context.Context, ws uuid.UUID) ([]Bot, error) {
	return list(ctx, s.db.Read(), ws)
}

// Bot returns one of the company's bots; not found when it is another's.
func (s *Service) Bot(ctx context.Context, ws, id uuid.UUID) (Bot, error) {
	return byID(ctx, s.db.Read(), ws, id)
}

var tokenPattern = regexp.MustCompile(`^[0-9]{1,20}:[A-Za-z0-9_-]{3,128}$`)

// Add connects the bot that the token belongs to. A bot that is connected already, here
// or in another company, is a conflict "bot_taken". When Telegram refuses the webhook
// the bot is there, with the reason in LastError.
func (s *Service) Add(ctx context.Context, ws uuid.UUID, token, name, mode string) (Bot, error) {
	if mode == "" {
		mode = ModePolling
		if s.PublicURL != "" {
			mode = ModeWebhook
		}
	}
	if err := s.checkMode(mode); err != nil {
		return Bot{}, err
	}
	me, err := s.whose(ctx, token)
	if err != nil {
		return Bot{}, err
	}
	if taken, err := connected(ctx, s.db.Read(), me.ID); err != nil || taken {
		return Bot{}, cond(err, errTaken())
	}
	if list, err := list(ctx, s.db.Read(), ws); err != nil || len(list) >= maxBots {
		return Bot{}, cond(err, errs.Conflict(fmt.Sprintf("A company has at most %d bots.", maxBots)).Code("too_many_bots"))
	}
	now := s.clock.Now()
	b := Bot{
		WorkspaceID: ws, ID: ident.New(), Name: strings.TrimSpace(name), Username: me.Username, TelegramID: me.ID,
		Mode: mode, IsEnabled: true, Greeting: db.JSON[Texts]{V: Texts{}}, Away: db.JSON[Texts]{V: Texts{}},
		Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if b.Name == "" {
		b.Name = cut(markup.Clean(me.FirstName), maxName)
	}
	if err := checkName(b.Name); err != nil {
		return Bot{}, err
	}
	if err := s.seal(&b, strings.TrimSpace(token)); err != nil {
		return Bot{}, err
	}
	if mode == ModePolling { // before the first getUpdates, which a webhook would refuse
		if err := s.API.DeleteWebhook(ctx, strings.TrimSpace(token), false); err != nil {
			return Bot{}, refusal(err)
		}
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insert(ctx, tx, b); err != nil {
			return err
		}
		return s.changed(ctx, tx, b, change{Change: "added"})
	})
	if db.IsUnique(err) {
		return Bot{}, errTaken()
	}
	if err != nil {
		return Bot{}, errs.Wrap(err, "adding a bot")
	}
	if mode == ModeWebhook {
		if err := s.setWebhook(ctx, b); err != nil {
			s.log.WarnContext(ctx, "setting the webhook of a new bot", "bot", b.ID, "error", err)
		}
	}
	return s.Bot(ctx, ws, b.ID)
}

func cond(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func errTaken() error {
	return errs.Conflict("This bot is connected already. A bot works for one company at a time: disconnect it there first.").Code("bot_taken")
}

func (s *Service) checkMode(mode string) error {
	switch {
	case mode != ModeWebhook && mode != ModePolling:
		return errs.Invalid("mode", "Choose webhook or polling.")
	case mode == ModeWebhook && s.PublicURL == "":
		return errs.Conflict("A webhook needs an address that Telegram can reach. Set the public URL of the server or choose polling.").Code("no_public_url")
	}
	return nil
}

func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		return errs.Invalid("name", fmt.Sprintf("A name has 1 to %d characters.", maxName)).Code("bad_name")
	}
	return nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// whose asks Telegram which bot the token belongs to.
func (s *Service) whose(ctx context.Context, token string) (botapi.User, error) {
	token = strings.TrimSpace(token)
	if !tokenPattern.MatchString(token) {
		return botapi.User{}, errs.Invalid("token", "This is not a bot token. @BotFather gives one like 123456789:AA….").Code("bad_token")
	}
	me, err := s.API.GetMe(ctx, token)
	if err != nil {
		return me, refusal(err)
	}
	if !me.IsBot || me.ID == 0 {
		return me, errs.Invalid("token", "The token belongs to no bot.").Code("bad_token")
	}
	return me, nil
}

// refusal says in our terms why Telegram did not do it.
func refusal(err error) error {
	var e *botapi.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Kind {
	case botapi.Unauthorized:
		return errs.Invalid("token", "Telegram does not accept the token. Copy it anew from @BotFather.").Code("token_refused").Because(err)
	case botapi.Limited:
		return errs.Limited("Telegram asks to wait a little. Try again later.", e.RetryAfter).Because(err)
	case botapi.Unavailable, botapi.Unknown:
		return errs.Unavailable("Telegram cannot be reached at the moment. Try again.").Code("telegram_unreachable").Because(err)
	}
	return errs.Conflict("Telegram refused: " + e.Description).Code("telegram_refused").Because(err)
}

// seal puts the token and a fresh webhook secret into the bot.
func (s *Service) seal(b *Bot, token string) (err error) {
	if b.Token, err = s.Box.Seal(b.WorkspaceID, purposeToken, []byte(token)); err != nil {
		return err
	}
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return err
	}
	b.Secret, err = s.Box.Seal(b.WorkspaceID, purposeSecret, []byte(base64.RawURLEncoding.EncodeToString(raw[:])))
	return err
}

func (s *Service) webhookURL(id uuid.UUID) string {
	return s.PublicURL + strings.Replace(intake.WebhookPath, "{bot}", id.String(), 1)
}

// setWebhook asks Telegram to push; what it answers is kept as the bot's trouble.
func (s *Service) setWebhook(ctx context.Context, b Bot) error {
	token, err := s.token(b)
	if err != nil {
		return err
	}
	secret, err := s.Box.Open(b.WorkspaceID, purposeSecret, b.Secret)
	if err != nil {
		return errs.Wrap(err, "opening a webhook secret")
	}
	refused := s.API.SetWebhook(ctx, token, botapi.Webhook{
		URL: s.webhookURL(b.ID), Secret: string(secret), AllowedUpdates: intake.AllowedUpdates, MaxConnections: webhookConnections,
	})
	return s.settled(ctx, b, refused)
}

// settled keeps the outcome of setting a bot up at Telegram and returns it for a person.
func (s *Service) settled(ctx context.Context, b Bot, refused error) error {
	text := ""
	if refused != nil {
		refused = refusal(refused)
		text = refused.Error()
		if e := errs.As(refused); e != nil {
			text = e.Message
		}
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.setError(ctx, tx, b, text); err != nil {
			return err
		}
		return s.changed(ctx, tx, b, change{Change: "webhook_set"})
	})
	return cond(refused, err)
}

// Connect sets the bot up at Telegram again: the webhook, or its absence for polling.
func (s *Service) Connect(ctx context.Context, ws, id uuid.UUID) error {
	b, err := s.Bot(ctx, ws, id)
	if err != nil {
		return err
	}
	if !b.IsEnabled {
		return errs.Conflict("The bot is switched off. Switch it on first.").Code("bot_disabled")
	}
	if err := s.checkMode(b.Mode); err != nil {
		return err
	}
	if b.Mode == ModeWebhook {
		return s.setWebhook(ctx, b)
	}
	token, err := s.token(b)
	if err != nil {
		return err
	}
	return s.settled(ctx, b, s.API.DeleteWebhook(ctx, token, false))
}

// Patch is what a person changes; nil leaves it.
type Patch struct {
	Name       *string
	Mode       *string
	Token      *string
	IsEnabled  *bool
	Greeting   *Texts
	GreetingOn *bool
	Away       *Texts
	AwayOn     *bool
}

// Edit changes a bot. Version is the one the person saw. A new token must be of the same
// bot.
func (s *Service) Edit(ctx context.Context, ws, id uuid.UUID, version int64, p Patch) (Bot, error) {
	old, err := s.Bot(ctx, ws, id)
	if err != nil {
		return Bot{}, err
	}
	if version != old.Version {
		return Bot{}, httpapi.Stale()
	}
	b, fields, err := s.apply(ctx, old, p)
	if err != nil || len(fields) == 0 {
		return b, err
	}
	pushed, push := old.IsEnabled && old.Mode == ModeWebhook, b.IsEnabled && b.Mode == ModeWebhook
	poll := b.IsEnabled && b.Mode == ModePolling
	moved := slices.ContainsFunc(fields, func(f string) bool { return f == "mode" || f == "is_enabled" || f == "token" })
	if moved && (poll || pushed && !push) { // first at Telegram: a webhook would refuse getUpdates
		token, err := s.token(b)
		if err != nil {
			return Bot{}, err
		}
		// a bot that is switched off need not be reachable
		if err := s.API.DeleteWebhook(ctx, token, false); err != nil && b.IsEnabled {
			return Bot{}, refusal(err)
		}
	}
	b.Version, b.UpdatedAt = old.Version+1, s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if ok, err := save(ctx, tx, b, old.Version); err != nil || !ok {
			return cond(err, httpapi.Stale())
		}
		if moved && b.LastError != "" {
			if err := s.setError(ctx, tx, b, ""); err != nil {
				return err
			}
		}
		return s.changed(ctx, tx, b, change{Change: "edited", Fields: fields})
	})
	if err != nil {
		return Bot{}, err
	}
	if moved && push {
		if err := s.setWebhook(ctx, b); err != nil {
			s.log.WarnContext(ctx, "setting the webhook of a changed bot", "bot", b.ID, "error", err)
		}
	}
	return s.Bot(ctx, ws, id)
}

// apply checks the patch and says which fields it changes.
func (s *Service) apply(ctx context.Context, b Bot, p Patch) (Bot, []string, error) {
	var fields []string
	set := func(field string, changed bool) bool {
		if changed {
			fields = append(fields, field)
		}
		return changed
	}
	if p.Name != nil {
		name := strings.TrimSpace(markup.Clean(*p.Name))
		if err := checkName(name); err != nil {
			return b, nil, err
		}
		if set("name", name != b.Name) {
			b.Name = name
		}
	}
	if p.Mode != nil && set("mode", *p.Mode != b.Mode) {
		b.Mode = *p.Mode
	}
	if p.IsEnabled != nil && set("is_enabled", *p.IsEnabled != b.IsEnabled) {
		b.IsEnabled = *p.IsEnabled
	}
	if slices.Contains(fields, "mode") || slices.Contains(fields, "is_enabled") && b.IsEnabled {
		if err := s.checkMode(b.Mode); err != nil {
			return b, nil, err
		}
	}
	for _, t := range []struct {
		field string
		texts *Texts
		on    *bool
		into  *db.JSON[Texts]
		onTo  *bool
	}{{"greeting", p.Greeting, p.GreetingOn, &b.Greeting, &b.GreetingOn}, {"away", p.Away, p.AwayOn, &b.Away, &b.AwayOn}} {
		if t.texts != nil {
			texts, err := checkTexts(t.field, *t.texts)
			if err != nil {
				return b, nil, err
			}
			if set(t.field, !maps.Equal(texts, t.into.V)) {
				t.into.V = texts
			}
		}
		if t.on != nil && set(t.field+"_on", *t.on != *t.onTo) {
			*t.onTo = *t.on
		}
		if *t.onTo && len(t.into.V) == 0 {
			return b, nil, errs.Invalid(t.field, "Write the text in at least one language.").Code("text_missing")
		}
	}
	if p.Token != nil {
		me, err := s.whose(ctx, *p.Token)
		if err != nil {
			return b, nil, err
		}
		if me.ID != b.TelegramID {
			return b, nil, errs.Invalid("token", "This is the token of another bot, @"+me.Username+". Add that one as a new bot.").Code("token_of_another_bot")
		}
		set("token", true)
		b.Username = me.Username
		if err := s.seal(&b, strings.TrimSpace(*p.Token)); err != nil {
			return b, nil, err
		}
	}
	return b, fields, nil
}

var languages = []string{"en", "uk", "ru"}

// checkTexts drops empty texts and refuses what Telegram would refuse once the names are
// filled in.
func checkTexts(field string, texts Texts) (Texts, error) {
	out := Texts{}
	sample := strings.Repeat("x", nameReserve)
	for _, lang := range slices.Sorted(maps.Keys(texts)) {
		where := field + "." + lang
		if !slices.Contains(languages, lang) {
			return nil, errs.Invalid(where, "Texts are in en, uk or ru.").Code("unknown_language")
		}
		text := strings.TrimSpace(markup.Clean(texts[lang]))
		if text == "" {
			continue
		}
		if len(text) > maxTextSize {
			return nil, errs.Invalid(where, "The text is too long.").Code("text_too_long")
		}
		visible, err := markup.Check(intake.Fill(text, sample, sample))
		if err != nil {
			return nil, errs.Invalid(where, "Telegram could not show this: "+err.Error()+".").Code("bad_html")
		}
		if n := markup.Units(visible); n > markup.MaxText {
			return nil, errs.Invalid(where, fmt.Sprintf("With the names filled in the text may have %d characters more than Telegram's %d.", n-markup.MaxText, markup.MaxText)).Code("text_too_long")
		}
		if strings.TrimSpace(visible) == "" {
			return nil, errs.Invalid(where, "The text shows nothing.").Code("text_missing")
		}
		out[lang] = text
	}
	return out, nil
}

// Delete disconnects a bot. What was said through it stays; what waits is withdrawn, its
// token is forgotten.
func (s *Service) Delete(ctx context.Context, ws, id uuid.UUID) error {
	b, err := s.Bot(ctx, ws, id)
	if err != nil {
		return err
	}
	if token, err := s.token(b); err != nil {
		s.log.WarnContext(ctx, "opening the token of a bot to remove", "bot", id, "error", err)
	} else if err := s.API.DeleteWebhook(ctx, token, false); err != nil { // the address answers 404 from now on
		s.log.WarnContext(ctx, "removing the webhook of a bot", "bot", id, "error", err)
	}
	now := s.clock.Now()
	if err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE bots SET is_enabled = FALSE, token = ?, webhook_secret = ?, deleted_at = ?, updated_at = ?, version = bots.version + 1
			WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL`, []byte{}, []byte{}, now, now, ws, id)
		if err != nil || n == 0 {
			return cond(err, errs.NotFound("bot"))
		}
		return s.changed(ctx, tx, b, change{Change: "removed"})
	}); err != nil {
		return err
	}
	// Not before: from now on nothing is added. What this does not reach, housekeeping ends.
	if err := s.Deliveries.Cancel(ctx, ws, id); err != nil {
		s.log.ErrorContext(ctx, "withdrawing what a removed bot had to send", "bot", id, "error", err)
	}
	return nil
}

var testTexts = map[string]string{
	"en": "✅ {name} can write to you. This is a test from {company}.",
	"uk": "✅ {name} може вам писати. Це перевірка від {company}.",
	"ru": "✅ {name} может вам писать. Это проверка от {company}.",
}

// Test sends a message to the member's own Telegram at once. Without a linked account
// that is a conflict "telegram_not_linked".
func (s *Service) Test(ctx context.Context, p ident.Principal, id uuid.UUID) error {
	b, err := s.Bot(ctx, p.WorkspaceID, id)
	if err != nil {
		return err
	}
	chat, ok, err := s.Members.TelegramOf(ctx, s.db.Read(), p.WorkspaceID, p.UserID)
	if err != nil {
		return err
	}
	if !ok {
		return errs.Conflict("Link your Telegram account on your profile page first: the test goes to you.").Code("telegram_not_linked")
	}
	e, err := s.open(ctx, b)
	if err != nil {
		return err
	}
	text, ok := testTexts[p.Language]
	if !ok {
		text = testTexts["en"]
	}
	_, err = s.API.Call(ctx, e.token, "sendMessage", botapi.Params{
		"chat_id": chat, "parse_mode": "HTML", "text": intake.Fill(text, b.Name, e.bot.Company.Name),
	})
	switch botapi.KindOf(err) {
	case botapi.Blocked, botapi.ChatNotFound:
		return errs.Conflict("The bot may not write to you yet. Open " + s.BotLink(b.Username, "") + ", press Start and try again.").Code("bot_not_started").Because(err)
	case botapi.Unauthorized:
		return errs.Conflict("Telegram does not accept the bot's token any more. Enter a new one from @BotFather.").Code("token_refused").Because(err)
	}
	if err != nil {
		return refusal(err)
	}
	return nil
}

// unix is Telegram's date, nil for none.
func unix(seconds int64) *time.Time {
	if seconds == 0 {
		return nil
	}
	t := time.Unix(seconds, 0).UTC()
	return &t
}
