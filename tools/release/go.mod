// A module of its own, without dependencies: it runs where nothing else has been built.
module github.com/OWNER/argocd-on-aks/tools/release

go 1.26.0
