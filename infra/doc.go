// Package infra is the parent of the components that deploy Argo CD on AKS with Microsoft
// Entra ID sign-in, without a password or client secret:
//
//   - aks: AksCluster creates a resource group and in it a cluster whose OpenID Connect
//     issuer Entra can trust; LookupAksCluster reads an existing one
//   - entra: EntraApp creates the application through which users of one or more Argo CDs
//     sign in, and the applications that Argo CD itself signs in as
//   - argo: ArgoExtension installs Argo CD as the Azure-managed extension Microsoft.ArgoCD
//
// A program creates them in this order: the application trusts the cluster's issuer, and
// the extension takes the application's sign-in. Each component checks its arguments before
// it registers anything and reports all problems in one error.
//
// Below them, chart has every rule on the settings of Argo CD, and azure the clouds and IDs;
// both are free of Pulumi. Above them, stack is the program that reads a stack's
// configuration.
//
// Protect on a component covers stateful resources; each component's documentation lists
// them. Access can be revoked at any time. An extension that is protected should depend on
// the resources that give access, pulumi.DependsOn(app.Access): a destroy then fails at the
// extension before it deletes them.
//
// Arguments are plain values where they decide which resources there are and what they are
// called. Values that users have as outputs of other resources are Pulumi inputs: known ones
// are checked before the deployment, others when they are known, and then fail it.
package infra
