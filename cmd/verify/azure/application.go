package azure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/internal/printable"
	"github.com/OWNER/argocd-on-aks/verify"
)

// checkApplication checks an application of the stack and its service principal. Users sign in
// through only one application.
func checkApplication(ctx context.Context, c *Client, s *Stack, app Application) []verify.Check {
	found, err := one[application](ctx, c, applicationPath(app.ClientID, ""))
	itself, principalErr := one[principal](ctx, c, principalPath(app.ClientID))
	var uris, groups []string // empty unless users sign in through it
	if app.ClientID == s.ClientID {
		uris = s.RedirectURIs
		if !app.SecurityGroups {
			groups = s.groups()
		}
	}
	findings := []finding{
		federated(ctx, c, s, app),
		secrets(found.credentials, err, itself.credentials, principalErr),
		owners(ctx, c, s, app, itself.ID, principalErr),
		accounts(found, err, itself),
		exposedAPI(found, err, app),
		allRedirectURIs(found, err, itself, uris),
		assignments(ctx, c, app, groups, found, itself, cmp.Or(err, principalErr)),
		consent(ctx, c, app, itself.ID, principalErr),
		permissions(ctx, c, app, app.ClientID == s.ClientID, found, err),
		assignedPolicies(ctx, c, app, itself.ID, cmp.Or(err, principalErr)),
		azureRoles(ctx, c, s, app),
	}
	if app.ClientID == s.ClientID {
		findings = append(findings, groupsClaim(app, found, err))
	}
	for i, f := range findings {
		findings[i].name = s.nameOf(app, f.name)
	}
	switch {
	case errors.Is(err, errAbsent):
		return withoutObject(s.nameOf(app, "application"), "Entra has no application with the client ID "+app.ClientID, findings)
	case errors.Is(principalErr, errAbsent):
		return withoutObject(s.nameOf(app, "service principal"), "Entra has no service principal with the client ID "+app.ClientID, findings)
	}
	return checksOf(findings)
}

// nameOf adds the application to the name of a check, unless users sign in through it.
func (s *Stack) nameOf(app Application, check string) string {
	if app.ClientID == s.ClientID {
		return check
	}
	return check + " of " + app.Name
}

// federated checks that the application trusts exactly the service accounts of the stack's
// Argo CD on the stack's cluster.
func federated(ctx context.Context, c *Client, s *Stack, app Application) finding {
	all, err := list[federatedCredential](ctx, c, applicationPath(app.ClientID, "/federatedIdentityCredentials"))
	f := finding{name: "federated credentials", err: err, needs: needsCredentials,
		fix: "for credentials of the stack, " + restore + "; delete others, whose subject can sign in as the application (application, Certificates & secrets)"}
	var want, got []string
	for _, component := range app.Components {
		want = append(want, trust(s.OIDCIssuerURL, "system:serviceaccount:"+chart.ReleaseNamespace+":argocd-"+component, azure.TokenExchangeAudience))
	}
	for _, one := range all {
		got = append(got, one.trust())
	}
	f.wrong = differences("trust in", got, want)
	f.seen = fmt.Sprintf("%d, for argocd-%s on the stack's cluster", len(want), strings.Join(app.Components, " and argocd-"))
	return f
}

// trust describes a federated credential. Entra compares it case-sensitively.
func trust(issuer, subject string, audiences ...string) string {
	return fmt.Sprintf("%s of the issuer %s for %s", subject, issuer, strings.Join(audiences, " "))
}

func (c federatedCredential) trust() string { return trust(c.Issuer, c.Subject, c.Audiences...) }

