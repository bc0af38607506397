// Package azuresim is an in-memory Azure: an Entra tenant and a subscription. It serves the
// real Pulumi engine in place of the azure-native and azuread provider plugins, and it
// serves Argo CD, its CLI and browsers under Azure's own host names. It keeps state and
// rejects, with Azure's error codes:
//
//   - properties that the SDKs' argument types do not have
//   - invalid names, regions, zones and versions
//   - resources without a parent, duplicates, and changes of fixed properties
//   - a second operation on a cluster while one is running
//   - settings that exclude each other, such as workload identity without an OpenID
//     Connect issuer, or a highly available Redis on fewer than four nodes
//   - unassigned users, unregistered redirect URIs, scopes without consent, and
//     tokens that match no federated credential
//
// Package provider simulates the real providers: which changes replace a resource, which
// inputs an import or a refresh writes, and which properties a request leaves unchanged.
// Comments mark behavior that no public source confirms.
//
// A test starts with [New]. Engines use [Azure.Serve], clients that sign in use
// [Azure.Connect]. [Azure.Create], [Azure.Update] and [Azure.Delete] change objects
// outside Pulumi, [Azure.Scale] acts as the autoscaler. [Azure.Inject] lets operations fail,
// hang or lose their answer, and [Azure.PendingFaults] lists the faults that no operation
// has triggered. [Azure.ReplicationDelay] delays new Entra objects until [Azure.Advance].
// [Azure.Operations], [Azure.IDs], [Azure.Inputs] and [Azure.Answers] return the result.
//
// Each service has a package below internal: directory, signin, arm, authorization, aks,
// kubeapi, extension and registry. The services keep their objects in a store, which
// package provider offers to the engine. A rule of a service is a row in one of its tables,
// and a resource type is an entry in its Kinds.
package azuresim
