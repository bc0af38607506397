package extra

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parsePath reads a key of helm --set into the names of a value's path, with list indexes as
// [0]. It accepts only keys with one possible reading. Helm accepts more, such as a[+0],
// a[0]b, a] or a backslash before any letter (strvals/parser.go of helm.sh/helm/v3), which
// reviewers may read differently.
func parsePath(key string) ([]string, error) {
	var path []string
	for rest := key; ; {
		name, after, err := parseName(rest)
		if err != nil {
			return nil, err
		}
		path = append(path, name)
		for strings.HasPrefix(after, "[") {
			var index string
			if index, after, err = parseIndex(after); err != nil {
				return nil, err
			}
			path = append(path, index)
		}
		switch {
		case after == "":
			// Helm's limit is 30 names.
			if len(path) > 30 {
				return nil, errors.New("is nested too deeply")
			}
			return path, nil
		case after[0] != '.':
			return nil, fmt.Errorf("has %q after an index", after)
		}
		rest = after[1:]
	}
}

// parseName splits off the first name, which ends at a dot or a bracket. A backslash makes a
// dot part of the name. The chart prints names without quotes, so they must consist of the
// characters of Kubernetes' keys.
func parseName(text string) (name, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && text[i+1] == '.':
			i++
			b.WriteByte('.')
		case c == '\\':
			return "", "", errors.New("has a backslash that is not before a dot")
		case c == '.' || c == '[':
			return nonEmptyName(&b, text[i:])
		case isAlphanumeric(c) || strings.IndexByte("-_/", c) >= 0:
			b.WriteByte(c)
		default:
			return "", "", fmt.Errorf("has %q", []rune(text[i:])[0])
		}
	}
	return nonEmptyName(&b, "")
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func nonEmptyName(b *strings.Builder, rest string) (string, string, error) {
	if b.Len() == 0 {
		return "", "", errors.New("has an empty name")
	}
	return b.String(), rest, nil
}

// parseIndex splits off [n].
func parseIndex(text string) (index, rest string, err error) {
	digits, rest, closed := strings.Cut(text[1:], "]")
	n, err := strconv.Atoi(digits)
	if err != nil || !closed || n < 0 || n > 999 || strconv.Itoa(n) != digits {
		return "", "", fmt.Errorf("has %q, which is not a valid index, such as [0]", text)
	}
	return "[" + digits + "]", rest, nil
}

// indexOf returns the number in [n].
func indexOf(name string) int {
	n, _ := strconv.Atoi(strings.Trim(name, "[]"))
	return n
}

func isIndex(name string) bool { return strings.HasPrefix(name, "[") }
