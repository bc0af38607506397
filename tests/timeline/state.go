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

// Resource is a resource of a stack that an engine manages in Azure.
type Resource struct {
	Name, Type, ID string
	// Needs are the names of its dependencies.
	Needs []string
	// DeletedWith is the name of the resource whose deletion also deletes it (deletedWith), or
	// "".
	DeletedWith string

	urn   resource.URN
	after map[resource.URN]bool
	level int
}

// WaitsFor reports whether a resource depends on another one, directly or not.
func (r Resource) WaitsFor(other Resource) bool { return r.after[other.urn] }

// node is an entry of a state. Components, providers and read resources pass on their
// dependencies.
type node struct {
	parent    *node
	component bool
	// done are the resources that exist once the node is done, inside those of a component.
	done, inside []Resource
	// level is the length of the longest chain of dependencies, deepest the highest level
	// in a component.
	level, deepest int
}

// Resources returns the resources in a stack's state, which lists dependencies first.
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

// newNode returns the node of a resource. It depends on its parent, on its dependencies,
// and on the contents of components listed before it, as in DependenciesOf in
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

// resource returns the resource of a node with its dependencies.
func (n *node) resource(r apitype.ResourceV3) Resource {
	read := Resource{Name: r.URN.Name(), Type: string(r.Type), ID: string(r.ID), urn: r.URN, after: map[resource.URN]bool{}, level: n.level}
	if r.DeletedWith != "" {
		read.DeletedWith = r.DeletedWith.Name()
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

// Deletions returns the tasks of an engine that deletes resources. It deletes one level
// after the other, starting with the highest (ScheduleDeletes in
// pkg/resource/deploy/step_generator.go of https://github.com/pulumi/pulumi v3.259.0).
// Resources with deletedWith have no task.
func Deletions(resources []Resource, takes func(token string) time.Duration) []Task {
	deleted := slices.DeleteFunc(slices.Clone(resources), func(r Resource) bool { return r.DeletedWith != "" })
	slices.SortStableFunc(deleted, func(a, b Resource) int { return cmp.Compare(b.level, a.level) })
	var tasks []Task
	var before, now []string // names on the previous and the current level
	for i, r := range deleted {
		if i > 0 && r.level < deleted[i-1].level {
			before, now = now, nil
		}
		now = append(now, r.Name)
		tasks = append(tasks, Task{Name: r.Name, Takes: takes(r.Type), Needs: before})
	}
	return tasks
}

// Tasks returns the tasks of an engine that creates resources.
func Tasks(resources []Resource, takes func(token string) time.Duration) []Task {
	tasks := make([]Task, 0, len(resources))
	for _, r := range resources {
		tasks = append(tasks, Task{Name: r.Name, Takes: takes(r.Type), Needs: r.Needs})
	}
	return tasks
}
