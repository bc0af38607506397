package acceptance

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Facts are the properties of a stack as Azure returns them. The zero value is an empty
// Azure.
type Facts struct {
	Deployed bool
	// ClientID and Issuer identify the application and the cluster, and reveal unreported
	// replacements.
	ClientID, Issuer string
	TrustedIssuers   []string
	RedirectURIs     []string
	Tags             map[string]string // the cluster's
	AuthorizedRanges []string
	Pools            []string
	SystemTaints     []string
	DefaultRole      string
}

// differ returns an error for each fact that differs.
func (f Facts) differ(want Facts) error {
	var errs []error
	is, should := reflect.ValueOf(f), reflect.ValueOf(want)
	for i := range is.NumField() {
		if got, want := is.Field(i).Interface(), should.Field(i).Interface(); !reflect.DeepEqual(got, want) {
			errs = append(errs, fmt.Errorf("on Azure %s is %v, want %v", is.Type().Field(i).Name, got, want))
		}
	}
	return errors.Join(errs...)
}

// facts reads the facts and the IDs of existing objects from the target.
func (j Target) facts(ctx context.Context) (Facts, []string, error) {
	ids, err := j.Exists(ctx)
	if err != nil {
		return Facts{}, nil, fmt.Errorf("existing objects: %w", err)
	}
	if len(ids) == 0 {
		return Facts{}, nil, nil
	}
	answers, err := j.Answers(ctx)
	if err != nil {
		return Facts{}, ids, fmt.Errorf("properties of %v: %w", ids, err)
	}
	facts, err := read(answers)
	return facts, ids, err
}

// read parses the answers. It ignores the case of JSON keys, since az changes the case of
// some of them.
func read(answers Answers) (Facts, error) {
	var cluster struct {
		Tags                   map[string]string
		APIServerAccessProfile struct{ AuthorizedIPRanges []string }
		OIDCIssuerProfile      struct{ IssuerURL string }
		AgentPoolProfiles      []struct {
			Name, Mode string
			NodeTaints []string
		}
	}
	var extension struct{ ConfigurationSettings map[string]string }
	var application struct {
		AppID, ClientID string // the names in Microsoft Graph and in the provider
		Web             struct{ RedirectURIs []string }
	}
	var credentials []struct{ Issuer string }
	if err := errors.Join(
		decode("cluster", answers.Cluster, &cluster), decode("extension", answers.Extension, &extension),
		decode("application", answers.Application, &application), decode("credentials", answers.Credentials, &credentials),
	); err != nil {
		return Facts{}, err
	}
	facts := Facts{
		Deployed: true,
		ClientID: cmp.Or(application.AppID, application.ClientID), Issuer: cluster.OIDCIssuerProfile.IssuerURL,
		RedirectURIs: sorted(application.Web.RedirectURIs), AuthorizedRanges: sorted(cluster.APIServerAccessProfile.AuthorizedIPRanges),
		DefaultRole: extension.ConfigurationSettings[`configs.rbac.policy\.default`],
	}
	if len(cluster.Tags) > 0 {
		facts.Tags = maps.Clone(cluster.Tags)
	}
	for _, credential := range credentials {
		facts.TrustedIssuers = append(facts.TrustedIssuers, credential.Issuer)
	}
	for _, pool := range cluster.AgentPoolProfiles {
		facts.Pools = append(facts.Pools, pool.Name)
		if pool.Mode == "System" {
			facts.SystemTaints = sorted(pool.NodeTaints)
		}
	}
	slices.Sort(facts.Pools)
	return facts, nil
}

func decode(what string, answer json.RawMessage, into any) error {
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s: %w: %s", what, err, answer)
	}
	return nil
}

// sorted also turns nil into an empty list.
func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
