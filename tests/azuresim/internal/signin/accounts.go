package signin

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// choice is an account to pick.
type choice struct{ Name, Initial, Link, Groups string }

// shown is how many accounts are on the page. Of a larger tenant's users, the others
// come with their name.
const shown = 20

func (s *Service) pickUser(w http.ResponseWriter, r *http.Request, app *store.Object) error {
	var choices []choice
	for _, user := range s.directory.Users[:min(shown, len(s.directory.Users))] {
		var groups []string
		for _, group := range s.directory.GroupsOf(user) {
			groups = append(groups, group.DisplayName)
		}
		choices = append(choices, choice{
			Name: user.Name, Initial: string(unicode.ToUpper(rune(user.Name[0]))), Link: as(r.URL, user.Name), Groups: strings.Join(groups, ", "),
		})
	}
	return show(w, page{Application: app.Inputs.Text("displayName"), Choices: choices})
}

// as is a sign-in's address with an account picked, or none.
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
