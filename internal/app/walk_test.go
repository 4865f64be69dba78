package app_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/sandbox"
)

// belongings are what a company has, one of each, for the paths and bodies of a walk.
type belongings struct {
	*apptest.Company
	bot          apptest.Bot
	conversation string
	contact      string
	incoming     string // message of a customer
	outgoing     string // message of ours, sent
	note         string
	canned       string
	media        string
	notification string
	failed       string // failed update
	invite       string
	member       *apptest.Person   // an operator
	membership   string            // of member
	secrets      []string          // texts that nobody else may see
	ids          map[string]string // of what the walks of other files made
}

// A walk adds one slice's things and routes to the big one.
type walk struct {
	// furnish makes one of everything; mark is in each text that nobody else may see.
	furnish func(t testing.TB, b *belongings, mark string)
	errands func(b *belongings) map[string]errand
}

// walks are those of the other files, in the order of their furnishing.
var walks []walk

func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type withID struct {
	ID    string
	State string
}

type listed struct{ Items []withID }

func first(t testing.TB, p *apptest.Person, path string) withID {
	t.Helper()
	var l listed
	p.Do("GET", path, nil).Want(200).JSON(&l)
	if len(l.Items) == 0 {
		t.Fatalf("%s is empty", path)
	}
	return l.Items[0]
}

