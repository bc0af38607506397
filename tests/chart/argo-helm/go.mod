// Pins the Helm charts of Argo CD and of its dependency redis-ha, and the custom resource
// definitions of Argo CD's optional objects. No Go package of them is imported, so
// `go mod tidy` would remove them.
module github.com/OWNER/argocd-on-aks/tests/chart/argo-helm

go 1.26

require (
	github.com/DandyDeveloper/charts v0.0.0-20260615041936-2e2539a8960e
	github.com/argoproj/argo-helm v0.0.0-20260904222229-3bbb4305eea9
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
	k8s.io/autoscaler/vertical-pod-autoscaler v1.7.3
	sigs.k8s.io/gateway-api v1.6.3
)
