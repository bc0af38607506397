package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// life is a stack's, from the plan to its end.
type life struct {
	*screen
	stack *engine.Stack
	azure *azuresim.Azure
}

func (l life) deploy(ctx context.Context) error {
	l.title("The plan", "pulumi preview")
	if err := l.plan(ctx); err != nil {
		return err
	}
	l.title("Deployed", "pulumi up")
	if err := l.wait("pulumi up", func() error { _, err := l.stack.Up(ctx); return err }); err != nil {
		return err
	}
	if err := l.timeline(ctx); err != nil {
		return err
	}
	var changed map[string]int
	err := l.wait("pulumi up, again", func() (err error) { changed, err = l.stack.Up(ctx); return err })
	if err != nil {
		return err
	}
	if len(changed) != 1 || changed["same"] == 0 {
		return fmt.Errorf("the second up changed something: %v", changed)
	}
	l.printf("\n  A second up has nothing to do: %d unchanged.\n", changed["same"])
	return nil
}

// plan lists what a preview would create, by component.
func (l life) plan(ctx context.Context) error {
	if err := l.wait("pulumi preview", func() error { _, err := l.stack.Preview(ctx); return err }); err != nil {
		return err
	}
	var components []resource.URN
	parts := map[string][]string{}
	for _, step := range l.stack.Last.Steps {
		kind := string(step.URN.Type())
		switch {
		case step.Custom && !strings.HasPrefix(kind, "pulumi:"):
			parts[step.Parent.Name()] = append(parts[step.Parent.Name()], l.azure.Called(step.URN.Name()))
		case strings.HasPrefix(kind, "argocd-on-aks:"):
			components = append(components, step.URN)
		}
	}
	for _, component := range components {
		l.printf("  %-14s %s\n", component.Type().Name(), wrapped(parts[component.Name()], 17))
	}
	return nil
}

// wrapped joins words with commas, on lines of up to 110 characters.
func wrapped(words []string, indent int) string {
	var text strings.Builder
	width := indent
	for i, word := range words {
		switch {
		case i > 0 && width+len(word) > 108:
			text.WriteString(",\n" + strings.Repeat(" ", indent))
			width = indent
		case i > 0:
			text.WriteString(", ")
			width += 2
		}
		text.WriteString(word)
		width += len(word)
	}
	return text.String()
}

func (l life) destroy(ctx context.Context) error {
	l.title("Destroyed", "pulumi destroy")
	if err := l.unprotect(ctx); err != nil {
		return err
	}
	var deleted map[string]int
	err := l.wait("pulumi destroy", func() (err error) { deleted, err = l.stack.Destroy(ctx); return err })
	if err != nil {
		return err
	}
	if left := l.azure.IDs(); len(left) > 0 {
		return fmt.Errorf("destroy left %s", strings.Join(left, ", "))
	}
	l.printf("  %d deleted. Nothing is left in the tenant and the subscription.\n", deleted["delete"])
	return nil
}

// unprotect lets a protected stack go, as its owner would.
func (l life) unprotect(ctx context.Context) error {
	if protected, err := l.stack.Protected(); err != nil || !protected {
		return err
	}
	l.printf("  The stack is protected, and lets go after: pulumi config set protect false && pulumi up\n")
	if err := l.stack.Set(ctx, "protect", "false"); err != nil {
		return err
	}
	return l.wait("pulumi up", func() error { _, err := l.stack.Up(ctx); return err })
}