// secrets checks that neither object has a secret or a certificate.
func secrets(app credentials, err error, principal credentials, principalErr error) finding {
	f := finding{name: "client secrets", needs: needsApplications, seen: "no secret and no certificate",
		fix: "anyone with the credential can sign in as the application: find out its creator and purpose, then delete it (`az ad app credential delete`)"}
	if f.err = err; err == nil {
		f.err = principalErr
	}
	for _, holder := range []struct {
		what string
		of   credentials
	}{{"application", app}, {"service principal", principal}} {
		for _, secret := range holder.of.Passwords {
			f.wrong = append(f.wrong, fmt.Sprintf("the %s has a client secret %s", holder.what, secret))
		}
		for _, key := range holder.of.Keys {
			f.wrong = append(f.wrong, fmt.Sprintf("the %s has a certificate %s", holder.what, key))
		}
	}
	return f
}

// String describes a credential without its value.
func (c credential) String() string {
	return fmt.Sprintf("%s (%s), valid until %s", printable.Quote(c.Name), c.ID, c.Ends)
}

// owners fails for each owner other than the deploying identity, because owners can add
// secrets. The stack creates both objects with that one owner. The state cannot show it,
// because a refresh and an import write all owners into the inputs. Without Deployers, the
// single owner of both objects causes a warning instead if the state has it. The check does
// not cover the tenant's application administrators, who can add secrets too.
func owners(ctx context.Context, c *Client, s *Stack, app Application, principalID string, principalErr error) finding {
	f := finding{name: "owners", needs: needsApplications,
		fix: "an owner can add a client secret: remove owners that do not deploy the stack (`az ad app owner remove`; for the service " +
			"principal in the portal); set --deployer <object ID> for those that do"}
	ofApplication, err := list[object](ctx, c, applicationPath(app.ClientID, "/owners"))
	if f.err = err; err != nil {
		return f
	}
	if f.err = principalErr; principalErr != nil {
		return f
	}
	ofPrincipal, err := list[object](ctx, c, belowPrincipal(principalID, "/owners"))
	f.err = err
	deployers := s.Deployers
	if len(deployers) == 0 && c.identity != "" {
		deployers = []string{c.identity}
	}
	consistent := len(ofApplication) == 1 && len(ofPrincipal) == 1 && ofApplication[0].ID == ofPrincipal[0].ID
	var names []string
	for _, owned := range []struct {
		what string
		by   []object
	}{{"application", ofApplication}, {"service principal", ofPrincipal}} {
		for _, owner := range owned.by {
			says := fmt.Sprintf("%s owns the %s", owner, owned.what)
			switch {
			case isOne(owner.ID, deployers):
				names = append(names, owner.String())
			case consistent && len(s.Deployers) == 0 && isOne(owner.ID, app.Owners):
				f.doubtful = append(f.doubtful, says+" but is not the signed-in identity")
			default:
				f.wrong = append(f.wrong, says)
			}
		}
	}
	slices.Sort(names)
	if f.seen = "none"; len(names) > 0 {
		f.seen = strings.Join(slices.Compact(names), ", ") + ", which can add secrets"
	}
	return f
}

// isOne reports whether an object ID is one of several.
func isOne(id string, all []string) bool {
	return slices.ContainsFunc(all, func(other string) bool { return strings.EqualFold(id, other) })
}

// String returns the name and kind of an object.
func (o object) String() string {
	kind := strings.TrimPrefix(o.Type, "#microsoft.graph.")
	if o.Name == "" {
		return kind + " " + o.ID
	}
	return fmt.Sprintf("%s %s (%s)", kind, printable.Quote(o.Name), o.ID)
}

// signInAudience checks that the application accepts accounts of this tenant only, and that
// flows that Argo CD does not use are disabled.
func signInAudience(app application, err error) finding {
	return finding{name: "accounts", err: err, needs: needsApplications, fix: restore, seen: "this tenant only, no implicit flow",
		wrong: unequal{
			{"signInAudience", app.SignInAudience, azure.AudienceMyOrg},
			{"isFallbackPublicClient", app.IsFallbackPublicClient, false},
			{"isDeviceOnlyAuthSupported", app.IsDeviceOnly, false},
			{"oauth2RequirePostResponse", app.RequirePost, false},
			{"defaultRedirectUri", app.DefaultRedirectURI, ""},
			{"logoutUrl", app.Web.LogoutURL, ""},
			{"tokenEncryptionKeyId", app.EncryptionKey, ""},
			{"enableAccessTokenIssuance", app.Web.Implicit.AccessTokens, false},
			{"enableIdTokenIssuance", app.Web.Implicit.IDTokens, false},
		}.wrong()}
}

