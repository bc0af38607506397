package printable

import (
	"strings"
	"unicode/utf8"
)

// Fold breaks text into lines of at most width characters. The first line begins at the
// column indent, and the others are indented to it. Words, and text between backquotes, such as
// a command, stay whole even if they are longer.
func Fold(text string, width, indent int) string {
	var folded strings.Builder
	column := indent
	for i, word := range words(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			folded.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			folded.WriteByte(' ')
			column++
		}
		folded.WriteString(word)
		column += length
	}
	return folded.String()
}

// LongestWord returns the number of characters of the longest word, or text between
// backquotes, that Fold keeps whole.
func LongestWord(text string) (longest int) {
	for _, word := range words(text) {
		longest = max(longest, utf8.RuneCountInString(word))
	}
	return longest
}

// words splits text at blanks that are not between backquotes.
func words(text string) (all []string) {
	open := false
	for word := range strings.SplitSeq(text, " ") {
		if open {
			all[len(all)-1] += " " + word
		} else {
			all = append(all, word)
		}
		if strings.Count(word, "`")%2 == 1 {
			open = !open
		}
	}
	return all
}
