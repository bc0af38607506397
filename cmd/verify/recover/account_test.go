package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccountOf: both providers use the same tenant, and IDs are GUIDs.
func TestAccountOf(t *testing.T) {
	const (
		sub   = "00000000-0000-4000-8000-00000000000a"
		one   = "00000000-0000-4000-8000-00000000000b"
		other = "00000000-0000-4000-8000-00000000000c"
	)
	for name, c := range map[string]struct {
		config, env map[string]string
		az          string
		tenant      string
		fails       string
	}{
		"configuration":         {config: map[string]string{"azure-native:subscriptionId": sub, "azure-native:tenantId": one, "azuread:tenantId": strings.ToUpper(one)}, tenant: one},
		"environment":           {env: map[string]string{"ARM_SUBSCRIPTION_ID": sub, "ARM_TENANT_ID": one}, tenant: one},
		"az":                    {az: one, tenant: one},
		"another for Entra":     {config: map[string]string{"azure-native:subscriptionId": sub, "azure-native:tenantId": one, "azuread:tenantId": other}, fails: "set both to the same tenant"},
		"only for Entra":        {config: map[string]string{"azuread:tenantId": other}, az: one, fails: "set both to the same tenant"},
		"only for Azure":        {config: map[string]string{"azure-native:tenantId": one}, az: other, fails: "set both to the same tenant"},
		"environment overrides": {config: map[string]string{"azure-native:tenantId": one}, env: map[string]string{"ARM_SUBSCRIPTION_ID": sub, "ARM_TENANT_ID": other}, fails: "set both to the same tenant"},
		"a secret":              {config: map[string]string{"azure-native:subscriptionId": "[secret]"}, az: one, fails: "azure-native:subscriptionId must not be a secret"},
		"a secret of Entra":     {config: map[string]string{"azuread:tenantId": "[secret]"}, az: one, fails: "azuread:tenantId must not be a secret"},
		"a domain":              {config: map[string]string{"azure-native:tenantId": "contoso.onmicrosoft.com", "azuread:tenantId": "contoso.onmicrosoft.com"}, az: one, fails: "is not a valid GUID"},
		"a path":                {config: map[string]string{"azure-native:subscriptionId": sub + "/resourceGroups/x"}, az: one, fails: "is not a valid GUID"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			for _, key := range []string{"ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "AZURE_TENANT_ID"} {
				t.Setenv(key, c.env[key])
			}
			if c.az != "" {
				script := "#!/bin/sh\necho '{\"id\": \"" + sub + "\", \"tenantId\": \"" + c.az + "\"}'\n"
				if err := os.WriteFile(filepath.Join(dir, "az"), []byte(script), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			a, err := accountOf(t.Context(), &program{Config: c.config})
			if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) || err == nil && (a.Tenant != c.tenant || a.Subscription != sub) {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}
