// Package azuresim is an Azure in memory: an Entra tenant and a subscription,
// served to the real Pulumi engine in place of the azure-native and azuread
// provider plugins, and to Argo CD, its CLI and browsers under Azure's own host
// names. It keeps state, and refuses what Azure refuses with Azure's own error
// codes:
//
//   - properties that the SDKs' argument types do not have
//   - names, regions, zones and versions that Azure does not take
//   - what has no parent, what exists already, and changes of what is fixed
//   - a second operation on a cluster on which one is running
//   - settings that do not go together, such as workload identity without an
//     OpenID Connect issuer, or a highly available Redis on too few nodes
//   - users who are not assigned, redirect URIs that are not registered, scopes
//     that nobody consented to and tokens that match no federated credential
//
// It also does to resources what the real providers do (package provider): what
// replaces one, what an import and a refresh make of Azure's defaults, and what a
// request that leaves something out does not change. What is not confirmed by a
// public source says so where it stands.
//
// A test starts with [New]. [Azure.Serve] is for the engine, [Azure.Connect] for
// everybody who signs in. [Azure.Create] and its siblings act as other tools do,
// behind Pulumi's back, [Azure.Scale] as the autoscaler does; [Azure.Inject] has
// operations fail, hang or lose their answer, [Azure.Unmet] tells which did not;
// [Azure.ReplicationDelay] keeps Entra behind until [Azure.Advance].
// [Azure.Operations], [Azure.IDs], [Azure.Inputs] and [Azure.Answers] tell what came
// of it.
//
// Each of Azure's services has a package of its own below internal: directory,
// signin, arm, authorization, aks, kubeapi, extension and registry. They keep their objects in a store,
// which provider offers to the engine. A rule of a service is a row in one of its
// tables, a resource type an entry in its Kinds.
package azuresim
