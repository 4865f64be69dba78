package demo

import (
	"image/color"
	"math"
	"strconv"
	"strings"
)

type stroke struct {
	verb byte
	v    []float64
}

// readPath reads what the outlines of this package contain.
func readPath(d string) []stroke {
	var out []stroke
	for _, w := range strings.Fields(d) {
		if x, y, ok := strings.Cut(w, ","); ok {
			a, _ := strconv.ParseFloat(x, 64)
			b, _ := strconv.ParseFloat(y, 64)
			s := &out[len(out)-1]
			s.v = append(s.v, a, b)
			continue
		}
		out = append(out, stroke{verb: w[0]})
	}
	return out
}

var (
	black = hex(0x121416)
	white = hex(0xFFFFFF)
	tyre  = hex(0x1B1D1F)
	steel = hex(0xC9CCCD)
)

// car draws the outline in units; lights are on in the dark.
func (c *canvas) car(o outline, paint color.RGBA, dark bool) {
	for i := range 8 { // the shadow under it
		grow := float64(i) * 8
		c.draw(c.oval(carLength/2, 2, 470+grow, 12+grow/2), flat(black), 0.11)
	}
	top := ground - 430.0
	c.draw(c.path(o.body), fade(mix(paint, white, 0.20), mix(paint, black, 0.34), top+60, ground-60), 1)
	belt := o.belt
	// the light from above lies on the shoulder, the shadow below the door line
	c.inside(c.path(o.body), func() {
		c.draw(c.polygon(40, belt-12, 960, belt-22, 960, belt-27, 40, belt-18), flat(white), 0.34)
		c.draw(c.polygon(0, o.sill+52, carLength, o.sill+52, carLength, o.sill+24, 0, o.sill+24), flat(black), 0.16)
		c.draw(c.polygon(0, o.sill+24, carLength, o.sill+24, carLength, o.sill-4, 0, o.sill-4), flat(hex(0x26292B)), 0.9)
	})
	c.glass(o)
	for _, x := range o.doors {
		c.draw(c.polygon(x, belt, x+2.5, belt, x+4, o.sill+26, x+1.5, o.sill+26), flat(black), 0.38)
	}
	for _, x := range o.doors[1:] { // each door's handle is near its rear edge
		c.draw(c.box(x-186, o.handle-9, 46, 9, 4), flat(mix(paint, black, 0.5)), 0.85)
	}
	c.mirror(o, paint)
	c.lamps(o, dark)
	for _, x := range o.wheels {
		c.wheel(x, o.radius)
	}
}

func (c *canvas) glass(o outline) {
	topY := ground - 400.0
	c.draw(c.path(o.glass), fade(hex(0x51646E), hex(0x20292F), topY, ground-o.belt), 1)
	c.inside(c.path(o.glass), func() {
		h := o.belt
		for _, x := range []float64{300, 540} { // reflections
			c.draw(c.polygon(x, h, x+40, h, x+130, h+160, x+90, h+160), flat(white), 0.10)
		}
		for _, p := range o.pillars {
			c.draw(c.polygon(p[0], h-4, p[1], h-4, p[3], h+150, p[2], h+150), flat(hex(0x15191B)), 1)
		}
	})
}

func (c *canvas) mirror(o outline, paint color.RGBA) {
	x := o.doors[len(o.doors)-1] - 22
	c.draw(c.box(x-34, o.belt+2, 44, 26, 11), flat(mix(paint, black, 0.25)), 1)
}

func (c *canvas) lamps(o outline, dark bool) {
	front, rear := o.lamp, o.tail
	c.draw(c.polygon(front[0]-52, front[1]+16, front[0]+18, front[1]+4, front[0]+34, front[1]-22, front[0]-22, front[1]-14), flat(hex(0xF4F1E2)), 0.95)
	c.draw(c.polygon(rear[0]-12, rear[1]+14, rear[0]+40, rear[1]+16, rear[0]+28, rear[1]-22, rear[0]-18, rear[1]-26), flat(hex(0xC23A38)), 0.95)
	if !dark {
		return
	}
	for i := range 12 {
		r := 20 + float64(i)*8
		c.draw(c.oval(front[0]+6, front[1]-6, r, r*0.8), flat(hex(0xFFE7B0)), 0.035)
		c.draw(c.oval(rear[0]+6, rear[1]-2, r*0.6, r*0.6), flat(hex(0xFF5A4E)), 0.03)
	}
}

