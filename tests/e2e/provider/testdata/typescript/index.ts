import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { infra } from "@owner/argocd-on-aks";

const admins = new azuread.Group("admins", { displayName: "Argo CD Admins", securityEnabled: true });
const domain = "localhost:9000";

const aks = new infra.AksCluster("aks", { name: "argocd-dev", region: "westus3" });
const entra = new infra.EntraApp("entra", {
    displayName: "argocd-dev",
    groups: { admins: admins.objectId },
    instances: [{ name: "argocd", domain, issuer: aks.oidcIssuerUrl }],
});
const argocd = new infra.ArgoExtension("argocd", {
    resourceGroupName: aks.resourceGroupName,
    clusterName: aks.clusterName,
    clientId: entra.clientId,
    tenantId: entra.tenantId,
    redirectUris: entra.redirectUris,
    domain,
    roles: [{ group: admins.objectId, role: "admin" }],
    secretSettings: { "configs.secret.githubSecret": new pulumi.Config().requireSecret("githubSecret") },
}, { deletedWith: aks });
export const url = argocd.url;
