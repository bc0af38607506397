package components

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/argo"
	"argocd-on-aks/infra/azure"
	"argocd-on-aks/infra/chart"
)

// ArgoExtensionArgs are argo.ArgoExtensionArgs.
type ArgoExtensionArgs struct {
	ResourceGroupName  pulumi.StringInput `pulumi:"resourceGroupName"`
	ClusterName        pulumi.StringInput `pulumi:"clusterName"`
	ClientID           pulumi.StringInput `pulumi:"clientId"`
	TenantID           pulumi.StringInput `pulumi:"tenantId"`
	RepoServerClientID pulumi.StringInput `pulumi:"repoServerClientId,optional"`
	Cloud              azure.Cloud        `pulumi:"cloud,optional"`
	ReleaseTrain       string             `pulumi:"releaseTrain,optional"`
	ExtensionVersion   string             `pulumi:"extensionVersion,optional"`
	Bootstrap          *Bootstrap         `pulumi:"bootstrap,optional"`
	Domain             chart.Domain       `pulumi:"domain"`
	AdditionalDomains  []chart.Domain     `pulumi:"additionalDomains,optional"`
	Roles              []RoleMapping      `pulumi:"roles"`
	Pipelines          []PipelineRole     `pulumi:"pipelines,optional"`
	Accounts           []AccountRole      `pulumi:"accounts,optional"`
	Policies           []string           `pulumi:"policies,optional"`
	DefaultRole        string             `pulumi:"defaultRole,optional"`
	HighAvailability   bool               `pulumi:"highAvailability,optional"`
	Ingress            *Ingress           `pulumi:"ingress,optional"`
	SignOutOfEntra     bool               `pulumi:"signOutOfEntra,optional"`
	RegistryLogin      bool               `pulumi:"registryLogin,optional"`
	AzureDevOps        bool               `pulumi:"azureDevOps,optional"`
	ClusterLogin       bool               `pulumi:"clusterLogin,optional"`
	ExtraSettings      map[string]string  `pulumi:"extraSettings,optional"`
	SecretSettings     map[string]string  `pulumi:"secretSettings,optional" provider:"secret"`
}

// Annotate describes the inputs.
func (a *ArgoExtensionArgs) Annotate(to infer.Annotator) {
	to.Describe(&a.ResourceGroupName, "Resource group of the AKS cluster.")
	to.Describe(&a.ClusterName, "Name of the AKS cluster.")
	to.Describe(&a.ClientID, "clientId of the EntraApp.")
	to.Describe(&a.TenantID, "tenantId of the EntraApp.")
	to.Describe(&a.RepoServerClientID, "repoServerClientId of an EntraApp with a containerRegistry or azureDevOps. Required for registryLogin and azureDevOps.")
	to.Describe(&a.Cloud, "Azure cloud of the tenant: public, usgovernment or china. Default: public.")
	to.Describe(&a.ReleaseTrain, "Train of automatic upgrades, Preview or Stable. Default: Preview; with an extensionVersion, that of Azure, Stable.")
	to.Describe(&a.ExtensionVersion, "Pins the extension and turns automatic upgrades off.")
	to.Describe(&a.Bootstrap, "The first application, which the output bootstrapManifest creates when you apply it. Default: none.")
	to.Describe(&a.Domain, "What users type: a host or host:port, the same as that of the EntraApp's instance.")
	to.Describe(&a.AdditionalDomains, "What users may type as well, the same as those of the EntraApp's instance. With an ingress, it leads there too. Default: none.")
	to.Describe(&a.Roles, "Which group has which role. At least one.")
	to.Describe(&a.Pipelines, "Which pipeline of the EntraApp has which role. Default: none.")
	to.Describe(&a.Accounts, "Which API account has which role: those who cannot come as pipelines. An admin makes their tokens. Default: none.")
	to.Describe(&a.Policies, "Argo CD policy lines of roles of your own.")
	to.Describe(&a.DefaultRole, "Role of a signed-in user whom no entry of roles names. Default: none.")
	to.Describe(&a.HighAvailability, "Runs redis-ha and two replicas of server, repo-server and applicationset. Needs four nodes that take Argo CD's pods.")
	to.Describe(&a.Ingress, "Puts Argo CD on its domain. Default: reached by a port-forward.")
	to.Describe(&a.SignOutOfEntra, "Signing out of Argo CD ends Entra's session as well, and leads back to Argo CD's sign-in page: signOut of the EntraApp.")
	to.Describe(&a.RegistryLogin, "Has repo-server sign in to Azure container registries, as repoServerClientId.")
	to.Describe(&a.AzureDevOps, "Has repo-server sign in to Azure DevOps, as repoServerClientId.")
	to.Describe(&a.ClusterLogin, "Has the application controller sign in to clusters of the EntraApp, as argocd-server can already.")
	to.Describe(&a.ExtraSettings, "More settings of the argo-cd chart, keys in the syntax of helm --set. One that would change how users sign in, accounts, roles, TLS, service accounts or the namespace is refused.")
	to.Describe(&a.SecretSettings, "The same with values that are secrets: encrypted in the state, protected in Azure. They must be known in a preview.")
}

