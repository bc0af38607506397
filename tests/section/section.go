// Package section is for pages of docs/ of which a program writes a part.
package section

import (
	"fmt"
	"os"
	"strings"
)

// Ends is the line after a part that is written. The line before it says by what.
const Ends = "<!-- to here -->\n"

// Write puts a part into a page, after the line that it begins with.
func Write(page, begins, part string) error {
	before, _, after, err := Cut(page, begins)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(before+begins+part+Ends+after), 0o644)
}

// Cut is what a page has before the part, in it and after it.
func Cut(page, begins string) (before, part, after string, err error) {
	content, err := os.ReadFile(page)
	if err != nil {
		return "", "", "", err
	}
	before, rest, found := strings.Cut(string(content), begins)
	part, after, ended := strings.Cut(rest, Ends)
	if !found || !ended {
		return "", "", "", fmt.Errorf("%s has no place for what stands between %sand %s", page, begins, Ends)
	}
	return before, part, after, nil
}
