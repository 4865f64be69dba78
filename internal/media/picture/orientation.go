package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is the value of EXIF tag 0x0112: how a camera was held, 1 to 8.
type orientation uint16

const upright orientation = 1

// sideways says that width and height change places.
func (o orientation) sideways() bool { return o >= 5 && o <= 8 }

// apply turns and mirrors the image as the camera noted.
func (o orientation) apply(src *image.RGBA) *image.RGBA {
	if o <= upright || o > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if o.sideways() {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range dst.Bounds().Dy() {
		for x := range dst.Bounds().Dx() {
			sx, sy := o.source(x, y, w, h)
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return dst
}

// source is the stored pixel that is displayed at (x, y); w and h are the stored size.
func (o orientation) source(x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// segments is what we need of a JPEG's header.
type segments struct {
	orientation orientation
	progressive bool
}

// readSegments walks the markers of a JPEG up to its first scan. Damage ends the walk: the
// decoder is the one to complain.
func readSegments(b []byte) segments {
	found := segments{orientation: upright}
	if len(b) < 2 || b[0] != 0xFF || b[1] != 0xD8 {
		return found
	}
	b = b[2:]
	for len(b) >= 4 {
		if b[0] != 0xFF { // bytes between segments: decoders skip them too
			b = b[1:]
			continue
		}
		marker := b[1]
		switch {
		case marker == 0xFF: // fill byte
			b = b[1:]
			continue
		case marker <= 0x01 || marker >= 0xD0 && marker <= 0xD8: // without a length
			b = b[2:]
			continue
		case marker == 0xD9 || marker == 0xDA: // end of image, start of scan
			return found
		}
		length := int(binary.BigEndian.Uint16(b[2:]))
		if length < 2 {
			return found
		}
		payload := b[4:min(2+length, len(b))]
		switch marker {
		case 0xC2:
			found.progressive = true
		case 0xE1:
			if tiff, ok := bytes.CutPrefix(payload, []byte("Exif\x00\x00")); ok && found.orientation == upright {
				found.orientation = readOrientation(tiff)
			}
		}
		b = b[min(2+length, len(b)):]
	}
	return found
}

// readOrientation finds tag 0x0112 in the first directory of a TIFF header; upright when
// it is absent or makes no sense.
func readOrientation(tiff []byte) orientation {
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	entries := order.Uint16(tiff[at:])
	const entry = 12 // bytes: tag, type, count, value
	for rest := tiff[at+2:]; entries > 0 && len(rest) >= entry; entries-- {
		tag, kind, count := order.Uint16(rest), order.Uint16(rest[2:]), order.Uint32(rest[4:])
		if tag == 0x0112 {
			const short = 3
			value := orientation(order.Uint16(rest[8:]))
			if kind != short || count != 1 || value < 1 || value > 8 {
				return upright
			}
			return value
		}
		rest = rest[entry:]
	}
	return upright
}
