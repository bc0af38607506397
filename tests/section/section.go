// Package section reads and writes generated sections of documents.
package section

import (
	"fmt"
	"os"
	"strings"
)

// Ends is the line after a generated section. The line before it names the generator.
const Ends = "<!-- to here -->\n"

// Write replaces the section of a page after the line begins.
func Write(page, marker, part string) error {
	before, _, after, err := Cut(page, marker)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(before+marker+part+Ends+after), 0o644)
}

// Cut splits a page into the text before the section, the section, and the text after it.
func Cut(page, marker string) (before, part, after string, err error) {
	content, err := os.ReadFile(page)
	if err != nil {
		return "", "", "", err
	}
	before, rest, found := strings.Cut(string(content), marker)
	part, after, ended := strings.Cut(rest, Ends)
	if !found || !ended {
		return "", "", "", fmt.Errorf("%s has no section between %sand %s", page, marker, Ends)
	}
	return before, part, after, nil
}
