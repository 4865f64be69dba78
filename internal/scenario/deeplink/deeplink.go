// Package deeplink reads and writes what follows t.me/<bot>?start=: which request, offer or
// partner a person comes for.
//
//	rq_<request>   of_<request>[_<offer>]   di_<partner>[_<request>]
//
// Ids are of A-Z a-z 0-9 and -, so that _ parts them; Telegram allows 64 characters of
// [A-Za-z0-9_-] in all. The forms request:…, offer_… and dealer_invite:… of earlier links
// are read too.
package deeplink

import (
	"errors"
	"net/url"
	"strings"
)

// Kind is what a link is for.
type Kind string

// The kinds.
const (
	Request Kind = "rq" // offer a car for a request
	Offer   Kind = "of" // see one's offer for a request
	Partner Kind = "di" // join as a dealer, and perhaps offer at once
)

// Max is how many characters a start payload may have.
const Max = 64

// Link is a parsed payload.
type Link struct {
	Kind    Kind
	Request string // public id; empty only in a Partner link
	Offer   string // id, or empty
	Partner string // id of a Partner link
}

// Payload writes the link. An id with other characters, or one that is missing, and a
// payload of more than 64 characters are errors.
func (l Link) Payload() (string, error) {
	parts := []string{string(l.Kind)}
	switch {
	case l.Kind == Request && l.Offer == "" && l.Partner == "":
		parts = append(parts, l.Request)
	case l.Kind == Offer && l.Partner == "":
		parts = optional(append(parts, l.Request), l.Offer)
	case l.Kind == Partner && l.Offer == "":
		parts = optional(append(parts, l.Partner), l.Request)
	default:
		return "", errors.New("deeplink: the link has no such form")
	}
	for _, id := range parts[1:] {
		if !isID(id) {
			return "", errors.New("deeplink: an id is of A-Z a-z 0-9 and -")
		}
	}
	out := strings.Join(parts, "_")
	if len(out) > Max {
		return "", errors.New("deeplink: the link is longer than 64 characters")
	}
	return out, nil
}

func optional(parts []string, id string) []string {
	if id == "" {
		return parts
	}
	return append(parts, id)
}

func isID(s string) bool {
	if s == "" || len(s) > Max {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// names are the beginnings of payloads, the longest first.
var names = []struct {
	name string
	kind Kind
}{
	{"dealer_invite", Partner}, {"request", Request}, {"offer", Offer}, {"rq", Request}, {"of", Offer}, {"di", Partner},
}

// maxOld bounds what earlier links could hold, in bytes.
const maxOld = 200

// Parse reads a payload in its new or an earlier form; false when it is none of ours.
func Parse(payload string) (Link, bool) {
	payload = strings.TrimSpace(payload)
	if len(payload) > maxOld {
		return Link{}, false
	}
	if strings.Contains(payload, "%") {
		plain, err := url.PathUnescape(payload)
		if err != nil {
			return Link{}, false
		}
		payload = plain
	}
	for _, n := range names {
		rest, ok := strings.CutPrefix(payload, n.name)
		if !ok || rest == "" || rest[0] != '_' && rest[0] != ':' {
			continue
		}
		ids := strings.Split(rest[1:], rest[:1])
		for _, id := range ids {
			if !isID(id) {
				return Link{}, false
			}
		}
		l := Link{Kind: n.kind}
		most := 2
		switch n.kind {
		case Request:
			l.Request, most = ids[0], 1
		case Offer:
			l.Request = ids[0]
			if len(ids) > 1 {
				l.Offer = ids[1]
			}
		case Partner:
			l.Partner = ids[0]
			if len(ids) > 1 {
				l.Request = ids[1]
			}
		}
		return l, len(ids) <= most
	}
	return Link{}, false
}
