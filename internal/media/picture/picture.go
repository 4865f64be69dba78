// Package picture looks at uploaded bytes: what they are, how large an image is, how it
// looks small. It does no I/O beyond the readers it is given.
//
//	bytes ──▶ Sniff ──▶ MIME type, kind of message          (by content, not by name)
//	      ──▶ Probe ──▶ size, after at most 4 MiB of header  (nothing is decoded yet)
//	      ──▶ Thumbnail ──▶ upright JPEG                     (bounded pixels and memory)
//	      ──▶ Serve ──▶ headers that keep a browser from running it
//
// An image of a few kilobytes may ask for gigabytes when decoded: its announced size is
// checked before its pixels are touched. Thumbnail may still hold up to MaxMemory for a
// moment, so callers bound how many run at once.
package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the decoders that Probe and Thumbnail accept
	"image/jpeg"
	_ "image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"cartie/internal/platform/errs"
)

const (
	// MaxPixels of an image that is looked at: every phone camera's full size.
	MaxPixels = 50_000_000
	// MaxMemory in bytes that decoding one image may need, by its header.
	MaxMemory = 400 << 20
	// MaxFile in bytes of an image that is decoded.
	MaxFile = 64 << 20

	maxHeader = 4 << 20 // bytes in which the size must stand
	quality   = 82      // of thumbnails; JPEG's 1 to 100
)

// Info is what the header of an image says. Width and Height are as displayed, after the
// orientation that a camera noted.
type Info struct {
	Mime   string
	Width  int
	Height int
	Pixels int64
}

var mimes = map[string]string{"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}

// header is an image before decoding; its size is as stored.
type header struct {
	Info
	orientation orientation
	memory      int64 // bytes, upper bound of decoding
}

// Probe reads the size of a JPEG, PNG, GIF or WebP image. Errors: invalid when it is none,
// too large above MaxPixels.
func Probe(r io.Reader) (Info, error) {
	h, err := probe(r)
	if err != nil {
		return Info{}, err
	}
	if h.orientation.sideways() {
		h.Width, h.Height = h.Height, h.Width
	}
	return h.Info, nil
}

func probe(r io.Reader) (header, error) {
	var head bytes.Buffer
	config, format, err := image.DecodeConfig(io.TeeReader(io.LimitReader(r, maxHeader), &head))
	if err != nil {
		return header{}, notAnImage(err)
	}
	mime := mimes[format]
	if mime == "" || config.Width <= 0 || config.Height <= 0 {
		return header{}, notAnImage(fmt.Errorf("format %q, %d x %d", format, config.Width, config.Height))
	}
	pixels := int64(config.Width) * int64(config.Height)
	if pixels > MaxPixels {
		return header{}, tooLarge(fmt.Errorf("%d x %d pixels", config.Width, config.Height))
	}
	h := header{
		Info:        Info{Mime: mime, Width: config.Width, Height: config.Height, Pixels: pixels},
		orientation: upright,
		memory:      pixels * bytesPerPixel(config.ColorModel),
	}
	if format == "jpeg" {
		segments := readSegments(head.Bytes())
		h.orientation = segments.orientation
		if segments.progressive {
			// The decoder keeps a 4-byte coefficient for each sample until the end.
			h.memory *= 5
		}
	}
	return h, nil
}

// bytesPerPixel of the decoded image, without subsampling.
func bytesPerPixel(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.NYCbCrAModel:
		return 8 // alpha is decoded through an image of its own
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// Thumbnail draws the image (of an animation, its first frame) upright, on white where it
// is transparent, with no side over maxSide pixels and never larger than it is. Errors:
// invalid, too large.
func Thumbnail(r io.Reader, maxSide int) (thumbnail []byte, w, h int, err error) {
	if maxSide < 1 {
		return nil, 0, 0, fmt.Errorf("picture: thumbnail of %d pixels", maxSide)
	}
	raw, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, 0, 0, fmt.Errorf("reading an image: %w", err)
	}
	if len(raw) > MaxFile {
		return nil, 0, 0, tooLarge(fmt.Errorf("over %d bytes", MaxFile))
	}
	head, err := probe(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, 0, err
	}
	if head.memory > MaxMemory {
		return nil, 0, 0, tooLarge(fmt.Errorf("decoding needs up to %d bytes", head.memory))
	}
	full, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, 0, notAnImage(err)
	}
	small := head.orientation.apply(flatten(shrink(full, maxSide)))
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
		return nil, 0, 0, fmt.Errorf("encoding a thumbnail: %w", err)
	}
	return out.Bytes(), small.Bounds().Dx(), small.Bounds().Dy(), nil
}

// shrink goes far down in two steps: a quick one that samples to four times the target,
// then a true average of the rest, without which fine lines flicker.
func shrink(full image.Image, maxSide int) *image.RGBA {
	w, h := fit(full.Bounds().Dx(), full.Bounds().Dy(), maxSide)
	if fw, fh := full.Bounds().Dx(), full.Bounds().Dy(); fw > 4*w && fh > 4*h {
		full = scale(full, 4*w, 4*h, draw.ApproxBiLinear)
	}
	if full.Bounds().Dx() == w && full.Bounds().Dy() == h {
		return scale(full, w, h, draw.NearestNeighbor)
	}
	return scale(full, w, h, draw.BiLinear)
}

func scale(src image.Image, w, h int, by draw.Scaler) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	by.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	return dst
}

// fit keeps the proportions; a side is at least one pixel.
func fit(w, h, maxSide int) (int, int) {
	longest := max(w, h)
	if longest <= maxSide {
		return w, h
	}
	part := func(side int) int { return max(1, (side*maxSide+longest/2)/longest) }
	return part(w), part(h)
}

func flatten(img *image.RGBA) *image.RGBA {
	if img.Opaque() {
		return img
	}
	dst := image.NewRGBA(img.Bounds())
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Bounds(), img, img.Bounds().Min, draw.Over)
	return dst
}

func notAnImage(cause error) error {
	return errs.Invalid("file", "This is not a JPEG, PNG, GIF or WebP image, or it is damaged.").
		Code("not_an_image").Because(cause)
}

func tooLarge(cause error) error {
	return errs.TooLarge("The image is too large: 50 megapixels are the limit, fewer for unusual formats.").
		Code("image_too_large").Because(cause)
}
