// Package printable prepares text from other systems for a terminal. Such text can hold
// escape sequences that clear the screen, line breaks that forge a line of output, and
// characters that reverse the text after them: https://cwe.mitre.org/data/definitions/150.html.
package printable

import (
	"strconv"
	"strings"
	"unicode"
)

// Line returns text as one line of characters that readers see. White space becomes a blank,
// any other unseen character an escape sequence as in Go, such as \x1b. Text of more than
// limit characters is cut.
func Line(text string, limit int) string {
	var line strings.Builder
	for _, r := range strings.TrimSpace(text) {
		if limit--; limit < 0 {
			line.WriteString("… (cut)")
			break
		}
		switch {
		case unicode.IsSpace(r):
			line.WriteByte(' ')
		case IsUnseen(r):
			quoted := strconv.QuoteRuneToASCII(r)
			line.WriteString(quoted[1 : len(quoted)-1])
		default:
			line.WriteRune(r)
		}
	}
	return line.String()
}

// Words returns text as Line does, with one blank for several: many of them would push what
// follows out of sight.
func Words(text string, limit int) string {
	return Line(strings.Join(strings.Fields(text), " "), limit)
}

// longestName is the number of characters of a name that Quote keeps.
const longestName = 80

// Quote returns a name from another system in double quotes. It cuts long names, which could
// hide the words around them.
func Quote(name string) string {
	return `"` + strings.ReplaceAll(Words(name, longestName), `"`, `\"`) + `"`
}

// Text returns text with its line breaks, each line as Line does. It indents all lines but the
// first, to distinguish them from the command's own output.
func Text(text string, limit int) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = Line(line, limit); line == "" {
			continue
		}
		lines = append(lines, line)
		if limit -= len(line); limit <= 0 {
			break
		}
	}
	return strings.Join(lines, "\n  ")
}
