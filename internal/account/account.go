// Package account holds the people: users, their sessions, the companies they belong
// to, and the links by which they come in.
//
//	cookie ──► Authenticate ──► ident.Principal (company and role as of now)
//	e-mail + password ──► SignIn ──┐
//	setup / invite / sign-in link ─┴─► session row, kept under the hash of its token
//	admin ──► invite, reset link, role, status ──► forgets cached answers at once
package account

import (
	"context"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

// Companies makes the company of a first run.
type Companies interface {
	Create(ctx context.Context, tx *db.Tx, name, language, timezone string) (uuid.UUID, error)
}

// Bots finds a bot that a member can talk to.
type Bots interface {
	// EnabledBot returns the username of an enabled bot of the company, false when there is none.
	EnabledBot(ctx context.Context, q db.Querier, ws uuid.UUID) (username string, ok bool, err error)
}

// Publisher appends events.
type Publisher interface {
	Publish(ctx context.Context, tx *db.Tx, e events.Event) error
}

// Status of a user or of a membership.
const (
	Active   = "active"
	Disabled = "disabled"
)

// Config is what the service needs.
type Config struct {
	DB        *db.DB
	Clock     clock.Clock
	Events    Publisher
	Companies Companies
	Bots      Bots
	// SignInLinks lets one-click links sign a person in: the demo only.
	SignInLinks bool
	// BotLink is where a person talks to a bot; start is what follows /start.
	BotLink func(username, start string) string
	// Server is told to the web app.
	Server ServerView
	// Hash overrides the cost of password hashes, zero for the strong default.
	Hash argon2id.Params
}

// Service is the accounts of one installation.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	events    Publisher
	companies Companies
	bots      Bots
	signIn    bool
	botLink   func(username, start string) string
	server    ServerView
	hasher    *hasher
	limits    limits
	known     known
}

// New returns the service.
func New(cfg Config) (*Service, error) {
	if cfg.Hash == (argon2id.Params{}) {
		cfg.Hash = strongHash
	}
	if cfg.BotLink == nil {
		cfg.BotLink = func(username, start string) string { return "https://t.me/" + username + "?start=" + start }
	}
	h, err := newHasher(cfg.Hash)
	if err != nil {
		return nil, err
	}
	return &Service{
		db: cfg.DB, clock: cfg.Clock, events: cfg.Events, companies: cfg.Companies, bots: cfg.Bots,
		signIn: cfg.SignInLinks, botLink: cfg.BotLink, server: cfg.Server, hasher: h, limits: newLimits(),
	}, nil
}

// Client is where a request comes from, before anybody is signed in.
type Client struct {
	IP        string
	UserAgent string
	RequestID string
}

// User is a person. One person may be a member of many companies.
type User struct {
	ID               uuid.UUID
	Email            string
	Name             string
	PasswordHash     string
	Status           string
	IsSuperAdmin     bool
	Language         string
	TelegramUserID   *int64
	TelegramUsername string
	Version          int64
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// Member is a live membership with its person.
type Member struct {
	ID             uuid.UUID
	WorkspaceID    uuid.UUID
	UserID         uuid.UUID
	Name           string
	Email          string
	Language       string
	Role           ident.Role
	Status         string // of the membership
	UserStatus     string
	IsSuperAdmin   bool
	TelegramLinked bool
	Version        int64
	CreatedAt      time.Time
	LastSeenAt     *time.Time
}

// Works reports whether the member can act in the company now.
func (m Member) Works() bool { return m.Status == Active && m.UserStatus == Active }

var languages = map[string]bool{"en": true, "uk": true, "ru": true}

func checkLanguage(field, lang string) error {
	if !languages[lang] {
		return errs.Invalid(field, "Choose English, Ukrainian or Russian.").Code("language_unknown")
	}
	return nil
}

const (
	maxName  = 120 // characters
	maxEmail = 254 // bytes
)

func cleanName(field, name string) (string, error) {
	name = strings.Join(strings.Fields(strings.Map(shown, name)), " ")
	n := utf8.RuneCountInString(name)
	switch {
	case !strings.ContainsFunc(name, visible):
		return "", errs.Invalid(field, "Enter a name.").Code("name_empty")
	case n > maxName:
		return "", errs.Invalid(field, "Use at most 120 characters.").Code("name_long")
	}
	return name, nil
}

// shown drops what a name hides behind: control characters and those that turn the
// direction of the text around it.
func shown(r rune) rune {
	if !unicode.IsSpace(r) && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
		return -1
	}
	return r
}

// visible is false for spaces, control characters and those without any shape, with which
// one address can be made to look like another.
func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

func cleanEmail(field, email string) (string, error) {
	email = strings.TrimSpace(email)
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > maxEmail || strings.ContainsFunc(email, func(r rune) bool { return !visible(r) }) || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		return "", errs.Invalid(field, "Enter an e-mail address such as name@example.com.").Code("email_invalid")
	}
	return email, nil
}

// as returns a context in which the user acts: for the audit row of what a person does
// before a session exists.
func as(ctx context.Context, u uuid.UUID, c Client) context.Context {
	return ident.With(ctx, ident.Principal{UserID: u, IP: c.IP, RequestID: c.RequestID})
}

// rank is the role with which the principal acts on members of its company.
func rank(p ident.Principal) ident.Role {
	if p.SuperAdmin {
		return ident.SuperAdmin
	}
	return p.Role
}

// membersLock keeps two changes of roles from each seeing the other's owner.
const membersLock = "account:members"
