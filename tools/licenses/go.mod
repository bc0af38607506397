// A module of its own, so that only this command depends on the license scanner.
module github.com/OWNER/argocd-on-aks/tools/licenses

go 1.26.0

require github.com/google/licensecheck v0.3.1
