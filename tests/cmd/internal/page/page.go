// Package page stands in for Argo CD's web application, which its module does not
// ship.
package page

import "embed"

// Files has it where argocd-server looks for it.
//
//go:embed dist/app
var Files embed.FS
