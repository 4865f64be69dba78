package deeplink_test

import (
	"regexp"
	"testing"

	"cartie/internal/scenario/deeplink"
)

func TestParse(t *testing.T) {
	request := func(id string) deeplink.Link { return deeplink.Link{Kind: deeplink.Request, Request: id} }
	offer := func(req, id string) deeplink.Link {
		return deeplink.Link{Kind: deeplink.Offer, Request: req, Offer: id}
	}
	partner := func(id, req string) deeplink.Link {
		return deeplink.Link{Kind: deeplink.Partner, Partner: id, Request: req}
	}
	for in, want := range map[string]deeplink.Link{
		"rq_REQ-LX1-A2B3": request("REQ-LX1-A2B3"),
		"of_REQ-1":        offer("REQ-1", ""),
		"of_REQ-1_0198c0de-1111-7000-8000-000000001": offer("REQ-1", "0198c0de-1111-7000-8000-000000001"),
		"di_7f3":                 partner("7f3", ""),
		"di_7f3_REQ-1":           partner("7f3", "REQ-1"),
		" rq_REQ-1 ":             request("REQ-1"),
		"request:REQ-1":          request("REQ-1"),
		"request_REQ-1":          request("REQ-1"),
		"request%3AREQ-1":        request("REQ-1"),
		"offer:REQ-1:OF-2":       offer("REQ-1", "OF-2"),
		"offer_L-12345":          offer("L-12345", ""),
		"offer_REQ-1_OF-2":       offer("REQ-1", "OF-2"),
		"dealer_invite:d1":       partner("d1", ""),
		"dealer_invite:d1:REQ-1": partner("d1", "REQ-1"),
		"dealer_invite_d1_REQ-1": partner("d1", "REQ-1"),
		"dealer_invite%3A0198c0de-1111-7000%3AREQ-1": partner("0198c0de-1111-7000", "REQ-1"),
	} {
		got, ok := deeplink.Parse(in)
		if !ok || got != want {
			t.Errorf("%q: %+v %t, want %+v", in, got, ok, want)
		}
	}
	for _, in := range []string{
		"", "rq", "rq_", "rq_a_b", "rq_a:b", "of_", "of_a_b_c", "di__x", "tl_abc", "promo", "rqREQ-1", "rq REQ-1", "rq_ЯЯЯ", "request:", "request:a:b",
		"offer:a:", "%zz", "request%3A", "rq_a%5Fb", "RQ_a", "rq_a b",
	} {
		if got, ok := deeplink.Parse(in); ok {
			t.Errorf("%q is read as %+v", in, got)
		}
	}
}

func TestPayload(t *testing.T) {
	uid := "0198c0de-1111-7000-8000-0123456789ab"
	for _, l := range []deeplink.Link{
		{Kind: deeplink.Request, Request: "REQ-LX1A2B3C-Z9Y8"},
		{Kind: deeplink.Offer, Request: "REQ-LX1A2B3C-Z9Y8", Offer: uid},
		{Kind: deeplink.Offer, Request: "REQ-1"},
		{Kind: deeplink.Partner, Partner: uid, Request: "REQ-LX1A2B3C-Z9Y8"},
		{Kind: deeplink.Partner, Partner: uid},
	} {
		p, err := l.Payload()
		if err != nil {
			t.Errorf("%+v: %v", l, err)
			continue
		}
		if got, ok := deeplink.Parse(p); !ok || got != l {
			t.Errorf("%q: %+v %t, want %+v", p, got, ok, l)
		}
	}
	for _, l := range []deeplink.Link{
		{}, {Kind: deeplink.Request}, {Kind: deeplink.Request, Request: "a_b"}, {Kind: deeplink.Request, Request: "a", Offer: "b"},
		{Kind: deeplink.Offer, Offer: "b"}, {Kind: deeplink.Partner, Request: "a"}, {Kind: deeplink.Partner, Partner: uid, Request: uid},
		{Kind: "xx", Request: "a"}, {Kind: deeplink.Offer, Request: "a", Partner: "b"},
	} {
		if p, err := l.Payload(); err == nil {
			t.Errorf("%+v: %q", l, p)
		}
	}
}

var allowed = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// What is read can be written again, if it is not too long, in Telegram's characters.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"rq_REQ-1", "of_REQ-1_x", "di_a_b", "request:REQ-1", "dealer_invite%3Aa%3Ab", "offer_L-12345", "%", "rq_\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, ok := deeplink.Parse(s)
		if !ok {
			return
		}
		p, err := l.Payload()
		if err != nil {
			if len(s) <= deeplink.Max/2 {
				t.Fatalf("%q reads as %+v, which cannot be written: %v", s, l, err)
			}
			return
		}
		if again, ok := deeplink.Parse(p); !ok || again != l || !allowed.MatchString(p) {
			t.Fatalf("%q: %+v became %q, which reads as %+v", s, l, p, again)
		}
	})
}
