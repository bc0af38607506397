package timeline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is a resource of a stack that its engine creates, updates and deletes in Azure.
type Resource struct {
	Name, Type, ID string
	// Needs are the names of those that the engine waits for.
	Needs []string
	// GoesWith is the name of the one whose deletion takes it along, "" for none.
	GoesWith string

	urn   resource.URN
	after map[resource.URN]bool
	level int
}

// WaitsFor reports whether the engine begins a resource only when another one is done.
func (r Resource) WaitsFor(other Resource) bool { return r.after[other.urn] }

// node is an entry of a state. A component, a provider or a resource that is only read stands
// for what it waits for.
type node struct {
	parent    *node
	component bool
	// done are the resources that are done when it is, inside those in a component.
	done, inside []Resource
	// level is the length of the longest chain of dependencies below it, deepest the highest
	// level in a component.
	level, deepest int
}

// Resources reads a stack's state, which lists a resource after those that it depends on.
func Resources(deployment json.RawMessage) ([]Resource, error) {
	var state apitype.DeploymentV3
	if err := json.Unmarshal(deployment, &state); err != nil {
		return nil, fmt.Errorf("a stack's state: %w", err)
	}
	var all []Resource
	nodes := map[resource.URN]*node{}
	for _, r := range state.Resources {
		n, err := newNode(nodes, r)
		if err != nil {
			return nil, fmt.Errorf("a stack's state: %s: %w", r.URN, err)
		}
		nodes[r.URN] = n
		var own []Resource
		if r.Custom && !r.External && !strings.HasPrefix(string(r.Type), "pulumi:") {
			own = []Resource{n.resource(r)}
			n.done = own
			all = append(all, own...)
		}
		for above := n.parent; above != nil && above.component; above = above.parent {
			above.inside, above.deepest = append(above.inside, own...), max(above.deepest, n.level)
		}
	}
	return all, nil
}

// newNode returns the node of a resource that depends on its parent and on others, and on what
// is in a component as far as it comes before: as DependenciesOf in
// pkg/resource/graph/dependency_graph.go of https://github.com/pulumi/pulumi v3.259.0.
func newNode(nodes map[resource.URN]*node, r apitype.ResourceV3) (*node, error) {
	n := &node{parent: nodes[r.Parent], component: !r.Custom}
	if n.parent != nil {
		n.done, n.level = slices.Clone(n.parent.done), n.parent.level+1
	}
	dependencies := append(slices.Concat(slices.Collect(maps.Values(r.PropertyDependencies))...), r.Dependencies...)
	dependencies = append(append(dependencies, r.ReplaceWith...), r.DeletedWith)
	if r.Provider != "" {
		provider, err := providers.ParseReference(r.Provider)
		if err != nil {
			return nil, err
		}
		dependencies = append(dependencies, provider.URN())
	}
	for _, urn := range dependencies {
		if on := nodes[urn]; on != nil {
			n.done = slices.Concat(n.done, on.done, on.inside)
			n.level = max(n.level, on.deepest+1)
		}
	}
	n.deepest = n.level
	return n, nil
}

// resource returns the resource of a node, which waits for what is done before it.
func (n *node) resource(r apitype.ResourceV3) Resource {
	read := Resource{Name: r.URN.Name(), Type: string(r.Type), ID: string(r.ID), urn: r.URN, after: map[resource.URN]bool{}, level: n.level}
	if r.DeletedWith != "" {
		read.GoesWith = r.DeletedWith.Name()
	}
	for _, other := range n.done {
		read.Needs = append(read.Needs, other.Name)
		read.after[other.urn] = true
		maps.Copy(read.after, other.after)
	}
	slices.Sort(read.Needs)
	read.Needs = slices.Compact(read.Needs)
	return read
}

// Deletions are the tasks of an engine that deletes resources, each in the time that its type
// takes: first those on the highest level, and those on the next level when all of them are
// done (ScheduleDeletes in pkg/resource/deploy/step_generator.go of
// https://github.com/pulumi/pulumi v3.259.0). What another's deletion takes along has no task.
func Deletions(resources []Resource, takes func(token string) time.Duration) []Task {
	deleted := slices.DeleteFunc(slices.Clone(resources), func(r Resource) bool { return r.GoesWith != "" })
	slices.SortStableFunc(deleted, func(a, b Resource) int { return cmp.Compare(b.level, a.level) })
	var tasks []Task
	var before, now []string // the names on the level above, and on this one
	for i, r := range deleted {
		if i > 0 && r.level < deleted[i-1].level {
			before, now = now, nil
		}
		now = append(now, r.Name)
		tasks = append(tasks, Task{Name: r.Name, Takes: takes(r.Type), Needs: before})
	}
	return tasks
}

// Tasks are the creations of resources, each in the time that its type takes.
func Tasks(resources []Resource, takes func(token string) time.Duration) []Task {
	tasks := make([]Task, 0, len(resources))
	for _, r := range resources {
		tasks = append(tasks, Task{Name: r.Name, Takes: takes(r.Type), Needs: r.Needs})
	}
	return tasks
}