// accounts also checks the service principal, which can have another sign-in mode.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
func accounts(app application, err error, itself principal) finding {
	f := signInAudience(app, err)
	if !slices.Contains([]string{"", "oidc", "notSupported"}, itself.SingleSignOn) {
		f.wrong = append(f.wrong, fmt.Sprintf("preferredSingleSignOnMode is %s, not \"oidc\"", printable.Quote(itself.SingleSignOn)))
	}
	return f
}

// exposedAPI fails for everything that lets clients get tokens for the application, except the
// API of the stack's pipelines. The default token version is 1.
// https://learn.microsoft.com/graph/api/resources/apiapplication
func exposedAPI(app application, err error, want Application) finding {
	f := finding{name: "exposed API", err: err, needs: needsApplications,
		seen: "no scope, no pre-authorized client",
		fix: "clients can get tokens for Argo CD through it: find out who added it, then delete it (application, Expose an API); " +
			"`pulumi refresh` and `pulumi up` restore everything except pre-authorized clients",
		wrong: slices.Concat(
			differences("application ID URI", app.IdentifierURIs, want.IdentifierURIs),
			unequal{
				{"requestedAccessTokenVersion", cmp.Or(app.API.TokenVersion, 1), cmp.Or(want.TokenVersion, 1)},
				{"acceptMappedClaims", app.API.MappedClaims, false},
			}.wrong(),
			differences("known client", app.API.KnownClients, nil),
		)}
	for _, scope := range app.API.Scopes {
		f.wrong = append(f.wrong, fmt.Sprintf("scope %s (%s) is not in the stack", printable.Quote(scope.Value), scope.ID))
	}
	for _, client := range app.API.PreAuthorized {
		f.wrong = append(f.wrong, fmt.Sprintf("pre-authorized client %s is not in the stack", client.AppID))
	}
	if len(want.IdentifierURIs) > 0 {
		f.seen = strings.Join(want.IdentifierURIs, ", ") + " for pipelines, " + f.seen
	}
	return f
}

// maxDuplicates is the maximum number of applications with the same name that are read. Users may
// be able to register thousands.
const maxDuplicates = 20

// duplicates fails for another application that an interrupted deployment may have left. It warns
// about one that is in use, foreign, or left by a deployment with another configuration.
func duplicates(ctx context.Context, c *Client, s *Stack, app Application) finding {
	f := finding{name: "second application", needs: needsApplications, seen: "none with the same name, redirect URIs or application ID URI",
		fix: "an interrupted pulumi up left it, or another identity registered it: delete it if it belongs to the stack (`az ad app delete`)"}
	found, err := one[application](ctx, c, applicationPath(app.ClientID, ""))
	if f.err = err; err != nil {
		return f
	}
	like := app
	like.WebURIs = found.Web.URIs
	others, related, err := searchApplications(ctx, c, like)
	if f.err = err; err != nil {
		return f
	}
	others, related = slices.DeleteFunc(others, s.has), slices.DeleteFunc(related, s.has)
	for _, other := range others[:min(maxDuplicates, len(others))] {
		one, err := existing(ctx, c, other, like, nil)
		if f.err = err; err != nil {
			return f
		}
		switch doubts := strings.Join(one.Doubts(), ", "); {
		case doubts == "":
			f.wrong = append(f.wrong, one.What)
		case len(one.InUse) > 0:
			f.doubtful = append(f.doubtful, one.What+", which is in use: "+doubts)
		case one.Unused:
			f.doubtful = append(f.doubtful, one.What+unused+doubts)
		default:
			f.doubtful = append(f.doubtful, one.What+", which is foreign: "+doubts)
		}
	}
	if more := len(others) - maxDuplicates; more > 0 {
		f.doubtful = append([]string{fmt.Sprintf("%d of them, of which %d were skipped", len(others), more)}, f.doubtful...)
	}
	left, err := leftovers(ctx, c, related, like)
	f.err = err
	for _, one := range left {
		f.doubtful = append(f.doubtful, one.What+unused+strings.Join(one.Doubts(), ", "))
	}
	return f
}

