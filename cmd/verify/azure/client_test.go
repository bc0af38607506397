package azure

import (
	"context"
	"strings"
	"testing"
)

// TestIncompleteResponse: a response without the requested list or object is an error.
func TestIncompleteResponse(t *testing.T) {
	t.Parallel()
	const graph = "https://graph.microsoft.com/v1.0/"
	for _, document := range []string{"{}", "null", `{"value": null}`, `{"error": {"code": "x"}}`, "[]", `"x"`, ""} {
		checks, _ := run(t, &answers{documents: map[string]string{
			ownersURL: document, graph + "applications(appId='app')/federatedIdentityCredentials": document,
			graph + "applications(appId='app')": document, graph + "servicePrincipals(appId='app')": document, extensionURL: document,
		}})
		for _, name := range []string{
			"owners", "federated credentials", "client secrets", "accounts", "redirect URIs", "exposed API", "second application",
			"extension", "extension settings", "ways around sign-in",
		} {
			if check := checks[name]; !check.Unseen || check.OK {
				t.Errorf("%s: %+v", document, check)
			}
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	read := func(ctx context.Context, documents map[string]string) error {
		client := connected(t, deployed(t), token("t"), &answers{documents: documents})
		client.Remember()
		_, err := list[object](ctx, client, "applications(appId='app')/owners")
		return err
	}
	own := map[string]string{ownersURL: `{"value": [], "@odata.nextLink": "` + ownersURL + `"}`}
	circle := map[string]string{
		ownersURL:                   `{"value": [], "@odata.nextLink": "` + ownersURL + `?$skiptoken=1"}`,
		ownersURL + "?$skiptoken=1": `{"value": [], "@odata.nextLink": "` + ownersURL + `"}`,
	}
	for _, documents := range []map[string]string{own, circle} {
		if err := read(t.Context(), documents); err == nil || !strings.Contains(err.Error(), "links back") {
			t.Errorf("%v", err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := read(ended, map[string]string{ownersURL: `{"value": []}`}); err == nil {
		t.Error("reads a list after the timeout")
	}
	if err := read(t.Context(), map[string]string{ownersURL: `{"value": [` + strings.Repeat(" ", largest) + `]}`}); err == nil || !strings.Contains(err.Error(), "more than 16777216 bytes") {
		t.Errorf("%v", err)
	}
}
