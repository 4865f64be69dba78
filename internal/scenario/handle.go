package scenario

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/scenario/deeplink"
	"cartie/internal/scenario/engine"
)

// Handle lets a flow react to an update of a private chat, in the unit that keeps the
// update and under the chat's lock. It is false when the update is left to people: then
// nothing was said, and a pressed button is not answered.
func (s *Service) Handle(ctx context.Context, tx *db.Tx, u Update) (bool, error) {
	if u.Template == "" || u.CallbackID != "" && !strings.HasPrefix(u.Data, engine.Prefix) {
		return false, nil
	}
	is, err := load(ctx, tx, u)
	if err != nil {
		return false, err
	}
	t := &turn{s: s, tx: tx, u: u, is: is, now: s.clock.Now()}
	handled, err := t.route(ctx)
	if err != nil {
		return false, err
	}
	if t.is.Version != is.Version {
		s.save(ctx, tx, u, t.is)
	}
	if !handled || u.CallbackID == "" {
		return handled, nil
	}
	return true, s.Sender.AnswerCallback(ctx, tx, u.WorkspaceID, u.BotID, u.CallbackID, t.toast)
}

// turn is one update on its way through the flows.
type turn struct {
	s     *Service
	tx    *db.Tx
	u     Update
	is    session
	now   time.Time
	toast string
	ended engine.Reason // of the flow, by this update
}

// active reports whether a flow waits for the person.
func (t *turn) active() bool {
	return t.is.State == engine.Waiting || t.is.State == engine.Sleeping
}

// quiet reports whether texts are left to people for a while after a flow.
func (t *turn) quiet() bool { return t.is.State == engine.Ended && t.now.Before(t.is.ExpiresAt) }

func (t *turn) route(ctx context.Context) (bool, error) {
	if t.u.CallbackID != "" {
		return t.press(ctx)
	}
	word := engine.None
	if !t.u.HasFile {
		word = engine.WordOf(t.u.Text)
	}
	if word == engine.Start {
		if _, payload, found := strings.Cut(t.u.Text, " "); found {
			if link, ok := deeplink.Parse(payload); ok {
				return true, t.arrive(ctx, link)
			}
		}
	}
	if home := t.home(); home != nil {
		if node, ok := home.Command(t.u.Text); ok {
			return true, t.begin(ctx, home, client, node, nil)
		}
	}
	wantsMenu := word == engine.Start || word == engine.Menu
	switch {
	case t.active() && wantsMenu && t.home() == nil: // there is no menu to go to
		return t.answer(ctx, engine.Text{Text: "/cancel"})
	case t.active():
		return t.answer(ctx, t.u.event())
	case wantsMenu:
		return t.menu(ctx)
	case t.is.State == engine.Idle && (word == engine.Cancel || word == engine.Back):
		return t.answer(ctx, t.u.event())
	}
	return t.free(ctx)
}

// press reacts to one of our buttons. One that belongs to nothing any more brings the menu.
func (t *turn) press(ctx context.Context) (bool, error) {
	over := t.is.State == engine.Ended && !t.quiet()
	t.toast = engine.StaleText(t.is.Language, t.u.Language)
	if err := t.step(ctx, engine.Press{Data: t.u.Data}); err != nil {
		return false, err
	}
	if over || t.lost() {
		_, err := t.menu(ctx)
		return true, err
	}
	return true, t.after(ctx)
}

// answer gives a running flow what the person said.
func (t *turn) answer(ctx context.Context, e engine.Event) (bool, error) {
	asleep, before := t.is.State == engine.Sleeping, t.is.Version
	if err := t.step(ctx, e); err != nil {
		return false, err
	}
	switch {
	case t.lost():
		return t.free(ctx)
	case asleep && t.is.Version == before: // nothing was asked: people may read it
		return false, nil
	}
	return true, t.after(ctx)
}

// lost reports whether the flow that stood here is no more, so that the update counts as
// a new beginning.
func (t *turn) lost() bool { return t.ended == engine.Expired || t.ended == engine.Gone }

// after goes on when a flow is over.
func (t *turn) after(ctx context.Context) error {
	home := t.home()
	switch t.ended {
	case engine.ToMenu:
	case engine.Cancelled:
		if home == nil || t.is.Flow != home.ID {
			t.is.ExpiresAt = t.now.Add(attention) // who offered a car does not look for one
			return nil
		}
	case engine.GaveUp, engine.Refused, engine.Looping:
		t.is.ExpiresAt = t.now.Add(attention)
		return nil
	default:
		return nil
	}
	return t.begin(ctx, home, client, "", nil)
}

// menu shows the home of the bot; false when it has none.
func (t *turn) menu(ctx context.Context) (bool, error) {
	home := t.home()
	if home == nil {
		return false, nil
	}
	return true, t.begin(ctx, home, client, "", nil)
}

