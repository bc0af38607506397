// Package infra is the parent of the components that deploy Argo CD on AKS with Microsoft
// Entra ID sign-in, without a password or client secret:
//
//   - aks: AksCluster creates a resource group and an AKS cluster with an OpenID Connect
//     issuer for Entra; LookupAksCluster reads an existing cluster
//   - entra: EntraApp creates the application through which users of one or more Argo CDs
//     sign in, and the applications that Argo CD itself signs in as
//   - argo: ArgoExtension installs Argo CD as the Azure-managed extension Microsoft.ArgoCD
//
// A program creates them in this order: the application trusts the cluster's issuer, and
// the extension uses the application's sign-in. Each component checks its arguments before
// it registers a resource and reports all problems in one error.
//
// Package chart has the rules for Argo CD's settings, package azure the clouds and IDs; both
// are free of Pulumi. Package stack is the program that reads a stack's configuration.
//
// Protect on a component covers stateful resources; each component's documentation lists
// them. Access can always be revoked. A protected extension should depend on the resources
// that give access, pulumi.DependsOn(app.Access): pulumi destroy then fails at the
// extension, before it deletes them.
//
// Arguments are plain values if they decide the number or names of resources. Arguments
// that can be outputs of other resources are Pulumi inputs: plain values are checked before
// the deployment, outputs as soon as they are known.
package infra
