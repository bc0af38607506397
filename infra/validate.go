package infra

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

var (
	guid        = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	hostLabel   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	regionShape = regexp.MustCompile(`^[a-z]+[a-z0-9]*$`)
	// nameShape is what a resource group, an AKS cluster and its dnsPrefix all take:
	// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
	nameShape    = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?$`)
	versionShape = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
)

func isGUID(s string) bool { return guid.MatchString(s) }

// validateDomain takes what users type before the first slash: a host name,
// optionally with a port. It becomes a redirect URI, which Entra compares
// letter by letter, so capitals are refused as well.
func validateDomain(domain string) error {
	const example = "use a host or host:port such as argocd.example.com or localhost:9000"
	host, port, hasPort := strings.Cut(domain, ":")
	switch {
	case domain == "":
		return errors.New("is empty; " + example)
	case strings.Contains(domain, "://"):
		return fmt.Errorf("%q has a scheme; %s", domain, example)
	case strings.ContainsAny(domain, "/?#"):
		return fmt.Errorf("%q has a path; %s", domain, example)
	case strings.Contains(domain, "*"):
		return fmt.Errorf("%q is a wildcard; %s", domain, example)
	case len(host) > 253:
		return fmt.Errorf("%q is longer than 253 characters; %s", domain, example)
	}
	if number, err := strconv.Atoi(port); hasPort && (err != nil || number < 1 || number > 65535 || strconv.Itoa(number) != port) {
		return fmt.Errorf("%q has a port that is not 1 to 65535; %s", domain, example)
	}
	for _, label := range strings.Split(host, ".") {
		if !hostLabel.MatchString(label) {
			return fmt.Errorf("%q is not a host name in lower case; %s", domain, example)
		}
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return fmt.Errorf("%q is an IP address; %s", domain, example)
	}
	return nil
}

// isLocal says whether users reach the domain through a port-forward.
func isLocal(domain string) bool {
	host, _, _ := strings.Cut(domain, ":")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func validateRegion(region string) error {
	if !regionShape.MatchString(region) {
		return fmt.Errorf("%q is not an Azure region name; use one such as westus3 (az account list-locations --query \"[].name\")", region)
	}
	return nil
}

func validateName(name string) error {
	if !nameShape.MatchString(name) {
		return fmt.Errorf("%q must be 1 to 54 letters, digits and hyphens, with a letter or digit at both ends, such as argocd-dev", name)
	}
	return nil
}

// validateRelease checks that a version is not combined with a train: the train
// only serves automatic upgrades, which a pinned version switches off.
func validateRelease(train, version string) error {
	switch {
	case train != "" && version != "":
		return fmt.Errorf("%q excludes a release train (%q): pin a version or follow a train", version, train)
	case version != "" && !versionShape.MatchString(version):
		return fmt.Errorf("%q is not a version such as 1.0.2", version)
	case train != "" && train != "Preview" && train != "Stable":
		return fmt.Errorf("cannot follow train %q; use Preview or Stable", train)
	}
	return nil
}

// validateGroup refuses what could break out of a field of policy.csv, or was
// hardly meant.
func validateGroup(group string) error {
	switch {
	case strings.TrimSpace(group) == "":
		return errors.New("is empty; use the group's display name or object ID, such as \"Argo CD Admins\"")
	case strings.ContainsAny(group, ",\"'`\r\n") || group != strings.TrimSpace(group):
		return fmt.Errorf("%q has a comma, a quote, a line break or space at an end; use the group's object ID", group)
	}
	return nil
}
