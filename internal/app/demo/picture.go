package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Body is the shape of a car.
type Body int

// Shapes.
const (
	Sedan Body = iota
	SUV
	Hatchback
)

// Scene is where the car stands.
type Scene int

// Scenes.
const (
	Dusk Scene = iota
	Morning
	Overcast
	Night
)

// Picture is a drawn photo of a car, seen from its side.
type Picture struct {
	Body  Body
	Paint color.RGBA
	Scene Scene
	Plate string  // Latin letters and digits; empty: no plate
	Left  bool    // the car looks to the left
	Zoom  float64 // 0 shows the whole car; above 1 comes closer to its front
}

// Size of a picture in pixels: a phone's photo at 3:2.
const (
	pictureWidth  = 1200
	pictureHeight = 800
)

const (
	carLength = 1000.0 // units of the outlines below
	ground    = 640.0  // y on which the wheels stand
)

// outline is one kind of car in units: x from its tail, y upwards from the ground.
type outline struct {
	body, glass  string
	pillars      [][4]float64 // x at the bottom from, to, x at the top from, to
	doors        []float64
	wheels       [2]float64
	radius       float64
	belt         float64 // height of the line under the windows
	sill, handle float64
	lamp, tail   [2]float64 // centre of the front and rear lamp
}

var outlines = map[Body]outline{
	Sedan: {
		body: "M 26,74 C 8,110 10,176 38,200 C 70,216 130,222 200,226 C 268,292 340,330 452,334 C 566,338 640,304 728,230" +
			" C 826,220 922,204 966,168 C 990,146 992,104 984,74 Z",
		glass:   "M 246,228 C 306,284 366,312 452,315 C 548,318 612,290 684,232 Z",
		pillars: [][4]float64{{452, 466, 446, 460}}, doors: []float64{262, 459, 668},
		wheels: [2]float64{212, 792}, radius: 84, belt: 226, sill: 74, handle: 200,
		lamp: [2]float64{940, 170}, tail: [2]float64{36, 178},
	},
	SUV: {
		body: "M 24,92 C 10,150 14,236 34,272 C 52,350 78,404 136,414 C 260,430 450,430 562,418 C 634,402 686,346 734,272" +
			" C 836,262 930,250 966,222 C 990,196 992,138 984,92 Z",
		glass:   "M 84,280 C 96,340 116,386 156,392 C 286,404 440,404 548,394 C 606,380 648,334 686,276 Z",
		pillars: [][4]float64{{272, 290, 268, 284}, {474, 490, 466, 480}}, doors: []float64{280, 482, 690},
		wheels: [2]float64{208, 800}, radius: 100, belt: 272, sill: 92, handle: 246,
		lamp: [2]float64{944, 214}, tail: [2]float64{36, 262},
	},
	Hatchback: {
		body: "M 60,76 C 44,124 46,190 74,230 C 112,306 164,354 262,364 C 400,376 520,368 598,334 C 662,304 702,272 748,236" +
			" C 840,222 920,204 950,168 C 972,146 974,104 966,76 Z",
		glass:   "M 146,244 C 178,304 222,338 282,342 C 400,352 506,346 574,316 C 624,292 660,266 694,238 Z",
		pillars: [][4]float64{{256, 276, 268, 286}, {446, 460, 438, 452}}, doors: []float64{262, 453, 690},
		wheels: [2]float64{226, 782}, radius: 86, belt: 238, sill: 76, handle: 212,
		lamp: [2]float64{926, 176}, tail: [2]float64{72, 214},
	},
}

type palette struct {
	sky, road        [2]color.RGBA // from top to bottom
	sun, far, near   color.RGBA
	lit              color.RGBA // windows of houses; transparent: dark
	sunX, sunY, sunR float64
}

