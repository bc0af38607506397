package azure

import (
	"fmt"
	"maps"
	"net/http"
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
	r[byName], r[byURI] = emptyList, `{"value": [`+other+`,`+half+`]}`
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
			if err != nil || len(found) != 1001 || a.requests > 2+4*readApplications {
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
