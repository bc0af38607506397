package azure

import (
	"strings"
	"testing"
)

func TestCheckRegion(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"westus3":          "",
		"usgovvirginia":    "",
		"indonesiacentral": "",
		"West US 3":        `"West US 3" is not a valid region name; use westus3`,
		"China East 2":     "use chinaeast2",
		"West Europe":      "use westeurope",
		"WESTUS3":          "use westus3",
		"":                 `"" is not a valid region name, such as westus3`,
		"west-us":          `"west-us" is not a valid region name`,
		"3westus":          "az account list-locations",
	} {
		err := CheckRegion(name)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
}
