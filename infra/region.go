package infra

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var region = regexp.MustCompile(`^[a-z]+[a-z0-9]*$`)

// listRegions is the command that prints the regions of one's own subscription.
const listRegions = `az account list-locations --query "[].name" --output tsv`

// checkRegion refuses what is no name of a region, such as a display name.
func checkRegion(name string) error {
	if region.MatchString(name) {
		return nil
	}
	// "West Europe" is westeurope, and "China East 2" chinaeast2.
	written := strings.ToLower(strings.ReplaceAll(name, " ", ""))
	if known := nearest(written, slices.Concat(slices.Collect(maps.Values(regions))...)); known != "" {
		return fmt.Errorf("%q is not an Azure region name; did you mean %s?", name, known)
	}
	return fmt.Errorf("%q is not an Azure region name; use one such as westus3 (%s)", name, listRegions)
}

// RegionDoubt says what is odd about a region in this cloud, and what to do; it is
// empty for those that are known. It is no more than a doubt, as Azure may have
// opened a region since.
func (c Cloud) RegionDoubt(name string) string {
	c = cmp.Or(c, CloudPublic)
	if slices.Contains(regions[c], name) {
		return ""
	}
	for cloud, known := range regions {
		if slices.Contains(known, name) {
			return fmt.Sprintf("%q is a region of the cloud %s, and this is %s", name, cloud, c)
		}
	}
	doubt := fmt.Sprintf("%q is no region of the cloud %s that this release knows", name, c)
	if known := nearest(name, regions[c]); known != "" {
		doubt += "; did you mean " + known + "?"
	} else {
		doubt += "."
	}
	return doubt + " Those of your subscription: " + listRegions
}

// nearest is the name that a misspelling is meant to be, if it is two letters off
// at most.
func nearest(misspelt string, names []string) string {
	best, least := "", 3
	for _, name := range slices.Sorted(slices.Values(names)) {
		if n := edits(misspelt, name); n < least {
			best, least = name, n
		}
	}
	return best
}

// edits is how many letters have to be put in, taken out or changed to make one
// word of another (Levenshtein's distance).
func edits(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			changed := diagonal
			if from[i] != to[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
