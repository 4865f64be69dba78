package sandbox

import (
	"regexp"
	"strings"
)

const (
	maxText    = 4096 // UTF-16 units after entity parsing
	maxCaption = 1024
)

// formatted reads a text parameter with its parse mode or explicit entities.
func formatted(c *call, name, entitiesName string, limit int) (string, []Entity, *apiError) {
	mode := c.str("parse_mode")
	var given []Entity
	if mode == "" {
		if err := c.into(entitiesName, &given); err != nil {
			return "", nil, err
		}
	}
	return format(c.str(name), mode, given, limit)
}

func format(text, mode string, given []Entity, limit int) (string, []Entity, *apiError) {
	var entities []Entity
	switch strings.ToLower(mode) {
	case "html":
		var err error
		if text, entities, err = parseHTML(text); err != nil {
			return "", nil, badRequest("can't parse entities: %s", err)
		}
	case "":
		size := utf16Len(text)
		for _, e := range given {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > size {
				return "", nil, badRequest("ENTITY_BOUNDS_INVALID")
			}
		}
		text, entities = trimText(text, given)
	case "markdown", "markdownv2":
		return "", nil, badRequest("parse mode %s is not played by the sandbox", mode)
	default:
		return "", nil, badRequest("unsupported parse_mode")
	}
	if utf16Len(text) > limit {
		if limit == maxCaption {
			return "", nil, badRequest("message caption is too long")
		}
		return "", nil, badRequest("message is too long")
	}
	return text, detect(text, entities), nil
}

var (
	spotted = regexp.MustCompile(`(?:https?://)?(?:[\p{L}\p{N}-]+\.)+(?:com|org|net|ua|ru|io|me|info|biz|eu|de|pl|app|dev|shop|auto|cars)\b(?::[0-9]+)?(?:/[^\s<>"]*)?|https?://[^\s<>"]+|[\w.+-]+@[\w-]+\.[\w.-]*\w|/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]+)?|@[A-Za-z][A-Za-z0-9_]{3,31}|#[\p{L}\p{N}_]+`)
	isMail  = regexp.MustCompile(`^[\w.+-]+@[\w-]+\.[\w.-]*\w$`)
)

// detect adds the entities that Telegram finds by itself: commands, links, mentions, hashtags, e-mail.
func detect(text string, known []Entity) []Entity {
	if !strings.ContainsAny(text, "/@#.") {
		return known
	}
	list := known
	at, units := 0, 0
	for _, m := range spotted.FindAllStringIndex(text, -1) {
		word := text[m[0]:m[1]]
		if m[0] > 0 && !boundary(text[m[0]-1]) {
			continue
		}
		kind := "url"
		switch {
		case word[0] == '/':
			kind = "bot_command"
		case word[0] == '@':
			kind = "mention"
		case word[0] == '#':
			kind = "hashtag"
		case isMail.MatchString(word):
			kind = "email"
		}
		if kind == "url" {
			word = strings.TrimRight(word, ".,;:!?)")
		}
		units += utf16Len(text[at:m[0]])
		at = m[0]
		e := Entity{Type: kind, Offset: units, Length: utf16Len(word)}
		if !overlaps(known, e) {
			list = append(list, e)
		}
	}
	sortEntities(list)
	return list
}

func boundary(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '(' || c == '[' || c == '"' || c == '\'' || c == ',' || c == ';' || c == ':'
}

func overlaps(list []Entity, e Entity) bool {
	for _, k := range list {
		switch k.Type {
		case "text_link", "text_mention", "code", "pre", "url", "mention", "bot_command", "hashtag", "email":
			if k.Offset < e.Offset+e.Length && e.Offset < k.Offset+k.Length {
				return true
			}
		}
	}
	return false
}
