package problem

import (
	"strings"
	"testing"
)

// TestFields: a message uses the reader's names for the fields that it mentions, at each
// level of nesting.
func TestFields(t *testing.T) {
	t.Parallel()
	var pool, cluster List
	pool.Add("MinCount", "needs %s", Field("MaxCount"))
	pool.Check("VMSize", Errorf("%q: %w", "x", Errorf("see %s", Field("Name"))))
	cluster.Below("UserPool", pool)
	if got, want := cluster.Arguments().Error(), `argument UserPool.MinCount needs UserPool.MaxCount
argument UserPool.VMSize "x": see UserPool.Name`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := cluster.Inputs(strings.ToLower).Error(), `input userpool.mincount needs userpool.maxcount
input userpool.vmsize "x": see userpool.name`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
