package signin

import (
	"html/template"
	"net/http"
	"strings"
)

var accountsPage = template.Must(template.New("accounts").Parse(`<!doctype html><title>Contoso: pick an account</title>
<h1>Pick an account</h1><p>A simulated Entra tenant. Nobody asks for a password.</p>
<ul>{{range .}}<li><a href="{{.Link}}">{{.Name}}</a> {{.Groups}}</li>{{end}}</ul>`))

func (s *Service) pickUser(w http.ResponseWriter, r *http.Request) error {
	type choice struct{ Name, Link, Groups string }
	var choices []choice
	for _, user := range s.directory.Users {
		link := *r.URL
		query := link.Query()
		query.Set("login_hint", user.Name)
		link.RawQuery = query.Encode()
		var groups []string
		for _, group := range s.directory.GroupsOf(user) {
			groups = append(groups, group.DisplayName)
		}
		choices = append(choices, choice{user.Name, link.String(), strings.Join(groups, ", ")})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return accountsPage.Execute(w, choices)
}
