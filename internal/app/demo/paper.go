package demo

import (
	"bytes"
	"fmt"
	"image/color"
)

// passport draws a registration certificate, marked as a sample.
func passport(plate, brand, model, year, vin string) []byte {
	c := newCanvas()
	c.draw(c.polygon(0, 0, pictureWidth, 0, pictureWidth, pictureHeight, 0, pictureHeight), fade(hex(0xF3E6EC), hex(0xDCEBF2), 0, pictureHeight), 1)
	c.draw(c.polygon(0, 0, pictureWidth, 0, pictureWidth, 56, 0, 56), fade(hex(0x2F6FD0), hex(0xF5C518), 27, 29), 1)
	for i := range 24 { // the pattern of such papers
		y := 90 + float64(i)*30
		c.draw(c.polygon(0, y, pictureWidth, y+40, pictureWidth, y+42, 0, y+2), flat(hex(0xB9CFE0)), 0.35)
	}
	ink := hex(0x23323F)
	c.text("СВІДОЦТВО ПРО РЕЄСТРАЦІЮ", 600, 140, 52, ink)
	c.text("ТРАНСПОРТНОГО ЗАСОБУ", 600, 200, 52, ink)
	for i, row := range [][2]string{{"A", plate}, {"B", year}, {"D.1", brand}, {"D.3", model}, {"E", vin}} {
		y := 320 + float64(i)*88
		c.text(row[0], 150, y, 36, hex(0x6B7F8E))
		c.text(row[1], 620, y, 50, ink)
		c.draw(c.polygon(90, y+18, 1110, y+18, 1110, y+20, 90, y+20), flat(ink), 0.25)
	}
	c.text("ЗРАЗОК", 980, 770, 60, color.RGBA{0xD6, 0x45, 0x45, 255})
	return encode(c.im)
}

// pdf makes a document of one page that shows the picture.
func pdf(picture []byte) []byte {
	const w, h = 595, 397 // points, A4's width at 3:2
	var out bytes.Buffer
	var at []int
	object := func(dict string, stream []byte) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n", len(at))
		if stream == nil {
			fmt.Fprintf(&out, "<< %s >>\nendobj\n", dict)
			return
		}
		fmt.Fprintf(&out, "<< %s /Length %d >>\nstream\n", dict, len(stream))
		out.Write(stream)
		out.WriteString("\nendstream\nendobj\n")
	}
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("/Type /Catalog /Pages 2 0 R", nil)
	object("/Type /Pages /Kids [3 0 R] /Count 1", nil)
	object(fmt.Sprintf("/Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >>", w, h), nil)
	object("", fmt.Appendf(nil, "q %d 0 0 %d 0 0 cm /Im Do Q", w, h))
	object(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
		pictureWidth, pictureHeight), picture)
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}