func (c *canvas) wheel(x, r float64) {
	c.draw(c.oval(x, r, r*1.12, r*1.12), flat(hex(0x17191B)), 1)
	c.draw(c.oval(x, r, r, r), flat(tyre), 1)
	c.draw(c.oval(x, r, r*0.97, r*0.97), flat(hex(0x2A2D2F)), 1)
	c.draw(c.oval(x, r, r*0.70, r*0.70), flat(hex(0x3A3E40)), 1)
	c.draw(c.oval(x, r, r*0.66, r*0.66), flat(hex(0x1F2224)), 1)
	for i := range 5 {
		s, cs := math.Sincos(float64(i)*2*math.Pi/5 + math.Pi/2)
		const half = 0.10
		px, py := -s*half*r, cs*half*r
		in, out := 0.12*r, 0.67*r
		c.draw(c.polygon(
			x+cs*in+px*1.3, r+s*in+py*1.3, x+cs*out+px*0.8, r+s*out+py*0.8,
			x+cs*out-px*0.8, r+s*out-py*0.8, x+cs*in-px*1.3, r+s*in-py*1.3), flat(steel), 1)
	}
	c.draw(c.oval(x, r, r*0.2, r*0.2), flat(steel), 1)
	c.draw(c.oval(x, r, r*0.09, r*0.09), flat(hex(0x6B7073)), 1)
}

// plate lies on the road before the car: Ukrainian, with the stripe at its left.
func (c *canvas) plate(number string) {
	const w, h = 300.0, 66.0
	x, y := (pictureWidth-w)/2, 682.0
	c.draw(c.box(x+4, y+8, w, h, 9), flat(black), 0.35)
	c.draw(c.box(x, y, w, h, 9), flat(hex(0x1B1D1F)), 1)
	c.draw(c.box(x+3, y+3, w-6, h-6, 7), flat(hex(0xFBFBF8)), 1)
	c.draw(c.box(x+3, y+3, 34, h-6, 7), fade(hex(0x2F6FD0), hex(0xF5C518), y+h/2-1, y+h/2+1), 1)
	c.text("UA", x+20, y+h-12, 15, hex(0x1B1D1F))
	c.text(number, x+w/2+16, y+h-18, 41, hex(0x1B1D1F))
}

// Odometer draws a speedometer with the kilometres driven, as sellers photograph it.
func Odometer(km int) []byte {
	c := newCanvas()
	c.draw(c.polygon(0, 0, pictureWidth, 0, pictureWidth, pictureHeight, 0, pictureHeight), fade(hex(0x23282B), hex(0x0E1011), 0, pictureHeight), 1)
	const cx, cy, r = 600.0, 420.0, 330.0
	c.draw(c.oval(cx, cy, r+26, r+26), flat(hex(0x3A4145)), 1)
	c.draw(c.oval(cx, cy, r+16, r+16), flat(hex(0x0B0D0E)), 1)
	for v := 0; v <= 240; v += 10 {
		s, cs := math.Sincos((150 + float64(v)) * math.Pi / 180)
		in, half := r-22, 2.5
		if v%20 == 0 {
			in, half = r-40, 4.5
		}
		c.draw(c.polygon(cx+cs*r-s*half, cy+s*r+cs*half, cx+cs*r+s*half, cy+s*r-cs*half,
			cx+cs*in+s*half, cy+s*in-cs*half, cx+cs*in-s*half, cy+s*in+cs*half), flat(hex(0xE9ECEA)), 0.9)
		if v%40 == 0 {
			c.text(strconv.Itoa(v), cx+cs*(r-82), cy+s*(r-82)+14, 38, hex(0xE9ECEA))
		}
	}
	s, cs := math.Sincos(150 * math.Pi / 180)
	c.draw(c.polygon(cx+cs*(r-50), cy+s*(r-50), cx-s*9, cy+cs*9, cx-cs*50, cy-s*50, cx+s*9, cy-cs*9), flat(hex(0xD64545)), 1)
	c.draw(c.oval(cx, cy, 34, 34), flat(hex(0x2A3033)), 1)
	c.draw(c.box(cx-170, cy+110, 340, 84, 10), flat(hex(0x15302E)), 1)
	c.text(strconv.Itoa(km)+" km", cx, cy+168, 50, hex(0x7FE0D6))
	return encode(c.im)
}
