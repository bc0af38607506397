// Package infra has the components that make Argo CD on AKS, signed in through
// Microsoft Entra ID, without a password or client secret:
//
//   - [AksCluster], a resource group and in it a cluster whose OpenID Connect
//     issuer Entra can trust; [LookupAksCluster] reads one that exists already
//   - [EntraApp], the application through which users of one or more Argo CDs sign
//     in, and who may; and the one as which they pull from a container registry
//   - [ArgoExtension], Argo CD as the Azure-managed extension Microsoft.ArgoCD
//
// A program creates them in this order: the application trusts the cluster's
// issuer, and the extension is told the application's client ID. Each checks its
// arguments before it registers anything and reports all problems in one error.
// What Argo CD itself is told has its rules in package chart.
//
// Protect on a component covers what would be lost: its documentation says what
// that is. Access can be revoked all the same, and nothing but the order keeps a
// destroy of a protected stack from revoking it: the engine goes on past what it
// refuses, but leaves alone what that depends on. So an extension that is
// protected should depend on what gives access: pulumi.DependsOn(app.Access).
//
// Arguments are plain values where they decide which resources there are and
// what they are called, so that they can be checked before a deployment begins.
// Only what another resource gives is a Pulumi input.
package infra
