package stack

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/aks"
)

// FuzzDecode checks that decode accepts only JSON that Go's decoder reads as the same value, and
// that it reports the same problems each time.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"tier":"Free","zones":[1,2],"userPool":{"vmSize":"Standard_D4s_v5"},"adminGroups":["a"],"privateCluster":true}`,
		`{"teir":"Free","nodeCount":3.5,"userPool":null}`, `{"a":{"b":[{}]}}`, `[]`, `null`, `{"zones":[null,1e3,-0]}`, `{"zones":[1],"zones":[]}`, "{\"tier\":\"\u202e\xff\"}", ` {"maxCount":1} `,
	} {
		f.Add(text)
	}
	type cluster struct {
		aks.ClusterSettings
		AdminGroups []string
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got, again, want cluster
		r, other := &report{failed: map[string]bool{}}, &report{failed: map[string]bool{}}
		r.decode("cluster", text, &got, "{}")
		other.decode("cluster", text, &again, "{}")
		if !reflect.DeepEqual(r.lines, other.lines) {
			t.Fatalf("first %q, then %q", r.lines, other.lines)
		}
		if len(r.lines) > 0 {
			return
		}
		if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v, %v", got, want, err)
		}
	})
}