// has reports whether an application is one of the stack's.
func (s *Stack) has(one listedApplication) bool {
	return slices.ContainsFunc(s.Applications, func(app Application) bool { return SameID(app.ClientID, one.AppID) })
}

// unused introduces the doubts of an application that the deploying identity owns.
const unused = ", which the deploying identity owns and nothing uses: "

// redirectURIs checks that the CLI's redirect URI is on the platform of public clients, and
// all others on the web platform, for which Entra authenticates the client that redeems a code.
func redirectURIs(app application, err error, want []string) finding {
	var web, cli []string
	for _, uri := range want {
		if uri == chart.CLIRedirectURI {
			cli = append(cli, uri)
		} else {
			web = append(web, uri)
		}
	}
	return finding{name: "redirect URIs", err: err, needs: needsApplications, seen: cmp.Or(strings.Join(want, ", "), "none"),
		fix: "the owner of a redirect URI receives users' authorization codes: " + restore,
		wrong: slices.Concat(
			differences("web", app.Web.URIs, web),
			differences("mobile and desktop", app.PublicClient.URIs, cli),
			differences("single-page", app.Spa.URIs, nil),
		)}
}

// allRedirectURIs also checks the reply URLs of the service principal.
func allRedirectURIs(app application, err error, itself principal, want []string) finding {
	f := redirectURIs(app, err, want)
	for _, uri := range itself.ReplyURLs {
		if !slices.Contains(want, uri) {
			f.wrong = append(f.wrong, fmt.Sprintf("reply URL %s of the service principal is not in the stack", uri))
		}
	}
	return f
}

// groupsClaim compares all optional claims: an additional property of the groups claim can
// replace object IDs with names, or move the groups into the roles claim.
// https://learn.microsoft.com/entra/identity-platform/optional-claims#configure-groups-optional-claims
func groupsClaim(app Application, found application, err error) finding {
	seen, want := "assigned groups, in ID tokens", azure.MembershipApplicationGroup
	if app.SecurityGroups {
		seen, want = "a user's security groups, up to 200, in ID tokens", azure.MembershipSecurityGroup
	}
	var has tokenSets
	if found.OptionalClaims != nil {
		has = *found.OptionalClaims
	}
	return finding{name: "groups claim", err: err, needs: needsApplications, fix: restore, seen: seen,
		wrong: slices.Concat(
			unequal{{"groupMembershipClaims", found.GroupMembershipClaims, want}}.wrong(),
			differences("in ID tokens, the optional claim", claims(has.IDToken), claims([]optionalClaim{{Name: "groups", Essential: true}})),
			differences("in access tokens, the optional claim", claims(has.AccessToken), nil),
			differences("in SAML tokens, the optional claim", claims(has.SAML2Token), nil),
		)}
}

// claims describes optional claims.
func claims(all []optionalClaim) (words []string) {
	for _, claim := range all {
		word := claim.Name
		if claim.Essential {
			word += " (essential)"
		}
		if claim.Source != "" {
			word += " from " + claim.Source
		}
		if len(claim.Properties) > 0 {
			word += " as " + strings.Join(claim.Properties, ", ")
		}
		words = append(words, word)
	}
	return words
}
