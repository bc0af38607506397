package signin

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
)

// denial is an error with an AADSTS code for users and applications.
type denial struct {
	status              int
	oauth, code, detail string
}

func (d *denial) Error() string { return d.code + ": " + d.detail }

func deny(code, format string, args ...any) *denial {
	return &denial{status: http.StatusBadRequest, oauth: "invalid_request", code: code, detail: fmt.Sprintf(format, args...)}
}

func (d *denial) as(status int, oauth string) *denial {
	d.status, d.oauth = status, oauth
	return d
}

func writeError(w http.ResponseWriter, err error) {
	denied, is := errors.AsType[*denial](err)
	if !is {
		denied = deny("AADSTS90000", "%v", err).as(http.StatusInternalServerError, "server_error")
	}
	oidc.Answer(w, denied.status, map[string]string{"error": denied.oauth, "error_description": denied.Error()})
}