// furnish gives a company one of everything, by the doors that people and Telegram use.
func furnish(t testing.TB, w *apptest.World, name string) *belongings {
	t.Helper()
	mark := "Geheim" + name
	b := &belongings{Company: w.Company(name), secrets: []string{mark}, ids: map[string]string{}}
	b.member = b.Hire(ident.Operator)
	o := b.Owner
	b.bot = b.Connect(strings.ToLower(name)+"_bot", "Hello from "+mark)
	user := w.Telegram.AddUser(sandbox.User{FirstName: mark, LanguageCode: "en"})
	if _, err := w.Telegram.Start(b.bot.Telegram.ID, user.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Telegram.Misbehave(sandbox.Fault{Kind: sandbox.FaultChangedUpdate, Bot: b.bot.Telegram.ID, Count: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Telegram.Say(b.bot.Telegram.ID, user.ID, "I am "+mark); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "an update with a used id is kept", func() bool {
		var l listed
		o.Do("GET", "/api/failed-updates", nil).Want(200).JSON(&l)
		if len(l.Items) > 0 {
			b.failed = l.Items[0].ID
		}
		return b.failed != ""
	})
	b.conversation = first(t, o, "/api/conversations").ID
	apptest.Eventually(t, "the team is told of the new conversation", func() bool {
		return w.Count("SELECT count(*) FROM notifications WHERE workspace_id = ? AND kind = 'conversation.new'", b.ID) > 0
	})
	conv := "/api/conversations/" + b.conversation
	var got withID
	o.Do("POST", conv+"/messages", map[string]any{"text": "Answer of " + mark}).Want(201).JSON(&got)
	b.outgoing = got.ID
	apptest.Eventually(t, "everything is sent", func() bool {
		return w.Count("SELECT count(*) FROM messages WHERE workspace_id = ? AND direction = 'out' AND state = 'sent'", b.ID) == 2 &&
			w.Count("SELECT count(*) FROM deliveries WHERE workspace_id = ? AND state IN ('queued', 'sending')", b.ID) == 0
	})
	var c struct{ Contact withID }
	o.Do("GET", conv, nil).Want(200).JSON(&c)
	b.contact = c.Contact.ID
	var msgs struct {
		Items []struct{ ID, Direction string }
	}
	o.Do("GET", conv+"/messages", nil).Want(200).JSON(&msgs)
	b.incoming = msgs.Items[0].ID
	o.Do("POST", conv+"/notes", map[string]any{"text": "Note of " + mark}).Want(201).JSON(&got)
	b.note = got.ID
	o.Do("POST", "/api/canned-replies", map[string]any{"shortcut": mark, "title": mark, "text": map[string]string{"en": mark}}).Want(201).JSON(&got)
	b.canned = got.ID
	o.Do("POST", "/api/media", apptest.Upload{Name: mark + ".png", Data: picture(t)}).Want(201).JSON(&got)
	b.media = got.ID
	b.notification = first(t, o, "/api/notifications").ID
	o.Do("POST", "/api/companies/"+b.ID.String()+"/invites", map[string]any{"email": strings.ToLower(mark) + "@example.com", "role": "VIEWER"}).Want(201).JSON(&got)
	b.invite = got.ID
	var people struct {
		Items []struct {
			ID     string
			UserID uuid.UUID `json:"user_id"`
		}
	}
	o.Do("GET", "/api/companies/"+b.ID.String()+"/members", nil).Want(200).JSON(&people)
	for _, p := range people.Items {
		if p.UserID == b.member.UserID {
			b.membership = p.ID
		}
	}
	b.secrets = append(b.secrets, b.ID.String(), b.bot.ID.String(), b.conversation, b.contact, b.incoming, b.outgoing, b.note, b.canned,
		b.media, b.notification, b.failed, b.invite, b.membership, b.member.UserID.String(), o.UserID.String())
	for _, part := range walks {
		part.furnish(t, b, mark)
	}
	for _, made := range b.ids {
		b.secrets = append(b.secrets, made)
	}
	return b
}

// errand is how to call one route with the belongings of a company.
type errand struct {
	path  map[string]string // path values
	query string
	body  any
	// header pairs
	header []string
	// own are the statuses that the owner may get for their own things; default 2xx.
	own []int
	// open says that the route takes no ids, so that a stranger's call is about their own
	// company: it may succeed, but shows and changes nothing of the other.
	open bool
	// ends says that the call ends the session with which it is made.
	ends bool
	// last is for what would disturb other calls.
	last int
	// needs is the right that the handler itself asks for.
	needs ident.Permission
}

func id(v string) map[string]string { return map[string]string{"id": v} }

const nobody = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// errands knows every route. A new route without an entry fails the walk.
func errands(t testing.TB, b *belongings) map[string]errand {
	ws := b.ID.String()
	token := map[string]string{"token": nobody}
	conv, msg, contact := id(b.conversation), id(b.outgoing), id(b.contact)
	gone := []int{404, 410, 422}
	logo := picture(t)
	all := map[string]errand{
		"openapi": {open: true}, "docs": {open: true},
		"health": {open: true}, "health_live": {open: true}, "health_deep": {open: true, own: []int{200, 503}}, "metrics": {open: true, own: []int{403}}, // it is for this machine, and the walk comes from elsewhere
		"report_client_error": {open: true, body: map[string]any{"message": "x", "url": "/"}},
		"telegram_webhook":    {path: map[string]string{"bot": b.bot.ID.String()}, body: map[string]any{"update_id": 1}, own: []int{403}},
		"events":              {open: true},

		"get_session": {open: true}, "list_sessions": {open: true}, "list_roles": {open: true},
		"sign_in":            {open: true, body: map[string]any{"email": b.Owner.Email, "password": "wrong horse battery"}, own: []int{401, 422}},
		"sign_out":           {open: true, ends: true, last: 3},
		"switch_workspace":   {body: map[string]any{"workspace_id": ws}},
		"end_session":        {path: id(b.Owner.SessionID.String()), ends: true, last: 3},
		"end_other_sessions": {open: true, last: 2},
		"change_profile":     {open: true, body: map[string]any{"language": "en"}},
		"change_password":    {open: true, body: map[string]any{"current": "wrong", "new": "correct horse battery staple"}, own: []int{401, 403, 422}},
		"link_telegram":      {open: true}, "unlink_telegram": {open: true},

		"get_setup": {path: token, own: gone}, "get_invite": {path: token, own: gone}, "get_reset": {path: token, own: gone},
		"set_up":          {path: token, own: gone, body: map[string]any{"name": "N", "email": "n@example.com", "password": "correct horse battery", "company_name": "C"}},
		"sign_in_by_link": {path: token, own: gone},
		"accept_invite":   {path: token, own: gone, body: map[string]any{}},
		"reset_password":  {path: token, own: gone, body: map[string]any{"password": "correct horse battery"}},

		"list_companies": {open: true},
		"create_company": {open: true, body: map[string]any{"name": "Another"}, needs: ident.ManageCompanies},
		"get_company":    {path: id(ws)},
		"change_company": {path: id(ws), body: map[string]any{"color": "#112233"}, header: []string{"If-Match", `"1"`}, needs: ident.ManageSettings},
		"list_audit":     {path: id(ws), needs: ident.ViewLogs},
		"list_members":   {path: id(ws)},
		"list_invites":   {path: id(ws), needs: ident.ManageUsers},
		"create_invite":  {path: id(ws), body: map[string]any{"email": "x@example.com", "role": "VIEWER"}, needs: ident.ManageUsers},
		"revoke_invite":  {path: map[string]string{"id": ws, "invite_id": b.invite}, needs: ident.ManageUsers, last: 1},
		"upload_logo":    {path: id(ws), body: apptest.Upload{Name: "logo.png", Data: logo}, needs: ident.ManageSettings},
		"change_member":  {path: map[string]string{"id": ws, "member_id": b.membership}, body: map[string]any{"role": "MANAGER"}, needs: ident.ManageUsers},
		"reset_link":     {path: map[string]string{"id": ws, "member_id": b.membership}, needs: ident.ManageUsers},
		"remove_member":  {path: map[string]string{"id": ws, "member_id": b.membership}, needs: ident.ManageUsers, last: 1},

		"get_contact": {path: contact}, "contact_history": {path: contact}, "contact_conversations": {path: contact}, "contact_messages": {path: contact},
		"edit_contact": {path: contact, body: map[string]any{"notes": "n"}, header: []string{"If-Match", `"1"`}},

		"list_conversations": {open: true, query: "?bot=" + b.bot.ID.String() + "&status=any"},
		"list_assignees":     {open: true},
		"get_conversation":   {path: conv}, "conversation_history": {path: conv}, "list_messages": {path: conv}, "list_notes": {path: conv}, "get_draft": {path: conv},
		"send_message":          {path: conv, body: map[string]any{"text": "walk"}},
		"read_conversation":     {path: conv, body: map[string]any{"up_to_seq": 1}},
		"unread_conversation":   {path: conv},
		"assign_conversation":   {path: conv, body: map[string]any{"user_id": b.Owner.UserID}},
		"close_conversation":    {path: conv},
		"reopen_conversation":   {path: conv},
		"create_note":           {path: conv, body: map[string]any{"text": "n"}},
		"save_draft":            {path: conv, body: map[string]any{"text": "d"}},
		"delete_note":           {path: id(b.note), last: 1},
		"edit_message":          {path: msg, body: map[string]any{"text": "other"}},
		"delete_message":        {path: msg, last: 1},
		"retry_message":         {path: msg, own: []int{409}},
		"resolve_message":       {path: msg, body: map[string]any{"outcome": "arrived"}, own: []int{409}},
		"list_canned_replies":   {open: true},
		"create_canned_reply":   {open: true, body: map[string]any{"shortcut": "walk", "title": "t", "text": map[string]string{"en": "x"}}},
		"edit_canned_reply":     {path: id(b.canned), body: map[string]any{"title": "t2"}, header: []string{"If-Match", `"1"`}},
		"delete_canned_reply":   {path: id(b.canned), last: 1},
		"upload_media":          {open: true, body: apptest.Upload{Name: "x.png", Data: append(bytes.Clone(logo), 0)}},
		"get_media":             {path: map[string]string{"workspace": ws, "id": b.media}},
		"get_media_thumb":       {path: map[string]string{"workspace": ws, "id": b.media}},
		"list_notifications":    {open: true},
		"read_notifications":    {open: true, body: map[string]any{"ids": []string{b.notification}}},
		"list_bots":             {open: true},
		"add_bot":               {open: true, body: map[string]any{"token": b.bot.Telegram.Token}, own: []int{409}},
		"get_bot":               {path: id(b.bot.ID.String())},
		"diagnose_bot":          {path: id(b.bot.ID.String())},
		"edit_bot":              {path: id(b.bot.ID.String()), body: map[string]any{"name": "Other"}},
		"connect_bot":           {path: id(b.bot.ID.String())},
		"test_bot":              {path: id(b.bot.ID.String()), own: []int{204, 409}},
		"delete_bot":            {path: id(b.bot.ID.String()), last: 2},
		"list_failed_updates":   {open: true, query: "?bot=" + b.bot.ID.String()},
		"dismiss_failed_update": {path: id(b.failed), last: 1},
		"retry_failed_update":   {path: id(b.failed), body: map[string]any{}, own: []int{204, 409}},
	}
	for _, part := range walks {
		maps.Copy(all, part.errands(b))
	}
	return all
}

// public are the routes that need no session; everything else does.
var public = []string{
	"openapi", "docs", "health", "health_live", "health_deep", "metrics", "report_client_error", "telegram_webhook",
	"sign_in", "get_setup", "set_up", "get_invite", "accept_invite", "get_reset", "reset_password", "sign_in_by_link",
}

func (e errand) address(r httpapi.Route) string {
	path := r.Path
	for k, v := range e.path {
		path = strings.ReplaceAll(path, "{"+k+"}", v)
	}
	return path + e.query
}

// do calls the route as p; a stream is asked without waiting for its end.
func (e errand) do(t testing.TB, r httpapi.Route, url string, h http.Header) apptest.Answer {
	t.Helper()
	for i := 0; i+1 < len(e.header); i += 2 {
		h.Set(e.header[i], e.header[i+1])
	}
	if r.Stream {
		return peek(t, r.Method, url+e.address(r), h)
	}
	return apptest.Send(t, r.Method, url+e.address(r), e.body, h)
}

// peek reads the status of an answer that does not end.
func peek(t testing.TB, method, url string, h http.Header) apptest.Answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = h
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return apptest.Answer{TB: t, What: method + " " + url, Status: res.StatusCode, Header: res.Header}
}

// ordered returns the routes so that what removes things comes last.
func ordered(routes []httpapi.Route, known map[string]errand) []httpapi.Route {
	slices.SortStableFunc(routes, func(a, b httpapi.Route) int {
		return cmp.Or(cmp.Compare(known[a.ID].last, known[b.ID].last), cmp.Compare(a.Method, b.Method), cmp.Compare(a.ID, b.ID))
	})
	return routes
}

// TestWalkTenants walks the whole route table: by a stranger with another company's ids,
// by nobody, by members whose role lacks the right, and by the owner, whose calls prove
// that the refused ones were whole.
func TestWalkTenants(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		a, b := furnish(t, w, "Alpha"), furnish(t, w, "Beta")
		known := errands(t, b)
		routes := ordered(w.App.API.Routes(), known)
		for _, r := range routes {
			if _, ok := known[r.ID]; !ok {
				t.Errorf("the walk does not know %s %s (%s): add it to errands", r.Method, r.Path, r.ID)
			}
		}
		if len(routes) < 70 || len(routes) != len(known) {
			t.Errorf("%d routes, %d errands", len(routes), len(known))
		}
		if t.Failed() {
			return
		}
		w.SignIn(b.Owner) // the sandbox is done with b: from here on nothing of b may change
		walkAsStranger(t, w, routes, known, a, b)
		foreignBodies(t, w, a, b)
		walkAsNobody(t, w, routes, known, b)
		walkWithLowRoles(t, w, routes, known, b)
		walkAsOwner(t, w, routes, b)
	})
}

