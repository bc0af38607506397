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
	// Counts is the number of resources by operation ("create", "same", ...).
	Counts map[string]int
	// Steps are the operations on resources, in the order in which they begin.
	Steps []Step
	// Warnings are the warnings that the CLI would print.
	Warnings []string
	// Outputs are the known outputs of the stack.
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

// verbs are the engine's operations by CLI command (apply in pkg/backend/diy/backend.go of
// https://github.com/pulumi/pulumi v3.259.0).
var verbs = map[string]func(pulumi.UpdateInfo, *pulumi.Context, pulumi.UpdateOptions, bool) (*deploy.Plan, display.ResourceChanges, error){
	"preview": pulumi.Update,
	"up":      pulumi.Update,
	"refresh": pulumi.Refresh,
	"destroy": pulumi.Destroy,
}

// parallel is the CLI's default number of parallel operations on four cores.
const parallel = 16

// update runs an operation of Pulumi's engine in this process. The state comes from the
// engine's journal, as in Pulumi's own tests, which compare it with the CLI's state
// (engine/lifecycletest/framework/framework.go).
func (s *Stack) update(ctx context.Context, verb string) (report Report, err error) {
	preview := verb == "preview"
	info, err := s.target(ctx)
	if err != nil {
		return report, err
	}
	began := time.Now()
	cancellation, source := cancel.NewContext(context.WithoutCancel(ctx))
	defer source.Terminate() // also closes the host
	defer context.AfterFunc(ctx, source.Cancel)()

	journal := pulumi.NewTestJournal()
	events := make(chan pulumi.Event)
	diagnostics := make(chan []string)
	go func() { diagnostics <- s.listen(events, &report) }()
	_, _, err = verbs[verb](info, &pulumi.Context{Cancel: cancellation, Events: events, SnapshotManager: journal}, pulumi.UpdateOptions{
		Parallel:             parallel,
		HostFactory:          s.host,
		SkipPluginPreInstall: true,
	}, preview)
	close(events)
	printed := <-diagnostics
	if result.IsBail(err) {
		err = errors.New("failed") // the reason is in printed
	}
	failed := err != nil
	err = errors.Join(err, journal.Close())
	if !preview {
		err = errors.Join(err, s.saveJournal(journal, info.Target.Snapshot), s.recordHistory(verb, began, info.Target.Config, failed))
	}
	if err != nil {
		return report, fmt.Errorf("pulumi %s: %w\n%s", verb, err, strings.Join(printed, "\n"))
	}
	return report, nil
}

// saveJournal saves the state after an operation, including a failed one.
func (s *Stack) saveJournal(journal *pulumi.TestJournal, before *deploy.Snapshot) error {
	after, err := journal.Entries().Snap(before)
	if err != nil {
		return fmt.Errorf("the state: %w", err)
	}
	return s.save(after)
}

// target returns the stack with its configuration and state.
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

// listen collects the report until the events end, and returns the CLI's "Diagnostics"
// messages.
func (s *Stack) listen(events <-chan pulumi.Event, report *Report) (printed []string) {
	report.Counts = map[string]int{}
	for event := range events {
		switch payload := event.Payload().(type) {
		case pulumi.ResourcePreEventPayload:
			report.Steps = append(report.Steps, step(payload.Metadata))
			fmt.Fprintf(s.log, "%-10s %s\n", payload.Metadata.Op, payload.Metadata.URN.Name())
		case pulumi.ResourceOutputsEventPayload:
			if payload.Metadata.Type == resource.RootStackType && payload.Metadata.New != nil {
				report.Outputs = payload.Metadata.New.Outputs.MapRepl(nil, plain)
			}
		case pulumi.SummaryEventPayload:
			for op, count := range payload.ResourceChanges {
				report.Counts[string(op)] = count
			}
		case pulumi.DiagEventPayload:
			text := strings.TrimSpace(colors.Never.Colorize(payload.Prefix + payload.Message))
			fmt.Fprintln(s.log, text)
			if payload.Ephemeral || payload.Severity == diag.Debug {
				continue
			}
			printed = append(printed, text)
			if payload.Severity == diag.Warning {
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
