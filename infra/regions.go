package infra

import "strings"

// regions are those that this release knows, by cloud. Azure opens new ones, so a
// region that is not here is warned of, and never refused.
//
// Public: https://learn.microsoft.com/azure/reliability/regions-list, as of
// 2025-09-23, column "Programmatic name". Not on that page, but in the answers of
// `az account list-locations` that people publish: indiasouthcentral, both of
// jioindia and swedensouth. China: https://docs.azure.cn/en-us/reliability/regions-list.
// US Government: https://learn.microsoft.com/dotnet/api/azure.core.azurelocation,
// without usgoviowa, which is closed (inferred: no list of regions has it any more).
var regions = map[Cloud][]string{
	CloudPublic: strings.Fields(`
		australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral
		brazilsouth brazilsoutheast canadacentral canadaeast centralindia centralus chilecentral denmarkeast
		eastasia eastus eastus2 francecentral francesouth germanynorth germanywestcentral indiasouthcentral
		indonesiacentral israelcentral italynorth japaneast japanwest jioindiacentral jioindiawest
		koreacentral koreasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope
		norwayeast norwaywest polandcentral qatarcentral southafricanorth southafricawest southcentralus
		southeastasia southindia spaincentral swedencentral swedensouth switzerlandnorth switzerlandwest
		uaecentral uaenorth uksouth ukwest westcentralus westeurope westindia westus westus2 westus3`),
	CloudUSGovernment: strings.Fields(`usdodcentral usdodeast usgovarizona usgovtexas usgovvirginia`),
	CloudChina:        strings.Fields(`chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2 chinanorth3`),
}
