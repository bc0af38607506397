package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// lifecycle previews, deploys and destroys a stack on the simulated Azure.
type lifecycle struct {
	*screen
	stack *engine.Stack
	azure *azuresim.Azure
}

func (l lifecycle) deploy(ctx context.Context) error {
	l.title("Plan", "pulumi preview")
	if err := l.plan(ctx); err != nil {
		return err
	}
	l.title("Deployment", "pulumi up")
	if err := l.wait("pulumi up", func() error { _, err := l.stack.Up(ctx); return err }); err != nil {
		return err
	}
	if err := l.timeline(ctx); err != nil {
		return err
	}
	var changed map[string]int
	err := l.wait("second pulumi up", func() (err error) { changed, err = l.stack.Up(ctx); return err })
	if err != nil {
		return err
	}
	if len(changed) != 1 || changed["same"] == 0 {
		return fmt.Errorf("the second pulumi up changed resources: %v", changed)
	}
	l.printf("\n  A second pulumi up changes nothing: %d unchanged.\n", changed["same"])
	return nil
}

// plan lists the resources of a preview by component.
func (l lifecycle) plan(ctx context.Context) error {
	if err := l.wait("pulumi preview", func() error { _, err := l.stack.Preview(ctx); return err }); err != nil {
		return err
	}
	var components []resource.URN
	children := map[string][]string{}
	for _, step := range l.stack.Last.Steps {
		kind := string(step.URN.Type())
		switch {
		case step.Custom && !strings.HasPrefix(kind, "pulumi:"):
			children[step.Parent.Name()] = append(children[step.Parent.Name()], l.azure.WithGroupNames(step.URN.Name()))
		case strings.HasPrefix(kind, "argocd-on-aks:"):
			components = append(components, step.URN)
		}
	}
	for _, component := range components {
		l.printf("  %-14s %s\n", component.Type().Name(), wrapped(children[component.Name()], 17))
	}
	return nil
}

// columns is the width of the demo's output.
const columns = 100

// wrapped joins words with commas and wraps the lines, indented after the first one.
func wrapped(words []string, indent int) string {
	var text strings.Builder
	width := indent
	for i, word := range words {
		switch {
		case i > 0 && width+len(", ")+len(word)+len(",") > columns:
			text.WriteString(",\n" + strings.Repeat(" ", indent))
			width = indent
		case i > 0:
			text.WriteString(", ")
			width += len(", ")
		}
		text.WriteString(word)
		width += len(word)
	}
	return text.String()
}

func (l lifecycle) destroy(ctx context.Context) error {
	l.title("Teardown", "pulumi destroy")
	if err := l.unprotect(ctx); err != nil {
		return err
	}
	var deleted map[string]int
	err := l.wait("pulumi destroy", func() (err error) { deleted, err = l.stack.Destroy(ctx); return err })
	if err != nil {
		return err
	}
	if left := l.azure.IDs(); len(left) > 0 {
		return fmt.Errorf("pulumi destroy left %s", strings.Join(left, ", "))
	}
	l.printf("  %d resources deleted. Nothing is left in the tenant or the subscription.\n", deleted["delete"])
	return nil
}

// unprotect removes the protection of a protected stack, as a user does before destroy.
func (l lifecycle) unprotect(ctx context.Context) error {
	if protected, err := l.stack.Protected(); err != nil || !protected {
		return err
	}
	l.printf("  The stack is protected. Protection is removed first:\n")
	l.printf("  pulumi config set protect false && pulumi up\n")
	if err := l.stack.Set(ctx, "protect", "false"); err != nil {
		return err
	}
	return l.wait("pulumi up", func() error { _, err := l.stack.Up(ctx); return err })
}
