package argocd

import "fmt"

// configMaps maps Helm values to Argo CD's ConfigMaps as the argo-cd chart does: configs.cm
// over the presets, configs.rbac and configs.params over their defaults.
// https://github.com/argoproj/argo-helm/blob/main/charts/argo-cd/templates/_helpers.tpl
func configMaps(values map[string]any) map[string]map[string]string {
	configs := child(values, "configs")
	cm := map[string]string{"admin.enabled": "true"}
	if domain := child(values, "global")["domain"]; domain != nil {
		cm["url"] = "https://" + fmt.Sprint(domain)
	}
	rbac := map[string]string{"policy.csv": "", "policy.default": "", "policy.matchMode": "glob", "scopes": "[groups]"}
	return map[string]map[string]string{
		"argocd-cm":            overlay(cm, child(configs, "cm")),
		"argocd-rbac-cm":       overlay(rbac, child(configs, "rbac")),
		"argocd-cmd-params-cm": overlay(map[string]string{}, child(configs, "params")),
		// The pages of certificates and keys in the settings read these.
		"argocd-ssh-known-hosts-cm": {},
		"argocd-tls-certs-cm":       {},
		"argocd-gpg-keys-cm":        {},
	}
}

// overlay formats values as the chart's toString does. An unescaped dot in a key gives a
// nested map, whose text no component reads.
func overlay(data map[string]string, values map[string]any) map[string]string {
	for key, value := range values {
		data[key] = fmt.Sprint(value)
	}
	return data
}

func child(values map[string]any, key string) map[string]any {
	m, _ := values[key].(map[string]any)
	return m
}
