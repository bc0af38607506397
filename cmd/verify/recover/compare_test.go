package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"argocd-on-aks/cmd/verify/azure"
)

// graph answers with documents by path, or with 404.
type graph map[string]string

func (g graph) Do(request *http.Request) (*http.Response, error) {
	status, document := http.StatusOK, g[request.URL.Path]
	if document == "" {
		status, document = http.StatusNotFound, `{"error": {"code": "Request_ResourceNotFound"}}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(document)), Request: request}, nil
}

// GetToken returns a token that says nothing.
func (graph) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestCompareCase: the case of an ID makes no second application.
func TestCompareCase(t *testing.T) {
	t.Parallel()
	g := graph{
		"/v1.0/applications":                                 `{"value": [{"id": "A1", "appId": "B1", "displayName": "argocd", "signInAudience": "AzureADMyOrg"}]}`,
		"/v1.0/applications/A1/owners":                       `{"value": [{"id": "anna"}]}`,
		"/v1.0/applications/A1/federatedIdentityCredentials": `{"value": []}`,
	}
	client, err := azure.NewClient(t.Context(), azure.At("", "tenant"), g, g)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := &recovery{out: &out, told: map[string]bool{}, client: client}
	known := entry{URN: base + app + "::x", Type: app, ID: "/applications/a1", Inputs: map[string]any{"displayName": "argocd", "owners": []any{"anna"}}}
	if err := r.compare(t.Context(), state{Resources: []entry{known}}); err != nil || r.byHand || r.gone > 0 || out.Len() > 0 {
		t.Errorf("%v, %s", err, &out)
	}
}
