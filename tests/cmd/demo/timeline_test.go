package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// TestSchedule: what waits for nothing begins at once, the rest when the last that
// it waits for is there.
func TestSchedule(t *testing.T) {
	urn := func(name string) resource.URN { return resource.URN("urn:pulumi:dev::p::t::" + name) }
	object := func(name string, dependencies ...resource.URN) apitype.ResourceV3 {
		return apitype.ResourceV3{URN: urn(name), ID: resource.ID(name), Type: "azure-native:resources:ResourceGroup", Custom: true, Dependencies: dependencies}
	}
	bars := schedule([]apitype.ResourceV3{
		{URN: urn("component"), Type: "argocd-on-aks:infra:AksCluster"},
		{URN: urn("default"), ID: "default", Type: "pulumi:providers:azure-native", Custom: true},
		object("group"), object("cluster", urn("group")), object("application"),
		object("credential", urn("application"), urn("cluster")),
	}, map[string]time.Duration{"group": time.Second, "cluster": 5 * time.Minute, "application": 15 * time.Second, "credential": 2 * time.Second})
	want := "[{group 0 1} {application 0 15} {cluster 1 301} {credential 301 303}]"
	for i := range bars {
		bars[i].begin, bars[i].end = bars[i].begin/time.Second, bars[i].end/time.Second
	}
	if got := fmt.Sprint(bars); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