var palettes = map[Scene]palette{
	Dusk: {
		sky: [2]color.RGBA{hex(0x3B3A63), hex(0xF2A977)}, road: [2]color.RGBA{hex(0x4A4A52), hex(0x2C2D32)},
		sun: hex(0xFFD9A0), far: hex(0x8A6480), near: hex(0x5A4768), lit: hex(0xFFD48A), sunX: 870, sunY: 400, sunR: 74,
	},
	Morning: {
		sky: [2]color.RGBA{hex(0x8EC1DC), hex(0xF6EBD8)}, road: [2]color.RGBA{hex(0x8B8C8C), hex(0x66686A)},
		sun: hex(0xFFF6DE), far: hex(0xA9C2C4), near: hex(0x7FA39C), sunX: 300, sunY: 250, sunR: 64,
	},
	Overcast: {
		sky: [2]color.RGBA{hex(0xAEB7BC), hex(0xE3E3DD)}, road: [2]color.RGBA{hex(0x76797A), hex(0x545759)},
		sun: hex(0xEDEDE8), far: hex(0xA3ABAB), near: hex(0x858F8F), sunX: 640, sunY: 210, sunR: 56,
	},
	Night: {
		sky: [2]color.RGBA{hex(0x101A2E), hex(0x36486A)}, road: [2]color.RGBA{hex(0x30343B), hex(0x1C1F24)},
		sun: hex(0xF1EFE2), far: hex(0x24324E), near: hex(0x1A2439), lit: hex(0xF5C971), sunX: 960, sunY: 150, sunR: 40,
	},
}

func hex(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} //nolint:gosec // bytes of the literal
}

// JPEG draws the picture.
func (p Picture) JPEG() []byte {
	c := newCanvas()
	pal := palettes[p.Scene]
	c.background(pal, uint64(p.Scene)+1)
	x := (pictureWidth - carLength) / 2
	c.place = func(px, py float64) (float64, float64) {
		if p.Left {
			px = carLength - px
		}
		return x + px, ground - py
	}
	c.car(outlines[p.Body], p.Paint, p.Scene == Night || p.Scene == Dusk)
	c.place = nil
	if p.Plate != "" {
		c.plate(p.Plate)
	}
	if p.Zoom > 1 {
		focus := 860.0
		if p.Left {
			focus = pictureWidth - focus
		}
		return encode(c.closer(p.Zoom, focus, 500))
	}
	return encode(c.im)
}

func encode(im image.Image) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, im, &jpeg.Options{Quality: 84}) // to memory
	return out.Bytes()
}

// canvas paints paths with soft edges.
type canvas struct {
	im     *image.RGBA
	ras    *vector.Rasterizer
	steps  []step
	extent [4]float32                            // around the steps: left, top, right, bottom
	place  func(x, y float64) (float64, float64) // units → pixels; nil: pixels
	clip   *image.Alpha                          // what lies outside of it stays; nil: nothing does
}

func newCanvas() *canvas {
	box := image.Rect(0, 0, pictureWidth, pictureHeight)
	return &canvas{im: image.NewRGBA(box), ras: vector.NewRasterizer(pictureWidth, pictureHeight)}
}

// shade gives the colour at a height, 0 the top of the picture.
type shade func(y int) color.RGBA

func flat(c color.RGBA) shade { return func(int) color.RGBA { return c } }

// fade runs from one colour at y from to the other at y to.
func fade(a, b color.RGBA, from, to float64) shade {
	return func(y int) color.RGBA {
		return mix(a, b, min(max((float64(y)-from)/(to-from), 0), 1))
	}
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*t)) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), m(a.A, b.A)}
}

// step is one piece of a path in pixels.
type step struct {
	verb byte
	p    [6]float32
}

func (c *canvas) add(verb byte, points ...float64) {
	s := step{verb: verb}
	for i := 0; i+1 < len(points); i += 2 {
		x, y := points[i], points[i+1]
		if c.place != nil {
			x, y = c.place(x, y)
		}
		fx, fy := float32(x), float32(y)
		s.p[i], s.p[i+1] = fx, fy
		c.extent = [4]float32{min(c.extent[0], fx), min(c.extent[1], fy), max(c.extent[2], fx), max(c.extent[3], fy)}
	}
	c.steps = append(c.steps, s)
}

