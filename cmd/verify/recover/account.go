package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"

	"argocd-on-aks/cmd/verify/azure"
)

// account is where the stack's objects are. It is found as the provider finds it:
// configuration, environment, az login.
// https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
type account struct {
	Subscription string `json:"id"`
	Tenant       string `json:"tenantId"`
	cloud        string
}

func accountOf(ctx context.Context, p *program) (a account, err error) {
	a = account{
		Subscription: cmp.Or(p.Config["azure-native:subscriptionId"], os.Getenv("ARM_SUBSCRIPTION_ID")),
		Tenant:       cmp.Or(p.Config["azure-native:tenantId"], os.Getenv("ARM_TENANT_ID"), os.Getenv("AZURE_TENANT_ID")),
		cloud:        p.Config[p.project()+":cloud"],
	}
	if a.Subscription != "" && a.Tenant != "" {
		return a, nil
	}
	output, err := exec.CommandContext(ctx, "az", "account", "show", "-o", "json").Output()
	if err != nil {
		return a, fmt.Errorf("which subscription? run az login, then az account set: %w", err)
	}
	var signedIn account
	if err := json.Unmarshal(output, &signedIn); err != nil {
		return a, fmt.Errorf("az account show: %w", err)
	}
	a.Subscription, a.Tenant = cmp.Or(a.Subscription, signedIn.Subscription), cmp.Or(a.Tenant, signedIn.Tenant)
	return a, nil
}

// signIn has a client that only reads.
func (a account) signIn(ctx context.Context, web *http.Client) (*azure.Client, error) {
	place := azure.At(a.cloud, a.Tenant)
	credential, err := azure.NewCredential(place, web)
	if err != nil {
		return nil, err
	}
	return azure.NewClient(ctx, place, credential, web)
}
