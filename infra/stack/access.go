package stack

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// access returns who can sign in and with which roles. A preview prints the difference of this
// output, but none of the extension's settings: their names contain dots, which Pulumi reads as
// paths (TranslateDetailedDiff in pkg/engine/detailedDiff.go of Pulumi).
func (c *resolved) access() pulumi.Map {
	groups, pipelines, accounts := pulumi.StringMap{}, pulumi.StringMap{}, pulumi.StringMap{}
	for _, mapping := range c.Argo.Roles {
		id := nameOf(mapping.Group)
		grant(groups, c.groupNames[id]+" ("+id+")", mapping.Role)
	}
	for _, pipeline := range c.Argo.Pipelines {
		grant(pipelines, pipeline.Name, pipeline.Role)
	}
	for _, account := range c.Argo.Accounts {
		grant(accounts, account.Name, account.Role)
	}
	signIn := "groups and pipelines with a role"
	if !*c.App.RequireAssignment {
		signIn = "everyone in the tenant"
	}
	access := pulumi.Map{"signIn": pulumi.String(signIn), "groups": groups}
	if len(pipelines) > 0 {
		access["pipelines"] = pipelines
	}
	if len(accounts) > 0 {
		access["accounts"] = accounts
	}
	if c.Argo.DefaultRole != "" {
		access["defaultRole"] = pulumi.String(c.Argo.DefaultRole)
	}
	return access
}

// grant adds a role to those of a group, pipeline or account.
func grant(roles pulumi.StringMap, to, role string) {
	if before, has := roles[to]; has {
		role = string(before.(pulumi.String)) + ", " + role
	}
	roles[to] = pulumi.String(role)
}
