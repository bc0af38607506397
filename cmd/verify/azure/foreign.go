package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// Most tenants let every user register applications, and the stack's name and redirect URIs
// are easy to guess. An attacker can create the application first and keep ownership, a secret
// or another credential.
// https://learn.microsoft.com/entra/fundamentals/users-default-permissions
//
// azuread creates an application or a service principal in one request, with the deploying
// identity as the owner: applicationResourceCreate and servicePrincipalResourceCreate in
// https://github.com/hashicorp/terraform-provider-azuread, internal/services. The stack
// creates dependent objects later. An interrupted deployment leaves an application with
// exactly the properties in the stack.

// existing returns an application with its doubts.
func existing(ctx context.Context, c *Client, app application, want Application, trusts []string) (Existing, error) {
	e := listed(app, want)
	return e, e.read(ctx, c, app, want, trusts)
}

// listed returns an application without its doubts.
func listed(app application, want Application) Existing {
	e := Existing{
		ID: "/applications/" + app.ID, ClientID: app.AppID, Delete: "az ad app delete " + shell.Flag("--id", app.AppID),
		What: fmt.Sprintf("application with the client ID %s, created %s", app.AppID, app.Created),
	}
	// An application ID URI is unique in a tenant.
	// https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
	for _, uri := range want.IdentifierURIs {
		if slices.ContainsFunc(app.IdentifierURIs, func(has string) bool { return strings.EqualFold(has, uri) }) {
			e.Blocks = "the application ID URI " + uri
		}
	}
	return e
}

// read adds the doubts.
func (e *Existing) read(ctx context.Context, c *Client, app application, want Application, trusts []string) error {
	err := e.readBelow(ctx, c, app, want, trusts)
	if errors.Is(err, errIncomplete) {
		e.Unread, e.Foreign = true, append(e.Foreign, err.Error())
		return nil
	}
	return err
}

// readBelow reads the objects of an application and its service principal.
func (e *Existing) readBelow(ctx context.Context, c *Client, app application, want Application, trusts []string) error {
	owners, err := list[object](ctx, c, "applications/"+app.ID+"/owners")
	if err != nil {
		return complete(err)
	}
	credentials, err := list[federatedCredential](ctx, c, "applications/"+app.ID+"/federatedIdentityCredentials")
	if err != nil {
		return complete(err)
	}
	e.Foreign = slices.Concat(foreignOwners(owners, want.Owners), foreignProperties(app, want))
	for _, credential := range credentials {
		if got := credential.trust(); !slices.Contains(trusts, got) {
			e.Foreign = append(e.Foreign, "it trusts "+got)
		}
	}
	if len(credentials) > 0 {
		e.InUse = append(e.InUse, "it has federated credentials")
	}
	if err := e.addPolicies(ofApplication(ctx, c, "applications/"+app.ID)); err != nil {
		return err
	}
	principal, err := one[principal](ctx, c, principalPath(app.AppID))
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	e.InUse = append(e.InUse, "it has a service principal")
	return e.readPrincipal(ctx, c, principal, want.Owners)
}

// readPrincipal adds foreign owners, secrets, certificates and policies of a service principal.
func (e *Existing) readPrincipal(ctx context.Context, c *Client, found principal, owners []string) error {
	all, err := list[object](ctx, c, belowPrincipal(found.ID, "/owners"))
	if err != nil {
		return complete(err)
	}
	for _, owner := range foreignOwners(all, owners) {
		e.Foreign = append(e.Foreign, owner+" of the service principal")
	}
	e.Foreign = append(e.Foreign, secrets(credentials{}, nil, found.credentials, nil).wrong...)
	return e.addPolicies(ofPrincipal(ctx, c, found.ID))
}

// foreignOwners compares the owners with those in the stack.
func foreignOwners(all []object, want []string) (foreign []string) {
	for _, owner := range all {
		if !isOne(owner.ID, want) {
			foreign = append(foreign, owner.String()+" is an owner")
		}
	}
	for _, id := range want {
		if !slices.ContainsFunc(all, func(owner object) bool { return SameID(id, owner.ID) }) {
			foreign = append(foreign, "the deploying identity "+id+" is not an owner")
		}
	}
	return foreign
}

// foreignProperties returns the properties that differ from the stack.
func foreignProperties(app application, want Application) []string {
	return slices.Concat(
		secrets(app.credentials, nil, credentials{}, nil).wrong,
		exposedAPI(app, nil, want).wrong,
		differences("app role", texts(app.AppRoles), texts(want.AppRoles)),
		redirectURIs(app, nil, slices.Concat(want.WebURIs, want.ClientURIs)).wrong,
		signInAudience(app, nil).wrong,
	)
}

// Trust describes a federated credential in a program's inputs, in the form of Wanted.Trusts;
// it returns "" if the cluster's issuer is not known yet.
func Trust(inputs map[string]any) string {
	w := Wanted{Inputs: inputs}
	in, err := w.texts("issuer", "subject")
	if err != nil {
		return ""
	}
	return trust(in[0], in[1], w.list("audiences")...)
}
