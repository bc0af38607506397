package infra

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/kubernetesconfiguration"
)

// ArgoExtensionArgs are the inputs of an ArgoExtension.
type ArgoExtensionArgs struct {
	// ResourceGroupName and ClusterName say which AKS cluster. Required.
	ResourceGroupName, ClusterName pulumi.StringInput
	// ClientID and TenantID are those of the EntraApp. Required.
	ClientID, TenantID pulumi.StringInput
	// Domain is the host or host:port that users type. Required, and the same
	// as the EntraApp's instance, or Entra refuses the redirect URI.
	Domain string
	// Roles says which group has which role. At least one.
	Roles []RoleMapping
	// Policies are Argo CD `p,` lines that define roles of your own.
	Policies []string
	// DefaultRole is the role of a user whom Roles does not name. Default: none.
	DefaultRole string
	// ReleaseTrain is "Preview" or "Stable". Default: "Preview", as long as no
	// Version is set.
	ReleaseTrain string
	// Version pins the extension, which ends automatic upgrades. It excludes
	// ReleaseTrain: https://learn.microsoft.com/azure/aks/cluster-extensions.
	Version string
	// Cloud is the Azure cloud of the tenant. Default: CloudPublic.
	Cloud Cloud
	// HighAvailability runs redis-ha and two replicas of server, repo-server and
	// applicationset. It needs four schedulable nodes:
	// ClusterSettings.SchedulableNodes counts them.
	HighAvailability bool
	// Ingress puts Argo CD on its domain. Default: reached by a port-forward.
	Ingress *Ingress
	// RegistryLogin has repo-server sign in to Azure container registries as the
	// EntraApp, which needs the app's ContainerRegistryID.
	RegistryLogin bool
	// ExtraSettings are more settings of the argo-cd chart, in the syntax of
	// `helm --set`. A managed one is refused.
	ExtraSettings map[string]string
}

// ArgoExtension installs Argo CD on an AKS cluster as the Azure-managed
// extension Microsoft.ArgoCD, signed in through an EntraApp with workload
// identity, its built-in admin switched off.
type ArgoExtension struct {
	pulumi.ResourceState

	// URL is where users find Argo CD.
	URL pulumi.StringOutput `pulumi:"url"`
	// ExtensionVersion is the version that is installed.
	ExtensionVersion pulumi.StringOutput `pulumi:"extensionVersion"`
}

func (a *ArgoExtensionArgs) validate() error {
	if a == nil {
		return errors.New("args are required")
	}
	var errs []error
	if a.ResourceGroupName == nil || a.ClusterName == nil || a.ClientID == nil || a.TenantID == nil {
		errs = append(errs, errors.New("arguments ResourceGroupName, ClusterName, ClientID and TenantID are required"))
	}
	if err := validateDomain(a.Domain); err != nil {
		errs = append(errs, fmt.Errorf("argument Domain %w", err))
	}
	if err := validateRelease(a.ReleaseTrain, a.Version); err != nil {
		errs = append(errs, fmt.Errorf("argument Version %w", err))
	}
	if _, known := loginHosts[a.Cloud]; !known && a.Cloud != "" {
		errs = append(errs, fmt.Errorf("argument Cloud %q is not public, usgovernment or china", a.Cloud))
	}
	return errors.Join(append(errs, a.validateAccess()...)...)
}

