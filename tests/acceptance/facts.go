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

// Facts are how Azure describes a stack, not what was asked for. The zero value
// is that nothing is there.
type Facts struct {
	Deployed bool
	// ClientID and Issuer change only with another application and another
	// cluster: they show a replacement that nobody reported.
	ClientID, Issuer string
	TrustedIssuers   []string
	RedirectURIs     []string
	Tags             map[string]string // the cluster's
	AuthorizedRanges []string
	Pools            []string
	SystemTaints     []string
	DefaultRole      string
}

// differ names what is not as it should be.
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

// facts asks the judge what is there, and what it is like.
func (j Judge) facts(ctx context.Context) (Facts, []string, error) {
	ids, err := j.Exists(ctx)
	if err != nil {
		return Facts{}, nil, fmt.Errorf("what exists: %w", err)
	}
	if len(ids) == 0 {
		return Facts{}, nil, nil
	}
	answers, err := j.Answers(ctx)
	if err != nil {
		return Facts{}, ids, fmt.Errorf("what Azure answers, with %v there: %w", ids, err)
	}
	facts, err := read(answers)
	return facts, ids, err
}

// read takes the facts from the answers. JSON keys are matched without regard to
// case, as the az command writes some of them in its own way.
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
		AppID, ClientID string // Graph's name, and the provider's
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

// sorted has no difference between an empty list and none.
func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
