package chart

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var globText = regexp.MustCompile(`^[A-Za-z0-9._:/@+~=%$&#-]+$`)

// globOf reads a glob of gobwas/glob, Argo CD's library, in the part of its
// syntax that is beyond doubt: *, ?, [abc], [a-z], [!abc] and {a,b} without
// another brace in it. Slashes are letters like others, so * takes them too.
func globOf(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, errors.New("is empty; use * for any")
	}
	var re strings.Builder
	inBraces := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*':
			re.WriteString(".*")
		case c == '?':
			re.WriteString(".")
		case c == '[':
			set := globSet.FindStringSubmatch(pattern[i:])
			if set == nil {
				return nil, errors.New("has a bracket that is not closed, or more in it than [abc], [a-z] or [!abc]")
			}
			re.WriteString(strings.Replace(set[0], "[!", "[^", 1))
			i += len(set[0]) - 1
		case c == '{' && !inBraces:
			inBraces = true
			re.WriteString("(?:")
		case c == ',' && inBraces:
			re.WriteByte('|')
		case c == '}' && inBraces:
			inBraces = false
			re.WriteByte(')')
		case globText.MatchString(string(c)):
			re.WriteString(regexp.QuoteMeta(string(c)))
		default:
			return nil, fmt.Errorf("has %q, which is not for a glob", c)
		}
	}
	if inBraces {
		return nil, errors.New("has a brace that is not closed; put a field with {a,b} into double quotes")
	}
	return regexp.Compile("^(?:" + re.String() + ")$")
}

var globSet = regexp.MustCompile(`^\[!?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9._]+)\]`)
