// Package azurenative binds three resources of pulumi-azure-native-sdk: of each what this
// program uses, with the SDK's names and types. They are alone in large packages there,
// which every first build of the program would compile (docs/internals/performance.md), and
// kubernetesconfiguration/v2 does not resolve at v2.92.3. The simulated Azure checks them
// against the SDK's own types.
package azurenative
