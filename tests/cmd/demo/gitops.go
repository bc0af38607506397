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

// startWhole gives the simulated cluster a Kubernetes API, and Argo CD the parts that
// sync applications.
func (s *session) startWhole(ctx context.Context, installed azuresim.Extension, port int) error {
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
	whole, err := installation.Run(ctx, port)
	if err != nil {
		return errors.Join(err, s.cluster.Stop())
	}
	s.server = whole.Server
	s.stop = func() error { return errors.Join(whole.Stop(), s.cluster.Stop()) }
	return nil
}

// team is prod's people with a repository, each with a terminal.
type team struct {
	*session
	shop      *gitops.Repository
	terminals map[string]*argocd.CLI
}

// gitOps has them set up, sync and change what is in examples/bootstrap.
func (s *session) gitOps(ctx context.Context) error {
	s.title("GitOps, from a repository to the cluster", "examples/bootstrap")
	version, err := s.cluster.Discovery.ServerVersion()
	if err != nil {
		return err
	}
	s.printf("  Kubernetes %s, a real API server without nodes; Argo CD whole, as its own chart deploys it.\n", version)
	s.printf("  This API server signed the token with which argocd-server proves itself to Entra.\n\n")
	t := team{session: s, terminals: map[string]*argocd.CLI{}}
	if t.shop, err = gitops.NewRepository(ctx, s.repository, filepath.Join(s.home, "repository")); err != nil {
		return err
	}
	if err := t.shop.Publish(s.internet); err != nil {
		return err
	}
	return t.work(ctx)
}

func (t team) work(ctx context.Context) error {
	if err := t.begins(ctx); err != nil {
		return err
	}
	if err := t.mayNot(ctx, "bob", "app sync cart --async"); err != nil {
		return err
	}
	if err := t.mayNot(ctx, "carol", "app sync root --async"); err != nil {
		return err
	}
	for _, application := range []string{"cart", "checkout"} {
		if err := t.settles(ctx, application, "carol", "app sync "+application+" --async"); err != nil {
			return err
		}
	}
	if err := t.shop.Change(ctx, "cart/settings.yaml", "EUR", "USD"); err != nil {
		return err
	}
	t.printf("  %-6s $ git commit, after EUR became USD in cart/settings.yaml\n", "carol")
	if err := t.settles(ctx, "cart", "carol", "app sync cart --async"); err != nil {
		return err
	}
	return t.arrived(ctx)
}

// arrived looks into the cluster.
func (t team) arrived(ctx context.Context) error {
	configMap, err := t.cluster.Core.ConfigMaps("shop").Get(ctx, "cart", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if currency := configMap.Data["currency"]; currency != "USD" {
		return fmt.Errorf("the currency in the cluster is %q, not USD", currency)
	}
	names := []string{"root", "cart", "checkout"}
	for _, name := range names {
		if err := gitops.Settled(ctx, t.cluster, name, "Synced", "Healthy"); err != nil {
			return err
		}
	}
	t.printf("\n  In the cluster, the shop's currency is USD. %s: %s\n", strings.Join(names, ", "), t.good("Synced and Healthy"))
	return nil
}

const did = "  %-6s $ %-57s %s\n"

// begins has alice create the stack's first application in the cluster.
func (t team) begins(ctx context.Context) error {
	const command = "pulumi stack output bootstrapManifest | kubectl apply -f -"
	shell := exec.CommandContext(ctx, "sh", "-c", command)
	shell.Dir, shell.Env = t.stack.Dir, slices.Concat(os.Environ(), t.stack.Environ(), []string{"KUBECONFIG=" + t.cluster.Kubeconfig})
	err := t.wait(command, func() error {
		if output, err := shell.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", command, err, output)
		}
		return gitops.Settled(ctx, t.cluster, "root", "Synced", "Healthy")
	})
	if err != nil {
		return err
	}
	t.printf(did, "alice", command, "root is "+t.good("Synced and Healthy"))
	return nil
}

// settles has a user run a command, and waits until an application is settled.
func (t team) settles(ctx context.Context, application, user, command string) error {
	err := t.wait(user+": argocd "+command, func() error {
		if err := t.argocd(ctx, user, command); err != nil {
			return err
		}
		return gitops.Settled(ctx, t.cluster, application, "Synced", "Healthy")
	})
	if err != nil {
		return err
	}
	t.printf(did, user, "argocd "+command, application+" is "+t.good("Synced and Healthy"))
	return nil
}

func (t team) mayNot(ctx context.Context, user, command string) error {
	err := t.wait(user+": argocd "+command, func() error { return t.argocd(ctx, user, command) })
	if !strings.Contains(errorText(err), "PermissionDenied") {
		return fmt.Errorf("%s is not refused %q as it should be: %w", user, command, err)
	}
	t.printf(did, user, "argocd "+command, t.bad("PermissionDenied"))
	return nil
}

// argocd runs a command in a user's terminal, signed in, where the repository is.
func (t team) argocd(ctx context.Context, user, command string) error {
	cli := t.terminals[user]
	if cli == nil {
		browser, err := argocd.NewBrowser(t.internet, user+"@contoso.example")
		if err != nil {
			return err
		}
		cli = argocd.NewCLI(t.internet, filepath.Join(t.home, user))
		cli.Dir = t.shop.Bootstrap
		if err := cli.Login(ctx, t.here, browser); err != nil {
			return err
		}
		t.terminals[user] = cli
	}
	_, err := cli.Run(ctx, strings.Fields(command)...)
	return err
}
