package signin

import (
	"embed"
	"html/template"
	"net/http"
)

var (
	//go:embed pages
	pages  embed.FS
	layout = template.Must(template.ParseFS(pages, "pages/page.html"))
)

// page is the page for users: accounts to pick, an error, or the sign-out.
type page struct {
	Application string
	Choices     []choice
	Error       *pageError
	SignedOut   bool
}

type pageError struct{ Code, Detail, Advice, Again string }

// Style returns the inline style sheet, since Entra's host serves no other files here.
func (page) Style() (template.CSS, error) {
	style, err := pages.ReadFile("pages/style.css")
	return template.CSS(style), err
}

// Config returns the error for programs, in the variable that Entra's page uses.
func (p page) Config() map[string]string {
	return map[string]string{"strServiceExceptionMessage": p.Error.Code + ": " + p.Error.Detail}
}

// advice is the recommended action by error code.
var advice = map[string]string{
	"AADSTS50105":  "Ask the Argo CD administrator to add you as a direct member to a group with access.",
	"AADSTS65001":  "Ask an administrator to consent to the application's permissions.",
	"AADSTS50011":  "Ask the Argo CD administrator to compare its domain with the application's redirect URIs.",
	"AADSTS700016": "If Argo CD was just deployed, wait a minute and try again.",
}

// showError shows an error. The status is 200, as for Entra's pages.
func showError(w http.ResponseWriter, r *http.Request, denied *denial) error {
	what, known := advice[denied.code]
	if !known {
		what = "Ask the Argo CD administrator."
	}
	return render(w, page{Error: &pageError{Code: denied.code, Detail: denied.detail, Advice: what, Again: as(r.URL, "")}})
}

func render(w http.ResponseWriter, p page) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return layout.ExecuteTemplate(w, "page", p)
}
