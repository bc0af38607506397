package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// operation is an operation on a resource.
type operation struct{ verb, name, token string }

// plan returns the operations of an up, sorted, or none if the preview fails.
func (l *sequenceRun) plan(ctx context.Context) (all []operation, err error) {
	command, printed := l.command(ctx, "preview", "--json")
	command.Stderr = io.Discard
	l.commands++
	if command.Run() != nil {
		return nil, nil
	}
	var preview struct {
		Steps []struct {
			Op  string
			URN urn.URN
		}
	}
	if err := json.NewDecoder(bytes.NewReader(printed.Bytes())).Decode(&preview); err != nil {
		return nil, fmt.Errorf("preview: %w\n%s", err, printed)
	}
	for _, s := range preview.Steps {
		if token := string(s.URN.Type()); strings.HasPrefix(token, "azure") {
			for _, verb := range verbsOf[s.Op] {
				all = append(all, operation{verb, s.URN.Name(), token})
			}
		}
	}
	return sorted(all), nil
}

// verbsOf are the operations by the preview's steps.
var verbsOf = map[string][]string{
	"create": {"create"}, "update": {"update"}, "delete": {"delete"},
	"replace": {"create", "delete"}, "create-replacement": {"create"}, "delete-replaced": {"delete"},
}

// each returns an operation on each resource in the state.
func (s *stack) each(verb string) (all []operation, err error) {
	state, err := s.state()
	for _, r := range state.Resources {
		if r.Custom && !strings.HasPrefix(string(r.Type), "pulumi:") {
			all = append(all, operation{verb, r.URN.Name(), string(r.Type)})
		}
	}
	return sorted(all), err
}

func sorted(all []operation) []operation {
	slices.SortFunc(all, func(x, y operation) int { return strings.Compare(x.verb+x.name, y.verb+y.name) })
	return slices.Compact(all)
}
