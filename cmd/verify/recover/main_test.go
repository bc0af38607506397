package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
)

func TestExitCodes(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // without az and pulumi
	for name, c := range map[string]struct {
		args   []string
		code   int
		stderr string
	}{
		"help":      {[]string{"--help"}, 0, "It deletes no object"},
		"no ID":     {[]string{"--adopt", " "}, 2, "must be an object ID"},
		"bad flag":  {[]string{"--paln"}, 2, "-plan"},
		"no pulumi": {nil, 2, "pulumi stack export"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := recoverCommand.Run(t.Context(), c.args, strings.NewReader(""), &stdout, &stderr)
			if code != c.code || !strings.Contains(stderr.String(), c.stderr) || stdout.Len() > 0 {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, &stdout, &stderr)
			}
		})
	}
}

const (
	app  = azure.TypeApplication
	rg   = "azure-native:resources:ResourceGroup"
	base = "urn:pulumi:dev::argocd-on-aks::argocd-on-aks:infra:X$"
)

// TestChoose: only an object without doubts, or one in --adopt, is adopted.
func TestChoose(t *testing.T) {
	t.Parallel()
	gone, inUse := &entry{ID: "/one", PendingReplacement: true}, azure.Existing{ID: "/one", InUse: []string{"it is in use"}}
	one, other := azure.Existing{ID: "/One", Delete: "delete one"}, azure.Existing{ID: "/other", Delete: "delete other"}
	others := azure.Existing{ID: "/others", InUse: []string{"it is in use"}}
	foreign := azure.Existing{ID: "/applications/foreign", What: "one", Foreign: []string{"it has a secret"}}
	named := azure.Existing{ID: "/applications/named", What: "one", Foreign: []string{"it has a secret"}}
	unread := azure.Existing{ID: "/applications/unread", What: "one", Foreign: []string{"it cannot be read"}, Unread: true}
	taken := azure.Existing{ID: "/applications/taken", Foreign: []string{"it has a secret"}, Blocks: "a URI"}
	for name, c := range map[string]struct {
		kind       string
		found      []azure.Existing
		inState    *entry
		id         string
		manualWork bool
		says       string
	}{
		"nothing":                      {rg, nil, nil, "", false, ""},
		"one":                          {rg, []azure.Existing{one}, nil, "/One", false, "ADOPT        x"},
		"foreign":                      {app, []azure.Existing{foreign}, nil, "", false, "ADOPT=foreign"},
		"unread":                       {app, []azure.Existing{unread}, nil, "", true, "SKIPPED      x: one: it cannot be read"},
		"unread beside one":            {app, []azure.Existing{unread, one}, nil, "/One", false, "SKIPPED      x: one"},
		"unread beside its own":        {app, []azure.Existing{unread, one}, &entry{ID: "/oNE"}, "", false, "SKIPPED      x: one"},
		"foreign and blocking":         {app, []azure.Existing{taken}, nil, "", true, "has a URI, which pulumi up needs"},
		"named":                        {app, []azure.Existing{one, named}, nil, "/applications/named", false, "selected by --adopt; foreign properties: it has a secret"},
		"named for a replacement":      {rg, []azure.Existing{named}, gone, "", true, "/applications/named exists"},
		"two":                          {app, []azure.Existing{one, other}, nil, "", true, "delete other"},
		"another's":                    {rg, []azure.Existing{others}, nil, "", true, "/others exists and may be foreign"},
		"another's application":        {app, []azure.Existing{others}, nil, "", false, "FOREIGN"},
		"one beside another's":         {app, []azure.Existing{others, one}, nil, "/One", false, "ADOPT        x"},
		"to be replaced":               {rg, []azure.Existing{one}, &entry{ID: "/one"}, "", false, ""},
		"replaced, and lost":           {rg, []azure.Existing{one}, gone, "", true, "delete one"},
		"created beside, and lost":     {app, []azure.Existing{other, one}, &entry{ID: "/one"}, "", true, "delete other"},
		"to be replaced, another's":    {rg, []azure.Existing{inUse}, &entry{ID: "/one"}, "", false, ""},
		"replaced by two that are not": {app, []azure.Existing{others, others}, &entry{ID: "/one"}, "", false, "FOREIGN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			r := &recovery{out: &out, printed: map[string]bool{}, adopt: map[string]bool{"named": false}}
			old := entry{}
			if c.inState != nil {
				old = *c.inState
			}
			id := r.choose(entry{URN: base + c.kind + "::x", Type: c.kind}, c.found, old, c.inState != nil)
			if id != c.id || r.manualWork != c.manualWork || !strings.Contains(unfolded(&out), c.says) || c.says == "" && out.Len() > 0 {
				t.Errorf("adopts %q, manual %v: %q", id, r.manualWork, &out)
			}
		})
	}
}

