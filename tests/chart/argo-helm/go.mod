// Pins the Helm charts of Argo CD and of its dependency redis-ha. They contain no Go package,
// so `go mod tidy` would remove them.
module github.com/OWNER/argocd-on-aks/tests/chart/argo-helm

go 1.26

require (
	github.com/DandyDeveloper/charts v0.0.0-20260615041936-2e2539a8960e
	github.com/argoproj/argo-helm v0.0.0-20260904222229-3bbb4305eea9
)
