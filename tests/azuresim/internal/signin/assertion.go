package signin

import (
	"net/url"
	"slices"

	"github.com/golang-jwt/jwt/v5"
)

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// authenticate matches a workload's token with the caller's federated credentials. Issuer,
// subject and audience must be equal, including case.
func (s *Service) authenticate(c caller, form url.Values) error {
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
	if err := match(c.trusts, issuerURL, subject, audiences); err != nil {
		return err
	}
	if at, err := url.Parse(issuerURL); err != nil || !s.Reachable(at.Host) {
		// Entra reads the issuer's keys and caches them; the cache is not simulated.
		// https://github.com/Azure/azure-workload-identity/issues/1130
		return deny("AADSTS50166", "Request to External OIDC endpoint failed.").as(400, "invalid_request")
	}
	issuer := s.others[issuerURL]
	if issuer == nil {
		issuer = s.clusters.Issuer(issuerURL)
	}
	if issuer == nil {
		return deny("AADSTS501661", "Unable to resolve issuer '%s'.", issuerURL).as(401, "invalid_client")
	}
	if _, err := issuer.Verify(assertion); err != nil {
		return deny("AADSTS700027", "Client assertion failed signature or lifetime validation: %v", err).as(401, "invalid_client")
	}
	return nil
}

func match(trusts []trust, issuer, subject string, audiences []string) error {
	sameIssuer, sameSubject := false, false
	for _, t := range trusts {
		if t.issuer != issuer {
			continue
		}
		sameIssuer = true
		if t.subject != subject {
			continue
		}
		sameSubject = true
		if slices.ContainsFunc(t.audiences, func(audience string) bool { return slices.Contains(audiences, audience) }) {
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
