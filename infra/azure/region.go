package azure

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	regionName  = regexp.MustCompile(`^[a-z]+[a-z0-9]*$`)
	regionTitle = regexp.MustCompile(`^[A-Za-z]+( [A-Za-z]+)*( ?[0-9])?$`)
)

// CheckRegion returns an error if a text is not a valid region name, such as westus3. It
// does not check that the region exists.
func CheckRegion(name string) error {
	if regionName.MatchString(name) {
		return nil
	}
	if regionTitle.MatchString(name) {
		return fmt.Errorf("%q is not a valid region name; use %s", name, strings.ToLower(strings.ReplaceAll(name, " ", "")))
	}
	return fmt.Errorf(`%q is not a valid region name, such as westus3; az account list-locations --query "[].name" --output tsv lists them`, name)
}

// CheckExtensions returns an error if a region has no cluster extensions:
// https://learn.microsoft.com/azure/aks/cluster-extensions
func CheckExtensions(region string) error {
	if strings.EqualFold(region, "qatarcentral") {
		return fmt.Errorf("%q has no cluster extensions, such as Argo CD's; use another region", region)
	}
	return nil
}