func (a *ArgoExtensionArgs) validateAccess() (errs []error) {
	known := []string{"admin", "readonly"}
	for i, line := range a.Policies {
		role, err := parsePolicy(line)
		if err != nil {
			errs = append(errs, fmt.Errorf("argument Policies[%d] %w", i, err))
		}
		known = append(known, role)
	}
	if len(a.Roles) == 0 {
		errs = append(errs, errors.New("argument Roles is empty: nobody could use Argo CD"))
	}
	for i, mapping := range a.Roles {
		if !isGUID(mapping.GroupObjectID) {
			errs = append(errs, fmt.Errorf("argument Roles[%d].GroupObjectID %q is not an object ID", i, mapping.GroupObjectID))
		}
		if mapping.Role == "" || !slices.Contains(known, mapping.Role) {
			errs = append(errs, fmt.Errorf("argument Roles[%d].Role %q is not admin, readonly or defined in Policies", i, mapping.Role))
		}
	}
	if a.DefaultRole != "" && !slices.Contains(known, a.DefaultRole) {
		errs = append(errs, fmt.Errorf("argument DefaultRole %q is not admin, readonly or defined in Policies", a.DefaultRole))
	}
	if a.Ingress != nil {
		errs = append(errs, a.Ingress.validate(a.Domain).join("Ingress"))
	}
	managed := argoSettings{ingress: a.Ingress, registry: a.RegistryLogin}.managed()
	for _, key := range sortedKeys(a.ExtraSettings) {
		if err := validateSetting(key, managed); err != nil {
			errs = append(errs, fmt.Errorf("argument ExtraSettings: %w", err))
		}
	}
	return errs
}

// NewArgoExtension creates an ArgoExtension. It returns an error for invalid
// arguments, before any resource is registered.
func NewArgoExtension(ctx *pulumi.Context, name string, args *ArgoExtensionArgs, opts ...pulumi.ResourceOption) (*ArgoExtension, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("argo extension %q: %w", name, err)
	}
	extension := &ArgoExtension{}
	if err := ctx.RegisterComponentResource("argocd-on-aks:infra:ArgoExtension", name, extension, opts...); err != nil {
		return nil, fmt.Errorf("argo extension %q: %w", name, err)
	}
	if err := extension.create(ctx, name, args); err != nil {
		return nil, fmt.Errorf("argo extension %q: %w", name, err)
	}
	return extension, nil
}

func (e *ArgoExtension) create(ctx *pulumi.Context, name string, args *ArgoExtensionArgs) error {
	install := &kubernetesconfiguration.ExtensionArgs{
		ResourceGroupName:   args.ResourceGroupName,
		ClusterRp:           pulumi.String("Microsoft.ContainerService"),
		ClusterResourceName: pulumi.String("managedClusters"),
		ClusterName:         args.ClusterName,
		ExtensionName:       pulumi.String("argocd"),
		ExtensionType:       pulumi.String("Microsoft.ArgoCD"),
		Scope: kubernetesconfiguration.ScopeArgs{Cluster: kubernetesconfiguration.ScopeClusterArgs{
			ReleaseNamespace: pulumi.String(ReleaseNamespace),
		}},
		ConfigurationSettings: configurationSettings(args),
	}
	switch {
	case args.Version != "":
		install.Version = pulumi.String(args.Version)
		install.AutoUpgradeMinorVersion = pulumi.Bool(false)
	case args.ReleaseTrain != "":
		install.ReleaseTrain = pulumi.String(args.ReleaseTrain)
	default:
		install.ReleaseTrain = pulumi.String("Preview")
	}
	extension, err := kubernetesconfiguration.NewExtension(ctx, name+"-extension", install,
		pulumi.Parent(e), pulumi.DeleteBeforeReplace(true),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "60m", Update: "60m", Delete: "60m"}))
	if err != nil {
		return fmt.Errorf("cluster extension: %w", err)
	}
	e.URL = pulumi.String("https://" + args.Domain).ToStringOutput()
	e.ExtensionVersion = extension.CurrentVersion
	return ctx.RegisterResourceOutputs(e, pulumi.Map{"url": e.URL, "extensionVersion": e.ExtensionVersion})
}

func configurationSettings(args *ArgoExtensionArgs) pulumi.StringMapOutput {
	cloud := args.Cloud
	if cloud == "" {
		cloud = CloudPublic
	}
	return pulumi.All(args.ClientID, args.TenantID).ApplyT(func(ids []any) (map[string]string, error) {
		return argoSettings{
			domain:           args.Domain,
			clientID:         ids[0].(string),
			issuer:           cloud.Issuer(ids[1].(string)),
			roles:            args.Roles,
			policies:         args.Policies,
			defaultRole:      args.DefaultRole,
			highAvailability: args.HighAvailability,
			ingress:          args.Ingress,
			registry:         args.RegistryLogin,
			extra:            args.ExtraSettings,
		}.chart()
	}).(pulumi.StringMapOutput)
}
