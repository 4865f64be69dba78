package scenario

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/i18n"
	"cartie/internal/platform/money"
	"cartie/internal/scenario/engine"
)

// actions are what flows can have done. Each returns the variables that its answer brings.
var actions = map[string]func(*turn, context.Context, engine.Vars) (engine.Vars, error){
	"capture_lead":     (*turn).captureLead,
	"forward_question": (*turn).forwardQuestion,
	"set_phone":        (*turn).setPhone,
	"set_language":     (*turn).setLanguage,
	"dealer":           (*turn).dealer,
	"open_request":     (*turn).openRequest,
	"join_partner":     (*turn).joinPartner,
	"submit_offer":     (*turn).submitOffer,
}

// checkActions refuses a flow that asks for what nobody does.
func checkActions(f *engine.Flow) error {
	for _, name := range f.Actions() {
		if actions[name] == nil {
			return fmt.Errorf("the flow %s: there is no action %q", f.ID, name)
		}
	}
	return nil
}

// act does what a flow calls for. A refusal goes back to the flow as its reason.
func (t *turn) act(ctx context.Context, c engine.Call) (engine.Event, error) {
	do := actions[c.Action]
	if do == nil {
		return nil, fmt.Errorf("there is no action %q", c.Action)
	}
	vars, err := do(t, ctx, c.Params)
	if reason, refused := refusal(err); refused {
		return engine.Answer{Turn: c.Turn, Refused: reason}, nil
	}
	return engine.Answer{Turn: c.Turn, Vars: vars}, err
}

// refusal is the reason of an error that the person can do something about.
func refusal(err error) (string, bool) {
	e := errs.As(err)
	if e == nil {
		return "", false
	}
	switch e.Kind {
	case errs.KindConflict, errs.KindInvalid, errs.KindForbidden, errs.KindNotFound:
		if e.Token != "" {
			return e.Token, true
		}
		return string(e.Kind), true
	}
	return "", false
}

// ask finds the canonical form of an answer.
func (t *turn) ask(ctx context.Context, q engine.Query) (engine.Event, error) {
	if q.Kind == "phone" {
		phone, err := t.s.Contacts.Phone(ctx, t.tx, t.u.WorkspaceID, q.Text)
		if reason, refused := refusal(err); refused {
			return engine.Answer{Turn: q.Turn, Refused: reason}, nil
		}
		return engine.Answer{Turn: q.Turn, Value: engine.Value{Text: phone}}, err
	}
	text, err := t.s.Dictionary.Normalise(ctx, t.tx, t.u.WorkspaceID, q.Kind, q.Text)
	return engine.Answer{Turn: q.Turn, Value: engine.Value{Text: text}}, err
}

func (t *turn) captureLead(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	l := Lead{Chat: t.chat(), Person: t.u.Person, Name: p["name"].Text, Phone: p["phone"].Text, Type: p["type"].Text, Car: p["car"].Text, City: p["city"].Text}
	if b := p["budget"].Money; b != (money.Money{}) {
		l.Budget = &b
	}
	if l.Phone != "" {
		if _, err := t.setPhone(ctx, p); err != nil {
			return nil, err
		}
	}
	got, err := t.s.Leads.Capture(ctx, t.tx, l)
	vars := engine.Vars{"code": {Text: got.Code}, "duplicate": {}}
	if got.Duplicate {
		vars["duplicate"] = engine.Value{Text: "yes"}
	}
	return vars, err
}

func (t *turn) forwardQuestion(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	return nil, t.s.Support.Forward(ctx, t.tx, Question{Chat: t.chat(), Person: t.u.Person, MessageID: t.u.MessageID, Text: p["text"].Text})
}

func (t *turn) setPhone(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	return nil, t.s.Contacts.SetPhone(ctx, t.tx, t.u.WorkspaceID, t.u.Person.ContactID, p["phone"].Text)
}

func (t *turn) setLanguage(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	for _, l := range i18n.Languages {
		if l == p["language"].Text {
			t.is.Language = l
			return nil, t.s.Contacts.SetLanguage(ctx, t.tx, t.u.WorkspaceID, t.u.Person.ContactID, l)
		}
	}
	return nil, errs.Invalid("language", "This language is not one of ours.").Code("bad_language")
}

func (t *turn) dealer(ctx context.Context, _ engine.Vars) (engine.Vars, error) {
	d, err := t.s.Requests.Dealer(ctx, t.tx, t.u.WorkspaceID, t.u.Person)
	return dealerVars(d), err
}

func dealerVars(d Dealer) engine.Vars {
	out := engine.Vars{}
	if d.Company != "" {
		out["dealer_company"] = engine.Value{Text: d.Company}
	}
	if d.Phone != "" {
		out["phone"] = engine.Value{Text: d.Phone}
	}
	return out
}

func (t *turn) openRequest(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	who := t.u.Person
	who.Language = cmp.Or(t.is.Language, t.u.Language)
	w, err := t.s.Requests.Open(ctx, t.tx, t.u.WorkspaceID, p["request"].Text, who)
	return engine.Vars{"request": {Text: w.PublicID}, "request_summary": {Text: w.Summary}}, err
}

func (t *turn) joinPartner(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	d, err := t.s.Requests.Join(ctx, t.tx, t.u.WorkspaceID, p["partner"].Text, t.u.Person)
	return dealerVars(d), err
}

func (t *turn) submitOffer(ctx context.Context, p engine.Vars) (engine.Vars, error) {
	o := Offer{
		Chat: t.chat(), Person: t.u.Person, Request: p["request"].Text, Offer: p["offer"].Text, Partner: p["partner"].Text, Phone: p["phone"].Text,
		Price: p["price"].Money, VIN: p["vin"].Text, URL: p["url"].Text, Note: p["note"].Text,
	}
	o.Year, _ = strconv.Atoi(p["year"].Text) // a year question keeps digits only
	for _, id := range p["photos"].List {
		photo, err := uuid.Parse(id)
		if err != nil {
			return nil, errs.Wrap(err, "reading a photo's id")
		}
		o.Photos = append(o.Photos, photo)
	}
	return nil, t.s.Requests.Submit(ctx, t.tx, o)
}
