package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// operate runs a command of the CLI that works on the stack's resources, and counts
// these by what it did with them. The automation API would start the CLI three times
// more to tell the outputs and the history.
func (s *Stack) operate(ctx context.Context, verb string, flags ...string) (counts map[string]int, err error) {
	events, err := os.CreateTemp("", "argocd-on-aks-events-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, events.Close(), os.Remove(events.Name())) }()
	environment := []string{"PULUMI_DEBUG_COMMANDS=true"} // without which --event-log is not known
	if s.languages != "" {
		environment = append(environment, "PULUMI_DEBUG_LANGUAGES="+s.languages)
	}
	args := append([]string{verb, "--event-log", events.Name()}, flags...)
	stdout, stderr, err := s.run(ctx, []io.Writer{s.log}, environment, args...)
	if err != nil {
		return nil, fmt.Errorf("pulumi %s: %w\n%s\n%s", verb, err, stdout, stderr)
	}
	return summary(events)
}

// summary is what the engine's events say of resources in the end.
func summary(events io.Reader) (map[string]int, error) {
	counts := map[string]int{}
	for all := json.NewDecoder(events); ; {
		var event apitype.EngineEvent
		switch err := all.Decode(&event); {
		case errors.Is(err, io.EOF):
			return counts, nil
		case err != nil:
			return nil, fmt.Errorf("the engine's events: %w", err)
		case event.SummaryEvent == nil:
			continue
		}
		for op, n := range event.SummaryEvent.ResourceChanges {
			counts[string(op)] = n
		}
	}
}