// TestOwn: an object on which a resource in the state is based has no doubts InUse.
func TestOwn(t *testing.T) {
	t.Parallel()
	group := azure.Existing{ID: "/subscriptions/s/resourceGroups/x", InUse: []string{"it contains 1 resource"}}
	inputs := func(name, value string) map[string]any { return map[string]any{name: value} }
	app := azure.Existing{ID: "/applications/1", ClientID: "2", InUse: []string{"it has a service principal"}}
	for name, c := range map[string]struct {
		found azure.Existing
		known entry
		own   bool
	}{
		"adopted by this run":         {group, entry{URN: "adopted", ID: "/subscriptions/s/resourcegroups/X/providers/c"}, false},
		"nothing":                     {group, entry{}, false},
		"a cluster in the group":      {group, entry{ID: "/subscriptions/s/resourcegroups/X/providers/c"}, true},
		"one in another":              {group, entry{ID: "/subscriptions/s/resourcegroups/xy/providers/c"}, false},
		"one that is replaced":        {group, entry{ID: "/subscriptions/s/resourcegroups/x/providers/c", PendingReplacement: true}, false},
		"the application's principal": {app, entry{ID: "3", Inputs: inputs("clientId", "2")}, true},
		"in capitals":                 {app, entry{ID: "1/credential/4", Inputs: inputs("applicationId", "/Applications/1")}, true},
		"its federated credential":    {app, entry{ID: "1/credential/4", Inputs: inputs("applicationId", "/applications/1")}, true},
		"another's principal":         {app, entry{ID: "3", Inputs: inputs("clientId", "5")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := state{Resources: []entry{c.known}}
			if found := s.own([]azure.Existing{c.found}, []string{"adopted"}); (len(found[0].Doubts()) == 0) != c.own {
				t.Errorf("%+v", found)
			}
		})
	}
}

// TestOnly: imported resources keep the other fields of the import file.
func TestOnly(t *testing.T) {
	t.Parallel()
	var all, want importFile
	for text, into := range map[string]*importFile{
		`{"nameTable": {"a": "urn:a"}, "resources": [
			{"type": "c:c:C", "name": "aks", "component": true},
			{"type": "` + rg + `", "name": "xGroup", "logicalName": "x", "id": "<PLACEHOLDER>", "version": "2", "parent": "aks"},
			{"type": "` + app + `", "name": "x", "id": "<PLACEHOLDER>"},
			{"type": "` + rg + `", "name": "y", "id": "<PLACEHOLDER>"}]}`: &all,
		`{"nameTable": {"a": "urn:a"}, "resources": [
			{"type": "c:c:C", "name": "aks", "component": true},
			{"type": "` + rg + `", "name": "xGroup", "logicalName": "x", "id": "/x", "version": "2", "parent": "aks"}]}`: &want,
	} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	if got := all.only(map[string]string{base + rg + "::x": "/x"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

// TestTimeout: requests have a shorter timeout than the command.
func TestTimeout(t *testing.T) {
	t.Parallel()
	if web, err := newClient(); err != nil || web.Timeout <= 0 {
		t.Errorf("%v, %v", web, err)
	}
}

func TestLocked(t *testing.T) {
	t.Parallel()
	for message, cancel := range map[string]bool{
		"the stack is currently locked by 1 lock(s)":               true,
		"[409] Conflict: Another update is currently in progress.": true,
		"preview failed": false,
	} {
		says := locked(errors.New(message)).Error()
		if strings.Contains(says, "pulumi cancel") != cancel || !strings.Contains(says, message) {
			t.Errorf("%s: %s", message, says)
		}
	}
}
