package sandbox

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
)

// stickerSet is the name of the only sticker set the sandbox has.
const stickerSet = "sandbox_cars"

var paints = []struct {
	emoji string
	paint color.RGBA
}{
	{"🚗", color.RGBA{0xD6, 0x45, 0x45, 255}},
	{"🚙", color.RGBA{0x2F, 0x7D, 0xD1, 255}},
	{"🚕", color.RGBA{0xF5, 0xA5, 0x24, 255}},
	{"👍", color.RGBA{0x2E, 0x9E, 0x5B, 255}},
	{"🔥", color.RGBA{0xE0, 0x6A, 0x1B, 255}},
	{"🤝", color.RGBA{0x0B, 0x6E, 0x6E, 255}},
}

// drawCar draws a car seen from the side, 256 × 256 with a transparent ground.
func drawCar(paint color.RGBA) []byte {
	const side = 256
	im := image.NewRGBA(image.Rect(0, 0, side, side))
	glass, tyre, hub := color.RGBA{0xBF, 0xE3, 0xF2, 255}, color.RGBA{0x1B, 0x1D, 0x1F, 255}, color.RGBA{0xE5, 0xE4, 0xDE, 255}
	round := func(x, y, cx, cy, r int) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) <= r*r }
	for y := range side {
		for x := range side {
			slope := (150 - y) / 2
			cabin := y >= 84 && y < 150 && x >= 62+slope && x < 196-slope
			window := y >= 96 && y < 140 && x >= 76+slope && x < 182-slope && (x < 124 || x > 132)
			body := y >= 136 && y < 186 && x >= 20 && x < 236 &&
				(x > 36 || round(x, y, 36, 152, 16) || y >= 152) && (x < 220 || round(x, y, 220, 152, 16) || y >= 152)
			switch {
			case round(x, y, 74, 186, 12), round(x, y, 184, 186, 12):
				im.Set(x, y, hub)
			case round(x, y, 74, 186, 26), round(x, y, 184, 186, 26):
				im.Set(x, y, tyre)
			case window:
				im.Set(x, y, glass)
			case cabin, body:
				im.Set(x, y, paint)
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, im) // to memory
	return out.Bytes()
}

// Stickers lists the sandbox's own stickers; their file ids are good for Item.FileID.
func (s *Server) Stickers() []Sticker {
	list := make([]Sticker, 0, len(paints))
	for _, p := range paints {
		b, err := s.files.add("sticker", &upload{name: "car.png", mime: "image/png", data: drawCar(p.paint)})
		if err != nil {
			s.log.Error("sandbox: sticker", "error", err)
			continue
		}
		s.files.mu.Lock()
		b.Emoji = p.emoji
		s.files.mu.Unlock()
		list = append(list, Sticker{File: s.files.file(b), Type: "regular", Width: b.Width, Height: b.Height, Emoji: p.emoji, SetName: stickerSet})
	}
	return list
}

// nameSticker gives a sticker of the set its emoji and set.
func (s *Server) nameSticker(x *Sticker, b *blob) {
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	if b.Emoji != "" {
		x.Emoji, x.SetName = b.Emoji, stickerSet
	}
}

func (s *Server) getStickerSet(_ *http.Request, b *bot, c *call) (any, *apiError) {
	if c.str("name") != stickerSet {
		return nil, badRequest("STICKERSET_INVALID")
	}
	list := s.Stickers()
	for i := range list {
		list[i].FileID = readdress(list[i].FileID, b.ID)
	}
	return map[string]any{"name": stickerSet, "title": "Cars", "sticker_type": "regular", "stickers": list}, nil
}
