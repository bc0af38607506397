package aks

// leftToAKS returns the properties that this program does not manage, or does not
// manage with these settings. AKS returns all of them, so an imported or refreshed
// state contains them. Without ignoreChanges, the engine would remove them, and the
// provider would replace the cluster for a profile that cannot change.
// https://github.com/pulumi/pulumi-azure-native/issues/4756
func (s ClusterSettings) leftToAKS() []string {
	left := []string{
		// These cannot change: the values of the running cluster stay.
		"dnsPrefix", "fqdnSubdomain", "nodeResourceGroup", "diskEncryptionSetID", "linuxProfile", "windowsProfile",
		// Add-ons and similar features that other tools may have turned on.
		"addonProfiles", "autoScalerProfile", "azureMonitorProfile", "bootstrapProfile", "httpProxyConfig", "identityProfile",
		"ingressProfile", "metricsProfile", "podIdentityProfile", "privateLinkResources", "publicNetworkAccess",
		"serviceMeshProfile", "servicePrincipalProfile", "storageProfile", "upgradeSettings", "workloadAutoScalerProfile",
	}
	// Properties of the system pool's nodes that AKS has chosen.
	for _, property := range []string{
		"enableEncryptionAtHost", "enableFIPS", "enableNodePublicIP", "enableUltraSSD", "kubeletDiskType", "maxPods", "nodeLabels", "osDiskSizeGB",
		"osDiskType", "powerState", "scaleDownMode", "securityProfile", "upgradeSettings", "vnetSubnetID", "workloadRuntime",
	} {
		left = append(left, "agentPoolProfiles[0]."+property)
	}
	if s.Network == nil {
		left = append(left, "networkProfile")
	}
	if s.KubernetesVersion == "" {
		left = append(left, "kubernetesVersion", "agentPoolProfiles[0].orchestratorVersion")
	}
	if s.OsSKU == "" {
		left = append(left, "agentPoolProfiles[0].osSKU")
	}
	return left
}
