module ${PROJECT}

go 1.26.0

require github.com/OWNER/argocd-on-aks v0.4.0
