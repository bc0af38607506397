package stack

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// command returns a command for users with the names of the cluster.
func (c *deployedCluster) command(write func(resourceGroup, name string) string) pulumi.StringOutput {
	return pulumi.All(c.resourceGroup, c.name).ApplyT(func(names []any) string {
		return write(names[0].(string), names[1].(string))
	}).(pulumi.StringOutput)
}

func credentialsCommand(resourceGroup, name string) string {
	return "az aks get-credentials " + shell.Flag("--resource-group", resourceGroup) + " " + shell.Flag("--name", name)
}

func (c *deployedCluster) applyCommand(ctx *pulumi.Context, output, file string) pulumi.StringOutput {
	return c.command(func(resourceGroup, name string) string {
		return applyCommand(ctx.Stack(), resourceGroup, name, output, file)
	})
}

// applyCommand returns the command that applies the manifest in an output to a cluster. It
// uses Azure's API and needs no kubeconfig, and no network access to a private cluster.
// az sends the user's token for the Kubernetes API if the cluster requires one, and puts the
// file next to the command, in a pod on the cluster (aks_runcommand in
// https://github.com/Azure/azure-cli, src/azure-cli/azure/cli/command_modules/acs/custom.py).
// The command names the stack, because another one may be selected.
func applyCommand(stack, resourceGroup, name, output, file string) string {
	return fmt.Sprintf("pulumi stack output %[1]s %[2]s > %[3]s && "+
		`az aks command invoke %[4]s %[5]s --command "kubectl apply -f %[3]s" --file %[3]s`,
		output, shell.Flag("--stack", stack), file, quotedGroup(resourceGroup), shell.Flag("--name", name))
}

// inQuotes matches the names of resource groups that need no escaping in double quotes.
var inQuotes = regexp.MustCompile(`^[\p{L}\p{N}_.()][\p{L}\p{N}_.()-]*$`)

// quotedGroup uses double quotes as in older releases, so outputs do not change.
func quotedGroup(resourceGroup string) string {
	if inQuotes.MatchString(resourceGroup) {
		return `--resource-group "` + resourceGroup + `"`
	}
	return shell.Flag("--resource-group", resourceGroup)
}

// inComment matches text that has no effect in zsh, where # does not start a comment on the
// command line.
var inComment = regexp.MustCompile(`^[\p{L}\p{N} _.,:@%+/-]*$`)

// setCommand returns the command that replaces a group's name with its object ID.
func setCommand(key, value, group string) string {
	if strings.ContainsAny(key, ".[") {
		key = "--path '" + key + "'"
	}
	if !inComment.MatchString(group) {
		group = shell.Quote(group)
	}
	return "pulumi config set " + key + " " + shell.Quote(value) + "  # " + group
}
