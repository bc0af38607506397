package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/cmd/verify/internal/pulumi"
)

// program is the plan of the next up, from pulumi preview --json --import-file. It contains the
// names of the stack's objects.
type program struct {
	Config map[string]string `json:"config"`
	Steps  []struct {
		Op       string `json:"op"`
		NewState *entry `json:"newState"`
	} `json:"steps"`
	Diagnostics []struct {
		Severity string `json:"severity"`
		Message  string `json:"message"`
	} `json:"diagnostics"`

	imports importFile
}

// importFile lists the resources to create, for pulumi import.
type importFile struct {
	NameTable map[string]string `json:"nameTable,omitempty"`
	Resources []map[string]any  `json:"resources"`
}

// preview runs the preview, with the import file in a folder.
func preview(ctx context.Context, stack, dir string) (*program, error) {
	file := filepath.Join(dir, "preview.json")
	output, err := pulumi.Run(ctx, stack, "preview", "--json", "--show-sames", "--import-file", file)
	p := &program{}
	if jsonErr := json.Unmarshal(output, p); err == nil && jsonErr != nil {
		return nil, fmt.Errorf("pulumi preview: %w", jsonErr)
	}
	if err != nil {
		return nil, errors.Join(append(p.errors(), err)...)
	}
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, &p.imports)
	}
	if err != nil {
		return nil, fmt.Errorf("import file of pulumi preview: %w", err)
	}
	return p, nil
}

// errors returns the errors of the preview.
func (p *program) errors() (all []error) {
	for _, d := range p.Diagnostics {
		if d.Severity == "error" {
			all = append(all, errors.New(strings.TrimSpace(d.Message)))
		}
	}
	return all
}

// creates returns the resources that would be created, including replacements.
func (p *program) creates() []entry { return p.steps("create", "create-replacement", "replace") }

// updates returns the resources that would be updated.
func (p *program) updates() []entry { return p.steps("update") }

// steps returns the resources of these operations without duplicates.
func (p *program) steps(operations ...string) (all []entry) {
	for _, step := range p.Steps {
		known := step.NewState != nil && slices.ContainsFunc(all, func(e entry) bool { return e.URN == step.NewState.URN })
		if step.NewState != nil && !known && slices.Contains(operations, step.Op) {
			all = append(all, *step.NewState)
		}
	}
	return all
}

// wanted returns a resource with the federated credentials of an application.
func (p *program) wanted(e entry) azure.Wanted {
	want := e.wanted()
	for _, step := range p.Steps {
		if step.NewState != nil && slices.Contains(step.NewState.DependsOn["applicationId"], e.URN) {
			want.Trusts = append(want.Trusts, azure.Trust(step.NewState.Inputs))
		}
	}
	return want
}

// project returns the name of the Pulumi project, the prefix of configuration keys.
func (p *program) project() string {
	for _, step := range p.Steps {
		if step.NewState != nil {
			return strings.Split(step.NewState.URN, "::")[1]
		}
	}
	return ""
}

// name returns the logical name in a URN.
func name(urn string) string {
	parts := strings.Split(urn, "::")
	return parts[len(parts)-1]
}

// only returns the import file for the resources with these IDs, by URN, and for components,
// which have no ID.
func (f importFile) only(ids map[string]string) importFile {
	var chosen []map[string]any
	for _, resource := range f.Resources {
		if component, _ := resource["component"].(bool); component {
			chosen = append(chosen, resource)
			continue
		}
		for urn, id := range ids {
			if resource["type"] == typeOf(urn) && (resource["name"] == name(urn) || resource["logicalName"] == name(urn)) {
				resource["id"] = id
				chosen = append(chosen, resource)
			}
		}
	}
	return importFile{NameTable: f.NameTable, Resources: chosen}
}

// typeOf returns the type in a URN without the types of the parents.
func typeOf(urn string) string {
	types := strings.Split(urn, "::")[2]
	return types[strings.LastIndex(types, "$")+1:]
}

// adopt imports the resources with these IDs, by URN.
func (p *program) adopt(ctx context.Context, stack, dir string, ids map[string]string) error {
	content, err := json.Marshal(p.imports.only(ids))
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "import.json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return err
	}
	return change(ctx, stack, "import", "--file", file, "--generate-code=false", "--protect=false")
}

// change runs a command that changes the state. Its error contains the output.
func change(ctx context.Context, stack string, args ...string) error {
	output, err := pulumi.Run(ctx, stack, append(args, "--yes", "--skip-preview")...)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
}
