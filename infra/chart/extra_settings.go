package chart

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"argocd-on-aks/infra/internal/problem"
)

// alwaysManaged are the keys that sign-in and access always hang on.
var alwaysManaged = []string{
	keyOIDCConfig, keyAdminEnabled, keyPolicyCSV, keyPolicyDefault, keyDomain, keyRedisHA,
	keyWIEnabled, keyWIClient, keySSOClient, "configs.cm.url", `configs.cm.dex\.config`,
}

// managed returns the keys that ExtraSettings may neither set nor set anything
// below or above.
func (s Settings) managed() []string {
	keys := slices.Clone(alwaysManaged)
	if s.Ingress != nil {
		keys = append(keys, keyIngress, keyInsecure)
	}
	if s.RegistryLogin {
		keys = append(keys, keyRepoServerEnv)
	}
	return keys
}

// extraProblems checks the keys of the extra settings.
func (s Settings) extraProblems() problem.List {
	var p problem.List
	managed := s.managed()
	for _, key := range slices.Sorted(maps.Keys(s.ExtraSettings)) {
		if changed := overridden(key, managed); changed != "" {
			p.Add("ExtraSettings", "%q is managed by this program: it would change %s", key, changed)
		} else if strings.ContainsAny(key, ",={} \t\r\n") || slices.Contains(settingPath(key), "") {
			p.Add("ExtraSettings", `%q is not a Helm --set path such as server.replicas or configs.params.server\.log\.level`, key)
		}
	}
	return p
}

// overridden returns the managed key that a setting would change, if any. Dots
// count with and without a backslash: `configs.cm.oidc.config` was meant to be
// `configs.cm.oidc\.config`.
func overridden(key string, managed []string) string {
	path := strings.Join(settingPath(key), ".") + "."
	for _, other := range managed {
		otherPath := strings.Join(settingPath(other), ".") + "."
		if strings.HasPrefix(path, otherPath) || strings.HasPrefix(otherPath, path) {
			return other
		}
	}
	return ""
}

var listIndex = regexp.MustCompile(`\[\d+\]`)

// settingPath splits a Helm `--set` path at its unescaped dots. A backslash
// takes the next character as it is, so two spellings of one key compare equal.
func settingPath(key string) []string {
	path, part, escaped := []string{}, strings.Builder{}, false
	for _, r := range listIndex.ReplaceAllString(key, "") {
		switch {
		case escaped:
			part.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '.':
			path = append(path, part.String())
			part.Reset()
		default:
			part.WriteRune(r)
		}
	}
	return append(path, part.String())
}
