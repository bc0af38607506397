package rbac

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// request holds the forms of Argo CD's RBAC requests for one resource: texts in which
// <names> stand for any name, and [names] for an optional one.
type request struct{ actions, objects []string }

var (
	readWriteActions   = []string{"get", "create", "update", "delete"}
	applicationObjects = []string{"<project>/<application>", "<project>/<namespace>/<application>"}
	repositoryObjects  = []string{"<repository URL>", "<project>/<repository URL>"}
)

// requests are the requests of Argo CD 3.2. The actions are from
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/#rbac-resources-and-actions
// and the built-in policy. The objects are from RBACName in util/security/rbac.go,
// CreateClusterRBACObject in server/cluster/cluster.go and createRBACObject in
// server/repository/repository.go. Requests for certificates and GPG keys have no name
// (server/certificate/certificate.go, server/gpgkey/gpgkey.go).
var requests = map[string]request{
	"applications": {[]string{
		"get", "create", "update", "update/[group]/<kind>/[namespace]/<name>", "delete", "delete/[group]/<kind>/[namespace]/<name>",
		"sync", "override", "action/[group]/<kind>/<action>",
	}, applicationObjects},
	"applicationsets":    {readWriteActions, applicationObjects},
	"clusters":           {readWriteActions, []string{"<cluster URL>", "<project>/<cluster URL>"}},
	"projects":           {readWriteActions, []string{"<project>"}},
	"repositories":       {readWriteActions, repositoryObjects},
	"write-repositories": {readWriteActions, repositoryObjects},
	"accounts":           {[]string{"get", "update"}, []string{"<account>"}},
	"certificates":       {readWriteActions, []string{""}},
	"gpgkeys":            {[]string{"get", "create", "delete"}, []string{""}},
	"logs":               {[]string{"get"}, applicationObjects},
	"exec":               {[]string{"create"}, applicationObjects},
	"extensions":         {[]string{"invoke"}, []string{"<extension>"}},
}

// kubernetesName matches https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names.
const kubernetesName = `[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?`

// nameExpressions match the names in requests. A repository can be a path, as with SSH and
// OCI. Extensions: nameSafeRegex in server/extension/extension.go.
var nameExpressions = strings.NewReplacer(
	"<project>", kubernetesName, "<namespace>", kubernetesName, "<application>", kubernetesName,
	"<cluster URL>", `[a-z]+://[^/].*`, "<repository URL>", `(?:[^/]+(?:(?:/[^/]+)+/?)?|[^/]+://.*[^/].*)`,
	"<account>", `[-._A-Za-z0-9]+`, "<extension>", `[-_A-Za-z0-9]+`,
	"[group]", `[^/]*`, "<kind>", `[^/]+`, "[namespace]", `[^/]*`, "<name>", `[^/]+`, "<action>", `.+`,
)

// requestPrograms match the resources, actions and objects of requests.
var requestPrograms = func() map[string]*syntax.Prog {
	all := map[string]*syntax.Prog{}
	for resource, r := range requests {
		for _, form := range slices.Concat([]string{resource}, r.actions, r.objects) {
			all[form] = compileExpression(nameExpressions.Replace(form))
		}
	}
	return all
}()
