// Package acceptance defines the lifecycle of a stack as a list of steps with the expected
// result of each. The steps run on a [Target]: the simulated Azure in `make test`, a real
// subscription and tenant in `make acceptance`.
package acceptance

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Target is an Azure on which the steps run.
type Target struct {
	// Stack is a stack without resources and configuration.
	Stack  Stack
	Config Config
	// Slow includes the slow steps.
	Slow bool
	// Patience is the time in which Azure shows a change. Entra can take minutes.
	Patience time.Duration

	// Exists returns the IDs of all objects with the stack's name.
	Exists func(context.Context) ([]string, error)
	// Answers is called only if objects exist.
	Answers func(context.Context) (Answers, error)
	// Reach connects to the Argo CD of a stack with these outputs. It can return Skipped.
	Reach func(ctx context.Context, outputs map[string]any) (web *http.Transport, disconnect func() error, err error)

	report *Report
}

// Stack is a stack that the steps operate on. Its commands return the number of resources
// by operation.
type Stack interface {
	// Set sets a key of the configuration. An empty value removes it.
	Set(ctx context.Context, key, value string) error
	Values(context.Context) (map[string]any, error)
	Preview(context.Context) (map[string]int, error)
	Up(context.Context) (map[string]int, error)
	Refresh(context.Context) (map[string]int, error)
	Destroy(context.Context) (map[string]int, error)
	// Reimport removes all resources from the state and imports them again.
	Reimport(context.Context) error
}

// Config is the configuration for one Azure.
type Config struct {
	Region, Group string
	// Domain is the first domain of Argo CD, OtherDomain the second.
	Domain, OtherDomain string
}

// Answers are the properties of a stack's resources as JSON: the cluster and the extension
// from the resource manager, the application and its federated credentials from Microsoft
// Graph.
type Answers struct {
	Cluster, Extension, Application, Credentials json.RawMessage
}

// Skipped is the reason for skipping a step on this Azure.
type Skipped string

func (l Skipped) Error() string { return "skipped: " + string(l) }
