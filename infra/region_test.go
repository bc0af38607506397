package infra

import (
	"slices"
	"strings"
	"testing"
)

// TestKnownRegions: a region that is known is neither refused nor doubted in its
// own cloud, is in no other, and its display name leads to it.
func TestKnownRegions(t *testing.T) {
	t.Parallel()
	all := map[string]Cloud{}
	for cloud, names := range regions {
		if !slices.IsSorted(names) {
			t.Errorf("the regions of %s are not sorted: %v", cloud, names)
		}
		for _, name := range names {
			if other, twice := all[name]; twice {
				t.Errorf("%s is in %s and in %s", name, cloud, other)
			}
			all[name] = cloud
			if err := checkRegion(name); err != nil {
				t.Error(err)
			}
			if doubt := cloud.RegionDoubt(name); doubt != "" {
				t.Error(doubt)
			}
			if err := checkRegion(strings.ToUpper(name)); err == nil || !strings.HasSuffix(err.Error(), "did you mean "+name+"?") {
				t.Errorf("%s in capitals: %v", name, err)
			}
		}
	}
	if len(regions) != len(hosts) || len(all) < 60 {
		t.Errorf("%d regions of %d clouds", len(all), len(regions))
	}
}

func TestRegionDoubt(t *testing.T) {
	t.Parallel()
	const ask = ` Those of your subscription: az account list-locations --query "[].name" --output tsv`
	for _, c := range []struct {
		cloud      Cloud
		name, want string
	}{
		{"", "westus3", ""},
		{"", "westeurop", `"westeurop" is no region of the cloud public that this release knows; did you mean westeurope?` + ask},
		{CloudPublic, "uksuoth", "did you mean uksouth?"},
		{CloudPublic, "southcentralus7", "did you mean southcentralus?"},
		{CloudPublic, "atlantis", `"atlantis" is no region of the cloud public that this release knows.` + ask},
		{CloudPublic, "usgovvirginia", `"usgovvirginia" is a region of the cloud usgovernment, and this is public`},
		{CloudUSGovernment, "westus3", `"westus3" is a region of the cloud public, and this is usgovernment`},
		{CloudUSGovernment, "usgovvirgina", "did you mean usgovvirginia?"},
		{CloudChina, "chinanorth4", "did you mean chinanorth?"},
	} {
		if got := c.cloud.RegionDoubt(c.name); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s in %q: got %q, want %q", c.name, c.cloud, got, c.want)
		}
	}
}