func walkAsStranger(t *testing.T, w *apptest.World, routes []httpapi.Route, known map[string]errand, a, b *belongings) {
	before := contents(t, w, b)
	for _, r := range routes {
		e := known[r.ID]
		for _, company := range []uuid.UUID{a.ID, b.ID} { // one's own, and the other's by the header
			if e.ends || r.ID == "end_other_sessions" {
				w.SignIn(a.Owner)
			}
			p := *a.Owner
			p.Workspace = company
			got := e.do(t, r, w.URL, p.Header())
			what := fmt.Sprintf("%s %s by the owner of %s in %s", r.Method, e.address(r), a.Name, company)
			switch {
			case got.Status >= 500 && !slices.Contains(e.own, got.Status):
				t.Errorf("%s: %d %s", what, got.Status, got.Short())
			case company == b.ID && r.Permission != httpapi.Public && r.Permission != httpapi.SignedIn && got.Status != 403 && got.Status != 404:
				t.Errorf("%s: %d %s", what, got.Status, got.Short())
			case !e.open && got.Status != 403 && got.Status != 404 && (r.Permission != httpapi.Public || !slices.Contains(e.own, got.Status)):
				t.Errorf("%s: %d %s", what, got.Status, got.Short())
			case !e.open && got.Status < 300:
				t.Errorf("%s succeeded: %d", what, got.Status)
			}
			for _, s := range b.secrets {
				// an error may repeat the id that it was given
				if bytes.Contains(got.Body, []byte(s)) && got.Status < 400 && r.ID != "health_deep" {
					t.Errorf("%s shows %q: %s", what, s, got.Short())
				}
			}
			if now := contents(t, w, b); now != before {
				t.Fatalf("%s changed %s:\n%s", what, b.Name, difference(before, now))
			}
		}
	}
	w.SignIn(a.Owner)
}

