package signin

import (
	"net/url"
	"slices"

	"github.com/golang-jwt/jwt/v5"

	"argocd-on-aks/tests/azuresim/internal/store"
)

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// authenticate matches a workload's token with the app's federated credentials:
// issuer, subject and audience must all be the same, letter by letter.
func (s *Service) authenticate(app *store.Object, form url.Values) error {
	assertion := form.Get("client_assertion")
	if assertion == "" || form.Get("client_assertion_type") != jwtBearer {
		return deny("AADSTS7000218", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.").as(401, "invalid_client")
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(assertion, claims); err != nil {
		return deny("AADSTS50027", "JWT token is invalid or malformed.").as(401, "invalid_client")
	}
	issuerURL, _ := claims.GetIssuer()
	subject, _ := claims.GetSubject()
	audiences, _ := claims.GetAudience()
	if err := s.match(app, issuerURL, subject, audiences); err != nil {
		return err
	}
	issuer := s.clusters.Issuer(issuerURL)
	if issuer == nil {
		return deny("AADSTS501661", "Unable to resolve issuer '%s'.", issuerURL).as(401, "invalid_client")
	}
	if _, err := issuer.Verify(assertion); err != nil {
		return deny("AADSTS700027", "Client assertion failed signature or lifetime validation: %v", err).as(401, "invalid_client")
	}
	return nil
}

func (s *Service) match(app *store.Object, issuer, subject string, audiences []string) error {
	sameIssuer, sameSubject := false, false
	for _, credential := range s.directory.Credentials(app.ID) {
		if !s.directory.Replicated(credential) || credential.Inputs.Text("issuer") != issuer {
			continue
		}
		sameIssuer = true
		if credential.Inputs.Text("subject") != subject {
			continue
		}
		sameSubject = true
		if slices.ContainsFunc(credential.Inputs.Texts("audiences"), func(audience string) bool { return slices.Contains(audiences, audience) }) {
			return nil
		}
	}
	switch {
	case sameSubject:
		return deny("AADSTS700212", "No matching federated identity record found for presented assertion audience '%v'.", audiences).as(401, "invalid_client")
	case sameIssuer:
		return deny("AADSTS700213", "No matching federated identity record found for presented assertion subject '%s'.", subject).as(401, "invalid_client")
	}
	return deny("AADSTS700211", "No matching federated identity record found for presented assertion issuer '%s'.", issuer).as(401, "invalid_client")
}
