package azure

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// GUID is a regular expression for the IDs of Azure and Entra, in any case.
const GUID = `[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`

var guidPattern = regexp.MustCompile(`^` + GUID + `$`)

// IsGUID reports whether a text has the form of the IDs of Azure and Entra.
func IsGUID(text string) bool { return guidPattern.MatchString(text) }

// CheckGUID returns an error if a text does not have the form of the IDs of Azure and Entra.
func CheckGUID(id string) error {
	if !IsGUID(id) {
		return fmt.Errorf("%q is not a valid GUID", id)
	}
	return nil
}

// CheckObjectID returns an error if a text is not an object ID in lower case, as in
// Entra's claims.
func CheckObjectID(id string) error {
	switch lower := strings.ToLower(id); {
	case !IsGUID(id):
		return fmt.Errorf("%q is not a valid object ID", id)
	case id != lower:
		return fmt.Errorf("%q must be in lower case, as Entra writes it: %s", id, lower)
	}
	return nil
}

// CheckGroupName returns an error if a text cannot be the display name or object ID of a group.
func CheckGroupName(group string) error {
	switch {
	case strings.TrimSpace(group) == "":
		return fmt.Errorf("%q is empty; use the group's object ID", group)
	case group != strings.TrimSpace(group) || strings.ContainsFunc(group, problem.IsUnseen):
		return fmt.Errorf("%q has a line break, leading or trailing space, or an invisible character; use the group's object ID", group)
	}
	return nil
}