// RoleMapping is a chart.RoleMapping.
type RoleMapping struct {
	Group string `pulumi:"group"`
	Role  string `pulumi:"role"`
}

// Annotate describes the type and its fields.
func (m *RoleMapping) Annotate(to infer.Annotator) {
	to.Describe(&m, "Gives the members of a group a role in Argo CD.")
	to.Describe(&m.Group, "Object ID of the Entra group, in lower case.")
	to.Describe(&m.Role, "admin, readonly or one that a policy line defines.")
}

// PipelineRole is a chart.PipelineRole.
type PipelineRole struct {
	Name string `pulumi:"name"`
	Role string `pulumi:"role"`
}

// Annotate describes the type and its fields.
func (r *PipelineRole) Annotate(to infer.Annotator) {
	to.Describe(&r, "Gives a pipeline a role in Argo CD.")
	to.Describe(&r.Name, "Name of the pipeline in the EntraApp.")
	to.Describe(&r.Role, "admin, readonly or one that a policy line defines.")
}

// AccountRole is a chart.AccountRole.
type AccountRole struct {
	Name string `pulumi:"name"`
	Role string `pulumi:"role"`
}

// Annotate describes the type and its fields.
func (r *AccountRole) Annotate(to infer.Annotator) {
	to.Describe(&r, "Gives an API account of Argo CD a role. It cannot sign in.")
	to.Describe(&r.Name, "1 to 32 lower-case letters, digits and hyphens.")
	to.Describe(&r.Role, "admin, readonly or one that a policy line defines.")
}

// Ingress is a chart.Ingress.
type Ingress struct {
	ClassName         string            `pulumi:"className"`
	TLSSecret         string            `pulumi:"tlsSecret,optional"`
	CertManagerIssuer string            `pulumi:"certManagerIssuer,optional"`
	TLS               string            `pulumi:"tls,optional"`
	Annotations       map[string]string `pulumi:"annotations,optional"`
}

// Annotate describes the type and its fields.
func (i *Ingress) Annotate(to infer.Annotator) {
	to.Describe(&i, "Puts Argo CD behind an ingress controller that the cluster has already.")
	to.Describe(&i.ClassName, "The controller's IngressClass.")
	to.Describe(&i.TLSSecret, "A TLS secret in Argo CD's namespace. This or certManagerIssuer.")
	to.Describe(&i.CertManagerIssuer, "A ClusterIssuer of cert-manager that shall make the certificate.")
	to.Describe(&i.TLS, "Where TLS ends: edge, at the controller, or passthrough, at Argo CD itself. Default: edge.")
	to.Describe(&i.Annotations, "Annotations of the Ingress.")
}

