package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/display"
	pulumi "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/util/cancel"
	pkgworkspace "github.com/pulumi/pulumi/pkg/v3/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/esc"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/result"
)

// Report is the engine's report on an operation.
type Report struct {
	// Counts has the number of resources by operation ("create", "same", ...).
	Counts map[string]int
	// Steps has the operations on resources, in the order in which they begin.
	Steps []Step
	// Warnings has the warnings that the CLI would print.
	Warnings []string
	// Outputs has the known outputs of the stack.
	Outputs map[string]any
}

// Step is an operation on one resource.
type Step struct {
	// Op is the operation, such as create or update.
	Op          string
	URN, Parent resource.URN
	// Custom is false for a component.
	Custom bool
}

// verbs are the engine's operations by the CLI's command that runs them (apply in
// pkg/backend/diy/backend.go of https://github.com/pulumi/pulumi v3.259.0).
var verbs = map[string]func(pulumi.UpdateInfo, *pulumi.Context, pulumi.UpdateOptions, bool) (*deploy.Plan, display.ResourceChanges, error){
	"preview": pulumi.Update,
	"up":      pulumi.Update,
	"refresh": pulumi.Refresh,
	"destroy": pulumi.Destroy,
}

// parallel is the number of operations that run at once, the CLI's default on four cores.
const parallel = 16

// update runs an operation of Pulumi's engine in this process. The state comes from the
// engine's journal, as in Pulumi's own tests, which compare it with the state that the CLI
// writes (engine/lifecycletest/framework/framework.go).
func (s *Stack) update(ctx context.Context, verb string) (report Report, err error) {
	preview := verb == "preview"
	info, err := s.target(ctx)
	if err != nil {
		return report, err
	}
	began := time.Now()
	cancellation, source := cancel.NewContext(context.WithoutCancel(ctx))
	defer source.Terminate() // closes the host
	defer context.AfterFunc(ctx, source.Cancel)()

	journal := pulumi.NewTestJournal()
	events := make(chan pulumi.Event)
	heard := make(chan []string)
	go func() { heard <- s.listen(events, &report) }()
	_, _, err = verbs[verb](info, &pulumi.Context{Cancel: cancellation, Events: events, SnapshotManager: journal}, pulumi.UpdateOptions{
		Parallel:             parallel,
		HostFactory:          s.host,
		SkipPluginPreInstall: true,
	}, preview)
	close(events)
	printed := <-heard
	if result.IsBail(err) {
		err = errors.New("failed") // printed says why
	}
	failed := err != nil
	err = errors.Join(err, journal.Close())
	if !preview {
		err = errors.Join(err, s.keep(journal, info.Target.Snapshot), s.remember(verb, began, info.Target.Config, failed))
	}
	if err != nil {
		return report, fmt.Errorf("pulumi %s: %w\n%s", verb, err, strings.Join(printed, "\n"))
	}
	return report, nil
}

// keep writes the state that an operation leaves, also one that failed.
func (s *Stack) keep(journal *pulumi.TestJournal, before *deploy.Snapshot) error {
	after, err := journal.Entries().Snap(before)
	if err != nil {
		return fmt.Errorf("the state: %w", err)
	}
	return s.save(after)
}

// target is the stack with its configuration and its state.
func (s *Stack) target(ctx context.Context) (info pulumi.UpdateInfo, err error) {
	settings, err := s.settings()
	if err != nil {
		return info, err
	}
	manager, err := s.secrets(settings)
	if err != nil {
		return info, err
	}
	err = pkgworkspace.ValidateStackConfigAndApplyProjectConfig(ctx, s.Name, s.project, esc.Value{}, settings.Config, manager.Encrypter(), manager.Decrypter())
	if err != nil {
		return info, err
	}
	snapshot, err := s.load(ctx)
	if err != nil {
		return info, err
	}
	name, err := tokens.ParseStackName(s.Name)
	return pulumi.UpdateInfo{Root: s.Dir, Project: s.project, Target: &deploy.Target{
		Name: name, Organization: "organization", Config: settings.Config, Decrypter: manager.Decrypter(), Snapshot: snapshot,
	}}, err
}

// listen collects the engine's report until the events end, and returns the messages that
// the CLI prints below "Diagnostics".
func (s *Stack) listen(events <-chan pulumi.Event, report *Report) (printed []string) {
	report.Counts = map[string]int{}
	for event := range events {
		switch said := event.Payload().(type) {
		case pulumi.ResourcePreEventPayload:
			report.Steps = append(report.Steps, step(said.Metadata))
			fmt.Fprintf(s.log, "%-10s %s\n", said.Metadata.Op, said.Metadata.URN.Name())
		case pulumi.ResourceOutputsEventPayload:
			if said.Metadata.Type == resource.RootStackType && said.Metadata.New != nil {
				report.Outputs = said.Metadata.New.Outputs.MapRepl(nil, plain)
			}
		case pulumi.SummaryEventPayload:
			for op, count := range said.ResourceChanges {
				report.Counts[string(op)] = count
			}
		case pulumi.DiagEventPayload:
			if said.Severity == diag.Debug {
				continue // the azuread plugin sends each request and response
			}
			text := strings.TrimSpace(colors.Never.Colorize(said.Prefix + said.Message))
			fmt.Fprintln(s.log, text)
			if said.Ephemeral {
				continue
			}
			printed = append(printed, text)
			if said.Severity == diag.Warning {
				report.Warnings = append(report.Warnings, text)
			}
		}
	}
	return printed
}

func step(metadata pulumi.StepEventMetadata) Step {
	s := Step{Op: string(metadata.Op), URN: metadata.URN}
	for _, state := range []*pulumi.StepEventStateMetadata{metadata.Old, metadata.New} {
		if state != nil {
			s.Parent, s.Custom = state.Parent, state.Custom
		}
	}
	return s
}
