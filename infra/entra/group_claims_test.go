package entra

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestGroupClaims: with security, no group is assigned, and RequireAssignment must be false.
func TestGroupClaims(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		claims GroupClaims
		open   bool
		groups []string
		want   string
	}{
		"by default":                   {"", false, []string{mocks.AdminsID}, ""},
		"assigned":                     {GroupClaimsAssigned, false, []string{mocks.AdminsID}, ""},
		"assigned, open to the tenant": {GroupClaimsAssigned, true, []string{mocks.AdminsID}, ""},
		"assigned, but none":           {GroupClaimsAssigned, true, nil, "argument GroupObjectIDs is empty"},
		"security":                     {GroupClaimsSecurity, true, nil, ""},
		"security with assignment":     {GroupClaimsSecurity, false, nil, "argument GroupClaims security assigns no group, so no user could sign in; set RequireAssignment to false"},
		"security with groups":         {GroupClaimsSecurity, true, []string{mocks.AdminsID}, "argument GroupObjectIDs cannot be combined with GroupClaims security"},
		"all, roles and lists as well": {"All", true, nil, `argument GroupClaims "All" must be one of assigned, security`},
		"Entra's name of the value":    {"SecurityGroup", true, nil, `argument GroupClaims "SecurityGroup" must be one of`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := func(ctx *pulumi.Context) error {
				_, err := NewEntraApp(ctx, "entra", &EntraAppArgs{
					DisplayName: "argocd", GroupClaims: c.claims, RequireAssignment: pulumi.BoolRef(!c.open), GroupObjectIDs: c.groups,
					Instances: []ArgoInstance{{Name: "a", Domain: chart.Domain("argocd.example.com"), Issuer: pulumi.String(mocks.IssuerURL)}},
				})
				return err
			}
			recorded := &mocks.Recorder{}
			if c.want != "" {
				_ = recorded.Refused(t, nil, program, c.want)
				return
			}
			recorded.Accepted(t, nil, program)
			claims := recorded.One(t, mocks.Application).Inputs["groupMembershipClaims"].ArrayValue()
			want := map[bool]string{true: "SecurityGroup", false: "ApplicationGroup"}[c.claims == GroupClaimsSecurity]
			if len(claims) != 1 || claims[0].StringValue() != want || len(recorded.All(mocks.Assignment)) != len(c.groups) {
				t.Errorf("claims %v, want %s, and %d groups assigned", claims, want, len(recorded.All(mocks.Assignment)))
			}
		})
	}
}

// TestMicrosoft365InClaims: these groups cause a warning, because tokens may leave them out.
func TestMicrosoft365InClaims(t *testing.T) {
	t.Parallel()
	office, plain := &azuread.LookupGroupResult{Types: []string{"Unified"}}, &azuread.LookupGroupResult{}
	if doubt := GroupClaimsSecurity.doubt(office); !strings.Contains(doubt, "Use a security group") {
		t.Errorf("doubt %q", doubt)
	}
	if doubt := GroupClaimsAssigned.doubt(office) + GroupClaimsSecurity.doubt(plain); doubt != "" {
		t.Errorf("doubt %q", doubt)
	}
}
