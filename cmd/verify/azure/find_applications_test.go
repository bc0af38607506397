package azure

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// counted counts requests.
type counted struct {
	replies
	requests int
}

func (c *counted) Do(request *http.Request) (*http.Response, error) {
	c.requests++
	return c.replies.Do(request)
}

// TestFindTakenURI: an application with the application ID URI is found by any name.
func TestFindTakenURI(t *testing.T) {
	t.Parallel()
	const uri = "api://tenant/it's"
	inputs := maps.Clone(wantsApp)
	inputs["identifierUris"] = []any{uri}
	r := ownedApps("other")
	r[byName], r["/v1.0/applications/other/owners"] = emptyList, `{"value": [{"id": "mallory"}]}`
	r["/v1.0/applications?identifierUris/any(u:u eq 'api://tenant/it''s')"] = `{"value": [{"id": "other", "appId": "x", "displayName": "invoices", "identifierUris": ["API://tenant/it's"]}]}`
	found, err := find(t, r, typeApplication, inputs)
	if err != nil || len(found) != 1 || found[0].Blocks != "the application ID URI "+uri {
		t.Fatalf("%+v, %v", found, err)
	}
	if doubts := strings.Join(found[0].Doubts(), "; "); !strings.Contains(doubts, "mallory") || !strings.Contains(doubts, `its display name is "invoices"`) {
		t.Error(doubts)
	}
}

// TestFindTemporaryName: an application with azuread's temporary name is found.
func TestFindTemporaryName(t *testing.T) {
	t.Parallel()
	r := ownedApps("half")
	half := strings.Replace(appWith("half", ""), `"displayName": "argocd"`, `"displayName": "TERRAFORM_UPDATE_00000000-0000-4000-8000-000000000000"`, 1)
	other := strings.Replace(appWith("other", ""), `"displayName": "argocd"`, `"displayName": "other"`, 1)
	r[byName], r[byPrefix], r[byURI] = emptyList, `{"value": [`+half+`]}`, `{"value": [`+other+`,`+half+`]}`
	r["/v1.0/applications/other/owners"], r["/v1.0/applications/other/federatedIdentityCredentials"] = `{"value": [{"id": "mallory"}]}`, emptyList
	found, err := find(t, r, typeApplication, wantsApp)
	if err != nil || len(found) != 1 || !found[0].Is("half") || len(found[0].Doubts()) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestFindManyApplications: the stack's application is found among many, with few requests.
func TestFindManyApplications(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		owner  string
		unread bool
	}{
		"of another":                {"mallory", false},
		"of the deploying identity": {"anna", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &counted{replies: ownedApps("ours")}
			var all []string
			for i := range 1000 {
				id := fmt.Sprintf("other-%d", i)
				all = append(all, appWith(id, `, "owners": [{"id": "`+c.owner+`"}]`))
				a.replies["/v1.0/applications/"+id+"/owners"], a.replies["/v1.0/applications/"+id+"/federatedIdentityCredentials"] = `{"value": [{"id": "mallory"}]}`, emptyList
			}
			a.replies[byName] = `{"value": [` + strings.Join(append(all, appWith("ours", `, "owners": [{"id": "anna"}]`)), ",") + `]}`
			client := connected(t, At("", "tenant"), token("t"), a)
			found, err := Find(t.Context(), client, "s", Wanted{Type: typeApplication, Inputs: wantsApp})
			if err != nil || len(found) != 1001 || a.requests > 3+4*readApplications {
				t.Fatalf("%d, %v, %d requests", len(found), err, a.requests)
			}
			for _, one := range found {
				if ours := one.Is("ours"); !c.unread && ours != (len(one.Doubts()) == 0) || ours && one.Unread != c.unread || !ours && len(one.Doubts()) == 0 {
					t.Errorf("%+v", one)
				}
			}
		})
	}
}

// TestFindCredential: a credential has the wanted name, or the wanted issuer and subject.
func TestFindCredential(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{"applicationId": "/applications/a", "displayName": "server", "issuer": "https://issuer/", "subject": "pod", "audiences": []any{"x"}}
	const list = "/v1.0/applications/a/federatedIdentityCredentials"
	for answer, doubts := range map[string][]string{
		`{"id": "f", "name": "server", "issuer": "https://issuer/", "subject": "pod", "audiences": ["x"]}`: {},
		`{"id": "f", "name": "former", "issuer": "https://issuer/", "subject": "pod", "audiences": ["x"]}`: {`its name is "former"`},
		`{"id": "f", "name": "server", "issuer": "https://other/", "subject": "pod", "audiences": ["x"]}`:  {"it trusts pod of the issuer https://other/ for x"},
		`{"id": "f", "name": "former", "issuer": "https://other/", "subject": "pod", "audiences": ["x"]}`:  nil,
	} {
		found, err := find(t, replies{list: `{"value": [` + answer + `]}`}, typeCredential, inputs)
		if err != nil || (len(found) == 1) != (doubts != nil) || len(found) == 1 && !slices.Equal(found[0].Doubts(), doubts) {
			t.Errorf("%s: %+v, %v", answer, found, err)
		}
	}
}

