package sandbox

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// photoSides are the longer sides of the smaller sizes Telegram makes of a photo, in pixels.
var photoSides = []int{800, 320, 90}

// smaller returns the smaller sizes of a photo, largest first; they are made once.
func (fs *fileStore) smaller(b *blob) []*blob {
	fs.mu.Lock()
	ids := b.Small
	fs.mu.Unlock()
	if ids == nil {
		ids = fs.shrink(b)
		fs.mu.Lock()
		b.Small = ids
		fs.mu.Unlock()
	}
	list := make([]*blob, 0, len(ids))
	for _, id := range ids {
		if small := fs.get(id); small != nil {
			list = append(list, small)
		}
	}
	return list
}

func (fs *fileStore) shrink(b *blob) []int64 {
	ids := []int64{}
	if max(b.Width, b.Height) <= photoSides[len(photoSides)-1] {
		return ids
	}
	data, err := fs.content(b)
	if err != nil {
		return ids
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return ids
	}
	for _, side := range photoSides {
		long := max(b.Width, b.Height)
		if long <= side {
			continue
		}
		var out bytes.Buffer
		if jpeg.Encode(&out, scaled(src, max(b.Width*side/long, 1), max(b.Height*side/long, 1)), &jpeg.Options{Quality: 82}) != nil {
			continue
		}
		small, err := fs.add("photo", &upload{name: "photo.jpg", mime: "image/jpeg", data: out.Bytes()})
		if err != nil {
			continue
		}
		fs.mu.Lock()
		small.Small = []int64{}
		fs.mu.Unlock()
		ids = append(ids, small.ID)
	}
	return ids
}

// scaled takes the mean of up to 3 × 3 samples of each target pixel's area, over white.
func scaled(src image.Image, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	box := src.Bounds()
	const samples = 3
	for y := range h {
		for x := range w {
			var r, g, b uint32
			for sy := range samples {
				for sx := range samples {
					px := box.Min.X + (x*samples+sx)*box.Dx()/(w*samples)
					py := box.Min.Y + (y*samples+sy)*box.Dy()/(h*samples)
					cr, cg, cb, ca := src.At(px, py).RGBA()
					r, g, b = r+(cr+0xffff-ca)>>8, g+(cg+0xffff-ca)>>8, b+(cb+0xffff-ca)>>8
				}
			}
			const n = samples * samples
			dst.SetRGBA(x, y, color.RGBA{uint8(min(r/n, 255)), uint8(min(g/n, 255)), uint8(min(b/n, 255)), 255})
		}
	}
	return dst
}
