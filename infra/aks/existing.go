package aks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// ExistingCluster is an AKS cluster that another program manages.
type ExistingCluster struct {
	ResourceGroupName, ClusterName, OIDCIssuerURL string
	// SchedulableNodes is the number of nodes that can run Argo CD's pods.
	SchedulableNodes int
	// ArmOnly reports whether all of these nodes have Arm processors.
	ArmOnly bool
	// Warning describes an operation in progress, which can make a deployment fail; empty
	// without one.
	Warning string
}

// LookupAksCluster reads the AKS cluster with this resource ID in the provider's
// subscription. It returns an error if the cluster does not exist, or if it lacks an
// OIDC issuer, workload identity or a managed identity, which sign-in to Argo CD needs, or if
// it does not run or its region has no extensions.
func LookupAksCluster(ctx *pulumi.Context, id azure.ClusterID, opts ...pulumi.InvokeOption) (*ExistingCluster, error) {
	found, err := lookUpByID(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	resourceGroup, name := id.Names()
	state := stateOf(found)
	if err := errors.Join(azure.CheckExtensions(found.Location), state.stopsDeployment(resourceGroup, name), signsUsersIn(found)); err != nil {
		return nil, fmt.Errorf("%q: %w", id, err)
	}
	pools := slices.DeleteFunc(slices.Clone(found.AgentPoolProfiles), repelsPods)
	return &ExistingCluster{
		ResourceGroupName: resourceGroup,
		ClusterName:       found.Name,
		OIDCIssuerURL:     found.OidcIssuerProfile.IssuerURL,
		SchedulableNodes:  nodesIn(pools),
		ArmOnly:           armOnly(pools),
		Warning:           state.pendingOperation(),
	}, nil
}

// lookUpByID reads the cluster with this resource ID in the provider's subscription.
func lookUpByID(ctx *pulumi.Context, id azure.ClusterID, opts ...pulumi.InvokeOption) (*containerservice.LookupManagedClusterResult, error) {
	if err := id.Check(); err != nil {
		return nil, err
	}
	resourceGroup, name := id.Names()
	found, err := containerservice.LookupManagedCluster(ctx, &containerservice.LookupManagedClusterArgs{
		ResourceGroupName: resourceGroup, ResourceName: name,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", id, err)
	}
	if !strings.EqualFold(found.Id, string(id)) {
		return nil, fmt.Errorf("%q is not in the provider's subscription: azure-native:subscriptionId selects %q", id, found.Id)
	}
	return found, nil
}

func signsUsersIn(c *containerservice.LookupManagedClusterResult) error {
	var errs []error
	if c.OidcIssuerProfile == nil || !valueOf(c.OidcIssuerProfile.Enabled) {
		errs = append(errs, errors.New("has no OIDC issuer; run az aks update --enable-oidc-issuer"))
	}
	if c.SecurityProfile == nil || c.SecurityProfile.WorkloadIdentity == nil || !valueOf(c.SecurityProfile.WorkloadIdentity.Enabled) {
		errs = append(errs, errors.New("has no workload identity; run az aks update --enable-workload-identity"))
	}
	if c.Identity == nil || c.Identity.Type == nil || *c.Identity.Type == "None" {
		errs = append(errs, errors.New("runs as a service principal, which the extension does not support; run az aks update --enable-managed-identity"))
	}
	return errors.Join(errs...)
}

// repelsPods reports whether a pool cannot run Argo CD's pods.
func repelsPods(pool containerservice.ManagedClusterAgentPoolProfileResponse) bool {
	stopped := pool.PowerState != nil && valueOf(pool.PowerState.Code) == "Stopped"
	return stopped || valueOf(pool.OsType) == "Windows" || slices.ContainsFunc(pool.NodeTaints, repels)
}

func nodesIn(pools []containerservice.ManagedClusterAgentPoolProfileResponse) (nodes int) {
	for _, pool := range pools {
		nodes += valueOf(pool.Count)
	}
	return nodes
}

func armOnly(pools []containerservice.ManagedClusterAgentPoolProfileResponse) bool {
	x86 := func(pool containerservice.ManagedClusterAgentPoolProfileResponse) bool {
		return !IsArm(valueOf(pool.VmSize))
	}
	return len(pools) > 0 && !slices.ContainsFunc(pools, x86)
}

func repels(taint string) bool {
	return strings.HasSuffix(taint, ":NoSchedule") || strings.HasSuffix(taint, ":NoExecute")
}
