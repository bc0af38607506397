package chart

import (
	"path"
	"slices"
	"strings"

	"argocd-on-aks/infra/problem"
)

// The lists that this program lengthens, behind what ExtraSettings have in them.
const (
	keyRepoServerEnv    = "repoServer.env"
	keyControllerEnv    = "controller.env"
	keyControllerVolume = "controller.volumes"
	keyControllerMount  = "controller.volumeMounts"
)

// lengthened are those that it adds to with these settings.
func (s Settings) lengthened() (lists []string) {
	if s.ContainerRegistry || s.AzureDevOps {
		lists = append(lists, keyRepoServerEnv)
	}
	if s.Clusters {
		lists = append(lists, keyControllerEnv, keyControllerVolume, keyControllerMount)
	}
	return lists
}

// replaces says whether a path has one value in place of such a list.
func (s Settings) replaces(path []string) bool {
	return slices.Contains(s.lengthened(), strings.Join(path, "."))
}

// next is the first index of a list that ExtraSettings leave free.
func (s Settings) next(list string) int {
	next := 0
	for _, extra := range s.extras(new(problem.List)) {
		if path := flat([]string{list}); len(extra.path) > len(path) && slices.Equal(extra.path[:len(path)], path) {
			next = max(next, indexOf(extra.path[len(path)])+1)
		}
	}
	return next
}

// taken returns the reason if an extra setting would replace what Clusters adds to
// the application controller's pods, or "".
func (s Settings) taken(extra extraSetting) string {
	switch {
	case !s.Clusters:
	case fits("controller volumes * name", extra.path) && extra.value == tokenVolume:
		return "is the name of the volume with which Argo CD signs in to clusters; use another name"
	case fits("controller volumeMounts * mountPath", extra.path) && overlays(extra.value):
		return "is the folder from which Argo CD signs in to clusters; use another folder"
	}
	return ""
}

// overlays reports whether a mount hides the token's folder, or is in it. /var/run is a
// link to /run.
func overlays(mount string) bool {
	folder := strings.TrimPrefix(tokenFolder, "/var")
	cleaned := strings.TrimPrefix(path.Clean("/"+mount), "/var")
	return strings.HasPrefix(folder+"/", cleaned+"/") || strings.HasPrefix(cleaned, folder+"/")
}
