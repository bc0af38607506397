package infra

import (
	"fmt"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/problem"
)

// repoServerSuffix makes the display name of the application for repo-server.
const repoServerSuffix = "-argocd-repo-server"

// repoServerSignsIn says whether repo-server is somebody in the tenant.
func (a *EntraAppArgs) repoServerSignsIn() bool { return a.ContainerRegistryID != "" || a.AzureDevOps }

func (a *EntraAppArgs) repoServerProblems() problem.List {
	p := a.registryProblems()
	if n, most := len(a.DisplayName), maxDisplayName-len(repoServerSuffix); a.repoServerSignsIn() && n > most && n <= maxDisplayName {
		p.Add("DisplayName", "%q is longer than %d characters, and repo-server's application adds %s", a.DisplayName, most, repoServerSuffix)
	}
	return p
}

// addRepoServer creates the application that the repo-servers sign in as, and lets
// it pull from the registry, if there is one. It is not the one that users sign in
// through, as a repo-server runs what repositories bring along: a token of its
// service account is good for reading charts and repositories, and for nothing else.
// Users cannot sign in through it. What it may read in Azure DevOps, the
// organization says, not Entra.
//
// The logical names are those of the release in which it was for a registry alone;
// not those of the releases before, which gave the credential and the role to the
// users' application: so the old ones are deleted at the end, when Argo CD has the
// new ones.
func (app *EntraApp) addRepoServer(ctx *pulumi.Context, name string, args *EntraAppArgs, owner string, parent pulumi.ResourceOption) error {
	application, err := azuread.NewApplication(ctx, name+"-registry-application", &azuread.ApplicationArgs{
		DisplayName:    pulumi.String(args.DisplayName + repoServerSuffix),
		Owners:         pulumi.ToStringArray([]string{owner}),
		SignInAudience: pulumi.String("AzureADMyOrg"),
	}, parent, unprotected, ignoreOwners)
	if err != nil {
		return fmt.Errorf("application: %w", err)
	}
	principal, err := newPrincipal(ctx, name+"-registry-principal", application, true, owner, parent, unprotected)
	if err != nil {
		return err
	}
	credentials, err := newFederatedCredentials(ctx, name, repoServer, args.Instances, application, parent)
	if err != nil {
		return err
	}
	access := append(credentials, application, principal)
	ready := []any{application.ClientId}
	if args.ContainerRegistryID != "" {
		role, err := newPullRole(ctx, name+"-registry-pull", args.ContainerRegistryID, principal.ObjectId, parent)
		if err != nil {
			return err
		}
		access, ready = append(access, role), append(ready, role.ID())
	}
	for _, credential := range credentials {
		ready = append(ready, credential.URN())
	}
	app.RepoServerClientID = pulumi.All(ready...).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput)
	app.RepoServerObjectID = principal.ObjectId
	app.Access = append(app.Access, access...)
	return nil
}
