package timeline

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// TestDeletions checks that an engine deletes level by level, starting with resources
// without dependents. Components and providers count as levels and take no time.
func TestDeletions(t *testing.T) {
	t.Parallel()
	urn := func(name string) resource.URN { return resource.URN("urn:pulumi:dev::p::t::" + name) }
	const provider = "urn:pulumi:dev::p::pulumi:providers:azuread::default"
	of := func(name string, parent resource.URN, dependencies ...resource.URN) apitype.ResourceV3 {
		return apitype.ResourceV3{URN: urn(name), Custom: true, ID: "id", Type: "a:b:C", Parent: parent, Dependencies: dependencies}
	}
	extension := of("extension", urn("argo"), urn("cluster"))
	extension.DeletedWith = urn("cluster")
	application := of("application", urn("entra"))
	application.Provider = provider + "::1"
	state, err := json.Marshal(apitype.DeploymentV3{Resources: []apitype.ResourceV3{
		{URN: urn("root"), Type: "pulumi:pulumi:Stack"},
		{URN: provider, Custom: true, ID: "1", Type: "pulumi:providers:azuread"},
		{URN: urn("aks"), Type: "c:d:Aks", Parent: urn("root")}, {URN: urn("entra"), Type: "c:d:Entra", Parent: urn("root")},
		of("group", urn("aks")), of("cluster", urn("aks"), urn("group")), application,
		of("credential", urn("entra"), urn("application"), urn("cluster")),
		of("window", urn("root"), urn("aks")), // waits for the resources in the component
		{URN: urn("argo"), Type: "c:d:Argo", Parent: urn("root")}, extension,
	}})
	if err != nil {
		t.Fatal(err)
	}
	resources, err := Resources(state)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(Deletions(resources, func(string) time.Duration { return time.Second }))
	if want := "[{credential 1s []} {window 1s []} {cluster 1s [credential window]} {group 1s [cluster]} {application 1s [cluster]}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
