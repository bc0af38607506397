package extra

import (
	"errors"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// What a rejected setting would change. The fields are those of chart.Settings.
var (
	errSignIn = problem.Errorf("would change how users sign in, and with which accounts; this program does that with %s, %s and %s",
		problem.Field("Domain"), problem.Field("Roles"), problem.Field("RequireAssignment"))
	errRBAC = problem.Errorf("would change who may do what; use %s, %s and %s",
		problem.Field("Roles"), problem.Field("Policies"), problem.Field("DefaultRole"))
	errClusterCommand = problem.Errorf("would change which command argocd-server runs to sign in to a cluster; use %s, or a service account's token",
		problem.Field("Clusters"))
	errPasswords = errors.New("would change passwords, accounts or the key that signs sessions")
	errServer    = errors.New("would change what argocd-server runs with, and so how users sign in")
	errImage     = errors.New("would change argocd-server's image, which sees every session; leave it out, " +
		"as only other parts can have an image of a mirror, such as repoServer.image.repository")
	errLinks          = errors.New("would change what users' browsers open or load; use an https URL or a path")
	errServiceAccount = errors.New("would change a service account, which workload identity trusts by its name")
	errNames          = errors.New("would change names by which the parts of Argo CD, and the federated credential, find each other")
	errNamespace      = errors.New("would change the namespace, which the federated credential trusts")
	errIdentity       = errors.New("would change the workload identity")
	errAnyObject      = errors.New("would change any object of the cluster; deploy your own with an Application, or kubectl")
	errPart           = errors.New("would change the identity or the TLS of a part of Argo CD; name list elements one by one, such as env[0].name")
	errRights         = errors.New("would change the rights of a part of Argo CD in Kubernetes, which could take over another part; " +
		"bind a role of your own with an Application, or kubectl")
	errLabels    = errors.New("would change labels by which Kubernetes and Argo CD find objects")
	errRedis     = errors.New("would change the password or the reach of Redis, whose content argocd-server trusts")
	errLibraries = errors.New("would change what Lua of resource.customizations can do: with all its libraries it runs commands in Argo CD")
	errBoolean   = errors.New("must be one of true, false")
)

var (
	// ErrTLS rejects what would change TLS.
	ErrTLS = errors.New("would change TLS")
	// ErrHelm rejects annotations and labels that Helm itself reads.
	ErrHelm = errors.New("would change which objects Helm installs")
)
