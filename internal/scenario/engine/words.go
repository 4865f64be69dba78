package engine

import (
	"strconv"
	"strings"
	"unicode"
)

// Word is a text that means the same everywhere.
type Word int

// The words.
const (
	None Word = iota
	Start
	Menu
	Back
	Cancel
	Skip
	Finish // "done" with photos
	Keep   // leave the earlier answer
	Clear  // begin the photos anew
)

var words = map[string]Word{
	"/start": Start,
	"/menu":  Menu, "menu": Menu, "main menu": Menu, "меню": Menu, "головне меню": Menu, "главное меню": Menu,
	"/back": Back, "back": Back, "назад": Back,
	"/cancel": Cancel, "cancel": Cancel, "скасувати": Cancel, "відмінити": Cancel, "відміна": Cancel, "отменить": Cancel, "отмена": Cancel,
	"/stop": Cancel, "stop": Cancel, "стоп": Cancel, "зупинити": Cancel, "остановить": Cancel,
	"/skip": Skip, "skip": Skip, "пропустити": Skip, "пропустить": Skip,
	"/done": Finish, "done": Finish, "готово": Finish,
}

func init() {
	for lang := range Languages {
		for label, w := range map[int]Word{labelBack: Back, labelCancel: Cancel, labelSkip: Skip, labelDone: Finish, labelKeep: Keep, labelClear: Clear} {
			words[fold(phrase(lang, label))] = w
		}
	}
}

// longest is the longest word, in bytes, that fold need look at, with room for signs.
const longest = 96

// WordOf finds the word that the whole text is, in any language: commands, plain words and
// the labels of our own keys.
func WordOf(text string) Word {
	if len(text) > longest {
		return None
	}
	return words[fold(text)]
}

// fold makes spellings of one word the same: small letters without the signs around them.
// A command loses its bot and what follows it.
func fold(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r != '/' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	s = strings.ToLower(s)
	if strings.HasPrefix(s, "/") {
		if i := strings.IndexAny(s, " \n@"); i >= 0 {
			s = s[:i]
		}
	}
	return s
}

// Prefix begins the callback data of our buttons: s.<turn>.<key>.
const Prefix = "s."

// Keys of buttons that are not a choice.
const (
	keyBack   = "b"
	keyCancel = "x"
	keySend   = "y"
	keyChange = "e"
)

func pressData(turn int64, key string) string {
	b := make([]byte, 0, 24)
	b = append(b, Prefix...)
	b = strconv.AppendInt(b, turn, 36)
	b = append(b, '.')
	return string(append(b, key...))
}

func readPress(data string) (turn int64, key string, ok bool) {
	rest, ok := strings.CutPrefix(data, Prefix)
	if !ok || len(data) > 64 {
		return 0, "", false
	}
	n, key, ok := strings.Cut(rest, ".")
	if !ok || key == "" {
		return 0, "", false
	}
	turn, err := strconv.ParseInt(n, 36, 64)
	return turn, key, err == nil
}
