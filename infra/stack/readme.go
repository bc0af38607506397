package stack

import (
	_ "embed"
	"maps"
	"strings"
	"text/template"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/internal/commands"
)

//go:embed readme.md
var readmeText string

var readmePage = template.Must(template.New("readme.md").Parse(readmeText))

// readme is the page that the Pulumi console shows for the stack. Pulumi Cloud would
// fill in ${outputs.name} (https://www.pulumi.com/docs/deployments/projects-and-stacks/),
// but the portal's pages need IDs that are no outputs. So all is filled in here, and
// `pulumi stack output readme` is the same page where there is no console.
//
// The portal's host and the tenant before /resource<resource ID> are as in
// Microsoft's own extensions: https://github.com/microsoft/vscode-azuretools,
// azure/src/openInPortal.ts. Not documented, but what the portal itself shows in
// the address bar and many people publish: the pages of Entra; that they are the
// same in China is not confirmed, nor is that the extension has a page of its own.
func (d *deployed) readme(ctx *pulumi.Context, outputs pulumi.Map) pulumi.StringOutput {
	var also []string
	for _, domain := range d.domains()[1:] {
		also = append(also, domain.URL())
	}
	values := maps.Clone(outputs)
	maps.Copy(values, pulumi.Map{
		"local":         pulumi.Bool(d.domains()[0].Local()),
		"also":          pulumi.ToStringArray(also),
		"existing":      pulumi.Bool(d.ExistingCluster != ""),
		"everyone":      pulumi.Bool(!*d.App.RequireAssignment),
		"kubelogin":     pulumi.Bool(d.Cluster.AzureRBAC || len(d.Cluster.AdminGroups) > 0),
		"portal":        pulumi.String(d.Argo.Cloud.Portal()),
		"clusterId":     d.cluster.id.ApplyT(inLink),
		"extensionId":   d.argo.ExtensionID.ToStringOutput().ApplyT(inLink),
		"principalId":   d.app.ServicePrincipalObjectID,
		"repoServer":    d.app.RepoServerClientID,
		"clustersApp":   d.app.ClustersClientID,
		"verifyCommand": pulumi.String(commands.Line("verify", "stack="+ctx.Stack())),
	})
	return values.ToMapOutput().ApplyT(func(values map[string]any) (string, error) {
		var page strings.Builder
		err := readmePage.Execute(&page, values)
		return page.String(), err
	}).(pulumi.StringOutput)
}

// inLink is an ID as the destination of a link in Markdown, which a parenthesis in the name
// of a resource group would end: https://spec.commonmark.org/0.31.2/#link-destination.
func inLink(id string) string { return strings.NewReplacer("(", `\(`, ")", `\)`).Replace(id) }