// mask is what the path covers, no larger than it.
func (c *canvas) mask(path func()) *image.Alpha {
	c.steps, c.extent = c.steps[:0], [4]float32{1e6, 1e6, -1e6, -1e6}
	path()
	e := c.extent
	box := image.Rect(int(e[0])-1, int(e[1])-1, int(e[2])+2, int(e[3])+2).Intersect(c.im.Bounds())
	out := image.NewAlpha(box)
	if box.Empty() {
		return out
	}
	dx, dy := float32(box.Min.X), float32(box.Min.Y)
	c.ras.Reset(box.Dx(), box.Dy())
	for _, s := range c.steps {
		p := s.p
		switch s.verb {
		case 'M':
			c.ras.MoveTo(p[0]-dx, p[1]-dy)
		case 'L':
			c.ras.LineTo(p[0]-dx, p[1]-dy)
		case 'C':
			c.ras.CubeTo(p[0]-dx, p[1]-dy, p[2]-dx, p[3]-dy, p[4]-dx, p[5]-dy)
		case 'Z':
			c.ras.ClosePath()
		}
	}
	c.ras.Draw(out, box, image.Opaque, image.Point{})
	return out
}

// draw paints what the path encloses; strength 0-1 is its opacity.
func (c *canvas) draw(path func(), paint shade, strength float64) {
	m := c.mask(path)
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		col := paint(y)
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			a := float64(m.AlphaAt(x, y).A) / 255 * strength
			if c.clip != nil {
				a *= float64(c.clip.AlphaAt(x, y).A) / 255
			}
			if a > 0 {
				c.blend(x, y, col, a)
			}
		}
	}
}

// inside paints only within the path while f runs.
func (c *canvas) inside(path func(), f func()) {
	c.clip = c.mask(path)
	f()
	c.clip = nil
}

func (c *canvas) blend(x, y int, col color.RGBA, a float64) {
	i := c.im.PixOffset(x, y)
	px := c.im.Pix[i : i+4 : i+4]
	over := func(old, top uint8) uint8 { return uint8(math.Round(float64(old) + (float64(top)-float64(old))*a)) }
	px[0], px[1], px[2], px[3] = over(px[0], col.R), over(px[1], col.G), over(px[2], col.B), 255
}

func (c *canvas) polygon(points ...float64) func() {
	return func() {
		verb := byte('M')
		for i := 0; i+1 < len(points); i += 2 {
			c.add(verb, points[i], points[i+1])
			verb = 'L'
		}
		c.add('Z')
	}
}

// oval is an ellipse of four curves.
func (c *canvas) oval(cx, cy, rx, ry float64) func() {
	const k = 0.5523
	return func() {
		curve := func(x1, y1, x2, y2, x3, y3 float64) {
			c.add('C', cx+x1*rx, cy+y1*ry, cx+x2*rx, cy+y2*ry, cx+x3*rx, cy+y3*ry)
		}
		c.add('M', cx+rx, cy)
		curve(1, k, k, 1, 0, 1)
		curve(-k, 1, -1, k, -1, 0)
		curve(-1, -k, -k, -1, 0, -1)
		curve(k, -1, 1, -k, 1, 0)
		c.add('Z')
	}
}

// box is a rectangle with round corners.
func (c *canvas) box(x, y, w, h, r float64) func() {
	return func() {
		type corner struct{ x, y, from float64 }
		verb := byte('M')
		for _, k := range []corner{{x + w - r, y + r, -90}, {x + w - r, y + h - r, 0}, {x + r, y + h - r, 90}, {x + r, y + r, 180}} {
			for i := range 7 {
				s, cs := math.Sincos((k.from + float64(i)*15) * math.Pi / 180)
				c.add(verb, k.x+r*cs, k.y+r*s)
				verb = 'L'
			}
		}
		c.add('Z')
	}
}

var (
	faceOnce sync.Once
	faceFont *opentype.Font
)

