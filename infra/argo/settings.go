package argo

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

const (
	// unknownGroup and unknownSecret replace outputs in the checks before the deployment.
	unknownGroup  = "00000000-0000-0000-0000-000000000000"
	unknownSecret = "unknown"
)

// knownSettings returns the settings, with placeholders for outputs.
func (a *ArgoExtensionArgs) knownSettings() chart.Settings {
	s := chart.Settings{SignIn: a.SignIn.Chart(), Options: a.Options}
	for _, mapping := range a.Roles {
		group, known := component.Known(mapping.Group)
		if !known && mapping.Group != nil {
			group = unknownGroup
		}
		s.Roles = append(s.Roles, chart.RoleMapping{Group: group, Role: mapping.Role})
	}
	if len(a.SecretSettings) > 0 {
		s.SecretSettings = map[string]string{}
	}
	for key, input := range a.SecretSettings {
		value, known := component.Known(input)
		if !known {
			value = unknownSecret
		}
		s.SecretSettings[key] = value
	}
	return s
}

// inputs are the resolved values of the arguments that can be outputs.
type inputs struct {
	ClientID, TenantID, RepoServerClientID string
	RedirectURIs                           []string
	Groups, AssignedGroups                 []string
	Secrets                                map[string]string
}

// configurationSettings renders the settings, after it has checked the arguments that are
// outputs.
func (a *ArgoExtensionArgs) configurationSettings() pulumi.StringMapOutput {
	groups := pulumi.StringArray{}
	for _, mapping := range a.Roles {
		groups = append(groups, mapping.Group)
	}
	repoServer, redirectURIs := a.RepoServerClientID, a.RedirectURIs
	if repoServer == nil {
		repoServer = pulumi.String("")
	}
	if redirectURIs == nil {
		redirectURIs = pulumi.StringArray{}
	}
	// One secret value would make the whole map secret.
	secrets := pulumi.Unsecret(pulumi.StringMap(a.SecretSettings).ToStringMapOutput())
	return pulumi.All(a.ClientID, a.TenantID, repoServer, redirectURIs, pulumi.Unsecret(groups.ToStringArrayOutput()), append(pulumi.StringArray{}, a.AssignedGroups()...), secrets).ApplyT(func(all []any) (map[string]string, error) {
		return a.render(inputs{all[0].(string), all[1].(string), all[2].(string), all[3].([]string), all[4].([]string), all[5].([]string), all[6].(map[string]string)})
	}).(pulumi.StringMapOutput)
}

func (a *ArgoExtensionArgs) render(in inputs) (map[string]string, error) {
	s := a.knownSettings()
	var p problem.List
	if a.AssignedGroups() == nil {
		in.AssignedGroups = nil
	}
	for i, group := range in.Groups {
		s.Roles[i].Group = group
		p.Check(problem.Item("Roles", i)+".Group", checkGroup(group, in.AssignedGroups))
	}
	s.SecretSettings = in.Secrets
	p.Check("ClientID", azure.CheckGUID(in.ClientID))
	p.Check("TenantID", azure.CheckGUID(in.TenantID))
	if a.RedirectURIs != nil {
		p.Check("RedirectURIs", a.CheckRedirectURIs(in.RedirectURIs))
	}
	if err := component.Invalid(append(p, s.Problems()...)); err != nil {
		return nil, err
	}
	return s.Render(chart.Entra{ClientID: in.ClientID, Issuer: a.Cloud.Issuer(in.TenantID), RepoServerClientID: in.RepoServerClientID})
}
