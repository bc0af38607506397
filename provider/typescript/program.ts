// Passes outputs to the components: a group that the program creates, a configuration secret
// and the registry of another stack.
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { infra } from "@owner/argocd-on-aks";

const domain = "argocd.example.com";
const registry = new pulumi.StackReference("contoso/registry/prod").requireOutput("id").apply(String);
const platform = new azuread.Group("platform", { displayName: "Platform", securityEnabled: true });

const aks = new infra.AksCluster("aks", {
    name: "argocd-prod",
    region: "westeurope",
    tier: "Standard",
    userPool: { minCount: 4, maxCount: 8, zones: [1, 2, 3] },
    network: { plugin: "azure", pluginMode: "overlay" },
    adminGroups: [platform.objectId],
});
const entra = new infra.EntraApp("entra", {
    displayName: "argocd-prod",
    groups: { platform: platform.objectId },
    containerRegistry: registry,
    instances: [{ name: "argocd", domain, issuer: aks.oidcIssuerUrl }],
});
const argocd = new infra.ArgoExtension("argocd", {
    resourceGroupName: aks.resourceGroupName,
    clusterName: aks.clusterName,
    domain,
    clientId: entra.clientId,
    tenantId: entra.tenantId,
    redirectUris: entra.redirectUris,
    containerRegistry: registry,
    repoServerClientId: entra.repoServerClientId,
    roles: [{ group: platform.objectId, role: "admin" }],
    secretSettings: { "configs.secret.githubSecret": new pulumi.Config().requireSecret("token") },
}, { deletedWith: aks });
export const url = argocd.url;
