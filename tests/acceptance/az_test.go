package acceptance_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/acceptance"
)

// az runs a command of the Azure CLI and parses its JSON output.
func (a *azure) az(ctx context.Context, into any, args ...string) error {
	command := exec.CommandContext(ctx, "az", append(args, "--only-show-errors", "--output", "json")...)
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err == nil && len(output) > 0 { // null prints nothing
		err = json.Unmarshal(output, into)
	}
	if err != nil {
		return fmt.Errorf("az %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// exists returns the IDs of the resource group and its resources, of AKS's node resource
// group, of the application and of its service principal. Azure's IDs are not
// case-sensitive.
func (a *azure) exists(ctx context.Context) ([]string, error) {
	var all []string
	list := func(query string, args ...string) error {
		var ids []string
		err := a.az(ctx, &ids, append(args, "--query", query)...)
		for _, id := range ids {
			all = append(all, strings.ToLower(id))
		}
		return err
	}
	groups := fmt.Sprintf("[?name=='%[1]s' || starts_with(name, 'MC_%[1]s_')].id", a.group)
	if err := list(groups, "group", "list", "--subscription", a.subscription); err != nil {
		return nil, err
	}
	if len(all) > 0 {
		if err := list("[].id", "resource", "list", "--subscription", a.subscription, "--resource-group", a.group); err != nil {
			return nil, err
		}
	}
	// --display-name would match all names with this prefix.
	filter := fmt.Sprintf("displayName eq '%s'", a.group)
	err := errors.Join(list("[].id", "ad", "app", "list", "--filter", filter), list("[].id", "ad", "sp", "list", "--filter", filter))
	return all, err
}

// answers returns the cluster, its extension and the stack's application.
func (a *azure) answers(ctx context.Context) (acceptance.Answers, error) {
	var answers acceptance.Answers
	var cluster struct{ ID string }
	if err := a.az(ctx, &answers.Cluster, "aks", "show", "--subscription", a.subscription, "--resource-group", a.group, "--name", a.group); err != nil {
		return answers, err
	}
	if err := json.Unmarshal(answers.Cluster, &cluster); err != nil {
		return answers, fmt.Errorf("az aks show: %w", err)
	}
	extension := cluster.ID + "/providers/Microsoft.KubernetesConfiguration/extensions/argocd?api-version=2023-05-01"
	if err := a.az(ctx, &answers.Extension, "rest", "--method", "get", "--url", extension, "--query", "properties"); err != nil {
		return answers, err
	}
	var apps []json.RawMessage
	if err := a.az(ctx, &apps, "ad", "app", "list", "--filter", fmt.Sprintf("displayName eq '%s'", a.group)); err != nil {
		return answers, err
	}
	var app struct{ AppID string }
	if len(apps) != 1 {
		return answers, fmt.Errorf("%d applications have the name %s, want 1", len(apps), a.group)
	}
	answers.Application = apps[0]
	if err := json.Unmarshal(apps[0], &app); err != nil {
		return answers, fmt.Errorf("az ad app list: %w", err)
	}
	return answers, a.az(ctx, &answers.Credentials, "ad", "app", "federated-credential", "list", "--id", app.AppID)
}

// forward runs the stack's getCredentialsCommand and portForwardCommand with a separate
// kubeconfig.
func forward(ctx context.Context, kubeconfig, subscription string, outputs map[string]any) (disconnect func() error, err error) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		return nil, acceptance.Skipped("kubectl is not on PATH")
	}
	credentials := strings.Fields(fmt.Sprint(outputs["getCredentialsCommand"]))
	credentials = append(credentials, "--subscription", subscription, "--file", kubeconfig, "--overwrite-existing")
	if output, err := exec.CommandContext(ctx, credentials[0], credentials[1:]...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(credentials, " "), err, output)
	}
	args := append(strings.Fields(fmt.Sprint(outputs["portForwardCommand"])), "--kubeconfig", kubeconfig)
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("port-forward: %w", err)
	}
	disconnect = func() error {
		_ = command.Process.Kill() // kubectl always fails when killed
		_ = command.Wait()
		return nil
	}
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	if err == nil && !strings.HasPrefix(first, "Forwarding from") {
		err = errors.New("unexpected output")
	}
	if err != nil {
		_ = disconnect()
		return nil, fmt.Errorf("port-forward: %q, %w: %s", first, err, &stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // kubectl prints a line per connection
	return disconnect, nil
}
