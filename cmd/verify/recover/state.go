package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/cmd/verify/internal/pulumi"
)

// entry is a resource in a state or a preview.
type entry struct {
	URN    string         `json:"urn"`
	Type   string         `json:"type"`
	ID     string         `json:"id"`
	Inputs map[string]any `json:"inputs"`
	// DependsOn are the URNs of resources by the input that uses their outputs.
	DependsOn map[string][]string `json:"propertyDependencies"`
	// Delete marks a replaced resource that must still be deleted, PendingReplacement a deleted
	// one that must still be replaced.
	Delete             bool `json:"delete"`
	PendingReplacement bool `json:"pendingReplacement"`
}

func (e entry) wanted() azure.Wanted { return azure.Wanted{Type: e.Type, Inputs: e.Inputs} }

// operation is an operation that was in progress when the engine ended.
type operation struct {
	Resource entry  `json:"resource"`
	Type     string `json:"type"`
}

// state is the part of a stack's state that is read.
type state struct {
	Resources         []entry     `json:"resources"`
	PendingOperations []operation `json:"pending_operations"`
}

func export(ctx context.Context, stack string) (state, error) {
	output, err := pulumi.Run(ctx, stack, "stack", "export")
	if err != nil {
		return state{}, err
	}
	var exported struct {
		Deployment state `json:"deployment"`
	}
	if err := json.Unmarshal(output, &exported); err != nil {
		return state{}, fmt.Errorf("stack state: %w", err)
	}
	return exported.Deployment, nil
}

// known returns a resource in the state. For a replaced resource, it is the new one.
func (s state) known(urn string) (found entry, known bool) {
	for _, e := range s.Resources {
		if e.URN == urn && !e.Delete {
			return e, true
		}
	}
	return found, false
}

// own removes the doubts InUse from objects if the state has a resource in them or based on
// them: a refresh that reads a lagging replica may have removed only the object from the state.
// Foreign doubts stay. Resources that this run has adopted, by URN, do not count.
func (s state) own(found []azure.Existing, adopted []string) []azure.Existing {
	for i, one := range found {
		for _, e := range s.Resources {
			if !e.Delete && !e.PendingReplacement && !slices.Contains(adopted, e.URN) && e.builtOn(one) {
				found[i].InUse = nil
			}
		}
	}
	return found
}

// dependsOn reports whether an input uses an output of one of these resources, by URN.
func (e entry) dependsOn(urns map[string]bool) bool {
	for _, all := range e.DependsOn {
		if slices.ContainsFunc(all, func(urn string) bool { return urns[urn] }) {
			return true
		}
	}
	return false
}

// user returns a resource in an object or based on it. A replaced resource uses it until it is
// deleted.
func (s state) user(one azure.Existing) (user entry, used bool) {
	i := slices.IndexFunc(s.Resources, func(e entry) bool { return !e.PendingReplacement && e.builtOn(one) })
	if i < 0 {
		return entry{}, false
	}
	return s.Resources[i], true
}

// trusts returns the federated credentials of all applications.
func (s state) trusts() (all []string) {
	for _, e := range s.Resources {
		if trust := azure.Trust(e.Inputs); trust != "" {
			all = append(all, trust)
		}
	}
	return all
}

// builtOn reports whether a resource is in an object or has its ID in an input.
func (e entry) builtOn(one azure.Existing) bool {
	if strings.HasPrefix(strings.ToLower(e.ID), strings.ToLower(one.ID)+"/") {
		return true
	}
	for _, value := range e.Inputs {
		if text, _ := value.(string); text != "" && (azure.SameID(text, one.ID) || azure.SameID(text, one.ClientID)) {
			return true
		}
	}
	return false
}
