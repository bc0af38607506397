// Pins Argo CD's own Helm chart, which has no Go package: `go mod tidy` would
// take it out.
module argocd-on-aks/tests/chart/argo-helm

go 1.26

require github.com/argoproj/argo-helm v0.0.0-20260904222229-3bbb4305eea9
