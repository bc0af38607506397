// The compiler must report an error in the line after each @ts-expect-error.
import { infra } from "@owner/argocd-on-aks";

const cluster = { name: "argocd-prod", region: "westeurope" };

export const clusters: infra.AksClusterArgs[] = [
    cluster,
    // @ts-expect-error: must be Standard
    { ...cluster, tier: "standard" },
    // @ts-expect-error: must be overlay
    { ...cluster, network: { plugin: "azure", pluginMode: "overlya" } },
    // @ts-expect-error: must be a number
    { ...cluster, minCount: "3" },
    // @ts-expect-error: the input is region
    { ...cluster, location: "westeurope" },
    // @ts-expect-error: region is required
    { name: "argocd-prod" },
];

const app = { displayName: "argocd-prod", instances: [] };

export const apps: infra.EntraAppArgs[] = [
    app,
    // @ts-expect-error: must be assigned or security
    { ...app, groupClaims: "all" },
    // @ts-expect-error: the input is requireAssignment
    { ...app, openToTenant: true },
];

const extension = {
    resourceGroupName: "argocd-prod",
    clusterName: "argocd-prod",
    clientId: "11111111-1111-1111-1111-111111111111",
    tenantId: "22222222-2222-2222-2222-222222222222",
    domain: "argocd.example.com",
    roles: [{ group: "33333333-3333-3333-3333-333333333333", role: "admin" }],
};

export const extensions: infra.ArgoExtensionArgs[] = [
    extension,
    // @ts-expect-error: must be Stable
    { ...extension, releaseTrain: "stable" },
    // @ts-expect-error: the input is containerRegistry
    { ...extension, registryLogin: true },
    // @ts-expect-error: must be a string
    { ...extension, roles: [{ group: "33333333-3333-3333-3333-333333333333", role: true }] },
];
