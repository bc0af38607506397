package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	infra "github.com/OWNER/argocd-on-aks/infra/azure"
)

// account identifies the subscription and the tenant of the stack's objects, from the same
// sources as in the provider: configuration, environment, az login.
// https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
type account struct {
	Subscription string `json:"id"`
	Tenant       string `json:"tenantId"`
	cloud        string
}

// accountOf returns the account. It returns an error if the providers use different tenants.
func accountOf(ctx context.Context, p *program) (a account, err error) {
	a = account{
		Subscription: cmp.Or(p.Config["azure-native:subscriptionId"], os.Getenv("ARM_SUBSCRIPTION_ID")),
		Tenant:       cmp.Or(p.Config["azure-native:tenantId"], os.Getenv("ARM_TENANT_ID"), os.Getenv("AZURE_TENANT_ID")),
		cloud:        p.Config[p.project()+":cloud"],
	}
	// https://www.pulumi.com/registry/packages/azuread/installation-configuration/
	entra := cmp.Or(p.Config["azuread:tenantId"], os.Getenv("ARM_TENANT_ID"))
	if a.Subscription == "" || a.Tenant == "" {
		signedIn, err := signedInAccount(ctx)
		if err != nil {
			return a, err
		}
		a.Subscription, a.Tenant = cmp.Or(a.Subscription, signedIn.Subscription), cmp.Or(a.Tenant, signedIn.Tenant)
		entra = cmp.Or(entra, signedIn.Tenant)
	}
	entra = cmp.Or(entra, a.Tenant)
	errs := []error{
		guid("azure-native:subscriptionId", a.Subscription), guid("azure-native:tenantId", a.Tenant), guid("azuread:tenantId", entra),
	}
	if !azure.SameID(entra, a.Tenant) {
		errs = append(errs, fmt.Errorf("azuread:tenantId %q differs from the tenant %q of azure-native; set both to the same tenant", entra, a.Tenant))
	}
	return a, errors.Join(errs...)
}

// signedInAccount returns the account that az uses.
func signedInAccount(ctx context.Context) (a account, err error) {
	output, err := exec.CommandContext(ctx, "az", "account", "show", "-o", "json").Output()
	if err != nil {
		return a, fmt.Errorf("no subscription is configured or selected; run `az login`, then `az account set`: %w", err)
	}
	if err := json.Unmarshal(output, &a); err != nil {
		return a, fmt.Errorf("az account show: %w", err)
	}
	return a, nil
}

// guid returns an error unless a value is a GUID.
func guid(key, value string) error {
	switch {
	case infra.IsGUID(value):
		return nil
	case value == "[secret]": // as printed by pulumi preview
		return fmt.Errorf("%s must not be a secret, which pulumi preview hides; set it without --secret", key)
	}
	return fmt.Errorf("%s %q is not a valid GUID", key, value)
}

// signIn returns a client that only reads.
func (a account) signIn(ctx context.Context, web *http.Client) (*azure.Client, error) {
	place := azure.At(a.cloud, a.Tenant)
	credential, err := azure.NewCredential(place, web)
	if err != nil {
		return nil, err
	}
	return azure.NewClient(ctx, place, azure.InTenant(credential, a.Tenant), web)
}
