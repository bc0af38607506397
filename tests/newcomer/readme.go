package main

import (
	"regexp"
	"strings"
)

// section is a heading of the README with the commands of its code blocks.
type section struct {
	title    string
	commands []string
}

var comment = regexp.MustCompile(`\s+#\s.*$`)

// sections are those of a document that have commands, in its order.
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
