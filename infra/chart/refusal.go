package chart

import (
	"fmt"
	"slices"
	"strings"
)

// refusal says why Argo CD must not be told this; empty: it may.
func (s Settings) refusal(extra extraSetting) string {
	path := extra.path
	switch {
	case slices.Contains(switches, path[0]):
	case !slices.Contains(parts, path[0]):
		return "is no part of the argo-cd chart, which has " + strings.Join(parts, ", ")
	case len(path) == 1:
		return "is a whole part of the chart; name what shall change in it"
	}
	if len(path) > 3 && path[0] == "configs" && slices.Contains([]string{"cm", "params", "rbac"}, path[1]) && path[2] != "annotations" && !isIndex(path[3]) {
		return fmt.Sprintf(`is not a key of a ConfigMap: write a dot inside one as \. (configs.%s.%s)`, path[1], strings.Join(path[2:], `\.`))
	}
	if strings.Contains(extra.value, "{{") && !ownTemplates(path) {
		return "has {{ in its value, which the chart would run as a template"
	}
	if strings.ContainsRune(extra.value, 0) {
		return "has a NUL in its value, which Kubernetes does not take"
	}
	for _, g := range guards {
		if fits(g.path, path) {
			return s.judge(g, extra)
		}
	}
	if s.Ingress != nil && fits("server ingress", path) {
		return "would change " + changesIngress
	}
	// A value in place of all that is below it.
	for _, g := range guards {
		names := strings.Fields(g.path)
		if len(path) > 1 && g.changes != "" && len(names) > len(path) && fits(strings.Join(names[:len(path)], " "), path) {
			return "would change " + g.changes
		}
	}
	return ""
}

func (s Settings) judge(g guard, extra extraSetting) string {
	switch {
	case g.secret && !extra.secret:
		return "is a secret; put it into secretSettings (pulumi config set --secret --path)"
	case g.changes == "" || g.unless != nil && g.unless(extra.value):
		return ""
	case g.path == "configs params server.insecure" && s.Ingress == nil && !slices.ContainsFunc(s.Domains(), Domain.Local):
		if extra.value != "true" && extra.value != "false" {
			return "is neither true nor false"
		}
		return ""
	}
	return "would change " + g.changes
}

// ownTemplates says whether the chart leaves a template in a value alone: Argo CD
// has its own there, with the same braces.
func ownTemplates(path []string) bool {
	return fits("configs cm", path) || fits("configs cmp", path) || fits("configs styles", path) ||
		slices.ContainsFunc([]string{"templates", "triggers", "subscriptions", "notifiers", "context"}, func(name string) bool {
			return fits("notifications "+name, path)
		})
}

// fits says whether a path begins as a pattern says.
func fits(pattern string, path []string) bool {
	names := strings.Fields(pattern)
	if len(names) > len(path) {
		return false
	}
	for i, name := range names {
		if !fitsName(name, path[i]) {
			return false
		}
	}
	return true
}

// fitsName takes * for any text.
func fitsName(pattern, name string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	for i := len(first); i <= len(name); i++ {
		if fitsName(rest, name[i:]) {
			return true
		}
	}
	return false
}
