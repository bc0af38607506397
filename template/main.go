package main

import "github.com/OWNER/argocd-on-aks/infra/stack"

func main() { stack.Run() }
