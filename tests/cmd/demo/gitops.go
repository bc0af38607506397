package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/cluster"
	"github.com/OWNER/argocd-on-aks/tests/gitops"
)

// startAll starts a Kubernetes API server for the simulated cluster and all components of
// Argo CD.
func (s *session) startAll(ctx context.Context, installed azuresim.Extension, port int) error {
	key, err := s.azure.SigningKey(installed.Issuer)
	if err != nil {
		return err
	}
	if s.cluster, err = cluster.Start(ctx, installed.Issuer, key, s.home); err != nil {
		return err
	}
	installation := argocd.Installation{
		Cluster: s.cluster, Internet: s.internet, Extension: installed, Tests: filepath.Join(s.repository, "tests"), Dir: s.home,
	}
	if err := installation.Install(ctx); err != nil {
		return errors.Join(err, s.cluster.Stop())
	}
	all, err := installation.Run(ctx, port)
	if err != nil {
		return errors.Join(err, s.cluster.Stop())
	}
	s.server = all.Server
	s.stop = func() error { return errors.Join(all.Stop(), s.cluster.Stop()) }
	return nil
}

// team is the users of prod with a Git repository. Each has an argocd CLI.
type team struct {
	*session
	git  *gitops.Repository
	clis map[string]*argocd.CLI
}

// gitOps creates, syncs and changes the applications of examples/bootstrap.
func (s *session) gitOps(ctx context.Context) error {
	s.title("GitOps: from a Git repository to the cluster", "examples/bootstrap")
	version, err := s.cluster.Discovery.ServerVersion()
	if err != nil {
		return err
	}
	s.printf("  Kubernetes %s: a real API server without nodes. All components of Argo CD run.\n", version)
	s.printf("  The API server signs the token that argocd-server presents to Entra.\n\n")
	t := team{session: s, clis: map[string]*argocd.CLI{}}
	if t.git, err = gitops.NewRepository(ctx, s.repository, filepath.Join(s.home, "repository")); err != nil {
		return err
	}
	if err := t.git.Publish(s.internet); err != nil {
		return err
	}
	return t.syncAndChange(ctx)
}

func (t team) syncAndChange(ctx context.Context) error {
	if err := t.createRoot(ctx); err != nil {
		return err
	}
	if err := t.denied(ctx, "bob", "app sync cart --async"); err != nil {
		return err
	}
	if err := t.denied(ctx, "carol", "app sync root --async"); err != nil {
		return err
	}
	for _, application := range []string{"cart", "checkout"} {
		if err := t.syncs(ctx, application, "carol", "app sync "+application+" --async"); err != nil {
			return err
		}
	}
	if err := t.git.Change(ctx, "cart/settings.yaml", "EUR", "USD"); err != nil {
		return err
	}
	t.printf("  %-6s $ git commit -m 'Replace EUR by USD' cart/settings.yaml\n", "carol")
	if err := t.syncs(ctx, "cart", "carol", "app sync cart --async"); err != nil {
		return err
	}
	return t.checkCluster(ctx)
}

// checkCluster checks the change and the status of the applications in the cluster.
func (t team) checkCluster(ctx context.Context) error {
	configMap, err := t.cluster.Core.ConfigMaps("shop").Get(ctx, "cart", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if currency := configMap.Data["currency"]; currency != "USD" {
		return fmt.Errorf("the currency in the cluster is %q, want USD", currency)
	}
	names := []string{"root", "cart", "checkout"}
	for _, name := range names {
		if err := gitops.WaitFor(ctx, t.cluster, name, "Synced", "Healthy"); err != nil {
			return err
		}
	}
	t.printf("\n  The ConfigMap in the cluster has currency USD. %s: %s\n", strings.Join(names, ", "), t.good("Synced and Healthy"))
	return nil
}

const commandRow = "  %-6s $ %-57s %s\n"

// createRoot creates the first application of the stack, as alice.
func (t team) createRoot(ctx context.Context) error {
	const command = "pulumi stack output bootstrapManifest | kubectl apply -f -"
	shell := exec.CommandContext(ctx, "sh", "-c", command)
	shell.Dir, shell.Env = t.stack.Dir, slices.Concat(os.Environ(), t.stack.Environ(), []string{"KUBECONFIG=" + t.cluster.Kubeconfig})
	err := t.wait(command, func() error {
		if output, err := shell.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", command, err, output)
		}
		return gitops.WaitFor(ctx, t.cluster, "root", "Synced", "Healthy")
	})
	if err != nil {
		return err
	}
	t.printf(commandRow, "alice", command, "root is "+t.good("Synced and Healthy"))
	return nil
}

// syncs runs a user's command and waits until the application is synced.
func (t team) syncs(ctx context.Context, application, user, command string) error {
	err := t.wait(user+": argocd "+command, func() error {
		if err := t.argocd(ctx, user, command); err != nil {
			return err
		}
		return gitops.WaitFor(ctx, t.cluster, application, "Synced", "Healthy")
	})
	if err != nil {
		return err
	}
	t.printf(commandRow, user, "argocd "+command, application+" is "+t.good("Synced and Healthy"))
	return nil
}

func (t team) denied(ctx context.Context, user, command string) error {
	err := t.wait(user+": argocd "+command, func() error { return t.argocd(ctx, user, command) })
	if !strings.Contains(errorText(err), "PermissionDenied") {
		return fmt.Errorf("%s: %q is not denied: %w", user, command, err)
	}
	t.printf(commandRow, user, "argocd "+command, t.bad("PermissionDenied"))
	return nil
}

// argocd runs a command of a signed-in user in the folder of the repository.
func (t team) argocd(ctx context.Context, user, command string) error {
	cli := t.clis[user]
	if cli == nil {
		browser, err := argocd.NewBrowser(t.internet, user+"@contoso.example")
		if err != nil {
			return err
		}
		cli = argocd.NewCLI(t.internet, filepath.Join(t.home, user))
		cli.Dir = t.git.Bootstrap
		if err := cli.Login(ctx, t.localLogin, browser); err != nil {
			return err
		}
		t.clis[user] = cli
	}
	_, err := cli.Run(ctx, strings.Fields(command)...)
	return err
}
