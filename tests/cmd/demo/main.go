// Command demo deploys the dev or prod stack with the real Pulumi engine on a simulated
// Azure, signs users in to the real Argo CD and destroys the stack.
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
	meanwhile := flag.String("meanwhile", "", "command that builds Argo CD, run during the deployment")
	flag.BoolVar(&d.keep, "keep", false, "keep the stack and Argo CD running until Ctrl-C")
	flag.BoolVar(&d.gitops, "gitops", false, "run all of Argo CD on a Kubernetes API server, and sync applications")
	flag.BoolVar(&verbose, "verbose", false, "print the output of Pulumi and of the builds")
	flag.Parse()
	d.meanwhile = strings.Fields(*meanwhile)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer context.AfterFunc(ctx, stop)() // a second Ctrl-C ends the process at once
	err := d.run(ctx, newScreen(os.Stdout, verbose))
	switch {
	case ctx.Err() != nil && !d.keep:
		fmt.Fprintln(os.Stderr, "demo: interrupted; all processes and files removed")
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
	if err := d.check(); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "argocd-on-aks-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	// The automation API starts the CLI with this environment, and the CLI writes to its home.
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

	s.printf("%s\n", s.bold("Argo CD on AKS with Microsoft Entra ID sign-in: stack "+d.stack+" on a simulated Azure"))
	l := lifecycle{screen: s, stack: stack, azure: azure}
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

// check returns an error if the stack does not exist, or if GitOps is not on prod, whose
// roles it shows.
func (d demo) check() error {
	files, err := filepath.Glob(filepath.Join(d.repository, "Pulumi.*.yaml"))
	if err != nil {
		return err
	}
	var stacks []string
	for _, file := range files {
		stacks = append(stacks, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	if !slices.Contains(stacks, d.stack) {
		return fmt.Errorf("stack %q does not exist; must be one of %s", d.stack, strings.Join(stacks, ", "))
	}
	if d.gitops && d.stack != "prod" {
		return fmt.Errorf("GITOPS=1 requires the stack prod: %s has no roles for it", d.stack)
	}
	return nil
}

// stay keeps the stack and Argo CD running for commands in a second terminal.
func (d demo) stay(ctx context.Context, argo *session, stack *engine.Stack) (err error) {
	languages, stop, err := engine.ServeGo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	stack.Env["PULUMI_DEBUG_LANGUAGES"] = languages
	if err := argo.printCommands(stack, d); err != nil {
		return err
	}
	argo.screen.printf("\nArgo CD keeps running until Ctrl-C.\n")
	<-ctx.Done()
	argo.screen.printf("\nStopped; all processes and files removed.\n")
	return nil
}
