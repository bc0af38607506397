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
rect.ground{fill:#fff;stroke:#d0d7de}text{font:12px system-ui,sans-serif;fill:#1f2328}.dim{fill:#656d76}
.bar{fill:#8c959f}.critical{fill:#cf222e}.grid{stroke:#eaeef2}.wait{stroke:#8c959f;fill:none}.wait.critical{stroke:#cf222e;fill:none}
@media(prefers-color-scheme:dark){rect.ground{fill:#0d1117;stroke:#30363d}text{fill:#e6edf3}.dim{fill:#8d96a0}
.bar{fill:#6e7681}.critical{fill:#ff7b72}.grid{stroke:#21262d}.wait{stroke:#6e7681}.wait.critical{stroke:#ff7b72}}
text.critical{fill:inherit;font-weight:600}
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
	for _, b := range bars {
		at, critical := y[b.Name], ""
		if b.Critical {
			critical = " critical"
		}
		if from, waited := y[b.After]; waited {
			fmt.Fprintf(&out, "<path class=\"wait%s\" d=\"M%.1f %dV%d\"/>\n", critical, x(b.Begin), from+barHigh, at+barHigh/2)
		}
		fmt.Fprintf(&out, "<text class=\"name%s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", critical, left-8, at+11, html.EscapeString(b.Name))
		fmt.Fprintf(&out, "<rect class=\"bar%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>", critical, x(b.Begin), at, max(2, x(b.End)-x(b.Begin)), barHigh)
		fmt.Fprintf(&out, "<text class=\"dim\" x=\"%.1f\" y=\"%d\">%s</text>\n", max(x(b.Begin)+2, x(b.End))+5, at+11, b.End-b.Begin)
	}
	out.WriteString("</svg>\n")
	return out.String()
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
