package chart

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Domain is what users type before the first slash: a host, or host:port, such as
// argocd.example.com or localhost:9000.
type Domain string

// URL is where users find Argo CD.
func (d Domain) URL() string { return "https://" + string(d) }

// SignInPage is Argo CD's own, with the button that leads to Entra.
func (d Domain) SignInPage() string { return d.URL() + "/login" }

// RedirectURI is where Entra sends users after they sign in.
func (d Domain) RedirectURI() string { return d.URL() + "/auth/callback" }

// CLIRedirectURI is where `argocd login --sso` listens.
const CLIRedirectURI = "http://localhost:8085/auth/callback"

// ReleaseNamespace is where the extension installs Argo CD. It is part of the
// federated credentials' subjects.
const ReleaseNamespace = "argocd"

// Local says whether users reach Argo CD through a port-forward.
func (d Domain) Local() bool {
	host, _, _ := strings.Cut(string(d), ":")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Port is the domain's, or that of https.
func (d Domain) Port() string {
	if _, port, has := strings.Cut(string(d), ":"); has {
		return port
	}
	return "443"
}

var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Check says what is wrong with a domain. It becomes a redirect URI, which Entra
// compares letter by letter, so capitals are rejected as well.
func (d Domain) Check() error {
	const example = "use a host or host:port such as argocd.example.com or localhost:9000"
	host, port, hasPort := strings.Cut(string(d), ":")
	switch {
	case d == "":
		return errors.New("is empty; " + example)
	case strings.Contains(string(d), "://"):
		return fmt.Errorf("%q has a scheme; %s", d, example)
	case strings.ContainsAny(string(d), "/?#"):
		return fmt.Errorf("%q has a path; %s", d, example)
	case strings.Contains(string(d), "*"):
		return fmt.Errorf("%q is a wildcard; %s", d, example)
	case len(host) > 253:
		return fmt.Errorf("%q is longer than 253 characters; %s", d, example)
	}
	if hasPort && !isPort(port) {
		return fmt.Errorf("%q has a port that is not 1 to 65535; %s", d, example)
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !hostLabel.MatchString(label) {
			return fmt.Errorf("%q is not a host name in lower case; %s", d, example)
		}
	}
	switch {
	case ipv4End.MatchString(labels[len(labels)-1]):
		return fmt.Errorf("%q ends in a number, so that browsers take it for an IP address; %s", d, example)
	case port == "443":
		return fmt.Errorf("%q has the port of https, which browsers leave out and Entra then misses in the redirect URI; write %q", d, host)
	}
	return nil
}

func isPort(text string) bool {
	number, err := strconv.Atoi(text)
	return err == nil && number >= 1 && number <= 65535 && strconv.Itoa(number) == text
}

// AdditionalProblems says what is wrong with the domains that users may type beside
// a first one, as those of a field AdditionalDomains.
func AdditionalProblems(first Domain, additional []Domain) problem.List {
	var p problem.List
	for i, domain := range additional {
		path := problem.Item("AdditionalDomains", i)
		switch err := domain.Check(); {
		case err != nil:
			p.Check(path, err)
		case domain == first:
			p.Add(path, "%q is the domain itself; leave it out here", domain)
		case slices.Contains(additional[:i], domain):
			p.Add(path, "duplicate %q", domain)
		}
	}
	return p
}

// ipv4End is what makes a host an IPv4 address, such as 127.1 or a.0x7f:
// https://url.spec.whatwg.org/#ends-in-a-number-checker
var ipv4End = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)
