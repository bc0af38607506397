package chart

import (
	"slices"
	"testing"
)

// TestControllers checks the list: names are sorted, each has one rule, and prefixes are
// recognized as a controller's.
func TestControllers(t *testing.T) {
	t.Parallel()
	for _, c := range ingressControllers {
		if !slices.IsSorted(c.free) || len(slices.Compact(slices.Clone(c.free))) != len(c.free) {
			t.Errorf("%s: the names are not sorted, or one is a duplicate", c.prefixes[0])
		}
		for _, name := range c.free {
			if c.limited[name] != nil {
				t.Errorf("%s/%s is free and limited", c.prefixes[0], name)
			}
		}
		for _, prefix := range c.prefixes {
			if !controllerPrefix.MatchString(prefix) {
				t.Errorf("%s is not the prefix of a controller", prefix)
			}
		}
	}
}
