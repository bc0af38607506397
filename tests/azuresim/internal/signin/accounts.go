package signin

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// choice is an account on the page.
type choice struct{ Name, Initial, Link, Groups string }

// maxAccounts is the maximum number of accounts on the page. The other users of a larger tenant
// need login_hint.
const maxAccounts = 20

func (s *Service) pickUser(w http.ResponseWriter, r *http.Request, app *store.Object) error {
	var choices []choice
	for _, user := range s.directory.Users[:min(maxAccounts, len(s.directory.Users))] {
		var groups []string
		for _, group := range s.directory.GroupsOf(user) {
			groups = append(groups, group.DisplayName)
		}
		choices = append(choices, choice{
			Name: user.Name, Initial: string(unicode.ToUpper(rune(user.Name[0]))), Link: as(r.URL, user.Name), Groups: strings.Join(groups, ", "),
		})
	}
	return render(w, page{Application: app.Inputs.Text("displayName"), Choices: choices})
}

// as returns the address of a sign-in with an account, or without one.
func as(address *url.URL, user string) string {
	link := *address
	query := link.Query()
	query.Set("login_hint", user)
	query.Del("prompt")
	if user == "" {
		query.Del("login_hint")
		query.Set("prompt", "select_account")
	}
	link.RawQuery = query.Encode()
	return link.String()
}
