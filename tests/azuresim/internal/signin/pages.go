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

// page is what a person sees: accounts to pick, or why there is no way in.
type page struct {
	Application string
	Choices     []choice
	Refusal     *refusal
	SignedOut   bool
}

type refusal struct{ Code, Detail, Advice, Again string }

// Style is embedded, as a browser comes to this host for the page alone.
func (page) Style() (template.CSS, error) {
	style, err := pages.ReadFile("pages/style.css")
	return template.CSS(style), err
}

// Config has the refusal where Entra's page has it for programs to find.
func (p page) Config() map[string]string {
	return map[string]string{"strServiceExceptionMessage": p.Refusal.Code + ": " + p.Refusal.Detail}
}

// advice is what a person can do about a refusal.
var advice = map[string]string{
	"AADSTS50105":  "Ask who looks after Argo CD to put you into a group that may use it, as a direct member.",
	"AADSTS65001":  "Ask an administrator to consent to the application's permissions.",
	"AADSTS50011":  "Who looks after Argo CD compares its domain with the application's redirect URIs.",
	"AADSTS700016": "If it was deployed a minute ago, wait and try again.",
}

// refuse shows a refusal. Entra's page has the status of any other.
func refuse(w http.ResponseWriter, r *http.Request, denied *denial) error {
	what, known := advice[denied.code]
	if !known {
		what = "Ask who looks after Argo CD."
	}
	return show(w, page{Refusal: &refusal{Code: denied.code, Detail: denied.detail, Advice: what, Again: as(r.URL, "")}})
}

func show(w http.ResponseWriter, p page) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return layout.ExecuteTemplate(w, "page", p)
}
