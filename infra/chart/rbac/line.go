package rbac

import (
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// builtInRoles are Argo CD's own. A rule added to readonly is one for the
// admins too, who inherit it.
var builtInRoles = []string{"admin", "readonly"}

// line is a line of policy.csv: a rule of a role ("p"), or what a role
// inherits ("g").
type line struct {
	kind, role string
	// inherits is the other role of a g line.
	inherits string
	// action and effect are those of a p line.
	action, effect string
}

// maxLineLength bounds the time that a line takes. Twice the longest name of an
// application with its project and namespace is 1,142 characters.
const maxLineLength = 4096

var roleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

const lineForms = `"p, role:<name>, <resource>, <action>, <object>, allow|deny" or "g, role:<name>, role:<other>"`

var errLineForm = problem.Errorf("must have the form %s; groups get roles in %s", lineForms, problem.Field("Roles"))

// parseLine reads a line as Argo CD does (loadPolicyLine in util/rbac), and
// rejects what it could not read, and what would have no effect.
func parseLine(text string) (line, error) {
	fields, err := lineFields(text)
	if err != nil {
		return line{}, err
	}
	if fields[0] == "g" && (!strings.HasPrefix(fields[1], "role:") || !strings.HasPrefix(fields[2], "role:")) {
		return line{}, errLineForm
	}
	own, err := ownRole(fields[1])
	if err != nil {
		return line{}, err
	}
	if fields[0] == "g" {
		return line{kind: "g", role: own, inherits: strings.TrimPrefix(fields[2], "role:")}, nil
	}
	return line{kind: "p", role: own, action: fields[3], effect: fields[5]}, checkRule(fields[2:5], fields[5])
}

func lineFields(text string) ([]string, error) {
	if n := utf8.RuneCountInString(text); n > maxLineLength {
		return nil, fmt.Errorf("has %d characters; write lines of at most %d", n, maxLineLength)
	}
	for _, r := range text {
		if r < ' ' && r != '\t' || r > '~' {
			return nil, fmt.Errorf("has %q; write it on one line, in plain ASCII", r)
		}
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	reader.TrimLeadingSpace = true
	fields, err := reader.Read()
	if err != nil {
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("cannot be read: %w; it must have the form %s", err, lineForms)
	}
	if want := map[string]int{"p": 6, "g": 3}[strings.TrimSpace(fields[0])]; len(fields) != want {
		return nil, errLineForm
	}
	for _, field := range fields {
		if field != strings.TrimSpace(field) {
			return nil, fmt.Errorf("has space before a comma: to Argo CD it is part of %q", field)
		}
	}
	return fields, nil
}

// ownRole is the name of a role that a line may add to.
func ownRole(subject string) (string, error) {
	role, isRole := strings.CutPrefix(subject, "role:")
	if !isRole || !roleName.MatchString(role) {
		return "", fmt.Errorf("subject %q must be role:<name>, a name of letters, digits, '.', '_' and '-'", subject)
	}
	if slices.Contains(builtInRoles, strings.ToLower(role)) {
		return "", fmt.Errorf("role:%s is Argo CD's own, and admins inherit what readonly has; define a role of another name", role)
	}
	return role, nil
}
