package timeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is one of a stack that exists in Azure.
type Resource struct {
	Name, Type, ID string
	// Needs are the names of those that the engine waits for.
	Needs []string
	// GoesWith is the name of the one whose deletion takes it along, "" for none.
	GoesWith string
}

// Resources reads a stack's state, which lists what a resource depends on before the
// resource. The engine waits for what a resource depends on, is deleted with, and what
// the component depends on that it is a part of.
func Resources(deployment json.RawMessage) ([]Resource, error) {
	var state apitype.DeploymentV3
	if err := json.Unmarshal(deployment, &state); err != nil {
		return nil, fmt.Errorf("a stack's state: %w", err)
	}
	var all []Resource
	waits := map[resource.URN][]string{} // for what who waits for it waits
	for _, r := range state.Resources {
		needs := slices.Clone(waits[r.Parent])
		for _, urn := range append(slices.Clone(r.Dependencies), r.DeletedWith) {
			needs = append(needs, waits[urn]...)
		}
		slices.Sort(needs)
		needs = slices.Compact(needs)
		if !r.Custom || strings.HasPrefix(string(r.Type), "pulumi:") {
			waits[r.URN] = needs
			continue
		}
		waits[r.URN] = []string{r.URN.Name()}
		read := Resource{Name: r.URN.Name(), Type: string(r.Type), ID: string(r.ID), Needs: needs}
		if r.DeletedWith != "" {
			read.GoesWith = r.DeletedWith.Name()
		}
		all = append(all, read)
	}
	return all, nil
}

// Tasks are the creations of resources, each in the time that its type takes.
func Tasks(resources []Resource, takes func(token string) time.Duration) []Task {
	tasks := make([]Task, 0, len(resources))
	for _, r := range resources {
		tasks = append(tasks, Task{Name: r.Name, Takes: takes(r.Type), Needs: r.Needs})
	}
	return tasks
}
