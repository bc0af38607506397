package chart

import (
	"slices"
	"strings"

	"argocd-on-aks/infra/problem"
)

// extraSetting is one entry of ExtraSettings or SecretSettings.
type extraSetting struct {
	// field is where it stands.
	field, key, value string
	path              []string
	secret            bool
}

// extras reads both maps, and reports the keys that cannot be read.
func (s Settings) extras(p *problem.List) []extraSetting {
	var all []extraSetting
	for _, from := range []struct {
		field    string
		settings map[string]string
		secret   bool
	}{{"ExtraSettings", s.ExtraSettings, false}, {"SecretSettings", s.SecretSettings, true}} {
		for _, key := range sortedKeys(from.settings) {
			path, err := setPath(key)
			if err != nil {
				p.Add(from.field, `%q is not a Helm --set path such as server.replicas or configs.params.server\.log\.level: it %w`, key, err)
				continue
			}
			all = append(all, extraSetting{from.field, key, from.settings[key], path, from.secret})
		}
	}
	return all
}

// extraProblems refuses extra settings with which Argo CD would be told another
// thing than this program tells it, or could not be told both. It never says a
// value, which may be a secret.
func (s Settings) extraProblems() problem.List {
	var p problem.List
	managed := s.managed()
	extras := s.extras(&p)
	for _, extra := range extras {
		if theirs := managed.inTheWay(flat(extra.path)); theirs != "" {
			p.Add(extra.field, "%q is managed by this program: it would change %s", extra.key, theirs)
		} else if s.replaces(extra.path) {
			p.Add(extra.field, "%q would change %s", extra.key, changesPart)
		} else if why := s.refusal(extra); why != "" {
			p.Add(extra.field, "%q %s", extra.key, why)
		}
	}
	return slices.Concat(p, contradictions(extras), gaps(extras, managed), nameless(extras), oversize(extras))
}

// managed are the paths of all that is set without the extra settings, but for
// what they may have otherwise.
func (s Settings) managed() places {
	s.ExtraSettings, s.SecretSettings = nil, nil
	// A policy may be wrong in a way that is reported elsewhere.
	settings, _ := s.Render(Entra{RepoServerClientID: "any"})
	for key := range replicas {
		delete(settings, key)
	}
	if s.Ingress == nil {
		delete(settings, keyIngress+".enabled")
		delete(settings, keyInsecure)
	}
	managed := places{}
	for _, key := range sortedKeys(settings) {
		if list, _, _ := strings.Cut(key, "["); slices.Contains(s.lengthened(), list) {
			continue
		}
		path, _ := setPath(key)
		managed.add(flat(path), key)
	}
	return managed
}

// flat splits names at their dots: configs.cm.oidc.config was meant to be
// configs.cm.oidc\.config.
func flat(path []string) []string { return strings.Split(strings.Join(path, "."), ".") }
