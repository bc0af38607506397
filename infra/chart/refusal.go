package chart

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// refusal returns the reason why Argo CD must not have an extra setting, or "".
func (s Settings) refusal(extra extraSetting) string {
	if why := cmp.Or(noPart(extra.path), s.guarded(extra), s.taken(extra), s.exposure(extra)); why != "" {
		return why
	}
	if extra.value == "argocd-secret" {
		return "would hand out argocd-secret, with the key that signs sessions; use another Secret"
	}
	if !extra.secret && urlCredentials.MatchString(extra.value) {
		return "has a URL with a user or a password, which is a secret; " + useSecretSettings
	}
	if !extra.secret && credentials.MatchString(extra.value) {
		return "has a private key or a token, which is a secret; " + useSecretSettings
	}
	if err := checkValue(extra.path, extra.value); err != nil {
		return err.Error()
	}
	return ""
}

// noPart returns what is wrong with a path that does not lead to a value of the chart.
func noPart(path []string) string {
	switch {
	case slices.Contains(switches, path[0]):
	case !slices.Contains(parts, path[0]):
		return "is no part of the argo-cd chart, which has " + strings.Join(parts, ", ")
	case len(path) == 1 || isIndex(path[1]) && path[0] != "extraObjects":
		return "is a whole part of the chart; name the setting in it"
	case len(path) == 4 && fitsAny([]string{"server ingress enabled", "configs params server.insecure"}, path):
		return "is a part of a switch, which has none"
	}
	if len(path) > 3 && path[0] == "configs" && slices.Contains([]string{"cm", "params", "rbac"}, path[1]) && path[2] != "annotations" && !isIndex(path[3]) {
		return fmt.Sprintf(`is not a key of a ConfigMap: write a dot inside one as \. (configs.%s.%s)`, path[1], strings.Join(path[2:], `\.`))
	}
	return ""
}

// urlCredentials matches a URL with a user, a password or a token before the host. A
// user alone is no secret over SSH.
var urlCredentials = regexp.MustCompile(`(?i)(https?://[^\s/?#@]+|[a-z][a-z0-9+.-]*://[^\s/?#@:]*:[^\s/?#@]+|^[^\s/?#@:]+:[^\s/?#@:]+)@`)

// credentials matches private keys, and tokens by their published prefixes: GitHub's,
// GitLab's and Slack's, those of an Authorization header, and those in the query of a URL.
// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
var credentials = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-)[A-Za-z0-9_-]{8}|(?i:\bbearer [a-z0-9._~+/-]{8}|[?&][a-z_]*token=[^&\s{$])`)

const useSecretSettings = "put it into secretSettings (pulumi config set --secret --path)"

// guarded returns what an extra setting would change that this program answers for.
func (s Settings) guarded(extra extraSetting) string {
	for _, g := range guards {
		if fits(g.path, extra.path) {
			return s.judge(g, extra)
		}
	}
	if s.Ingress != nil && fits("server ingress", extra.path) {
		return "would change " + changesIngress
	}
	// A value in place of all that is below it.
	for _, g := range guards {
		names := strings.Fields(g.path)
		if n := len(extra.path); n > 1 && g.changes != "" && len(names) > n && fits(strings.Join(names[:n], " "), extra.path) {
			return "would change " + g.changes
		}
	}
	return ""
}

func (s Settings) judge(g guard, extra extraSetting) string {
	switch {
	case g.secret && !extra.secret:
		return "is a secret; " + useSecretSettings
	case g.changes == "" || g.unless != nil && g.unless(extra.value):
		return ""
	case g.path == "configs params server.insecure" && s.Ingress == nil && !slices.ContainsFunc(s.Domains(), Domain.Local):
		if extra.value != "true" && extra.value != "false" {
			return "must be one of true, false"
		}
		return ""
	}
	return "would change " + g.changes
}

// fits reports whether a path begins as a pattern says. A pattern that begins with **
// may begin anywhere in the path.
func fits(pattern string, path []string) bool {
	names := strings.Fields(pattern)
	if names[0] == "**" {
		for i := range path {
			if begins(names[1:], path[i:]) {
				return true
			}
		}
		return false
	}
	return begins(names, path)
}

func fitsAny(patterns []string, path []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return fits(pattern, path) })
}

func begins(names, path []string) bool {
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