// TestFindLeftovers: an application that only the deploying identity owns and nothing uses is
// found if it shares the stack's name or a redirect URI. It is not adopted without --adopt.
func TestFindLeftovers(t *testing.T) {
	t.Parallel()
	const unfinished = "TERRAFORM_UPDATE_00000000-0000-4000-8000-000000000000"
	workload := map[string]any{"displayName": "argocd", "owners": []any{"anna"}}
	for name, c := range map[string]struct {
		inputs                map[string]any
		query, name, uri      string
		owner, trust, expands string
		principal             string
		doubt                 string
	}{
		"of another domain":                    {inputs: wantsApp, query: byName, name: "argocd", uri: "https://old.example.com/auth/callback", doubt: "web https://old.example.com/auth/callback is not in the stack"},
		"of another name":                      {inputs: wantsApp, query: byURI, name: "old", uri: callback, doubt: `its display name is "old"`},
		"unfinished, for a workload":           {inputs: workload, query: byPrefix, name: unfinished, doubt: "it may belong to another stack"},
		"unfinished, of another domain":        {inputs: wantsApp, query: byPrefix, name: unfinished, uri: "https://old.example.com/auth/callback"},
		"unfinished, for sign-in":              {inputs: workload, query: byPrefix, name: unfinished, uri: callback},
		"unfinished, for a workload, not ours": {inputs: wantsApp, query: byPrefix, name: unfinished},
		"trusted":                              {inputs: wantsApp, query: byURI, name: "old", uri: callback, trust: `{"id": "f"}`},
		"in use":                               {inputs: wantsApp, query: byURI, name: "old", uri: callback, principal: `{"id": "p"}`},
		"of another identity":                  {inputs: wantsApp, query: byURI, name: "old", uri: callback, owner: "mallory"},
		"of another identity, as listed":       {inputs: wantsApp, query: byName, name: "argocd", uri: "https://old.example.com/auth/callback", expands: "mallory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := replies{byName: emptyList, byURI: emptyList, byPrefix: emptyList}
			owner, owners := cmp.Or(c.owner, "anna"), ""
			if c.expands != "" {
				owners = `, "owners": [{"id": "` + c.expands + `"}]`
			}
			uris := ""
			if c.uri != "" {
				uris = `"` + c.uri + `"`
			}
			r[c.query] = `{"value": [{"id": "left", "appId": "x", "displayName": "` + c.name + `", "signInAudience": "AzureADMyOrg", "web": {"redirectUris": [` + uris + `]}` + owners + `}]}`
			r["/v1.0/applications/left/owners"] = `{"value": [{"id": "` + owner + `"}]}`
			r["/v1.0/applications/left/federatedIdentityCredentials"] = `{"value": [` + c.trust + `]}`
			if c.principal != "" {
				r["/v1.0/servicePrincipals(appId='x')"] = c.principal
			}
			found, err := find(t, r, typeApplication, c.inputs)
			if err != nil || (len(found) == 1) != (c.doubt != "") {
				t.Fatalf("%+v, %v", found, err)
			}
			if len(found) == 1 && !(found[0].Unused && strings.Contains(strings.Join(found[0].Doubts(), "; "), c.doubt)) {
				t.Errorf("%+v, want %s", found[0], c.doubt)
			}
		})
	}
}

// TestFindLeftoverUnread: an application is not ignored because its principal cannot be read.
func TestFindLeftoverUnread(t *testing.T) {
	t.Parallel()
	r := replies{
		byName: emptyList, byPrefix: emptyList, byURI: `{"value": [{"id": "left", "appId": "x", "displayName": "old", "web": {"redirectUris": ["` + callback + `"]}}]}`,
		"/v1.0/applications/left/owners": ownedBy, "/v1.0/servicePrincipals(appId='x')": "403 Authorization_RequestDenied",
	}
	if found, err := find(t, r, typeApplication, wantsApp); err == nil || !strings.Contains(err.Error(), "Authorization_RequestDenied") {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestFindSharedRedirectURI: redirect URIs on localhost, which all stacks of the walkthrough
// have, identify no stack.
func TestFindSharedRedirectURI(t *testing.T) {
	t.Parallel()
	inputs := maps.Clone(wantsApp)
	inputs["web"] = map[string]any{"redirectUris": []any{"https://localhost:9000/auth/callback"}}
	a := &counted{replies: replies{byName: emptyList, byPrefix: emptyList}}
	client := connected(t, At("", "tenant"), token("t"), a)
	if found, err := Find(t.Context(), client, "s", Wanted{Type: typeApplication, Inputs: inputs}); err != nil || len(found) > 0 || a.requests != 2 {
		t.Errorf("%v, %v, %d requests", found, err, a.requests)
	}
}

// TestFindManyLeftovers: leftovers are found among any number of applications that others have
// registered with the stack's redirect URI.
func TestFindManyLeftovers(t *testing.T) {
	t.Parallel()
	a := &counted{replies: ownedApps()}
	var all []string
	for i := range 1000 {
		id := fmt.Sprintf("other-%d", i)
		all = append(all, strings.Replace(appWith(id, ""), `"argocd"`, `"other"`, 1))
		a.replies["/v1.0/applications/"+id+"/owners"], a.replies["/v1.0/applications/"+id+"/federatedIdentityCredentials"] = `{"value": [{"id": "mallory"}]}`, emptyList
	}
	a.replies[byURI] = `{"value": [` + strings.Join(all, ",") + `]}`
	a.replies[byName] = `{"value": [` + strings.Replace(appWith("left", `, "owners": [{"id": "anna"}]`), "argocd.example.com", "old.example.com", 1) + `]}`
	a.replies["/v1.0/applications/left/owners"], a.replies["/v1.0/applications/left/federatedIdentityCredentials"] = ownedBy, emptyList
	client := connected(t, At("", "tenant"), token("t"), a)
	found, err := Find(t.Context(), client, "s", Wanted{Type: typeApplication, Inputs: wantsApp})
	if err != nil || len(found) != 1 || !found[0].Is("left") || a.requests > 3+5+readApplications {
		t.Errorf("%+v, %v, %d requests", found, err, a.requests)
	}
}
