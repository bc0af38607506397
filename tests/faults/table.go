package faults

import (
	"net"
	"slices"
	"syscall"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// kind is a type of resources, and a column of the matrix.
type kind struct{ name, token string }

// kinds are sorted by dependency: IDs of the first ones occur in others.
var kinds = []kind{
	{"group", azuresim.ResourceGroup},
	{"cluster", azuresim.Cluster},
	{"pool", azuresim.AgentPool},
	{"window", azuresim.Maintenance},
	{"extension", azuresim.ArgoExtension},
	{"application", azuresim.Application},
	{"principal", azuresim.ServicePrincipal},
	{"credential", azuresim.FederatedCredential},
	{"consent", azuresim.DelegatedGrant},
	{"assignment", azuresim.AppRoleAssignment},
}

var (
	entra = []string{"application", "principal", "credential", "consent", "assignment"}
	// inside are the parts of the cluster, which are deleted with it and not on their own.
	inside = []string{"pool", "window", "extension"}
)

// resourcesOf are the resources of a stack, by kind.
var resourcesOf = map[string]map[string][]string{
	"dev": {
		"group": {"aks-group"}, "cluster": {"aks-cluster"}, "extension": {"argocd-extension"},
		"application": {"entra-application"}, "principal": {"entra-principal"}, "credential": {"entra-argocd-server"}, "consent": {"entra-consent"},
		"assignment": {"entra-group-237da8bd-fae0-4cbe-b77f-32c36673c4af"},
	},
	"prod": {
		"group": {"aks-group"}, "cluster": {"aks-cluster"}, "pool": {"aks-pool-user"}, "window": {"aks-upgrades", "aks-node-images"}, "extension": {"argocd-extension"},
		"application": {"entra-application"}, "principal": {"entra-principal"}, "credential": {"entra-argocd-server"}, "consent": {"entra-consent"},
		"assignment": {
			"entra-group-237da8bd-fae0-4cbe-b77f-32c36673c4af", "entra-group-39892d2b-9166-4079-81b6-40df286988fe",
			"entra-group-93084df7-91c6-4d6e-9786-9151de53c340", "entra-group-f7ab548c-bb2b-40ca-b5cb-a4962c89e2a4",
		},
	},
}

// moment is an operation during which a fault occurs.
type moment struct {
	name string
	// from is the initial state, a key of initialStates.
	from string
	// command is the pulumi command that applies verb to resources of kinds.
	command, verb string
	kinds         []string
	// faults are the names of the only faults, nil for all.
	faults []string
}

// initialState is the initial state of a stack: deployed or not, with changes of its
// configuration.
type initialState struct {
	deployed bool
	changes  map[string]map[string]string
}

var initialStates = map[string]initialState{
	"nothing":  {},
	"deployed": {deployed: true},
	"changed": {deployed: true, changes: map[string]map[string]string{
		"dev":  {"domain": "localhost:9443", "tags.owner": "platform", "requireAssignment": "false"},
		"prod": {"domain": "argo.example.com", "tags.owner": "operations", "requireAssignment": "false", "cluster.maintenance.day": "Saturday"},
	}},
	// The application ID URI of pipelines is unique in the tenant.
	"pipelines": {changes: map[string]map[string]string{"dev": withPipeline, "prod": withPipeline}},
	// Applications for users and for repo-server.
	"two applications": {changes: map[string]map[string]string{"dev": {"azureDevOps": "true"}, "prod": {"azureDevOps": "true"}}},
	// Replaces the group, the cluster and its parts. The application stays.
	"moved": {deployed: true, changes: map[string]map[string]string{"dev": {"region": "northeurope"}, "prod": {"region": "northeurope"}}},
}

var moments = []moment{
	{"create", "nothing", "up", "create", nil, nil},
	{"create with pipelines", "pipelines", "up", "create", []string{"application"}, nil},
	{"create two applications", "two applications", "up", "create", []string{"application", "principal"}, []string{"not replicated"}},
	{"update", "changed", "up", "update", []string{"group", "cluster", "pool", "window", "extension", "application", "principal"}, nil},
	{"replacement delete", "moved", "up", "delete", []string{"group", "cluster"}, nil},
	{"replacement create", "moved", "up", "create", append([]string{"group", "cluster"}, inside...), nil},
	{"replacement update", "moved", "up", "update", []string{"credential"}, nil},
	{"delete", "deployed", "destroy", "delete", append([]string{"group", "cluster"}, entra...), nil},
	{"refresh", "deployed", "refresh", "read", nil, nil},
	{"up", "deployed", "", "", nil, nil},
	{"destroy", "deployed", "", "", nil, nil},
}

// fault is a failure.
type fault struct {
	name string
	// of are the verbs that it applies to; to are the kinds, nil for all.
	of, to []string
	// azure is the failure of Azure or of the network, if any.
	azure azuresim.Fault
	// signal is sent to pulumi during the operation.
	signal syscall.Signal
	// again sends a second signal when pulumi has asked the provider to cancel.
	again bool
	// lag is how far Microsoft Graph's replicas are behind for the kind.
	lag time.Duration
}

var (
	writes  = []string{"create", "update", "delete"}
	changes = []string{"create", "update"}

	errReset = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

	withPipeline = map[string]string{"pipelines[0].name": "release", "pipelines[0].role": "readonly", "pipelines[0].principalId": workload("release")}
)

var faults = []fault{
	{name: "server error", of: writes, azure: azuresim.Fault{Persistent: true, Err: &azuresim.Error{Status: 500, Code: "InternalServerError", Message: "The server encountered an internal error. Please retry the request."}}},
	// Both providers give up after their own retries; azure-native's are not simulated.
	// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
	// https://learn.microsoft.com/graph/throttling
	{name: "throttled", of: writes, azure: azuresim.Fault{Persistent: true, Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "Please try again after '17' seconds."}}},
	// The replica lacks the parent object twice.
	{name: "replication delay", of: changes, to: []string{"principal", "credential", "consent", "assignment"},
		azure: azuresim.Fault{Times: 2, Err: &azuresim.Error{Status: 404, Code: "Request_ResourceNotFound", Message: "Resource does not exist or one of its queried reference-property objects are not present."}}},
	// https://aka.ms/aks-pending-operation
	{name: "conflict", of: writes, to: append([]string{"cluster"}, inside...),
		azure: azuresim.Fault{Err: &azuresim.Error{Status: 409, Code: "OperationNotAllowed", Message: "Operation is not allowed: Another operation (Updating) is in progress."}}},
	{name: "response lost", of: writes, azure: azuresim.Fault{After: true, Err: errReset}},
	// Azure accepts the request and fails later.
	{name: "failed after acceptance", of: changes, to: []string{"cluster", "pool", "extension"},
		azure: azuresim.Fault{After: true, Err: &azuresim.Failed{Reason: &azuresim.Error{Status: 200, Code: "InternalOperationError", Message: "Internal server error"}}}},
	{name: "interrupted", of: writes, signal: syscall.SIGINT},
	{name: "interrupted after completion", of: writes, azure: azuresim.Fault{After: true}, signal: syscall.SIGINT},
	// Providers that support a cancel end before a second Ctrl-C.
	{name: "interrupted twice", of: writes, to: entra, signal: syscall.SIGINT, again: true},
	{name: "interrupted twice after completion", of: writes, to: entra, azure: azuresim.Fault{After: true}, signal: syscall.SIGINT, again: true},
	{name: "killed", of: writes, signal: syscall.SIGKILL},
	{name: "killed after completion", of: writes, azure: azuresim.Fault{After: true}, signal: syscall.SIGKILL},
	{name: "killed between renames", of: []string{"create"}, to: []string{"application"}, azure: azuresim.Fault{Step: azuresim.RenameBack}, signal: syscall.SIGKILL},
	{name: "second rename refused", of: []string{"create"}, to: []string{"application"},
		azure: azuresim.Fault{Step: azuresim.RenameBack, Err: &azuresim.Error{Status: 403, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."}}},
	{name: "not replicated", of: []string{"create"}, to: entra, lag: 3 * time.Second},
	{name: "lagging replica", of: []string{"read"}, azure: azuresim.Fault{Err: &azuresim.Error{Status: 404, Code: "ResourceNotFound", Message: "not found"}}},
	{name: "long lag", of: []string{"read"}, to: []string{"application", "principal", "credential"},
		azure: azuresim.Fault{Persistent: true, Err: &azuresim.Error{Status: 404, Code: "Request_ResourceNotFound", Message: "not found"}}},
	{name: "manual deletion", of: []string{""}},
}

// cell is a fault during an operation on a resource of a stack.
type cell struct {
	stack, resource string
	kind            kind
	moment          moment
	fault           fault
}

// cells returns the whole matrix.
func cells() (all []cell) {
	for _, m := range moments {
		for _, f := range faults {
			if !slices.Contains(f.of, m.verb) || m.faults != nil && !slices.Contains(m.faults, f.name) {
				continue
			}
			for _, k := range kinds {
				if m.kinds != nil && !slices.Contains(m.kinds, k.name) || f.to != nil && !slices.Contains(f.to, k.name) {
					continue
				}
				for _, stack := range []string{"dev", "prod"} {
					names := resourcesOf[stack][k.name]
					if f.lag > 0 { // for all objects of the kind
						names = names[:min(1, len(names))]
					}
					for _, name := range names {
						all = append(all, cell{stack, name, k, m, f})
					}
				}
			}
		}
	}
	return all
}

func (c cell) name() string {
	return c.stack + "/" + c.moment.name + "/" + c.fault.name + "/" + c.resource
}

// next returns the command that must repair the stack.
func (c cell) next() []string {
	switch c.moment.name {
	case "delete":
		return []string{"destroy"}
	case "up":
		return []string{"up", "--refresh"}
	case "destroy":
		return []string{"destroy", "--refresh"}
	}
	return []string{"up"}
}
