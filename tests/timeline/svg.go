package timeline

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Dimensions in pixels.
const (
	width   = 760
	left    = 206 // start of the time axis
	right   = 60  // room for the last bar's duration
	top     = 34
	rowHigh = 20
	barHigh = 12
)

// style is embedded because a page's style does not apply to an image file. The background
// makes it legible on any page.
const style = `<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}text.dim{fill:#656d76}text.critical{font-weight:600}
rect{fill:#8c959f}rect.critical{fill:#0969da}rect.ground{fill:#fff;stroke:#d0d7de}
path{stroke:#8c959f}path.critical{stroke:#0969da}path.grid{stroke:#eaeef2}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}text.dim{fill:#8d96a0}
rect{fill:#6e7681}rect.critical{fill:#58a6ff}rect.ground{fill:#0d1117;stroke:#30363d}
path{stroke:#6e7681}path.critical{stroke:#58a6ff}path.grid{stroke:#21262d}}
</style>
`

// picture is an SVG under construction.
type picture struct {
	strings.Builder
	total time.Duration
}

func (p *picture) add(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// x returns the position of a time, y that of a row.
func (p *picture) x(t time.Duration) float64 {
	return left + float64(width-left-right)*float64(t)/float64(max(1, p.total))
}

func y(row int) int { return top + rowHigh*row }

// SVG draws bars, each with a line from the bar that it waited for. Critical bars are bold
// and have another color.
func SVG(title string, bars []Bar) string {
	p, high := &picture{total: Length(bars)}, y(len(bars))+8
	p.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" `, width, high)
	p.add("role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">%s</title>\n", html.EscapeString(title))
	p.add("<desc id=\"desc\">%s</desc>\n%s", html.EscapeString(description(bars)), style)
	p.add("<rect class=\"ground\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", width-1, high-1)
	for t := time.Duration(0); t <= p.total; t += gridStep(p.total) {
		p.add("<path class=\"grid\" d=\"M%.1f %dV%d\"/>", p.x(t), top-6, high-6)
		p.add("<text class=\"dim\" x=\"%.1f\" y=\"20\" text-anchor=\"middle\">%.0f min</text>\n", p.x(t), t.Minutes())
	}
	p.waits(bars)
	for row, b := range bars {
		end := max(p.x(b.End), p.x(b.Begin)+2)
		p.add(`<text%s x="%d" y="%d" text-anchor="end">%s</text>`, class(b), left-8, y(row)+11, html.EscapeString(b.Name))
		p.add(`<rect%s x="%.1f" y="%d" `, class(b), p.x(b.Begin), y(row))
		p.add(`width="%.1f" height="%d" rx="2"/>`, end-p.x(b.Begin), barHigh)
		p.add("<text class=\"dim\" x=\"%.1f\" y=\"%d\">%s</text>\n", end+5, y(row)+11, b.End-b.Begin)
	}
	p.add("</svg>\n")
	return p.String()
}

// waits draws the lines, critical ones on top.
func (p *picture) waits(bars []Bar) {
	rows := map[string]int{}
	for row, b := range bars {
		rows[b.Name] = row
	}
	for _, critical := range []bool{false, true} {
		for row, b := range bars {
			if from, waited := rows[b.After]; waited && b.Critical == critical {
				p.add("<path%s d=\"M%.1f %dV%d\"/>\n", class(b), p.x(b.Begin), y(from)+barHigh, y(row)+barHigh/2)
			}
		}
	}
}

func class(b Bar) string {
	if b.Critical {
		return ` class="critical"`
	}
	return ""
}

// gridStep returns the minutes between grid lines, of which there are at most ten.
func gridStep(total time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute} {
		if total/step < 10 {
			return step
		}
	}
	return time.Hour
}

// description returns the text alternative of the picture.
func description(bars []Bar) string {
	var words []string
	for _, b := range bars {
		text := fmt.Sprintf("%s takes %s", b.Name, b.End-b.Begin)
		if b.After != "" {
			text += " after " + b.After
		}
		if b.Critical {
			text += ", on the critical path"
		}
		words = append(words, text)
	}
	return strings.Join(words, "; ") + "."
}
