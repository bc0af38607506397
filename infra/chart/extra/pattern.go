package extra

import (
	"slices"
	"strings"
)

// matches reports whether a path begins with a pattern, as Setting.Matches has it.
func matches(pattern string, path []string) bool {
	return matchesNames(strings.Fields(pattern), path)
}

func matchesAny(patterns []string, path []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, path) })
}

// matchesBelow reports whether a pattern is for settings below a path.
func matchesBelow(pattern string, path []string) bool {
	names := strings.Fields(pattern)
	return len(names) > len(path) && matchesNames(names[:len(path)], path)
}

func matchesNames(names, path []string) bool {
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

// matchesName takes * for any text.
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
