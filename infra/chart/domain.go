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

// Domain is the authority of Argo CD's URL: a host, or host:port, such as
// argocd.example.com or localhost:9000.
type Domain string

// URL returns the URL of Argo CD.
func (d Domain) URL() string { return "https://" + string(d) }

// SignInPage returns the URL of Argo CD's sign-in page, with the button for Entra.
func (d Domain) SignInPage() string { return d.URL() + "/login" }

// RedirectURI returns the URL to which Entra redirects users after they sign in.
func (d Domain) RedirectURI() string { return d.URL() + "/auth/callback" }

// CLIRedirectURI is the URL on which argocd login --sso listens.
const CLIRedirectURI = "http://localhost:8085/auth/callback"

// ReleaseNamespace is the namespace of Argo CD. It is part of the subjects of federated
// credentials.
const ReleaseNamespace = "argocd"

// Local reports whether users reach Argo CD through a port-forward.
func (d Domain) Local() bool {
	host, _, _ := strings.Cut(string(d), ":")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Port returns the domain's port, or 443.
func (d Domain) Port() string {
	if _, port, has := strings.Cut(string(d), ":"); has {
		return port
	}
	return "443"
}

// PortWarning returns why users may not be able to forward a local port to Argo CD or to sign in
// with the CLI, or "". Linux allows ports below 1024 for root only:
// https://man7.org/linux/man-pages/man7/ip.7.html
func (d Domain) PortWarning(cli bool) string {
	number, err := strconv.Atoi(d.Port())
	switch {
	case !d.Local() || err != nil:
		return ""
	case number < 1024:
		return fmt.Sprintf("needs kubectl port-forward on port %d, which Linux allows for root only; use a port from 1024 on, such as localhost:9000", number)
	case cli && strings.HasPrefix(CLIRedirectURI, "http://localhost:"+d.Port()+"/"):
		return fmt.Sprintf("uses port %d, on which argocd login --sso listens, so users of the CLI could not sign in; use another port, such as localhost:9000", number)
	}
	return ""
}

var (
	hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	urlPath   = regexp.MustCompile(`(?s)[/?#].*$`)
)

// corrections turn what users copy from a browser into a domain. A redirect URI keeps
// capitals, and Entra compares it case-sensitively.
var corrections = []struct {
	fault   string
	correct func(domain string) string
}{
	{"has leading or trailing space", strings.TrimSpace},
	{"has a scheme", func(domain string) string { return urlScheme.ReplaceAllString(domain, "") }},
	{"has a path", func(domain string) string { return urlPath.ReplaceAllString(domain, "") }},
	{"is not in lower case", strings.ToLower},
	{"includes the default port 443, which browsers omit", func(domain string) string { return strings.TrimSuffix(domain, ":443") }},
}

// Check returns an error if the domain is invalid. The error lists all faults.
func (d Domain) Check() error {
	const example = "use a host or host:port such as argocd.example.com or localhost:9000"
	if d == "" {
		return errors.New("is empty; " + example)
	}
	var faults []string
	correct := string(d)
	for _, c := range corrections {
		if next := c.correct(correct); next != correct {
			correct, faults = next, append(faults, c.fault)
		}
	}
	advice := fmt.Sprintf("use %q", correct)
	if fault := hostFault(correct); fault != "" {
		advice, faults = example, append(faults, fault)
	}
	if len(faults) > 0 {
		return fmt.Errorf("%q %s; %s", d, strings.Join(faults, ", "), advice)
	}
	return nil
}

// hostFault returns what is wrong with a host or host:port, or "".
func hostFault(domain string) string {
	host, port, hasPort := strings.Cut(domain, ":")
	labels := strings.Split(host, ".")
	switch {
	case strings.Contains(host, "*"):
		return "is a wildcard"
	case len(host) > 253:
		return "is longer than 253 characters"
	case hasPort && !isPort(port):
		return "has a port that is not 1 to 65535"
	case slices.ContainsFunc(labels, func(label string) bool { return !hostLabel.MatchString(label) }):
		return "is not a valid host name"
	case ipv4End.MatchString(labels[len(labels)-1]):
		return "ends in a number, so browsers read it as an IP address"
	}
	return ""
}

func isPort(text string) bool {
	number, err := strconv.Atoi(text)
	return err == nil && number >= 1 && number <= 65535 && strconv.Itoa(number) == text
}

// AdditionalProblems checks the values of a field AdditionalDomains, beside the first
// domain.
func AdditionalProblems(first Domain, additional []Domain) problem.List {
	var p problem.List
	for i, domain := range additional {
		path := problem.Item("AdditionalDomains", i)
		switch err := domain.Check(); {
		case err != nil:
			p.Check(path, err)
		case domain == first:
			p.Add(path, "%q is already the first domain; remove it here", domain)
		case slices.Contains(additional[:i], domain):
			p.Add(path, "duplicate %q", domain)
		}
	}
	return p
}

// ipv4End matches the last label of an IPv4 address, such as 127.1 or a.0x7f:
// https://url.spec.whatwg.org/#ends-in-a-number-checker
var ipv4End = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)
