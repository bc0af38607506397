// Package page embeds the page of the web application, which argocd-server reads only from
// embedded files. Argo CD's module does not contain it.
package page

import "embed"

// Files has the page at the path that argocd-server expects.
//
//go:embed dist/app
var Files embed.FS
