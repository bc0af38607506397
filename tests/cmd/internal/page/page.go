// Package page is the web application's, which argocd-server takes from nowhere else
// than its own files; its module does not ship one.
package page

import "embed"

// Files has it where argocd-server looks for it.
//
//go:embed dist/app
var Files embed.FS
