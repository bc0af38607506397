package stack

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// groupTenant is a tenant in which every group exists. It answers when the maximum number of
// lookups is running.
type groupTenant struct {
	mocks.Recorder

	mu           sync.Mutex
	asked, under int
	most         int
	full         chan struct{}
}

func (c *groupTenant) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if !strings.HasSuffix(string(args.Token), ":getGroup") {
		return c.Recorder.Call(args)
	}
	c.mu.Lock()
	c.asked, c.under = c.asked+1, c.under+1
	c.most = max(c.most, c.under)
	last := c.asked == maxLookups
	c.mu.Unlock()
	if last {
		for range 1000 {
			runtime.Gosched() // lets further lookups start, if there are any
		}
		close(c.full)
	}
	<-c.full
	c.mu.Lock()
	defer c.mu.Unlock()
	c.under--
	return resource.NewPropertyMapFromMap(mocks.Object{
		"objectId": args.Args["objectId"].StringValue(), "displayName": "Team", "securityEnabled": true,
	}), nil
}

// TestConcurrentGroupLookups: each group is looked up once, with limited concurrency.
func TestConcurrentGroupLookups(t *testing.T) {
	t.Parallel()
	const teams = 200
	var roles []map[string]string
	for i := range teams {
		roles = append(roles, map[string]string{"group": fmt.Sprintf("00000000-0000-0000-0000-%012d", i), "role": "readonly"})
	}
	list, err := json.Marshal(roles)
	if err != nil {
		t.Fatal(err)
	}
	tenant := &groupTenant{full: make(chan struct{})}
	config := walkthrough(map[string]string{"argocd-on-aks:group": mocks.AdminsID, "argocd-on-aks:roles": string(list)})
	err = pulumi.RunErr(Deploy, pulumi.WithMocks("argocd-on-aks", "dev", tenant), func(info *pulumi.RunInfo) { info.Config = config })
	if err != nil {
		t.Fatal(err)
	}
	if tenant.asked != teams+1 || tenant.most != maxLookups {
		t.Errorf("%d lookups of %d groups, %d at once, want %d at once", tenant.asked, teams+1, tenant.most, maxLookups)
	}
	if got := len(tenant.All(mocks.Assignment)); got != teams+1 {
		t.Errorf("%d assignments", got)
	}
}
