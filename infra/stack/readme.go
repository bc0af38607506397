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

// readme returns the page that the Pulumi console shows for the stack. Pulumi Cloud could
// fill in ${outputs.name} (https://www.pulumi.com/docs/deployments/projects-and-stacks/), but
// the links to the portal need IDs that are not outputs. With all values filled in,
// pulumi stack output readme prints the same page.
//
// The portal's host and the tenant before /resource<resource ID> are as in Microsoft's
// extensions: https://github.com/microsoft/vscode-azuretools, azure/src/openInPortal.ts. The
// addresses of Entra's pages are not documented; the portal shows them in the address bar. Not
// confirmed: the same addresses in China, and a page for the extension.
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

// inLink escapes an ID for the destination of a Markdown link: a parenthesis in the name of a
// resource group would end it, https://spec.commonmark.org/0.31.2/#link-destination.
func inLink(id string) string { return strings.NewReplacer("(", `\(`, ")", `\)`).Replace(id) }
