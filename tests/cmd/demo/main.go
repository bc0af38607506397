// Command demo deploys a shipped stack with the real Pulumi engine onto a
// simulated Azure, signs its people in to the real Argo CD and destroys the stack.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func main() {
	var d demo
	var verbose bool
	flag.StringVar(&d.repository, "repository", ".", "folder of Pulumi.yaml")
	flag.StringVar(&d.stack, "stack", "dev", "stack to deploy: Pulumi.<stack>.yaml")
	meanwhile := flag.String("meanwhile", "", "a command that builds Argo CD, run while the stack is deployed")
	flag.BoolVar(&d.keep, "keep", false, "leave the stack and Argo CD until Ctrl-C")
	flag.BoolVar(&d.gitops, "gitops", false, "run Argo CD whole on a Kubernetes API, and let it sync applications")
	flag.BoolVar(&verbose, "verbose", false, "show all that Pulumi prints")
	flag.Parse()
	d.meanwhile = strings.Fields(*meanwhile)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer context.AfterFunc(ctx, stop)() // a second Ctrl-C ends it at once
	err := d.run(ctx, newScreen(os.Stdout, verbose))
	switch {
	case ctx.Err() != nil && !d.keep:
		fmt.Fprintln(os.Stderr, "demo: interrupted; nothing of it is left")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type demo struct {
	repository, stack string
	meanwhile         []string
	keep, gitops      bool
}

func (d demo) run(ctx context.Context, s *screen) (err error) {
	if err := d.knows(); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "argocd-on-aks-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	// The automation API asks the CLI for its version with this environment, and
	// the CLI logs to its home.
	if err := os.Setenv("PULUMI_HOME", filepath.Join(home, "pulumi")); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	argoCD := start(ctx, d.meanwhile, d.repository, s.log)
	defer func() { cancel(); <-argoCD.ended }()
	azure := azuresim.New()
	stack, err := engine.Open(ctx, azure, program.Deploy, d.repository, home, d.stack, s.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()

	s.printf("%s\n", s.bold("Argo CD on AKS with Microsoft Entra ID sign-in: the stack "+d.stack+" on a simulated Azure"))
	l := life{screen: s, stack: stack, azure: azure}
	if err := l.deploy(ctx); err != nil {
		return err
	}
	if err := argoCD.wait(s); err != nil {
		return err
	}
	argo, err := d.startArgoCD(ctx, s, stack, azure, home)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, argo.close()) }()
	if err := argo.signIn(ctx); err != nil {
		return err
	}
	if d.gitops {
		if err := argo.gitOps(ctx); err != nil {
			return err
		}
	}
	if d.keep {
		return d.stay(ctx, argo, stack)
	}
	return l.destroy(ctx)
}

// knows wants the stack to be one of the repository's, and prod for its roles.
func (d demo) knows() error {
	files, err := filepath.Glob(filepath.Join(d.repository, "Pulumi.*.yaml"))
	if err != nil {
		return err
	}
	var stacks []string
	for _, file := range files {
		stacks = append(stacks, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	if !slices.Contains(stacks, d.stack) {
		return fmt.Errorf("no stack %q; the stacks are %s", d.stack, strings.Join(stacks, ", "))
	}
	if d.gitops && d.stack != "prod" {
		return fmt.Errorf("GitOps is a story of the roles of prod, which the stack %s does not have", d.stack)
	}
	return nil
}

// stay leaves everything for a second shell, in which pulumi runs as ever.
func (d demo) stay(ctx context.Context, argo *session, stack *engine.Stack) (err error) {
	languages, stop, err := engine.ServeGo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	stack.Env["PULUMI_DEBUG_LANGUAGES"] = languages
	if err := argo.explain(stack, d); err != nil {
		return err
	}
	argo.screen.printf("\nAll of it stays until Ctrl-C.\n")
	<-ctx.Done()
	argo.screen.printf("\nStopped; nothing of it is left.\n")
	return nil
}
