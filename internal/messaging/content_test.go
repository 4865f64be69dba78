package messaging

import (
	"slices"
	"strings"
	"testing"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

func TestContentIsCheckedBeforeItIsQueued(t *testing.T) {
	file := func(kind string, size int64) Attachment {
		return Attachment{MediaID: ident.New(), Kind: kind, Size: size}
	}
	album := func(kinds ...string) Content {
		c := Content{Kind: Album}
		for _, k := range kinds {
			c.Attachments = append(c.Attachments, file(k, 1))
		}
		return c
	}
	one := func(kind string, size int64) Content {
		return Content{Kind: kind, Attachments: []Attachment{file(kind, size)}}
	}
	with := func(b Button) Content { return Content{Kind: Text, Text: "x", Buttons: [][]Button{{b}}} }
	eleven := strings.Split(strings.Repeat("photo ", 11), " ")[:11]
	captioned := one(Photo, 1)
	captioned.Text = strings.Repeat("я", 1025)
	wide := one(Photo, 1)
	wide.Attachments[0].Width, wide.Attachments[0].Height = 2100, 100
	buttoned := album("photo", "photo")
	buttoned.Buttons = [][]Button{{{Text: "a", Data: "b"}}}
	keyed := func(k Keyboard) Content { return Content{Kind: Text, Text: "x", Keyboard: &k} }
	keys := func(text string) Keyboard { return Keyboard{Rows: [][]Key{{{Text: text}}}} }
	both := with(Button{Text: "a", Data: "b"})
	both.Keyboard = &Keyboard{Remove: true}
	keyedAlbum := album("photo", "photo")
	keyedAlbum.Keyboard = &Keyboard{Remove: true}
	for name, c := range map[string]struct {
		content Content
		field   string // "" when it is fine
	}{
		"text":                          {Content{Kind: Text, Text: "<b>Škoda</b> &lt; 5 000 €"}, ""},
		"longest text":                  {Content{Kind: Text, Text: "<b>" + strings.Repeat("я", 4096) + "</b>"}, ""},
		"too long":                      {Content{Kind: Text, Text: strings.Repeat("я", 4097)}, "text"},
		"emoji count twice":             {Content{Kind: Text, Text: strings.Repeat("🚗", 2049)}, "text"},
		"only white space":              {Content{Kind: Text, Text: " <i>\n</i>"}, "text"},
		"lone <":                        {Content{Kind: Text, Text: "ціна < 5000"}, "text"},
		"unknown tag":                   {Content{Kind: Text, Text: "<h1>x</h1>"}, "text"},
		"unclosed":                      {Content{Kind: Text, Text: "<b>x"}, "text"},
		"text with a file":              {Content{Kind: Text, Text: "x", Attachments: []Attachment{file(Photo, 1)}}, "attachments"},
		"photo":                         {one(Photo, 10<<20), ""},
		"photo over 10 MB":              {one(Photo, 10<<20+1), "attachments"},
		"photo twenty times wider":      {wide, "attachments"},
		"long caption":                  {captioned, "text"},
		"video":                         {one(Video, 50<<20), ""},
		"video over 50 MB":              {one(Video, 50<<20+1), "attachments"},
		"no file":                       {Content{Kind: Document}, "attachments"},
		"sticker with text":             {Content{Kind: Sticker, Text: "x", Attachments: []Attachment{file(Sticker, 1)}}, "text"},
		"unknown kind":                  {Content{Kind: "poll"}, "kind"},
		"album":                         {album("photo", "video"), ""},
		"album of one":                  {album("photo"), "attachments"},
		"album of eleven":               {album(eleven...), "attachments"},
		"album of photo and document":   {album("photo", "document"), "attachments"},
		"album of voices":               {album("voice", "voice"), "attachments"},
		"album with buttons":            {buttoned, "buttons"},
		"button":                        {with(Button{Text: "Так", Data: strings.Repeat("d", 64)}), ""},
		"button with 65 bytes of data":  {with(Button{Text: "Так", Data: strings.Repeat("d", 65)}), "buttons"},
		"button with nothing behind it": {with(Button{Text: "Так"}), "buttons"},
		"button with a script":          {with(Button{Text: "Так", URL: "javascript:alert(1)"}), "buttons"},
		"keyboard":                      {keyed(Keyboard{Rows: [][]Key{{{Text: "Номер", Contact: true}}, {{Text: "Назад"}, {Text: "Скасувати"}}}, OneTime: true}), ""},
		"keyboard taken away":           {keyed(Keyboard{Remove: true}), ""},
		"keyboard without keys":         {keyed(Keyboard{}), "keyboard"},
		"keyboard and its removal":      {keyed(Keyboard{Rows: keys("a").Rows, Remove: true}), "keyboard"},
		"keyboard with an empty row":    {keyed(Keyboard{Rows: [][]Key{{}}}), "keyboard"},
		"key without a text":            {keyed(keys(" ")), "keyboard"},
		"key with a long text":          {keyed(keys(strings.Repeat("я", 257))), "keyboard"},
		"row of thirteen keys":          {keyed(Keyboard{Rows: [][]Key{slices.Repeat([]Key{{Text: "a"}}, 13)}}), "keyboard"},
		"keyboard of 301 keys":          {keyed(Keyboard{Rows: slices.Repeat([][]Key{{{Text: "a"}}}, 301)}), "keyboard"},
		"keyboard beside buttons":       {both, "keyboard"},
		"album with a keyboard":         {keyedAlbum, "keyboard"},
	} {
		err := c.content.Validate()
		e := errs.As(err)
		if c.field == "" && err != nil || c.field != "" && (e == nil || e.Kind != errs.KindInvalid || e.Field != c.field) {
			t.Errorf("%s: got %v, want field %q", name, err, c.field)
		}
	}
}