// free is about what nobody asked for. It begins a flow only while no person looks after
// the chat.
func (t *turn) free(ctx context.Context) (bool, error) {
	written := t.u.Text != "" && !t.u.HasFile
	if t.home() == nil || t.quiet() || !written && !t.u.IsNew {
		return false, nil
	}
	attended, err := t.s.Conversations.Attended(ctx, t.tx, t.u.WorkspaceID, t.u.ConversationID, t.now.Add(-attention))
	if err != nil || attended {
		return false, err
	}
	if t.is.State != engine.Idle {
		return t.menu(ctx)
	}
	if err := t.step(ctx, t.u.event()); err != nil {
		return false, err
	}
	return true, t.after(ctx)
}

// arrive opens the dealer's flow for a link, or goes on with it where it stands.
func (t *turn) arrive(ctx context.Context, l deeplink.Link) error {
	if t.active() && t.is.Flow == dealerOffer && t.is.Vars["request"].Text == l.Request && t.is.Vars["partner"].Text == l.Partner {
		if err := t.step(ctx, engine.Resume{}); err != nil || !t.lost() {
			return err
		}
	}
	return t.begin(ctx, t.s.flows[dealerOffer], dealer, "", engine.Vars{
		"request": {Text: l.Request}, "offer": {Text: l.Offer}, "partner": {Text: l.Partner},
	})
}

func (t *turn) home() *engine.Flow { return t.s.flows[homes[t.u.Template]] }

// begin starts a flow anew with what is known of the person.
func (t *turn) begin(ctx context.Context, f *engine.Flow, role, node string, more engine.Vars) error {
	first, _, _ := strings.Cut(t.u.Person.Name, " ")
	vars := engine.Vars{}
	for name, v := range map[string]string{"name": t.u.Person.Name, "first_name": first, "username": t.u.Person.Username, "company": t.u.Company} {
		if v != "" {
			vars[name] = engine.Value{Text: v}
		}
	}
	for name, v := range more {
		if !v.Empty() {
			vars[name] = v
		}
	}
	if t.active() && t.ended == "" {
		if err := t.publish(ctx, "scenario.completed", map[string]any{"flow": t.is.Flow, "reason": engine.ToMenu}); err != nil {
			return err
		}
	}
	t.is.id, t.is.createdAt, t.is.role, t.is.Flow = ident.New(), t.now, role, f.ID
	if err := t.publish(ctx, "scenario.started", map[string]any{"flow": f.ID, "version": f.Version}); err != nil {
		return err
	}
	return t.step(ctx, engine.Begin{Vars: vars, Node: node})
}

// event is what the person said, for a flow.
func (u Update) event() engine.Event {
	switch {
	case u.Contact != nil:
		return engine.Contact{Phone: u.Contact.Phone, Own: u.Contact.Own}
	case len(u.Photos) > 0:
		ids := make([]string, len(u.Photos))
		for i, id := range u.Photos {
			ids[i] = id.String()
		}
		return engine.Photos{IDs: ids}
	case u.HasFile || u.Text == "":
		return engine.Other{}
	}
	return engine.Text{Text: u.Text}
}

// step moves the flow by one event and by the answers to what it asks for.
func (t *turn) step(ctx context.Context, e engine.Event) error {
	for e != nil {
		f := t.s.flows[t.is.Flow]
		if f == nil && t.is.Flow == "" { // the chat has never had a flow
			return nil
		}
		if f == nil {
			t.is.Version++
			t.is.State, t.is.ExpiresAt, t.ended = engine.Ended, time.Time{}, engine.Gone
			return nil
		}
		var effects []engine.Effect
		t.is.Session, effects = engine.Step(f, t.is.Session, e, t.now)
		e = nil
		for _, effect := range effects {
			var err error
			switch x := effect.(type) {
			case engine.Say:
				err = t.s.Sender.Send(ctx, t.tx, Message{
					Chat: t.chat(), Text: x.Text, Media: x.Media, Inline: x.Inline, Keyboard: x.Keyboard, Remove: x.Remove,
				})
			case engine.Toast:
				t.toast = x.Text
			case engine.Query:
				e, err = t.ask(ctx, x)
			case engine.Call:
				e, err = t.act(ctx, x)
			case engine.End:
				t.ended = x.Reason
				t.is.role = client
				err = t.publish(ctx, "scenario.completed", map[string]any{"flow": t.is.Flow, "reason": x.Reason})
			}
			if err != nil {
				return errs.Wrap(err, "doing what the flow "+t.is.Flow+" says")
			}
		}
	}
	return nil
}

func (t *turn) chat() Chat {
	return Chat{WorkspaceID: t.u.WorkspaceID, BotID: t.u.BotID, ChatID: t.u.ChatID, ConversationID: t.u.ConversationID}
}

func (t *turn) publish(ctx context.Context, kind string, data any) error {
	e := events.Event{
		WorkspaceID: t.u.WorkspaceID, Kind: kind, SubjectType: "conversation", SubjectID: &t.u.ConversationID, ActorType: "contact", Data: data,
	}
	if t.u.Person.ContactID != uuid.Nil {
		e.ActorID = &t.u.Person.ContactID
	}
	return t.s.events.Publish(ctx, t.tx, e)
}
