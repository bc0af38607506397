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

// builtInRoles are Argo CD's own. A rule added to readonly would also apply to admins, who
// inherit it.
var builtInRoles = []string{"admin", "readonly"}

// line is a line of policy.csv: a rule of a role ("p"), or the inheritance between roles
// ("g").
type line struct {
	kind, role string
	// inherits is the other role of a g line.
	inherits string
	// action and effect belong to a p line.
	action, effect string
}

// maxLineLength limits the time to check a line. Twice the longest name of an application
// with its project and namespace is 1,142 characters.
const maxLineLength = 4096

var roleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

const lineForms = `"p, role:<name>, <resource>, <action>, <object>, allow|deny" or "g, role:<name>, role:<other>"`

var errLineForm = problem.Errorf("must have the form %s; assign groups in %s", lineForms, problem.Field("Roles"))

// parseLine reads a line as Argo CD does (loadPolicyLine in util/rbac), and rejects lines that
// Argo CD cannot read and lines without an effect.
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
			return nil, fmt.Errorf("has %q; use one line of plain ASCII", r)
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
			return nil, fmt.Errorf("has space before a comma, which Argo CD reads as part of %q; remove it", field)
		}
	}
	return fields, nil
}

// ownRole returns the name of the role that a line defines, and rejects built-in roles.
func ownRole(subject string) (string, error) {
	role, isRole := strings.CutPrefix(subject, "role:")
	if !isRole || !roleName.MatchString(role) {
		return "", fmt.Errorf("subject %q must be role:<name> with letters, digits, '.', '_' and '-'", subject)
	}
	if slices.Contains(builtInRoles, strings.ToLower(role)) {
		return "", fmt.Errorf("role:%s is built into Argo CD, and admins inherit readonly; define a role with another name", role)
	}
	return role, nil
}