// foreignBodies names b's things in the bodies of calls about a's.
func foreignBodies(t *testing.T, w *apptest.World, a, b *belongings) {
	before := contents(t, w, b)
	conv := "/api/conversations/" + a.conversation
	for _, c := range []struct {
		method, path string
		body         any
		want         []int
	}{
		{"POST", conv + "/messages", map[string]any{"attachments": []any{map[string]any{"media_id": b.media}}}, []int{404, 422}},
		{"POST", conv + "/messages", map[string]any{"text": "x", "reply_to_id": b.outgoing}, []int{404, 422}},
		{"POST", conv + "/assign", map[string]any{"user_id": b.member.UserID}, []int{404, 422}},
		{"PUT", conv + "/draft", map[string]any{"text": "x", "reply_to_id": b.outgoing}, []int{404, 422}},
		{"POST", "/api/session/workspace", map[string]any{"workspace_id": b.ID}, []int{403, 404}},
		// naming what is not one's own marks nothing, and does not tell that it exists
		{"POST", "/api/notifications/read", map[string]any{"ids": []string{b.notification}}, []int{204, 404}},
		{"PATCH", "/api/companies/" + a.ID.String() + "/members/" + b.membership, map[string]any{"role": "OWNER"}, []int{404}},
		{"DELETE", "/api/companies/" + a.ID.String() + "/members/" + b.membership, nil, []int{404}},
		{"POST", "/api/companies/" + a.ID.String() + "/members/" + b.membership + "/reset-link", nil, []int{404}},
		{"DELETE", "/api/companies/" + a.ID.String() + "/invites/" + b.invite, nil, []int{404}},
		{"GET", "/api/media/" + a.ID.String() + "/" + b.media, nil, []int{404}},
		{"GET", "/api/media/" + a.ID.String() + "/" + b.media + "/thumb", nil, []int{404}},
		{"POST", "/api/bots", map[string]any{"token": b.bot.Telegram.Token}, []int{409}},
	} {
		got := a.Owner.Do(c.method, c.path, c.body)
		if !slices.Contains(c.want, got.Status) {
			t.Errorf("%s %s with %v: %d, want %v: %s", c.method, c.path, c.body, got.Status, c.want, got.Short())
		}
		if now := contents(t, w, b); now != before {
			t.Fatalf("%s %s changed %s:\n%s", c.method, c.path, b.Name, difference(before, now))
		}
	}
}

