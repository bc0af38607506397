package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/OWNER/argocd-on-aks/verify"
)

// outputNames are the outputs in docs/configuration.md. All domains of the steps are on
// localhost, because only these have a portForwardCommand.
var outputNames = []string{
	"access", "argocdUrl", "clientId", "clusterName", "entraIssuerUrl", "getCredentialsCommand", "loginCommand",
	"oidcIssuerUrl", "portForwardCommand", "readme", "redirectUris", "resourceGroupName", "settings", "tenantId",
}

// outputsAgree compares the outputs with the documented list and with Azure.
func outputsAgree(ctx context.Context, j Target) error {
	outputs, err := j.Stack.Values(ctx)
	if err != nil {
		return fmt.Errorf("outputs: %w", err)
	}
	if names := slices.Sorted(maps.Keys(outputs)); !slices.Equal(names, outputNames) {
		return fmt.Errorf("outputs %v, want %v", names, outputNames)
	}
	facts, _, err := j.facts(ctx)
	if err != nil {
		return err
	}
	for name, want := range map[string]string{
		"clientId": facts.ClientID, "oidcIssuerUrl": facts.Issuer, "argocdUrl": "https://" + j.Config.Domain,
	} {
		if outputs[name] != want {
			return fmt.Errorf("output %s is %v, want %s", name, outputs[name], want)
		}
	}
	for name, value := range outputs {
		if text := fmt.Sprint(value); text == "" || text == "[]" || text == "<nil>" {
			return fmt.Errorf("output %s is empty", name)
		}
	}
	return nil
}

// usersCanSignIn runs `make verify`, and reads the versions for the report.
func usersCanSignIn(ctx context.Context, j Target) (err error) {
	values, err := j.Stack.Values(ctx)
	if err != nil {
		return fmt.Errorf("outputs: %w", err)
	}
	text, err := json.Marshal(values)
	if err != nil {
		return fmt.Errorf("outputs: %w", err)
	}
	outputs, err := verify.ParseOutputs(bytes.NewReader(text))
	if err != nil {
		return err
	}
	web, disconnect, err := j.Reach(ctx, values)
	if err != nil {
		return fmt.Errorf("reaching Argo CD: %w", err)
	}
	defer func() { err = errors.Join(err, disconnect()) }()
	checks := verify.Run(ctx, web, verify.Patience, outputs)
	if verify.Failed(checks) {
		var table bytes.Buffer
		return errors.Join(verify.Print(&table, checks), fmt.Errorf("users cannot sign in:\n%s", &table))
	}
	return j.report.readVersions(ctx, j, fmt.Sprint(values["argocdUrl"]))
}
