package extra

import (
	"slices"
	"strings"
)

// matches reports whether a path begins with one of the patterns: names separated by spaces.
// A * matches any text in a name, ** at the start any number of names.
func matches(path []string, patterns ...string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matchesNames(path, strings.Fields(pattern)) })
}

// isAbove reports whether a pattern can match settings below a path.
func isAbove(path []string, pattern string) bool {
	names := strings.Fields(pattern)
	return len(names) > len(path) && matchesNames(path, names[:len(path)])
}

func matchesNames(path, names []string) bool {
	if names[0] != "**" {
		return hasPrefix(path, names)
	}
	for i := range path {
		if hasPrefix(path[i:], names[1:]) {
			return true
		}
	}
	return false
}

func hasPrefix(path, names []string) bool {
	if len(names) > len(path) {
		return false
	}
	for i, name := range names {
		if !matchesName(name, path[i]) {
			return false
		}
	}
	return true
}

// matchesName matches one name; * stands for any text.
func matchesName(pattern, name string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	for i := len(first); i <= len(name); i++ {
		if matchesName(rest, name[i:]) {
			return true
		}
	}
	return false
}
