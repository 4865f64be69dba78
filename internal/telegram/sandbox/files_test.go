package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/OvyFlash/telegram-bot-api"
)

// picture is a PNG of one colour.
func picture(t testing.TB, w, h int, shade uint8) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, w, h))
	for i := range im.Pix {
		im.Pix[i] = shade
	}
	im.SetGray(0, 0, color.Gray{Y: 255 - shade})
	var out bytes.Buffer
	if err := png.Encode(&out, im); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFileIDsBelongToOneBot(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	data := picture(t, 1000, 500, 40)
	send := func(f tgbotapi.RequestFileData) tgbotapi.Message {
		t.Helper()
		m, err := w.api.Send(tgbotapi.NewPhoto(w.user.ID, f))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := send(tgbotapi.FileBytes{Name: "car.png", Bytes: data}).Photo
	if len(first) != 4 || first[0].Width != 90 || first[3].Width != 1000 || first[3].Height != 500 {
		t.Fatalf("sizes: %+v", first)
	}
	big := first[3]
	second := send(tgbotapi.FileBytes{Name: "car.png", Bytes: data}).Photo[3]
	third := send(tgbotapi.FileID(big.FileID)).Photo[3]
	for _, x := range []tgbotapi.PhotoSize{second, third} {
		if x.FileID == big.FileID || x.FileUniqueID != big.FileUniqueID {
			t.Errorf("sent again: %+v after %+v", x, big)
		}
	}

	other, err := w.AddBot(NewBot{Username: "other_bot"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Start(other.ID, w.user.ID, ""); err != nil {
		t.Fatal(err)
	}
	stranger := w.client(other)
	if _, err := stranger.Send(tgbotapi.NewPhoto(w.user.ID, tgbotapi.FileID(big.FileID))); err == nil || !strings.Contains(err.Error(), "wrong file identifier") {
		t.Errorf("another bot sends the file: %v", err)
	}
	if _, err := stranger.GetFile(tgbotapi.FileConfig{FileID: big.FileID}); err == nil {
		t.Error("another bot gets the file")
	}

	file, err := w.api.GetFile(tgbotapi.FileConfig{FileID: big.FileID})
	if err != nil || !strings.HasPrefix(file.FilePath, "photos/file_") {
		t.Fatalf("getFile: %+v, %v", file, err)
	}
	fetch := func(token string) (int, []byte) {
		res, err := http.Get(w.http.URL + "/file/bot" + token + "/" + file.FilePath)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, body
	}
	if status, body := fetch(w.bot.Token); status != 200 || !bytes.Equal(body, data) {
		t.Errorf("download: %d, %d bytes", status, len(body))
	}
	if status, _ := fetch(other.Token); status != 404 {
		t.Errorf("another bot downloads: %d", status)
	}
	if status, _ := fetch("1:nobody"); status != 401 {
		t.Errorf("nobody downloads: %d", status)
	}
}

func TestAlbumIsOneGroup(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	a := tgbotapi.NewInputMediaPhoto(tgbotapi.FileBytes{Name: "a.png", Bytes: picture(t, 60, 40, 1)})
	a.Caption, a.ParseMode = "<b>Two</b> photos", "HTML"
	b := tgbotapi.NewInputMediaPhoto(tgbotapi.FileBytes{Name: "b.png", Bytes: picture(t, 60, 40, 2)})
	sent, err := w.api.SendMediaGroup(tgbotapi.NewMediaGroup(w.user.ID, []tgbotapi.InputMedia{&a, &b}))
	if err != nil {
		t.Fatal(err)
	}
	if len(sent) != 2 || sent[0].MediaGroupID == "" || sent[0].MediaGroupID != sent[1].MediaGroupID || sent[0].Caption != "Two photos" || sent[1].MessageID != sent[0].MessageID+1 {
		t.Errorf("album: %+v", sent)
	}
	in, err := w.Send(Act{Bot: w.bot.ID, User: w.user.ID, Items: []Item{
		{Medium: Medium{Kind: "photo", Caption: "mine"}, Upload: Upload{Name: "c.png", Data: picture(t, 60, 40, 3)}},
		{Medium: Medium{Kind: "photo"}, Upload: Upload{Name: "d.png", Data: picture(t, 60, 40, 4)}},
	}})
	if err != nil || len(in) != 2 || in[0].MediaGroupID != in[1].MediaGroupID {
		t.Fatalf("customer's album: %+v, %v", in, err)
	}
	list := w.updates(0)
	photo := list[len(list)-1].Message.Photo
	if _, err := w.api.GetFile(tgbotapi.FileConfig{FileID: photo[len(photo)-1].FileID}); err != nil {
		t.Errorf("the bot cannot get the customer's photo: %v", err)
	}
}

func TestUploadLimits(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	pad := func(n int) []byte { return append(picture(t, 10, 10, 9), make([]byte, n)...) }
	refused := func(c tgbotapi.Chattable) string {
		_, err := w.api.Send(c)
		var e *tgbotapi.Error
		if err == nil {
			return ""
		}
		if !errors.As(err, &e) {
			return err.Error()
		}
		return fmt.Sprint(e.Code, " ", e.Message)
	}
	for _, x := range []struct {
		name, want string
		send       tgbotapi.Chattable
	}{
		{"photo of 10 MB and more", "400 Bad Request: file of size", tgbotapi.NewPhoto(w.user.ID, tgbotapi.FileBytes{Name: "p.png", Bytes: pad(maxPhoto)})},
		{"not a photo", "400 Bad Request: IMAGE_PROCESS_FAILED", tgbotapi.NewPhoto(w.user.ID, tgbotapi.FileBytes{Name: "p.png", Bytes: []byte("text")})},
		{"too long a photo", "400 Bad Request: PHOTO_INVALID_DIMENSIONS", tgbotapi.NewPhoto(w.user.ID, tgbotapi.FileBytes{Name: "p.png", Bytes: picture(t, 210, 10, 1)})},
		{"document over 50 MB", "413", tgbotapi.NewDocument(w.user.ID, tgbotapi.FileBytes{Name: "d.bin", Bytes: pad(maxUpload)})},
		{"empty document", "400 Bad Request: file must be non-empty", tgbotapi.NewDocument(w.user.ID, tgbotapi.FileBytes{Name: "d.bin"})},
	} {
		if got := refused(x.send); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s: %q", x.name, got)
		}
	}
	m, err := w.api.Send(tgbotapi.NewDocument(w.user.ID, tgbotapi.FileBytes{Name: "big.bin", Bytes: pad(maxGetFile)}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.GetFile(tgbotapi.FileConfig{FileID: m.Document.FileID}); err == nil || !strings.Contains(err.Error(), "file is too big") {
		t.Errorf("getFile over 20 MB: %v", err)
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo", "sandbox.json")
	clock := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	s := New(Options{StateFile: file, Clock: clock})
	bot, err := s.AddBot(NewBot{Username: "dealer_bot"})
	if err != nil {
		t.Fatal(err)
	}
	user := s.AddUser(User{FirstName: "Olena"})
	if _, err := s.Say(bot.ID, user.ID, "kept"); err != nil {
		t.Fatal(err)
	}
	data := picture(t, 60, 40, 7)
	if _, err := s.Send(Act{Bot: bot.ID, User: user.ID, Items: []Item{{Medium: Medium{Kind: "document"}, Upload: Upload{Name: "x.png", Data: data}}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	w := newWorld(t, Options{StateFile: file, Clock: clock})
	if w.bot.Token != bot.Token {
		t.Fatal("the token changed")
	}
	list := w.updates(0)
	if len(list) != 2 || list[0].Message.Text != "kept" {
		t.Fatalf("pending updates: %+v", list)
	}
	f, err := w.api.GetFile(tgbotapi.FileConfig{FileID: list[1].Message.Document.FileID})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(w.http.URL + "/file/bot" + bot.Token + "/" + f.FilePath)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); !bytes.Equal(body, data) {
		t.Errorf("the file came back with %d of %d bytes", len(body), len(data))
	}
	m, err := w.Say(bot.ID, user.ID, "next")
	if err != nil || m.MessageID < 3 {
		t.Errorf("message numbers start over: %+v, %v", m, err)
	}
	if next := w.updates(0); next[2].UpdateID <= list[1].UpdateID {
		t.Errorf("update numbers start over: %d after %d", next[2].UpdateID, list[1].UpdateID)
	}
}
