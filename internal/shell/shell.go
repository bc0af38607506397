// Package shell writes commands for users to paste.
package shell

import (
	"regexp"
	"strings"
)

// plain is a word that bash, zsh and PowerShell leave as it is.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:+-]+$`)

// Quote returns a word so that bash and zsh pass it on as one argument. PowerShell does so
// unless the word has a single quote or one of U+2018 to U+201B, which end its strings too:
// IsSingleQuote in https://github.com/PowerShell/PowerShell,
// src/System.Management.Automation/engine/parser/CharTraits.cs.
func Quote(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Flag returns a flag with its value. A value that begins with a hyphen follows an equals
// sign, as the Azure CLI would take it for another flag:
// https://docs.python.org/3/library/argparse.html#arguments-containing.
func Flag(name, value string) string {
	if strings.HasPrefix(value, "-") {
		return name + "=" + Quote(value)
	}
	return name + " " + Quote(value)
}
