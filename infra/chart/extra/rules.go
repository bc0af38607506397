package extra

import (
	"errors"
	"slices"
)

// rule is the rule for settings whose path begins with a pattern.
type rule struct {
	pattern string
	// err rejects a setting; nil allows it.
	err error
	// allowed reports whether a value is allowed despite err.
	allowed func(value string) bool
	// secret requires a setting to be in SecretSettings.
	secret bool
}

// rules are checked in order; the first match decides. A setting without a match is allowed.
// In argocd-cm, argocd-cmd-params-cm and argocd-server's sections, a last rule rejects all
// other settings, because Azure upgrades Argo CD and new versions add settings.
// https://github.com/argoproj/argo-helm/blob/main/charts/argo-cd/values.yaml
var rules = slices.Concat(
	anywhereRules, configMapRules, parameterRules, rbacRules, secretRules, globalRules, serverRules, serviceAccountRules, redisRules, partRules,
)

func checkRules(s Setting) error {
	for _, r := range rules {
		if s.Matches(r.pattern) {
			return r.check(s)
		}
	}
	// One value would replace all settings below the path.
	for _, r := range rules {
		if r.err != nil && len(s.Path) > 1 && isAbove(s.Path, r.pattern) {
			if errors.Is(r.err, errPart) {
				return errWhole
			}
			return r.err
		}
	}
	return nil
}

func (r rule) check(s Setting) error {
	switch {
	case r.secret && !s.isSecret():
		return errSecret
	case r.allowed != nil && r.allowed(s.Value):
		return nil
	}
	return r.err
}

// allow returns rules for settings that do not affect the ones that this program manages.
func allow(patterns ...string) []rule { return rulesFor(rule{}, patterns) }

func reject(err error, patterns ...string) []rule { return rulesFor(rule{err: err}, patterns) }

// rejectUnless rejects all values except the allowed ones.
func rejectUnless(allowed func(value string) bool, err error, patterns ...string) []rule {
	return rulesFor(rule{err: err, allowed: allowed}, patterns)
}

// requireSecret allows settings only in SecretSettings.
func requireSecret(patterns ...string) []rule { return rulesFor(rule{secret: true}, patterns) }

func rulesFor(r rule, patterns []string) []rule {
	rules := make([]rule, len(patterns))
	for i, pattern := range patterns {
		rules[i] = r
		rules[i].pattern = pattern
	}
	return rules
}

// below returns patterns with the same prefix.
func below(path string, names ...string) []string {
	patterns := make([]string, len(names))
	for i, name := range names {
		patterns[i] = path + " " + name
	}
	return patterns
}
