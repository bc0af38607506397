package azuresim

import "time"

// durations are rough figures of real Azure, for the demo's time line: clusters
// and extensions take minutes, the directory takes seconds.
var durations = map[string]time.Duration{
	"create " + tokenResourceGroup:  3 * time.Second,
	"delete " + tokenResourceGroup:  time.Minute,
	"create " + tokenCluster:        5 * time.Minute,
	"update " + tokenCluster:        3 * time.Minute,
	"delete " + tokenCluster:        5 * time.Minute,
	"create " + tokenAgentPool:      4 * time.Minute,
	"update " + tokenAgentPool:      time.Minute,
	"delete " + tokenAgentPool:      3 * time.Minute,
	"create " + tokenMaintenance:    5 * time.Second,
	"update " + tokenMaintenance:    5 * time.Second,
	"delete " + tokenMaintenance:    5 * time.Second,
	"create " + tokenRoleAssignment: 5 * time.Second,
	"delete " + tokenRoleAssignment: 5 * time.Second,
	"create " + tokenExtension:      6 * time.Minute,
	"update " + tokenExtension:      3 * time.Minute,
	"delete " + tokenExtension:      5 * time.Minute,
	"create " + tokenApplication:    15 * time.Second,
	"update " + tokenApplication:    5 * time.Second,
	"delete " + tokenApplication:    5 * time.Second,
	"create " + tokenPrincipal:      10 * time.Second,
	"update " + tokenPrincipal:      3 * time.Second,
	"delete " + tokenPrincipal:      3 * time.Second,
	"create " + tokenCredential:     5 * time.Second,
	"update " + tokenCredential:     5 * time.Second,
	"delete " + tokenCredential:     3 * time.Second,
	"create " + tokenGrant:          3 * time.Second,
	"delete " + tokenGrant:          2 * time.Second,
	"create " + tokenAssignment:     3 * time.Second,
	"delete " + tokenAssignment:     2 * time.Second,
}
