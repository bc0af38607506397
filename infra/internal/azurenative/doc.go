// Package azurenative binds three resources of pulumi-azure-native-sdk: the properties that
// this program uses, with the SDK's names and types. The SDK's packages of these resources
// are large, and every first build of the program would compile them
// (docs/internals/performance.md); kubernetesconfiguration/v2 does not resolve at v2.92.3.
// The simulated Azure checks the bindings against the SDK's types.
package azurenative
