package extra

import (
	"errors"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

var (
	errSecret      = problem.Errorf("is a secret; move it to %s", problem.Field(secretField))
	errSecretURL   = problem.Errorf("has a URL with a user or password, which is a secret; move it to %s", problem.Field(secretField))
	errSecretToken = problem.Errorf("has a private key or token, which is a secret; move it to %s", problem.Field(secretField))
)

// urlWithCredentials matches a URL with a user, a password or a token before the host. Over
// SSH, a user alone is not a secret.
var urlWithCredentials = regexp.MustCompile(`(?i)(https?://[^\s/?#@]+|[a-z][a-z0-9+.-]*://[^\s/?#@:]*:[^\s/?#@]+|^[^\s/?#@:]+:[^\s/?#@:]+)@`)

// keyOrToken matches private keys and tokens: those with the published prefixes of GitHub,
// GitLab and Slack, those of an Authorization header, and those in the query of a URL.
// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
var keyOrToken = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-)[A-Za-z0-9_-]{8}|(?i:\bbearer [a-z0-9._~+/-]{8}|[?&][a-z_]*token=[^&\s{$])`)

// checkSecret rejects a setting that exposes argocd-secret, and a secret that is not in
// SecretSettings.
func checkSecret(s Setting) error {
	switch {
	case s.Value == "argocd-secret":
		return errors.New("would expose argocd-secret, which holds the session key; use another Secret")
	case s.isSecret():
		return nil
	case urlWithCredentials.MatchString(s.Value):
		return errSecretURL
	case keyOrToken.MatchString(s.Value):
		return errSecretToken
	}
	return nil
}
