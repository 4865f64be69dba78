package media

import (
	"bytes"
	"encoding/binary"
)

const (
	oggHeader = 27      // bytes of a page before its segment table
	opusTail  = 2 << 16 // bytes that hold the last page whole: a page has at most 65,307
	opusRate  = 48_000  // granules a second, whatever was recorded (RFC 7845)
)

// opusDuration returns how many seconds an OGG/Opus file sounds, rounded, at least one;
// 0 when its first and last bytes do not say.
func opusDuration(head, tail []byte) int {
	if len(head) < oggHeader || !bytes.HasPrefix(head, []byte("OggS")) {
		return 0
	}
	at := bytes.Index(head, []byte("OpusHead"))
	if at < 0 || len(head) < at+12 {
		return 0
	}
	preSkip := int64(binary.LittleEndian.Uint16(head[at+10:]))
	stream := head[14:18]
	for rest := tail; ; {
		at := bytes.LastIndex(rest, []byte("OggS"))
		if at < 0 {
			return 0
		}
		if page := tail[at:]; len(page) >= oggHeader && page[4] == 0 && bytes.Equal(page[14:18], stream) {
			// -1 marks a page on which no packet ends
			if granule := int64(binary.LittleEndian.Uint64(page[6:])); granule >= 0 {
				return seconds(granule - preSkip)
			}
		}
		rest = rest[:at]
	}
}

func seconds(granules int64) int {
	if granules <= 0 || granules > maxDuration*opusRate {
		return 0
	}
	return int(max(1, (granules+opusRate/2)/opusRate))
}