func walkAsNobody(t *testing.T, w *apptest.World, routes []httpapi.Route, known map[string]errand, b *belongings) {
	before := contents(t, w, b)
	for _, r := range routes {
		e := known[r.ID]
		for name, h := range map[string]http.Header{
			"no cookie":     {},
			"a made-up one": {"Cookie": {account.CookieName + "=" + nobody}, account.CompanyHeader: {b.ID.String()}},
		} {
			got := e.do(t, r, w.URL, h.Clone())
			if open := slices.Contains(public, r.ID); open != (r.Permission == httpapi.Public) {
				t.Errorf("%s: is it public or not?", r.ID)
			} else if !open && got.Status != 401 {
				t.Errorf("%s %s with %s: %d %s", r.Method, e.address(r), name, got.Status, got.Short())
			} else if open && got.Status >= 500 && !slices.Contains(e.own, got.Status) {
				t.Errorf("%s %s with %s: %d %s", r.Method, e.address(r), name, got.Status, got.Short())
			}
		}
	}
	if now := contents(t, w, b); now != before {
		t.Fatalf("nobody changed %s:\n%s", b.Name, difference(before, now))
	}
}

// walkWithLowRoles calls each route that needs a right as every role that lacks it.
func walkWithLowRoles(t *testing.T, w *apptest.World, routes []httpapi.Route, known map[string]errand, b *belongings) {
	staff := map[ident.Role]*apptest.Person{}
	for _, r := range ident.Roles {
		staff[r] = b.Hire(r)
	}
	before := contents(t, w, b)
	tried := map[ident.Permission]bool{}
	for _, r := range routes {
		e := known[r.ID]
		needs := cmp.Or(e.needs, r.Permission)
		if !slices.Contains(ident.Permissions, needs) {
			continue
		}
		tried[needs] = true
		for _, role := range ident.Roles {
			if role.Can(needs) {
				continue
			}
			got := e.do(t, r, w.URL, staff[role].Header())
			if got.Status != 403 {
				t.Errorf("%s %s as %s, which lacks %s: %d %s", r.Method, e.address(r), role, needs, got.Status, got.Short())
			}
		}
	}
	for _, p := range []ident.Permission{ident.AnswerChats, ident.ManageBots, ident.ManageUsers, ident.ManageSettings, ident.ManageCompanies, ident.ViewLogs} {
		if !tried[p] {
			t.Errorf("no route needs %s", p)
		}
	}
	if now := contents(t, w, b); now != before {
		t.Fatalf("somebody without the right changed %s:\n%s", b.Name, difference(before, now))
	}
}

// walkAsOwner proves that the calls are whole: the owner succeeds with the same ones.
func walkAsOwner(t *testing.T, w *apptest.World, routes []httpapi.Route, b *belongings) {
	known := errands(t, b)
	for _, r := range routes {
		e := known[r.ID]
		if e.ends || r.ID == "end_other_sessions" {
			w.SignIn(b.Owner)
			e = errands(t, b)[r.ID] // names the session
		}
		got := e.do(t, r, w.URL, b.Owner.Header())
		ok := got.Status >= 200 && got.Status < 300
		if len(e.own) > 0 {
			ok = slices.Contains(e.own, got.Status)
		}
		if !ok {
			t.Errorf("%s %s by the owner: %d, want %v: %s", r.Method, e.address(r), got.Status, e.own, got.Short())
		}
	}
}
