package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
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
	planned := make(chan events.EngineEvent, 1000)
	err := l.wait("pulumi preview", func() error {
		_, err := l.stack.Stack.Preview(ctx, optpreview.ProgressStreams(l.log), optpreview.ErrorProgressStreams(l.log), optpreview.EventStreams(planned))
		return err
	})
	if err != nil {
		return err
	}
	var components []resource.URN
	parts := map[string][]string{}
	for event := range planned {
		if event.ResourcePreEvent == nil || event.ResourcePreEvent.Metadata.New == nil {
			continue
		}
		created := event.ResourcePreEvent.Metadata.New
		urn, parent := resource.URN(created.URN), resource.URN(created.Parent)
		switch {
		case created.Custom && !strings.HasPrefix(created.Type, "pulumi:"):
			parts[parent.Name()] = append(parts[parent.Name()], l.azure.Called(urn.Name()))
		case strings.HasPrefix(created.Type, "argocd-on-aks:"):
			components = append(components, urn)
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
	protect, err := l.stack.GetConfig(ctx, "argocd-on-aks:protect")
	if err != nil || protect.Value != "true" {
		return nil // no such value: not protected
	}
	l.printf("  The stack is protected, and lets go after: pulumi config set protect false && pulumi up\n")
	if err := l.stack.Set(ctx, "protect", "false"); err != nil {
		return err
	}
	return l.wait("pulumi up", func() error { _, err := l.stack.Up(ctx); return err })
}
