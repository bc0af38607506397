// Package azuresim is an Azure in memory: an Entra tenant and a subscription,
// served to the real Pulumi engine in place of the azure-native and azuread
// provider plugins, and to Argo CD, its CLI and browsers under Azure's own host
// names. It keeps state, and refuses what Azure refuses with Azure's own error
// codes:
//
//   - properties that the SDKs' argument types do not have
//   - names, regions, zones and versions that Azure does not take
//   - what has no parent, what exists already, and changes of what is fixed
//   - settings that do not go together, such as workload identity without an
//     OpenID Connect issuer, or a highly available Redis on too few nodes
//   - users who are not assigned, redirect URIs that are not registered, scopes
//     that nobody consented to and tokens that match no federated credential
//
// A test starts with [New]. [Azure.Serve] is for the engine, [Azure.Connect] for
// everybody who signs in. [Azure.Create] and its siblings act as other tools do,
// behind Pulumi's back; [Azure.Inject] has an operation fail; [Azure.Operations],
// [Azure.IDs] and [Azure.Inputs] tell what came of it.
//
// Each of Azure's services has a package of its own below internal: directory,
// signin, arm, aks, extension and registry. They keep their objects in a store,
// which provider offers to the engine. A rule of a service is a row in one of its
// tables, a resource type an entry in its Kinds.
package azuresim
