package aks

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// The versions with community support and with long-term support in December 2026, and the next
// one: https://learn.microsoft.com/azure/aks/supported-kubernetes-versions.
var (
	community = regexp.MustCompile(`^1\.3[5-8](\.\d+)?$`)
	longTerm  = regexp.MustCompile(`^1\.3[2-8](\.\d+)?$`)
)

func hasLongTermSupport(in property.Map) bool {
	return in.Text("supportPlan") == "AKSLongTermSupport"
}

// checkSupported rejects versions with which AKS creates no cluster and upgrades none.
func checkSupported(in property.Map) error {
	version, supported := in.Text("kubernetesVersion"), community
	if hasLongTermSupport(in) {
		supported = longTerm
	}
	return store.RefuseIf(version != "" && !supported.MatchString(version), 400, "K8sVersionNotSupported",
		"Managed cluster is on version %s which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.", version)
}

// checkVersionChange rejects downgrades, and upgrades that skip a minor version without long-term
// support. A cluster keeps a version that is no longer supported. Code and text:
// https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/upgrading-or-scaling-does-not-succeed.
// Inferred: the same for a downgrade.
func (s *Service) checkVersionChange(cluster *store.Object, in property.Map) error {
	have, want := s.Answer(cluster).Text("currentKubernetesVersion"), in.Text("kubernetesVersion")
	order := compare(want, have)
	if want == "" || order == 0 {
		return nil
	}
	skips := minor(want) > minor(have)+1 && community.MatchString(have) && !hasLongTermSupport(in)
	return store.First(
		checkSupported(in),
		store.RefuseIf(order < 0 || skips, 400, "OperationNotAllowed",
			"Upgrading Kubernetes version %s to %s is not allowed. Available upgrades: [1.%d]. Please see https://aka.ms/aks-supported-k8s-ver for version details.", have, want, minor(have)+1),
	)
}

// compare compares the parts that both versions have.
func compare(x, y string) int {
	a, b := strings.Split(x, "."), strings.Split(y, ".")
	for i := range min(len(a), len(b)) {
		m, _ := strconv.Atoi(a[i])
		n, _ := strconv.Atoi(b[i])
		if order := cmp.Compare(m, n); order != 0 {
			return order
		}
	}
	return 0
}

func minor(version string) int {
	_, rest, _ := strings.Cut(version, ".")
	text, _, _ := strings.Cut(rest, ".")
	number, _ := strconv.Atoi(text)
	return number
}
