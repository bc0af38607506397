package entra

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestLookupGroup: a lookup returns Entra's spelling of the object ID, and rejects groups
// that are ambiguous or do not control access.
func TestLookupGroup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ group, id, want string }{
		"name":               {"Argo CD Admins", mocks.AdminsID, ""},
		"comma and quotes":   {`Bob's "on call", Berlin`, mocks.OnCallID, ""},
		"object ID":          {mocks.MailingID, mocks.MailingID, ""},
		"in capitals":        {strings.ToUpper(mocks.OnCallID), mocks.OnCallID, ""},
		"empty":              {"", "", `"" is empty; use the group's object ID`},
		"blank":              {" \t", "", "is empty"},
		"trailing space":     {"Argo CD Admins ", "", `"Argo CD Admins " has a line break, leading or trailing space`},
		"two lines":          {"Argo CD\nAdmins", "", "a line break"},
		"an ID in braces":    {"{" + mocks.AdminsID + "}", "", "no group found; if it is an object ID, write all 32 digits"},
		"another":            {"Nobody", "", "no group found; az ad group show"},
		"a filter":           {"x' or displayName eq 'Argo CD Admins", "", "no group found"},
		"not for security":   {"Mailing List", "", `"Mailing List" is not a security group`},
		"everyone may join":  {"All Hands", "", `"All Hands" is a public Microsoft 365 group`},
		"private Office 365": {"Leads", mocks.LeadsID, ""},
		"dynamic":            {"Engineers", mocks.EngineersID, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := func(ctx *pulumi.Context) error {
				id, err := LookupGroup(ctx, c.group)
				if err == nil && id != c.id {
					t.Errorf("found %s, want %s", id, c.id)
				}
				return err
			}
			recorded := &mocks.Recorder{}
			if c.want != "" {
				_ = recorded.Refused(t, nil, program, c.want)
			} else if err := recorded.Run(nil, program); err != nil {
				t.Error(err)
			}
		})
	}
}
