package aks

// leftToAKS are the properties of a cluster that this program does not set, or
// not with these settings. AKS answers with all of them, so a state that was
// imported or refreshed has them as well, and the engine would take each for one
// to remove: for a profile that is fixed for the cluster's life, the provider
// would then replace the cluster.
// https://github.com/pulumi/pulumi-azure-native/issues/4756
func (s ClusterSettings) leftToAKS() []string {
	left := []string{
		// Fixed for the cluster's life: theirs stays, whatever ours would be.
		"dnsPrefix", "fqdnSubdomain", "nodeResourceGroup", "diskEncryptionSetID", "linuxProfile", "windowsProfile",
		// Add-ons and the like, which others may have turned on.
		"addonProfiles", "autoScalerProfile", "azureMonitorProfile", "bootstrapProfile", "httpProxyConfig", "identityProfile",
		"ingressProfile", "metricsProfile", "podIdentityProfile", "privateLinkResources", "publicNetworkAccess",
		"serviceMeshProfile", "servicePrincipalProfile", "storageProfile", "upgradeSettings", "workloadAutoScalerProfile",
	}
	// What AKS has chosen for the nodes of the system pool.
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
