// Argo CD on AKS with Microsoft Entra ID sign-in, without a password or client secret.
// Package infra/stack is the program, and infra documents the components.
package main

import "github.com/OWNER/argocd-on-aks/infra/stack"

func main() { stack.Run() }