// Bootstrap is a chart.Bootstrap.
type Bootstrap struct {
	RepoURL  string `pulumi:"repoUrl"`
	Path     string `pulumi:"path,optional"`
	Revision string `pulumi:"revision,optional"`
	Name     string `pulumi:"name,optional"`
	Project  string `pulumi:"project,optional"`
}

// Annotate describes the type and its fields.
func (b *Bootstrap) Annotate(to infer.Annotator) {
	to.Describe(&b, "The first application: that of a folder in a Git repository, in which the other applications stand.")
	to.Describe(&b.RepoURL, "The repository's address, over https or SSH, without a user, a password or a token.")
	to.Describe(&b.Path, "The folder, from the repository's root. Default: the root.")
	to.Describe(&b.Revision, "A branch, a tag, a commit, or a range of tags such as 1.2.*. Default: HEAD.")
	to.Describe(&b.Name, "The application's name. Default: root.")
	to.Describe(&b.Project, "The Argo CD project that it belongs to. Default: default.")
}

// ArgoExtension is an argo.ArgoExtension.
type ArgoExtension struct {
	pulumi.ComponentResource

	URL               pulumi.StringOutput `pulumi:"url"`
	ExtensionVersion  pulumi.StringOutput `pulumi:"extensionVersion"`
	BootstrapManifest pulumi.StringOutput `pulumi:"bootstrapManifest"`
}

// Annotate describes the component and its outputs.
func (e *ArgoExtension) Annotate(to infer.Annotator) {
	to.Describe(&e, "Argo CD on an AKS cluster as the Azure-managed extension Microsoft.ArgoCD, signed in through an EntraApp with workload identity, its built-in admin switched off. "+
		"The option protect covers the extension.")
	to.Describe(&e.URL, "Where users find Argo CD.")
	to.Describe(&e.ExtensionVersion, "The version that is installed.")
	to.Describe(&e.BootstrapManifest, "The Argo CD Application of bootstrap, to be applied; empty without.")
}

func newArgoExtension(ctx *pulumi.Context, name string, args ArgoExtensionArgs, opts ...pulumi.ResourceOption) (*ArgoExtension, error) {
	extension, err := argo.NewArgoExtension(ctx, name, args.infra(), opts...)
	if err != nil {
		return nil, inInputs[ArgoExtensionArgs](err)
	}
	return &ArgoExtension{
		ComponentResource: extension, URL: extension.URL, ExtensionVersion: extension.ExtensionVersion, BootstrapManifest: extension.BootstrapManifest,
	}, nil
}

func (a ArgoExtensionArgs) infra() *argo.ArgoExtensionArgs {
	args := &argo.ArgoExtensionArgs{
		ResourceGroupName: a.ResourceGroupName, ClusterName: a.ClusterName,
		ClientID: a.ClientID, TenantID: a.TenantID, RepoServerClientID: a.RepoServerClientID,
		Cloud: a.Cloud, ReleaseTrain: a.ReleaseTrain, Version: a.ExtensionVersion, Bootstrap: (*chart.Bootstrap)(a.Bootstrap),
		Settings: chart.Settings{
			Domain: a.Domain, AdditionalDomains: a.AdditionalDomains, Policies: a.Policies, DefaultRole: a.DefaultRole,
			HighAvailability: a.HighAvailability, Ingress: (*chart.Ingress)(a.Ingress), RegistryLogin: a.RegistryLogin, AzureDevOps: a.AzureDevOps, ClusterLogin: a.ClusterLogin, SignOutOfEntra: a.SignOutOfEntra,
			ExtraSettings: a.ExtraSettings, SecretSettings: a.SecretSettings,
		},
	}
	for _, mapping := range a.Roles {
		args.Roles = append(args.Roles, chart.RoleMapping(mapping))
	}
	for _, pipeline := range a.Pipelines {
		args.Pipelines = append(args.Pipelines, chart.PipelineRole(pipeline))
	}
	for _, account := range a.Accounts {
		args.Accounts = append(args.Accounts, chart.AccountRole(account))
	}
	return args
}
