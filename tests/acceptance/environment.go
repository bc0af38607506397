package acceptance

import (
	"cmp"
	"fmt"
	"strings"
)

// Environment is the configuration of a run on a real Azure.
type Environment struct {
	Subscription string
	Config
	Slow bool
}

// ReadEnvironment reads the environment variables with get and finds commands with look.
// Its error lists everything that is missing.
func ReadEnvironment(get func(string) string, look func(string) (string, error)) (Environment, error) {
	e := Environment{
		Subscription: cmp.Or(get("ARM_SUBSCRIPTION_ID"), get("AZURE_SUBSCRIPTION_ID")),
		Config: Config{
			Group:       get("ACCEPTANCE_GROUP"),
			Region:      cmp.Or(get("ACCEPTANCE_REGION"), "westus3"),
			Domain:      cmp.Or(get("ACCEPTANCE_DOMAIN"), "localhost:9000"),
			OtherDomain: "localhost:9443",
		},
		Slow: get("ACCEPTANCE_SLOW") == "1",
	}
	var missing []string
	if e.Subscription == "" {
		missing = append(missing, "ARM_SUBSCRIPTION_ID or AZURE_SUBSCRIPTION_ID: the subscription to deploy to")
	}
	if e.Group == "" {
		missing = append(missing, "ACCEPTANCE_GROUP: display name or object ID of an Entra security group")
	}
	if !strings.HasPrefix(e.Domain, "localhost:") || e.Domain == e.OtherDomain {
		missing = append(missing, "ACCEPTANCE_DOMAIN: must be localhost with a port other than 9443, not "+e.Domain)
	}
	if _, err := look("az"); err != nil {
		missing = append(missing, "az, the Azure CLI, on PATH and signed in (az login)")
	}
	if len(missing) > 0 {
		return e, fmt.Errorf("nothing was created. The acceptance tests on a real Azure require:\n  %s", strings.Join(missing, "\n  "))
	}
	return e, nil
}
