// Package acceptance is the life of a stack as a list of steps, with what must
// hold after each. A [Judge] is an Azure to go through them on, which has the last
// word: the simulated one in `make test`, a real subscription and tenant in
// `make acceptance`.
package acceptance

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Judge is an Azure with one stack of the program on it.
type Judge struct {
	// Stack has no resources and no configuration of its own yet.
	Stack  Stack
	Config Config
	// Slow includes the steps that take long.
	Slow bool
	// Patience is how long Azure may take to show what it has done. Entra's
	// directory takes minutes.
	Patience time.Duration

	// Exists lists the IDs of what there is of the stack, whoever created it.
	Exists func(context.Context) ([]string, error)
	// Answers is asked only when something exists.
	Answers func(context.Context) (Answers, error)
	// Reach connects to the Argo CD of a stack with these outputs. It may say
	// LeftOut.
	Reach func(ctx context.Context, outputs map[string]any) (web *http.Transport, disconnect func() error, err error)

	report *Report
}

// Stack is what the steps ask of a stack. Its commands return the count of
// resources by operation.
type Stack interface {
	// Set sets a key of the configuration; an empty value takes it away.
	Set(ctx context.Context, key, value string) error
	Values(context.Context) (map[string]any, error)
	Preview(context.Context) (map[string]int, error)
	Up(context.Context) (map[string]int, error)
	Refresh(context.Context) (map[string]int, error)
	Destroy(context.Context) (map[string]int, error)
	// TakeOver forgets everything and imports it from what exists.
	Reimport(context.Context) error
}

// Config is what differs from one Azure to another.
type Config struct {
	Region, Group string
	// Domain is Argo CD's at first, OtherDomain the one it moves to.
	Domain, OtherDomain string
}

// Answers is what Azure itself says about a stack's resources, as JSON: the
// cluster's and the extension's properties, and of Microsoft Graph the application
// and the list of its federated credentials.
type Answers struct {
	Cluster, Extension, Application, Credentials json.RawMessage
}

// LeftOut is why a step cannot be done on this Azure.
type LeftOut string

func (l LeftOut) Error() string { return "left out: " + string(l) }