// text writes centred on x, its baseline on y.
func (c *canvas) text(s string, x, y, size float64, col color.RGBA) {
	faceOnce.Do(func() { faceFont, _ = opentype.Parse(gobold.TTF) }) // a constant of the library
	face, err := opentype.NewFace(faceFont, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		return
	}
	d := font.Drawer{Dst: c.im, Src: image.NewUniform(col), Face: face}
	d.Dot = fixed.P(int(x), int(y))
	d.Dot.X -= d.MeasureString(s) / 2
	d.DrawString(s)
}

// closer returns the part around a point, enlarged.
func (c *canvas) closer(zoom, cx, cy float64) image.Image {
	w, h := pictureWidth/zoom, pictureHeight/zoom
	left, top := min(max(cx-w/2, 0), pictureWidth-w), min(max(cy-h/2, 0), pictureHeight-h)
	out := image.NewRGBA(c.im.Bounds())
	for y := range pictureHeight {
		for x := range pictureWidth {
			out.SetRGBA(x, y, c.sample(left+float64(x)/zoom, top+float64(y)/zoom))
		}
	}
	return out
}

// sample interpolates between four pixels.
func (c *canvas) sample(x, y float64) color.RGBA {
	x0, y0 := min(int(x), pictureWidth-2), min(int(y), pictureHeight-2)
	fx, fy := x-float64(x0), y-float64(y0)
	top := mix(c.im.RGBAAt(x0, y0), c.im.RGBAAt(x0+1, y0), fx)
	return mix(top, mix(c.im.RGBAAt(x0, y0+1), c.im.RGBAAt(x0+1, y0+1), fx), fy)
}

const horizon = 500.0

func (c *canvas) background(p palette, seed uint64) {
	c.draw(c.polygon(0, 0, pictureWidth, 0, pictureWidth, horizon+20, 0, horizon+20), fade(p.sky[0], p.sky[1], 0, horizon), 1)
	for i := range 14 {
		r := p.sunR * (1 + float64(i+1)*0.19)
		c.draw(c.oval(p.sunX, p.sunY, r, r), flat(p.sun), 0.028)
	}
	c.draw(c.oval(p.sunX, p.sunY, p.sunR, p.sunR), flat(p.sun), 0.95)
	rnd := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a drawing
	c.houses(rnd, flat(p.far), color.RGBA{}, 90, 210)
	c.houses(rnd, flat(p.near), p.lit, 40, 130)
	c.draw(c.polygon(0, horizon, pictureWidth, horizon, pictureWidth, pictureHeight, 0, pictureHeight), fade(p.road[0], p.road[1], horizon, pictureHeight), 1)
	c.draw(c.polygon(0, horizon, pictureWidth, horizon, pictureWidth, horizon+26, 0, horizon+26), flat(mix(p.road[0], hex(0xFFFFFF), 0.18)), 1)
	c.draw(c.polygon(0, horizon+26, pictureWidth, horizon+26, pictureWidth, horizon+34, 0, horizon+34), flat(p.road[1]), 0.8)
	for x := -60.0; x < pictureWidth; x += 260 {
		c.draw(c.polygon(x, 752, x+150, 752, x+136, 766, x-14, 766), flat(hex(0xF7F7F4)), 0.55)
	}
}

// houses is a row of blocks on the horizon between two heights.
func (c *canvas) houses(rnd *rand.Rand, paint shade, lit color.RGBA, low, high float64) {
	for x := -20.0; x < pictureWidth; {
		w, h := 60+rnd.Float64()*90, low+rnd.Float64()*(high-low)
		c.draw(c.polygon(x, horizon-h, x+w, horizon-h, x+w, horizon, x, horizon), paint, 1)
		for wy := horizon - h + 16; lit.A > 0 && wy < horizon-20; wy += 26 {
			for wx := x + 12; wx < x+w-16; wx += 24 {
				if rnd.Float64() < 0.28 {
					c.draw(c.polygon(wx, wy, wx+10, wy, wx+10, wy+13, wx, wy+13), flat(lit), 0.75)
				}
			}
		}
		x += w + rnd.Float64()*26
	}
}

// path reads an outline: absolute M, C and Z in units.
func (c *canvas) path(d string) func() {
	return func() {
		for _, s := range readPath(d) {
			c.add(s.verb, s.v...)
		}
	}
}
