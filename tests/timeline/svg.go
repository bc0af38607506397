package timeline

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// The picture's measures, in pixels.
const (
	width   = 760
	left    = 206 // where time begins
	right   = 60  // for the last bar's duration
	top     = 34
	rowHigh = 20
	barHigh = 12
)

// style is for a picture that is shown as a file, which a page's own style does not
// reach. It has its own ground, so that it is legible on any.
const style = `<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}text.dim{fill:#656d76}text.critical{font-weight:600}
rect{fill:#8c959f}rect.critical{fill:#0969da}rect.ground{fill:#fff;stroke:#d0d7de}
path{stroke:#8c959f}path.critical{stroke:#0969da}path.grid{stroke:#eaeef2}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}text.dim{fill:#8d96a0}
rect{fill:#6e7681}rect.critical{fill:#58a6ff}rect.ground{fill:#0d1117;stroke:#30363d}
path{stroke:#6e7681}path.critical{stroke:#58a6ff}path.grid{stroke:#21262d}}
</style>
`

// SVG draws bars with a line from each to whom it waited for. Critical ones are bold
// and in another colour.
func SVG(title string, bars []Bar) string {
	total := Length(bars)
	high := top + rowHigh*len(bars) + 8
	x := func(t time.Duration) float64 {
		if total == 0 {
			return left
		}
		return left + float64(width-left-right)*float64(t)/float64(total)
	}
	y := map[string]int{}
	for i, b := range bars {
		y[b.Name] = top + rowHigh*i
	}
	var out strings.Builder
	fmt.Fprintf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-labelledby=\"title desc\">\n",
		width, high, width, high)
	fmt.Fprintf(&out, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n%s", html.EscapeString(title), html.EscapeString(description(bars)), style)
	fmt.Fprintf(&out, "<rect class=\"ground\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", width-1, high-1)
	for t := time.Duration(0); t <= total; t += gridStep(total) {
		fmt.Fprintf(&out, "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text class=\"dim\" x=\"%.1f\" y=\"20\" text-anchor=\"middle\">%.0f min</text>\n",
			x(t), top-6, high-6, x(t), t.Minutes())
	}
	for _, critical := range []bool{false, true} { // the latter above
		for _, b := range bars {
			if from, waited := y[b.After]; waited && b.Critical == critical {
				fmt.Fprintf(&out, "<path%s d=\"M%.1f %dV%d\"/>\n", class(b), x(b.Begin), from+barHigh, y[b.Name]+barHigh/2)
			}
		}
	}
	for _, b := range bars {
		fmt.Fprintf(&out, "<text%s x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", class(b), left-8, y[b.Name]+11, html.EscapeString(b.Name))
		fmt.Fprintf(&out, "<rect%s x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>", class(b), x(b.Begin), y[b.Name], max(2, x(b.End)-x(b.Begin)), barHigh)
		fmt.Fprintf(&out, "<text class=\"dim\" x=\"%.1f\" y=\"%d\">%s</text>\n", max(x(b.Begin)+2, x(b.End))+5, y[b.Name]+11, b.End-b.Begin)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

func class(b Bar) string {
	if b.Critical {
		return ` class="critical"`
	}
	return ""
}

// gridStep is a whole number of minutes, so that there are some lines and not many.
func gridStep(total time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute} {
		if total/step < 10 {
			return step
		}
	}
	return time.Hour
}

// description is the picture in words.
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
