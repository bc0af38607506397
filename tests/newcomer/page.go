package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// The pages that a new user follows, in this order.
const (
	readme   = "README.md"
	tutorial = "docs/getting-started.md"
)

// section is a heading of a page with the commands of its code blocks.
type section struct {
	title    string
	commands []string
}

// readPage returns the sections of a page that have commands.
func readPage(repository, page string) ([]section, error) {
	document, err := os.ReadFile(filepath.Join(repository, page))
	return sections(string(document)), err
}

var comment = regexp.MustCompile(`\s+#\s.*$`)

// sections returns the sections of a document that have commands, in order.
func sections(document string) (found []section) {
	title, code := "", ""
	var commands []string
	for _, line := range append(strings.Split(document, "\n"), "## ") {
		switch {
		case strings.HasPrefix(line, "```"):
			code = strings.TrimPrefix(line, "```")
		case code == "sh" && strings.TrimSpace(line) != "":
			commands = append(commands, comment.ReplaceAllString(line, ""))
		case code == "" && strings.HasPrefix(line, "## "):
			if len(commands) > 0 {
				found = append(found, section{title, commands})
			}
			title, commands = strings.TrimPrefix(line, "## "), nil
		}
	}
	return found
}
