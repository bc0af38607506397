package rest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// applicationFilters are the simulated filters of application-list.md. advanced marks those
// that require an advanced query. Single quotes in values are doubled.
// https://learn.microsoft.com/graph/filter-query-parameter and
// https://learn.microsoft.com/graph/aad-advanced-queries
var applicationFilters = []struct {
	pattern  *regexp.Regexp
	advanced bool
	texts    func(property.Map) []string
}{
	{regexp.MustCompile(`^displayName eq '((?:[^']|'')*)'$`), false, func(in property.Map) []string { return []string{in.Text("displayName")} }},
	{regexp.MustCompile(`^identifierUris/any\(u:u eq '((?:[^']|'')*)'\)$`), false, func(in property.Map) []string { return in.Texts("identifierUris") }},
	{regexp.MustCompile(`^web/redirectUris/any\(u:u eq '((?:[^']|'')*)'\)$`), true, func(in property.Map) []string { return in.Texts("web.redirectUris") }},
}

// applications returns the applications that match a filter, ignoring case, with their
// owners if the request expands them.
func (s *Service) applications(r *http.Request) (all []document, err error) {
	query := r.URL.Query()
	advanced, expand := r.Header.Get("ConsistencyLevel") == "eventual" && query.Get("$count") == "true", query.Get("$expand")
	for _, filter := range applicationFilters {
		match := filter.pattern.FindStringSubmatch(query.Get("$filter"))
		if match == nil {
			continue
		}
		if filter.advanced && (!advanced || expand != "") || expand != "" && expand != "owners" {
			return nil, store.Refuse(400, "Request_UnsupportedQuery", "Unsupported query.")
		}
		value := strings.ReplaceAll(match[1], "''", "'")
		for _, o := range s.objects.All(directory.Application) {
			if !slices.ContainsFunc(filter.texts(o.Inputs), func(text string) bool { return strings.EqualFold(text, value) }) {
				continue
			}
			app := s.application(o)
			if expand != "" {
				app["owners"] = append([]document{}, s.owners(o)...)
			}
			all = append(all, app)
		}
		return all, nil
	}
	return nil, store.Refuse(400, "Request_BadRequest", "Invalid filter clause: '%s'.", query.Get("$filter"))
}
