package chart

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Bootstrap is the first application: a folder in a Git repository with the manifests of
// the other applications.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
type Bootstrap struct {
	// Address of the repository, over https or SSH, without a password or token. Users who
	// can push to it can deploy everything that the Project allows.
	RepoURL string `pulumi:"repoUrl"`
	// Folder, from the repository's root. Default: the root.
	Path string `pulumi:"path,optional"`
	// Branch, tag, commit, or a range of tags such as 1.2.*.
	Revision string `pulumi:"revision,optional" default:"HEAD"`
	// Name of the application.
	Name string `pulumi:"name,optional" default:"root"`
	// Argo CD project of the application, which must exist.
	Project string `pulumi:"project,optional" default:"default"`
}

// Problems lists the fields that Argo CD, Git or Kubernetes would reject, and secrets.
func (b Bootstrap) Problems() problem.List {
	var p problem.List
	p.Check("RepoURL", checkRepository(b.RepoURL))
	p.Check("Path", checkFolder(b.Path))
	p.Check("Revision", checkRevision(b.Revision))
	for _, name := range []struct{ field, value string }{{"Name", b.Name}, {"Project", b.Project}} {
		if name.value != "" && !isObjectName(name.value) {
			p.Add(name.field, "%q must be 1 to 253 lower-case letters, digits, hyphens and dots, such as \"root\"", name.value)
		}
	}
	return p
}

var (
	// inURL matches the characters of a URL without a query and a fragment: RFC 3986,
	// section 2.
	inURL = regexp.MustCompile(`^[A-Za-z0-9._~:/@!$&'()*+,;=%\[\]-]+$`)
	// overSSH matches Argo CD's SSH addresses (sshURLRegex in util/git/git.go of Argo CD
	// 3.2): user, host, port and path of a URL, or user, host and path in scp's form.
	overSSH = regexp.MustCompile(`^(?:ssh://([^/:@]+)@([^/:@]+)(:[0-9]*)?(/[^@]*[^@/])|([^/:@]+)@([^/:@]+):([^@]*[^@/]))$`)
	// overHTTPS matches host and port, and requires a path.
	overHTTPS = regexp.MustCompile(`^https://(\[[^/\]]*\]|[^/:]+)(:[^/]*)?/+[^/]`)
	// hostName matches DNS names, including the underscores that some networks use.
	hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$`)
)

// checkRepository accepts addresses over https or SSH, which are encrypted. It rejects a user
// in an https address, which may be a token, because the manifest is not a secret.
func checkRepository(address string) error {
	const example = "use one such as https://github.com/contoso/platform or git@github.com:contoso/platform.git"
	switch {
	case address == "":
		return errors.New("is required; " + example)
	case strings.Contains(address, "@") && !overSSH.MatchString(address): // not shown in the error
		return errors.New("has a user, password or token before an @; remove it, and add the credential to Argo CD with argocd repo add. Over SSH, " + example)
	case strings.ContainsAny(address, "?#"):
		return errors.New("has a query or a fragment, which may be a token; " + example)
	case !inURL.MatchString(address):
		return fmt.Errorf("%q has a character that is not valid in a URL, such as a space or the < of a placeholder; %s", address, example)
	}
	if part := overSSH.FindStringSubmatch(address); part != nil {
		user, host, port, path := part[1]+part[5], part[2]+part[6], part[3], part[4]+part[7]
		// https://nvd.nist.gov/vuln/detail/CVE-2017-1000117; Git rejects them as well.
		for _, argument := range []string{user, host, path} {
			if strings.HasPrefix(argument, "-") {
				return fmt.Errorf("%q has a host, user or path that ssh would read as an option; %s", address, example)
			}
		}
		return checkHostAndPort(address, host, port, example)
	}
	if part := overHTTPS.FindStringSubmatch(address); part != nil {
		return checkHostAndPort(address, part[1], part[2], example)
	}
	return fmt.Errorf("%q is not a valid address of a Git repository over https or SSH; %s", address, example)
}

// checkHostAndPort checks a host and an optional port, which begins with a colon.
func checkHostAndPort(address, host, port, example string) error {
	if !isHost(host) {
		return fmt.Errorf("%q has a host that is not a valid host name; %s", address, example)
	}
	if port != "" && !isPort(port[1:]) {
		return fmt.Errorf("%q has a port that is not 1 to 65535; %s", address, example)
	}
	return nil
}

func isHost(host string) bool {
	if literal, bracketed := strings.CutPrefix(host, "["); bracketed {
		ip, err := netip.ParseAddr(strings.TrimSuffix(literal, "]"))
		return err == nil && ip.Is6() && ip.Zone() == ""
	}
	return len(host) <= 253 && hostName.MatchString(host)
}

// checkFolder rejects paths that Argo CD would reject when it syncs (Path in
// util/app/path/path.go of Argo CD 3.2).
func checkFolder(path string) error {
	if strings.HasPrefix(path, "/") || strings.Contains(path, `\`) || slices.Contains(strings.Split(path, "/"), "..") {
		return fmt.Errorf("%q is not a valid folder relative to the repository's root, such as clusters/prod", path)
	}
	return checkVisible(path)
}

// checkRevision rejects options; Git checks that the branch, tag or commit exists.
// https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
func checkRevision(revision string) error {
	if strings.HasPrefix(revision, "-") {
		return fmt.Errorf("%q would be read as an option of git; use a branch, a tag, a commit, or a range of tags such as 1.2.*", revision)
	}
	return checkVisible(revision)
}

func checkVisible(text string) error {
	if text != strings.TrimSpace(text) || strings.ContainsFunc(text, problem.IsUnseen) {
		return fmt.Errorf("%q has a line break, leading or trailing space, or an invisible character; remove it", text)
	}
	return nil
}

// Manifest returns the Argo CD Application of a valid Bootstrap, for an Argo CD in a
// namespace.
//
// The application syncs automatically and prunes: removing an application from the folder
// deletes it, except that an empty folder deletes nothing. It does not self-heal, so a manual
// change, such as stopping an application in an emergency, lasts until the next commit. It
// has no finalizer: deleting it deletes no other application.
// https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
func (b Bootstrap) Manifest(namespace string) (string, error) {
	type object = map[string]any
	var manifest strings.Builder
	encoder := yaml.NewEncoder(&manifest)
	encoder.SetIndent(2)
	err := encoder.Encode(object{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Application",
		"metadata":   object{"name": cmp.Or(b.Name, "root"), "namespace": namespace},
		"spec": object{
			"project": cmp.Or(b.Project, "default"),
			"source":  object{"repoURL": b.RepoURL, "targetRevision": cmp.Or(b.Revision, "HEAD"), "path": cmp.Or(b.Path, ".")},
			// Argo CD's own cluster. Applications must be in Argo CD's namespace.
			"destination": object{"server": "https://kubernetes.default.svc", "namespace": namespace},
			"syncPolicy":  object{"automated": object{"prune": true}},
		},
	})
	if err != nil {
		return "", fmt.Errorf("manifest of the first application: %w", err)
	}
	return manifest.String(), nil
}
