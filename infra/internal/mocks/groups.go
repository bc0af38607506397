package mocks

import (
	"errors"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// groups are the tenant's groups, by name in the provider's form, with single quotes
// doubled.
var groups = map[string]Object{
	"Argo CD Admins":           {"objectId": AdminsID},
	"Developers":               {"objectId": DevelopersID},
	"Release Managers":         {"objectId": ReleasersID},
	"Auditors":                 {"objectId": AuditorsID},
	"Mailing List":             {"objectId": MailingID, "securityEnabled": false},
	`Bob''s "on call", Berlin`: {"objectId": strings.ToUpper(OnCallID)},
	"All Hands":                {"visibility": "Public", "types": []any{"Unified"}},
	"Leads":                    {"objectId": LeadsID, "visibility": "Private", "types": []any{"Unified"}},
	"Engineers":                {"objectId": EngineersID, "types": []any{"DynamicMembership"}},
}

// group returns a group by its name or ID.
func group(args resource.PropertyMap) (Object, error) {
	if objectID := args["objectId"]; objectID.IsString() {
		return Object{"objectId": objectID.StringValue(), "securityEnabled": true}, nil
	}
	found, known := groups[args["displayName"].StringValue()]
	if !known {
		return nil, errors.New("1 error occurred:\n\t* no group found\n\n") //nolint:staticcheck // as the provider's errors end
	}
	return With(Object{"securityEnabled": true}, found), nil
}
