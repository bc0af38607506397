package extra

import (
	"errors"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// The reasons to reject a setting. The fields are those of chart.Settings.
var (
	errSignIn = problem.Errorf("would change accounts or how users sign in; use %s, %s and %s",
		problem.Field("Domain"), problem.Field("Roles"), problem.Field("RequireAssignment"))
	errRBAC = problem.Errorf("would change permissions; use %s, %s and %s",
		problem.Field("Roles"), problem.Field("Policies"), problem.Field("DefaultRole"))
	errClusterCommand = problem.Errorf("would change the command that argocd-server runs to sign in to a cluster; use %s, or a service account token",
		problem.Field("Clusters"))
	errPasswords = errors.New("would change passwords, accounts or the key that signs sessions")
	errServer    = errors.New("would change how argocd-server runs, and so how users sign in")
	errImage     = errors.New("would change argocd-server's image, which handles every session; remove it, " +
		"because only other components can use another image, such as repoServer.image.repository")
	errLinks          = errors.New("would change the pages that users' browsers open or load; use an https URL or a path")
	errServiceAccount = errors.New("would change a service account, which workload identity trusts by its name")
	errNames          = errors.New("would change names by which Argo CD's components, and the federated credential, find each other")
	errNamespace      = errors.New("would change the namespace, which the federated credential trusts")
	errIdentity       = errors.New("would change the workload identity")
	errAnyObject      = errors.New("could change any object of the cluster; deploy objects with an Application or kubectl")
	errPart           = errors.New("would change the identity or TLS of a component of Argo CD")
	errWhole          = errors.New("would replace all settings below it; set them one by one, such as env[0].name")
	errRedisServer    = errors.New("is set by the chart; use externalRedis.host and externalRedis.port")
	errRights         = errors.New("would change the Kubernetes permissions of a component of Argo CD, which could then take over another; " +
		"bind a separate role with an Application or kubectl")
	errLabels    = errors.New("would change labels by which Kubernetes and Argo CD find objects")
	errRedis     = errors.New("would change the password or the network access of Redis, whose content argocd-server trusts")
	errLibraries = errors.New("would give Lua in resource.customizations all its libraries, which can run commands in Argo CD")
	errBoolean   = errors.New("must be one of true, false")
)

var (
	// ErrTLS rejects settings that would change TLS.
	ErrTLS = errors.New("would change TLS")
	// ErrHelm rejects annotations and labels that Helm reads.
	ErrHelm = errors.New("would change which objects Helm installs")
)
