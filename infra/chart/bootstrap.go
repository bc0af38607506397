package chart

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"argocd-on-aks/infra/internal/problem"
)

// Bootstrap is the first application: that of a folder in a Git repository, in which
// the other applications stand.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
type Bootstrap struct {
	// RepoURL is the repository's address, over https or SSH. Required. Who may push to
	// it may do in Argo CD what the Project lets its applications do.
	RepoURL string
	// Path is the folder, from the repository's root. Default: the root.
	Path string
	// Revision is a branch, a tag, a commit, or a range of tags such as 1.2.*. Default:
	// HEAD.
	Revision string
	// Name is the application's. Default: root.
	Name string
	// Project is the one that it belongs to, and must be there. Default: default, which
	// Argo CD makes itself.
	Project string
}

// Problems lists what Argo CD, Git or Kubernetes would refuse, and what is a secret.
func (b Bootstrap) Problems() problem.List {
	var p problem.List
	p.Check("RepoURL", checkRepository(b.RepoURL))
	p.Check("Path", checkFolder(b.Path))
	p.Check("Revision", checkRevision(b.Revision))
	for _, name := range []struct{ field, value string }{{"Name", b.Name}, {"Project", b.Project}} {
		if name.value != "" && (!subdomain.MatchString(name.value) || len(name.value) > 253) {
			p.Add(name.field, "%q must be 1 to 253 lower-case letters, digits, hyphens and dots, such as \"root\"", name.value)
		}
	}
	return p
}

var (
	// subdomain is what Kubernetes takes as a name, but for its length of 253.
	// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
	subdomain = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	// inURL are the characters of a URL without a query and a fragment: RFC 3986,
	// section 2.
	inURL = regexp.MustCompile(`^[A-Za-z0-9._~:/@!$&'()*+,;=%\[\]-]+$`)
	// overSSH is what Argo CD takes for SSH (sshURLRegex in util/git/git.go of Argo CD
	// 3.2), with a host and a path.
	overSSH = regexp.MustCompile(`^(ssh://[^/:@]+@[^/:@]+(:[0-9]+)?/|[^/:@]+@[^/:@]+:)[^@]*[^@/]$`)
)

// checkRepository takes the addresses that Argo CD signs in to by https or SSH, as
// others are open to who is between. Before an @ of https there may be a token, and
// the manifest is no secret.
func checkRepository(address string) error {
	const example = "use one such as https://github.com/contoso/platform or git@github.com:contoso/platform.git"
	switch {
	case address == "":
		return errors.New("is required; " + example)
	case strings.Contains(address, "@") && !overSSH.MatchString(address): // and not shown
		return errors.New("has a user, a password or a token before an @; leave it out, and tell it Argo CD alone (argocd repo add). Over SSH, " + example)
	case strings.ContainsAny(address, "?#"):
		return errors.New("has a query or a fragment, which may be a token; " + example)
	case !inURL.MatchString(address):
		return fmt.Errorf("%q has a character that is in no URL, such as a blank or the < of a placeholder; %s", address, example)
	case overSSH.MatchString(address):
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "https://") || u.Hostname() == "" || strings.Trim(u.Path, "/") == "" {
		return fmt.Errorf("%q is not the address of a Git repository over https or SSH; %s", address, example)
	}
	return nil
}

// checkFolder takes a folder of the repository. Argo CD would refuse the others when
// it syncs (Path in util/app/path/path.go of Argo CD 3.2).
func checkFolder(path string) error {
	if strings.HasPrefix(path, "/") || strings.Contains(path, `\`) || slices.Contains(strings.Split(path, "/"), "..") {
		return fmt.Errorf("%q is not a folder from the repository's root, such as clusters/prod", path)
	}
	return plainText(path)
}

// checkRevision leaves to Git which branches and tags there may be.
// https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
func checkRevision(revision string) error {
	if strings.HasPrefix(revision, "-") {
		return fmt.Errorf("%q would be an option of git; use a branch, a tag, a commit, or a range of tags such as 1.2.*", revision)
	}
	return plainText(revision)
}

func plainText(text string) error {
	if text != strings.TrimSpace(text) || strings.ContainsFunc(text, isUnseen) {
		return fmt.Errorf("%q has a line break, space at an end, or a character that nobody sees", text)
	}
	return nil
}

// Manifest is the Argo CD Application of a Bootstrap without Problems, for an Argo CD
// in a namespace.
//
// It syncs by itself, and deletes an application that is taken out of the folder, so
// that the folder is what there is; an empty one deletes nothing. It undoes no change
// by hand until the next commit, so that somebody may stop an application in an
// emergency. It has no finalizer: to delete it deletes no other application.
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
			// The cluster that Argo CD is on. Applications are found in its own namespace.
			"destination": object{"server": "https://kubernetes.default.svc", "namespace": namespace},
			"syncPolicy":  object{"automated": object{"prune": true}},
		},
	})
	if err != nil {
		return "", fmt.Errorf("manifest of the first application: %w", err)
	}
	return manifest.String(), nil
}
