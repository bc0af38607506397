// Command demo deploys a shipped stack with the real Pulumi engine onto a
// simulated Azure, signs in to the real Argo CD and destroys the stack.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	program "argocd-on-aks/infra/stack"
	"argocd-on-aks/tests/azuresim"
	"argocd-on-aks/tests/engine"
)

func main() {
	var d demo
	flag.StringVar(&d.repository, "repository", ".", "folder of Pulumi.yaml")
	flag.StringVar(&d.stack, "stack", "dev", "stack to deploy: Pulumi.<stack>.yaml")
	flag.BoolVar(&d.keep, "keep", false, "leave the stack and Argo CD until Ctrl-C")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := d.run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type demo struct {
	repository, stack string
	keep              bool
}

func (d demo) run(ctx context.Context, out io.Writer) (err error) {
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
	azure := azuresim.New()
	stack, err := engine.Open(ctx, azure, program.Deploy, d.repository, home, d.stack, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()

	if err := deploy(ctx, out, stack); err != nil {
		return err
	}
	if err := printOutputs(ctx, out, stack); err != nil {
		return err
	}
	argo, err := startArgoCD(ctx, out, stack, azure, home)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, argo.close()) }()
	if err := argo.signIn(ctx, out); err != nil {
		return err
	}
	if d.keep {
		if err := argo.explain(out, stack, d); err != nil {
			return err
		}
		fmt.Fprintln(out, "\nAll of it stays until Ctrl-C.")
		<-ctx.Done()
		return nil
	}
	if err := destroy(ctx, out, stack, azure); err != nil {
		return err
	}
	printOperations(out, azure)
	fmt.Fprintln(out, "\nNothing is left in the tenant and the subscription.")
	return nil
}

// knows wants the stack to be one of the repository's.
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
	return nil
}

func deploy(ctx context.Context, out io.Writer, stack *engine.Stack) error {
	title(out, "pulumi preview")
	if _, err := stack.Preview(ctx); err != nil {
		return err
	}
	title(out, "pulumi up")
	if _, err := stack.Up(ctx); err != nil {
		return err
	}
	title(out, "pulumi up, with nothing to change")
	changed, err := stack.Up(ctx)
	if err != nil {
		return err
	}
	if len(changed) != 1 || changed["same"] == 0 {
		return fmt.Errorf("the second up changed something: %v", changed)
	}
	return nil
}

func destroy(ctx context.Context, out io.Writer, stack *engine.Stack, azure *azuresim.Azure) error {
	title(out, "pulumi destroy")
	if err := unprotect(ctx, out, stack); err != nil {
		return err
	}
	if _, err := stack.Destroy(ctx); err != nil {
		return err
	}
	if left := azure.IDs(); len(left) > 0 {
		return fmt.Errorf("destroy left %s", strings.Join(left, ", "))
	}
	return nil
}

// unprotect lets a protected stack go, as its owner would.
func unprotect(ctx context.Context, out io.Writer, stack *engine.Stack) error {
	protect, err := stack.GetConfig(ctx, "argocd-on-aks:protect")
	if err != nil || protect.Value != "true" {
		return nil // no such value: not protected
	}
	fmt.Fprintln(out, "The stack is protected. Setting protect to false first:")
	if err := stack.SetConfig(ctx, "argocd-on-aks:protect", auto.ConfigValue{Value: "false"}); err != nil {
		return err
	}
	_, err = stack.Up(ctx)
	return err
}

func title(out io.Writer, text string) { fmt.Fprintf(out, "\n=== %s\n\n", text) }

func printOutputs(ctx context.Context, out io.Writer, stack *engine.Stack) error {
	title(out, "outputs")
	outputs, err := stack.Outputs(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, key := range slices.Sorted(maps.Keys(outputs)) {
		if key != "readme" {
			fmt.Fprintf(table, "%s\t%v\n", key, outputs[key].Value)
		}
	}
	return table.Flush()
}

func printOperations(out io.Writer, azure *azuresim.Azure) {
	title(out, "what Azure did, and about how long real Azure takes")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var total time.Duration
	for _, operation := range azure.Operations() {
		kind := operation.Type[strings.LastIndex(operation.Type, ":")+1:]
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", operation.Verb, kind, path.Base(operation.ID), operation.Duration)
		total += operation.Duration
	}
	_ = table.Flush()
	fmt.Fprintf(out, "One after another: %s. Pulumi runs what it can side by side.\n", total)
}
