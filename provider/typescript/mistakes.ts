// The line after each @ts-expect-error has a mistake that the compiler must find.
import { infra } from "@owner/argocd-on-aks";

const cluster = { name: "argocd-prod", region: "westeurope" };

export const clusters: infra.AksClusterArgs[] = [
    cluster,
    // @ts-expect-error: it is Standard
    { ...cluster, tier: "standard" },
    // @ts-expect-error: it is overlay
    { ...cluster, network: { plugin: "azure", pluginMode: "overlya" } },
    // @ts-expect-error: it is a number
    { ...cluster, minCount: "3" },
    // @ts-expect-error: it is region
    { ...cluster, location: "westeurope" },
    // @ts-expect-error: region is required
    { name: "argocd-prod" },
];

const app = { displayName: "argocd-prod", instances: [] };

export const apps: infra.EntraAppArgs[] = [
    app,
    // @ts-expect-error: it is assigned or security
    { ...app, groupClaims: "all" },
    // @ts-expect-error: it is requireAssignment
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
    // @ts-expect-error: it is Stable
    { ...extension, releaseTrain: "stable" },
    // @ts-expect-error: it is containerRegistry
    { ...extension, registryLogin: true },
    // @ts-expect-error: a role is a text
    { ...extension, roles: [{ group: "33333333-3333-3333-3333-333333333333", role: true }] },
];
